"""The links in mail, followed by a person with a browser."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import text_to_be_present_in_element
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser import browsing
from tests.mailbox import mailed_path
from tests.people import RESET, VERIFY, Town, new_email

WEAK = "aaaaaaaaaaaaaaaaaaaa"
PAGE_SECONDS_MAX = 20
NEWER = "a quite different pass phrase"


@pytest.fixture
def browser() -> Iterator[Chrome]:
    with browsing() as browser:
        yield browser


def see(browser: Chrome, kind: str, name: str, text: str) -> None:
    """Wait until the page that a button led to says so."""
    WebDriverWait(browser, PAGE_SECONDS_MAX).until(text_to_be_present_in_element((kind, name), text))


def press(browser: Chrome) -> None:
    browser.find_element(By.TAG_NAME, "button").click()


def choose(browser: Chrome, password: str) -> None:
    browser.find_element(By.NAME, "new_password").send_keys(password)
    press(browser)


async def test_somebody_verifies_and_resets_in_a_browser(town: Town, browser: Chrome) -> None:
    address = new_email()
    await town.register(address)
    browser.get(town.base_url + await mailed_path(town.outbox, address, VERIFY))
    assert (await town.log_in(address)).status_code == 403
    press(browser)
    see(browser, By.TAG_NAME, "h1", "Your e-mail address is verified")
    assert (await town.log_in(address)).status_code == 201

    await town.forget_password(address)
    browser.get(town.base_url + await mailed_path(town.outbox, address, RESET))
    choose(browser, WEAK)
    see(browser, By.CLASS_NAME, "fault", "attackers try first")
    choose(browser, NEWER)
    see(browser, By.TAG_NAME, "h1", "Your password is changed")
    assert (await town.log_in(address)).status_code == 401
    assert (await town.log_in(address, NEWER)).status_code == 201


async def test_the_pages_are_styled_and_break_none_of_their_own_rules(town: Town, browser: Chrome) -> None:
    browser.get(f"{town.base_url}{RESET}/{'0' * 64}")
    button = browser.find_element(By.TAG_NAME, "button")
    assert button.value_of_css_property("background-color") == "rgba(26, 86, 176, 1)"
    said = browser.get_log("browser")  # type: ignore[no-untyped-call]  # Selenium leaves this one untyped
    assert not [entry for entry in said if "Content Security Policy" in entry["message"]]
