"""How schemathesis logs in: every few seconds as the next of some administrators.

Tests may end sessions, change roles and lock accounts by wrong passwords: whoever can no longer log in is passed over.
"""

import os
from itertools import cycle
from typing import Any

import httpx
import schemathesis

BASE, PASSWORD = os.environ["SCHEMATHESIS_BASE"], os.environ["SCHEMATHESIS_PASSWORD"]
PEOPLE = os.environ["SCHEMATHESIS_PEOPLE"].split(",")
NEXT = cycle(PEOPLE)


@schemathesis.auth(refresh_interval=5)
class Login:
    def get(self, case: Any, context: Any) -> str:  # noqa: ARG002  # schemathesis calls it so
        for email, _ in zip(NEXT, PEOPLE, strict=False):
            login = {"email": email, "password": PASSWORD}
            answer = httpx.post(f"{BASE}/api/v1/sessions", json=login, timeout=30, trust_env=False)
            if answer.is_success:
                return str(answer.json()["access_token"])
        raise RuntimeError("None of the administrators can log in any more")

    def set(self, case: Any, data: str, context: Any) -> None:  # noqa: ARG002  # as above
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}
