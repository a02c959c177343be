"""The bank simulator's own laws: the same seed is the same bank, and time passes for everybody."""

from datetime import timedelta

from litestar.testing import TestClient

from app.sandbox.application import create
from app.sandbox.bank import CROWD_MAX, Bank
from app.sandbox.cast import customer_of
from app.sandbox.schwab import CLIENT_ID, CLIENT_SECRET
from app.sandbox.truth import truth_of


def test_the_same_seed_is_the_same_bank() -> None:
    first, second, other = (truth_of(customer_of(Bank(seed), "plaid", "ann")) for seed in (1, 1, 2))
    assert first == second != other


def test_a_crowd_is_exact_and_does_not_pile_up() -> None:
    bank = Bank()
    for number in range(CROWD_MAX + 9):
        made = customer_of(bank, "simplefin", f"crowd-{number}x50")
        assert [len(one.entries) for one in made.accounts] == [50, 50]
    assert len(bank.crowd) == CROWD_MAX
    assert not bank.customers


def test_days_that_pass_bring_rows_and_end_consents() -> None:
    with TestClient(create()) as client:
        before = client.get("/bank", params={"provider": "schwab"}).json()["providers"]["schwab"]
        asked = {"client_id": CLIENT_ID, "redirect_uri": "https://a.example/back"}
        page = client.post(
            "/schwab/v1/oauth/authorize",
            data=asked | {"customer": "demo", "answer": "allow"},
            follow_redirects=False,
        )
        code = page.headers["location"].partition("code=")[2].partition("&")[0].replace("%40", "@")
        login, kept = (CLIENT_ID, CLIENT_SECRET), {"redirect_uri": asked["redirect_uri"], "code_verifier": ""}
        form = {"grant_type": "authorization_code", "code": code} | kept
        granted = client.post("/schwab/v1/oauth/token", data=form, auth=login).json()
        renewal = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
        assert client.post("/schwab/v1/oauth/token", data=renewal, auth=login).is_success
        assert client.post("/schwab/v1/oauth/token", data=form, auth=login).status_code == 400, "a code is good once"
        client.post("/bank/clock", json={"days": timedelta(days=8).days})
        assert client.post("/schwab/v1/oauth/token", data=renewal, auth=login).status_code == 400
        after = client.get("/bank", params={"provider": "schwab"}).json()["providers"]["schwab"]
        assert len(after["transactions"]) == len(before["transactions"]) + 8 * len(before["accounts"])


def test_what_cannot_happen_is_said() -> None:
    with TestClient(create()) as client:
        answer = client.post("/bank/scenarios/rain", json={"provider": "plaid"})
        assert answer.status_code == 404
        assert "new_rows" in answer.text
        assert client.post("/bank/scenarios/mutation", json={"provider": "alpaca"}).status_code == 400
        assert client.post("/bank/scenarios/amended", json={}).status_code == 400
        assert client.post("/bank/clock", json={"days": -1}).status_code == 400
