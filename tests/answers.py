"""What answers must look like: problems as RFC 9457 has them, everything else exactly as its view declares."""

from typing import Any

import httpx
import msgspec

from app.presentation.http.problems import Problem

PROBLEM_MEMBERS = {*Problem.__struct_fields__}


def decoded[V](answer: httpx.Response, view: type[V], status: int = 200) -> V:
    """The body as the view: no member more, none less."""
    assert answer.status_code == status, answer.text[:600]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-trace-id"]
    return msgspec.json.decode(answer.content, type=view)


def problem(answer: httpx.Response, status: int, code: str) -> Problem:
    """The body as a problem of that status and code."""
    assert answer.status_code == status, answer.text[:600]
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert {*body} == PROBLEM_MEMBERS
    said = msgspec.convert(body, Problem)
    assert (said.type, said.status) == (f"/problems/{code}", status)
    assert said.title
    assert said.detail
    assert said.instance == httpx.URL(answer.request.url).path
    assert said.trace_id == answer.headers["x-trace-id"]
    return said


def blamed(answer: httpx.Response, status: int, code: str) -> set[str]:
    """The fields that a problem blames."""
    return {fault.field for fault in problem(answer, status, code).errors}
