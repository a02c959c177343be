"""Assembles the simulator."""

import os

from litestar import Litestar
from litestar.datastructures import State

from app.sandbox import alpaca, consent, control, plaid, plaid_investments, schwab, simplefin
from app.sandbox.answers import Refusal, refused
from app.sandbox.bank import Bank


def create() -> Litestar:
    """One process, as all its state is in memory. The environment brings what `python -m app.sandbox` was told."""
    bank = Bank(int(os.environ.get("SANDBOX_SEED", "1")), int(os.environ.get("SANDBOX_DAYS_BEHIND", "0")))
    parts = (schwab, alpaca, simplefin, plaid, plaid_investments, consent, control)
    return Litestar(
        [route for part in parts for route in part.ROUTES],
        exception_handlers={Refusal: refused},
        state=State({"bank": bank}),
        openapi_config=None,
    )
