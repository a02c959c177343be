"""The bank's own door: the truth, scenarios and time."""

import base64
from datetime import timedelta
from typing import Any

from litestar import get, post

from app.sandbox import plaid, schwab
from app.sandbox.answers import Asking, Refusal, bank_of, named
from app.sandbox.cast import PROVIDERS, live
from app.sandbox.scenarios import play
from app.sandbox.truth import credentials_of, truth_of, words_of

HANDS_ON = "demo"


@get("/bank")
async def truth(request: Asking) -> dict[str, Any]:
    """Per provider: credentials to connect with, and what should be there afterwards. `customer` makes a new one."""
    name = request.query_params.get("customer", HANDS_ON)
    wanted = request.query_params.get("provider")
    base = str(request.base_url).rstrip("/")
    answer: dict[str, Any] = {"now": bank_of(request).now.isoformat(), "customer": name, "providers": {}}
    for provider in [wanted] if wanted else PROVIDERS:
        if provider not in PROVIDERS:
            raise Refusal(404, {"message": f"There is no provider {provider}."})
        customer = named(request, provider, name)
        told = {"credentials": credentials_of(bank_of(request), provider, name, base), "requests": customer.requests}
        answer["providers"][provider] = told | truth_of(customer)
    return answer


@get("/bank/secrets")
async def secrets(request: Asking) -> dict[str, list[str]]:
    """What nobody but the bank and its customers may know, of everybody who was ever named: for tests to look for."""
    bank = bank_of(request)
    words = {word for one in bank.customers.values() for word in words_of(bank, one)}
    claim = base64.b64encode(f"{request.base_url}simplefin/claim/".encode()).decode()
    cut = len(claim) // 4 * 4 - 4  # all setup tokens begin so
    return {"words": sorted(words | bank.verifiers | {claim[:cut], schwab.CLIENT_SECRET, plaid.SECRET})}


@post("/bank/scenarios/{name:str}", status_code=200)
async def scenario(request: Asking) -> dict[str, Any]:
    """Play it. Body: provider, customer (demo), and what the scenario takes: times, wait, count, row."""
    body: dict[str, Any] = await request.json() if await request.body() else {}
    name, provider = body.get("customer", HANDS_ON), body.get("provider", "")
    if provider not in PROVIDERS:
        raise Refusal(400, {"message": f"Name the provider: {', '.join(PROVIDERS)}."})
    customer = named(request, provider, name)
    play(request.path_params["name"], bank_of(request), customer, body)
    return {"scenario": request.path_params["name"], "provider": provider, "customer": name}


@post("/bank/clock", status_code=200)
async def clock(request: Asking) -> dict[str, str]:
    """Let time pass: body {days, seconds}. Each day brings every customer one row an account."""
    bank, body = bank_of(request), await request.json()
    span = timedelta(days=float(body.get("days", 0)), seconds=float(body.get("seconds", 0)))
    if span < timedelta(0):
        raise Refusal(400, {"message": "Time passes forward."})
    before = bank.now.date()
    bank.travel(span)
    days = [before + timedelta(days=number) for number in range((bank.now.date() - before).days)]
    for customer in bank.customers.values():
        for account in customer.accounts:
            live(bank, customer, account, days)
    return {"now": bank.now.isoformat()}


ROUTES = [truth, secrets, scenario, clock]
