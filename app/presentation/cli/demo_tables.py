"""What the demo prints of the data."""

from decimal import Decimal

import httpx
from rich.table import Table

from app.presentation.cli.demo_steps import API, answered, console

LATEST = 5


def show(client: httpx.Client) -> None:
    """The accounts, what happened in them last, and what they hold."""
    accounts = answered(client.get(f"{API}/accounts"))["accounts"]
    for account in accounts:
        balance = account["balance"]["current"]
        number = account["number_masked"] or ""
        name = account["name"] if number in account["name"] else f"{account['name']} {number}"
        heading = f"{name}   {money(balance)} {balance['currency']}"
        query = {"limit": LATEST}
        rows = answered(client.get(f"{API}/accounts/{account['id']}/transactions", params=query))["transactions"]
        table(
            heading,
            ("Date", "Description", "Type", "Amount"),
            [(row["booked_on"], row["description"], row["subtype"], money(row["amount"])) for row in rows],
        )
    names = {account["id"]: account["name"] for account in accounts}
    held = answered(client.get(f"{API}/holdings"))["holdings"]
    table(
        "Holdings",
        ("Account", "Security", "Side", "Quantity", "Value"),
        [
            (
                names[one["account_id"]],
                one["security"]["symbol"],
                one["side"],
                f"{Decimal(one['quantity']).normalize():f}",
                money(one["market_value"]),
            )
            for one in held
        ],
    )


def table(heading: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """One table; its last column is money."""
    drawn = Table(*columns, title=heading, title_justify="left", title_style="bold")
    drawn.columns[-1].justify = "right"
    for row in rows:
        drawn.add_row(*row)
    console.print()
    console.print(drawn)


def money(stated: dict[str, str] | None) -> str:
    return f"{Decimal(stated['amount']):,.2f}" if stated else ""
