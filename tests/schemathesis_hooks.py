"""How schemathesis logs in: anew every few seconds, as the first of some administrators who still is one.

Tests may end sessions, change roles and lock accounts by wrong passwords: whoever is no administrator any more is
passed over. Nobody else is, for what one has made the next does not see.
"""

import os
from typing import Any

import httpx
import schemathesis

BASE, PASSWORD = os.environ["SCHEMATHESIS_BASE"], os.environ["SCHEMATHESIS_PASSWORD"]
PEOPLE = os.environ["SCHEMATHESIS_PEOPLE"].split(",")


@schemathesis.auth(refresh_interval=5)
class Login:
    def get(self, case: Any, context: Any) -> str:  # noqa: ARG002  # schemathesis calls it so
        while PEOPLE:
            if token := administrator(PEOPLE[0]):
                return token
            PEOPLE.pop(0)
        raise RuntimeError("None of the administrators can log in any more")

    def set(self, case: Any, data: str, context: Any) -> None:  # noqa: ARG002  # as above
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


def administrator(email: str) -> str | None:
    """The access token of a new session, if that is an administrator's."""
    with httpx.Client(base_url=f"{BASE}/api/v1", timeout=30, trust_env=False) as client:
        session = client.post("/sessions", json={"email": email, "password": PASSWORD})
        if session.is_error:
            return None
        token = str(session.json()["access_token"])
        me = client.get("/users/me", headers={"Authorization": f"Bearer {token}"})
        return token if "admin" in me.json().get("roles", ()) else None
