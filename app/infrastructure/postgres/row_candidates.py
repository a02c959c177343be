"""Pairs of rows that may be the same transaction, as PostgreSQL finds them and the domain judges them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from app.domain.ledger.row_matching import PENDING_DAYS_MAX, REFERENCE_DAYS_MAX, Candidate, Wording

COMPARED = ("booked_on", "status", "reference", "check_number")
TEXTS = "array[{0}.description, {0}.counterparty, {0}.memo, {0}.symbol, {0}.security_name]"
# What is compared of s, the stated row, and t, the known one.
PAIR = ", ".join(
    (
        *(f"s.{column} as stated_{column}, t.{column} as known_{column}" for column in COMPARED),
        f"{TEXTS.format('s')} as stated_texts, {TEXTS.format('t')} as known_texts",
    )
)
NEAR = f"""t.amount = s.amount and t.currency = s.currency and t.status <> 'removed'
    and t.booked_on between s.booked_on - {max(PENDING_DAYS_MAX, REFERENCE_DAYS_MAX)}
        and s.booked_on + {REFERENCE_DAYS_MAX}"""


def candidate[S](row: Row[Any]) -> Candidate[S, UUID]:
    """A row of `compared` as the rules judge it."""
    return Candidate(
        stated=row.stated_key,
        known=row.known_key,
        is_told=row.is_told,
        stated_wording=Wording(
            booked_on=row.stated_booked_on,
            texts=row.stated_texts,
            references=(*row.stated_ids, row.stated_reference),
            check_number=row.stated_check_number,
            is_pending=row.stated_status == "pending",
        ),
        known_wording=Wording(
            booked_on=row.known_booked_on,
            texts=row.known_texts,
            references=(*row.known_ids, row.known_reference),
            check_number=row.known_check_number,
            is_pending=row.known_status == "pending",
        ),
    )
