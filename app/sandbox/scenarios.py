"""What can happen at a bank. Each is played on one customer; faults last for a number of requests.

`held` lets the request of that number, counted from now, and all that follow wait until `healed`.
"""

from collections.abc import Callable

from app.sandbox import changes
from app.sandbox.answers import PLAYED, Refusal
from app.sandbox.bank import Bank, Customer, Fault
from app.sandbox.changes import Options

type Scenario = Callable[[Bank, Customer, Options], None]


def token_expiry(bank: Bank, customer: Customer, _: Options) -> None:
    customer.tokens = next(bank.numbers)


def revoked_consent(_: Bank, customer: Customer, __: Options) -> None:
    customer.revoked = True


def consent_expired(_: Bank, customer: Customer, __: Options) -> None:
    """As after Schwab's week: all tokens are dead, a new consent is good."""
    customer.consent += 1


def account_failing(_: Bank, customer: Customer, __: Options) -> None:
    customer.accounts[0].failing = True


def partial_pages(_: Bank, customer: Customer, __: Options) -> None:
    """Pages come shorter than asked for, though more follow."""
    customer.pages_short = True


def healed(_: Bank, customer: Customer, __: Options) -> None:
    for fault in customer.faults:
        fault.over.set()
    customer.faults.clear()
    customer.revoked = customer.pages_short = False
    for account in customer.accounts:
        account.failing = False


def mutation(bank: Bank, customer: Customer, options: Options) -> None:
    """A row changes between two pages, which the second page refuses to hide."""
    changes.amended(bank, customer, options)
    customer.faults.append(Fault(kind="mutation", times=1))


def _fault(kind: str) -> Scenario:
    def play(_: Bank, customer: Customer, options: Options) -> None:
        fault = Fault(kind=kind, times=int(options.get("times", 1)), wait=str(options.get("wait", "")))
        customer.faults.append(fault)

    return play


BANKS = frozenset({"simplefin", "plaid"})
ALL = frozenset({"schwab", "alpaca", "simplefin", "plaid"})
# Name: what happens, and at whom it can.
SCENARIOS: dict[str, tuple[Scenario, frozenset[str]]] = {
    **{kind: (_fault(kind), ALL) for kind in PLAYED},
    "held": (_fault("held"), ALL),
    "mutation": (mutation, frozenset({"plaid"})),
    "token_expiry": (token_expiry, frozenset({"schwab"})),
    "consent_expired": (consent_expired, frozenset({"schwab"})),
    "revoked_consent": (revoked_consent, ALL),
    "account_failing": (account_failing, frozenset({"simplefin"})),
    "partial_pages": (partial_pages, frozenset({"alpaca", "plaid"})),
    "healed": (healed, ALL),
    "new_rows": (changes.new_rows, ALL),
    "pending": (changes.pending, ALL - {"alpaca"}),
    "pending_posted": (changes.pending_posted, ALL - {"alpaca"}),
    "amended": (changes.amended, ALL),
    "deleted": (changes.deleted, ALL),
    "same_id_twice": (changes.same_id_twice, frozenset({"schwab", "simplefin"})),
    "rotated_ids": (changes.rotated_ids, ALL - {"alpaca"}),
    "shorts": (changes.shorts, ALL),
    "options": (changes.options, ALL),
    "odd_currency": (changes.odd_currency, BANKS),
    "several_currencies": (changes.several_currencies, BANKS),
}


def play(name: str, bank: Bank, customer: Customer, options: Options) -> None:
    if name not in SCENARIOS:
        raise Refusal(404, {"message": f"There is no scenario {name}; there are {', '.join(sorted(SCENARIOS))}."})
    scenario, providers = SCENARIOS[name]
    if customer.provider not in providers:
        raise Refusal(400, {"message": f"{name} does not happen at {customer.provider}."})
    scenario(bank, customer, options)
