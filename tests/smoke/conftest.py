"""What people use."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from tests.browser import browsing


@pytest.fixture
def browser() -> Iterator[Chrome]:
    with browsing() as browser:
        yield browser
