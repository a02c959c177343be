"""The API's pages, read in a browser that reaches nothing but this server."""

import pytest
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser import browsing
from tests.people import Town

PAGE_SECONDS_MAX = 20
LOADED = "return performance.getEntriesByType('resource').map(entry => new URL(entry.name).host)"


@pytest.mark.parametrize("page", ["scalar", "swagger"])
async def test_the_pages_show_the_api_and_ask_no_other_host(town: Town, page: str) -> None:
    with browsing() as browser:
        browser.get(f"{town.base_url}/schema/{page}")
        shown = "return document.body.innerText.includes('Read one of your accounts')"
        WebDriverWait(browser, PAGE_SECONDS_MAX).until(lambda browser: browser.execute_script(shown))
        hosts = {host for host in browser.execute_script(LOADED) if host}
        assert hosts == {town.base_url.removeprefix("http://")}
        said = browser.get_log("browser")  # type: ignore[no-untyped-call]  # Selenium leaves this one untyped
        assert not [entry for entry in said if entry["level"] == "SEVERE"]
