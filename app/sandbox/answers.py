"""What every institution of the bank has in common: refusals, faults that were asked for, and who is asking."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

from litestar import Request, Response
from litestar.datastructures import State

from app.sandbox.bank import Bank, Customer, Fault
from app.sandbox.cast import NAME, customer_of

HANG_SECONDS_MAX = 30
HUGE = b" " * 1_000_000
Asking = Request[Any, Any, State]


class Refusal(Exception):  # an answer, thrown
    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


def refused(_: Asking, refusal: Refusal) -> Response[Any]:
    return Response(refusal.body, status_code=refusal.status, headers=refusal.headers)


def bank_of(request: Asking) -> Bank:
    bank: Bank = request.app.state.bank
    return bank


def named(request: Asking, provider: str, name: str) -> Customer:
    if not NAME.fullmatch(name):
        raise Refusal(400, {"message": "A customer's name is letters, digits and dashes."})
    return customer_of(bank_of(request), provider, name)


async def served(request: Asking, customer: Customer) -> None:
    """Count the request, and play the next fault that was asked for."""
    customer.requests += 1
    await _held(customer)
    fault = next((one for one in customer.faults if one.kind in PLAYED), None)
    if fault is None:
        return
    used(customer, fault)
    if fault.kind == "time_out":
        await asyncio.sleep(HANG_SECONDS_MAX)
    raise PLAYED[fault.kind](request, fault)


async def _held(customer: Customer) -> None:
    """Keep the request waiting, if it is one that is to be held, until the customer is healed."""
    for fault in [one for one in customer.faults if one.kind == "held"]:
        fault.times -= 1
        if fault.times <= 0:
            await fault.over.wait()


def used(customer: Customer, fault: Fault) -> None:
    fault.times -= 1
    if fault.times <= 0:
        customer.faults.remove(fault)


def _rate_limited(request: Asking, fault: Fault) -> Refusal:
    wait = fault.wait or "0"
    if fault.wait.startswith("date "):
        until = bank_of(request).now + timedelta(seconds=float(fault.wait.removeprefix("date ")))
        wait = format_datetime(until, usegmt=True)
    return Refusal(429, {"message": "slow down"}, {"Retry-After": wait})


def _elsewhere(_: Asking, fault: Fault) -> Refusal:
    return Refusal(302, "", {"Location": fault.wait or "http://127.0.0.1:1/"})


PLAYED: dict[str, Callable[[Asking, Fault], Refusal]] = {
    "rate_limited": _rate_limited,
    "server_error": lambda _request, _fault: Refusal(503, {"message": "out of order"}),
    "time_out": lambda _request, _fault: Refusal(504, {"message": "too late"}),
    "huge_answer": lambda _request, _fault: Refusal(200, HUGE * 40),
    "redirected": _elsewhere,
    "garbage": lambda _request, _fault: Refusal(200, '{"what": is this'),
}
