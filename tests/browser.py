"""A real browser, without a window."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import text_to_be_present_in_element
from selenium.webdriver.support.wait import WebDriverWait

BROWSERS = ("chromium", "google-chrome", "chromium-browser")
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-sandbox",  # it runs as root in containers, and opens our own pages only
)
LOAD_SECONDS_MAX = 20


def missing(what: str) -> None:
    """Skip, with the reason; but fail where `.ci/run` says that nothing may be missing."""
    if os.environ.get("TESTS_MAY_NOT_SKIP"):
        pytest.fail(f"{what} is missing, and TESTS_MAY_NOT_SKIP is set")
    pytest.skip(f"needs {what}")


@contextmanager
def browsing() -> Iterator[Chrome]:
    """A browser with a profile of its own; skips where none is installed."""
    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        missing("chromium and its chromedriver")
        return
    with tempfile.TemporaryDirectory(prefix="dashtam-browser-") as profile:
        options = ChromeOptions()
        options.binary_location = binary
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        with Chrome(options, ChromeService(driver)) as browser:
            browser.set_page_load_timeout(LOAD_SECONDS_MAX)
            yield browser


def see(browser: Chrome, *texts: str, where: str = "body") -> None:
    """Wait until that part of the page that a click led to says all this."""
    for text in texts:
        WebDriverWait(browser, LOAD_SECONDS_MAX).until(text_to_be_present_in_element((By.CSS_SELECTOR, where), text))
