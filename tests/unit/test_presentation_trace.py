import logging
from types import SimpleNamespace
from typing import Any

import pytest
from litestar.types import Receive, Scope, Send

from app.presentation.http.trace import Traced

TOKEN = "ab" * 32


@pytest.mark.parametrize("template", ["/verify-email/{token}", None])
async def test_the_log_names_the_route_and_not_the_path(caplog: pytest.LogCaptureFixture, template: str | None) -> None:
    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        if template:
            scope["path_template"] = template

    async def nothing(*_: object) -> Any:
        raise AssertionError("nobody reads or writes")

    starting = SimpleNamespace(state={})
    scope: Any = {"type": "http", "method": "GET", "path": f"/{TOKEN}", "headers": [], "litestar_app": starting}
    with caplog.at_level(logging.DEBUG, "app.presentation.http.trace"):
        await Traced(app)(scope, nothing, nothing)
    assert f"GET {template or 'no route'}" in caplog.text
    assert TOKEN not in caplog.text
