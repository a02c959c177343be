"""What a broker's row is, from the words of its action: Schwab's `Sell to Close`, Fidelity's `YOU BOUGHT …`."""

from decimal import Decimal

from app.domain.ledger.transaction import TransactionSubtype as Sub
from app.domain.ledger.transaction import TransactionType as Type

type Kind = tuple[Type, Sub]

SOLD = frozenset({Sub.SELL, Sub.SHORT_SELL, Sub.TRANSFER_OUT})
BOUGHT = frozenset({Sub.BUY, Sub.BUY_TO_COVER, Sub.REINVESTMENT, Sub.TRANSFER_IN})

# The first phrase that stands in the action decides; the second kind is of money out.
_PHRASES: tuple[tuple[str, Kind, Kind | None], ...] = (
    ("you bought", (Type.TRADE, Sub.BUY), None),
    ("you sold", (Type.TRADE, Sub.SELL), None),
    ("reinvest shares", (Type.TRADE, Sub.REINVESTMENT), None),
    ("reinvestment", (Type.TRADE, Sub.REINVESTMENT), None),
    ("sell short", (Type.TRADE, Sub.SHORT_SELL), None),
    ("short sale", (Type.TRADE, Sub.SHORT_SELL), None),
    ("sell to open", (Type.TRADE, Sub.SHORT_SELL), None),
    ("buy to close", (Type.TRADE, Sub.BUY_TO_COVER), None),
    ("buy to cover", (Type.TRADE, Sub.BUY_TO_COVER), None),
    ("short cover", (Type.TRADE, Sub.BUY_TO_COVER), None),
    ("expired", (Type.TRADE, Sub.EXPIRATION), None),
    ("assigned", (Type.TRADE, Sub.ASSIGNMENT), None),
    ("exercise", (Type.TRADE, Sub.EXERCISE), None),
    ("split", (Type.TRADE, Sub.SPLIT), None),
    ("cap gain", (Type.INCOME, Sub.CAPITAL_GAIN), None),
    ("dividend", (Type.INCOME, Sub.DIVIDEND), None),
    ("div adj", (Type.INCOME, Sub.DIVIDEND), None),
    ("tax", (Type.FEE, Sub.TAX), None),
    ("margin interest", (Type.FEE, Sub.MARGIN_INTEREST), None),
    ("interest", (Type.INCOME, Sub.INTEREST), (Type.FEE, Sub.OTHER_FEE)),
    ("fee", (Type.FEE, Sub.ACCOUNT_FEE), None),
    ("bought", (Type.TRADE, Sub.BUY), None),
    ("buy", (Type.TRADE, Sub.BUY), None),
    ("sold", (Type.TRADE, Sub.SELL), None),
    ("sell", (Type.TRADE, Sub.SELL), None),
    ("redemption", (Type.TRADE, Sub.SELL), None),
    ("direct deposit", (Type.INCOME, Sub.DIRECT_DEPOSIT), None),
    ("direct debit", (Type.SPENDING, Sub.DIRECT_DEBIT), None),
    ("wire", (Type.TRANSFER, Sub.WIRE_IN), (Type.TRANSFER, Sub.WIRE_OUT)),
    ("journal", (Type.ADJUSTMENT, Sub.JOURNAL), None),
    ("transfer", (Type.TRANSFER, Sub.TRANSFER_IN), (Type.TRANSFER, Sub.TRANSFER_OUT)),
    ("check", (Type.TRANSFER, Sub.DEPOSIT), (Type.SPENDING, Sub.CHECK)),
    ("funds", (Type.TRANSFER, Sub.DEPOSIT), (Type.TRANSFER, Sub.WITHDRAWAL)),
    ("contribution", (Type.TRANSFER, Sub.DEPOSIT), None),
    ("distribution", (Type.INCOME, Sub.DISTRIBUTION), (Type.TRANSFER, Sub.WITHDRAWAL)),
)


def action_kind(action: str, amount: Decimal, quantity: Decimal | None) -> Kind:
    spoken = action.lower()
    for phrase, kind, out in _PHRASES:
        if phrase in spoken:
            return out if out and (amount < 0 or (not amount and quantity is not None and quantity < 0)) else kind
    return Type.OTHER, Sub.UNKNOWN


def signed_quantity(quantity: Decimal, subtype: Sub) -> Decimal:
    """As the holding changes: some brokers print what was sold without its sign."""
    if subtype in SOLD:
        return -abs(quantity)
    return abs(quantity) if subtype in BOUGHT else quantity
