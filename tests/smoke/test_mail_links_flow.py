"""The links in mail, followed by a person with a browser."""

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.browser import see
from tests.mailbox import mailed_path
from tests.people import RESET, VERIFY, Town, new_email

WEAK = "aaaaaaaaaaaaaaaaaaaa"
NEWER = "a quite different pass phrase"


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
    see(browser, "Your e-mail address is verified", where="h1")
    assert (await town.log_in(address)).status_code == 201

    await town.forget_password(address)
    browser.get(town.base_url + await mailed_path(town.outbox, address, RESET))
    choose(browser, WEAK)
    see(browser, "attackers try first", where=".fault")
    choose(browser, NEWER)
    see(browser, "Your password is changed", where="h1")
    assert (await town.log_in(address)).status_code == 401
    assert (await town.log_in(address, NEWER)).status_code == 201


async def test_the_pages_are_styled_and_break_none_of_their_own_rules(town: Town, browser: Chrome) -> None:
    browser.get(f"{town.base_url}{RESET}/{'0' * 64}")
    button = browser.find_element(By.TAG_NAME, "button")
    assert button.value_of_css_property("background-color") == "rgba(26, 86, 176, 1)"
    said = browser.get_log("browser")  # type: ignore[no-untyped-call]  # Selenium leaves this one untyped
    assert not [entry for entry in said if "Content Security Policy" in entry["message"]]
