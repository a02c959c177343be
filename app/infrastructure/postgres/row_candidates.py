"""Rows that may be the same transaction, as PostgreSQL finds them and the domain compares them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from app.domain.ledger.row_matching import PENDING_DAYS_MAX, REFERENCE_DAYS_MAX, ComparedRow, MatchedBy, matches

COMPARED = """{0}.currency, {0}.amount, {0}.booked_on, {0}.status, {0}.reference, {0}.check_number,
    array[{0}.description, {0}.counterparty, {0}.memo, {0}.symbol, {0}.security_name] as texts"""
EARLIER, LATER = max(PENDING_DAYS_MAX, REFERENCE_DAYS_MAX), REFERENCE_DAYS_MAX


def known(where: str, account_id: str = "t.account_id") -> str:
    """Transactions as they are compared, as if of that account: those of t for which that holds, in their order."""
    return f"""
        with near as materialized (select t.* from transactions as t where t.status <> 'removed' and {where})
        select t.id as key, {account_id} as account_id, {COMPARED.format("t")}, told.schemes, told.ids
        from near as t join lateral (
            select array_agg(k.scheme) as schemes, array_agg(k.external_id) as ids
            from transaction_sources as k where k.transaction_id = t.id
        ) as told on true order by t.id
    """  # noqa: S608  # constants of these modules


def matched(stated: Sequence[Row[Any]], known: Sequence[Row[Any]]) -> list[tuple[Any, UUID, MatchedBy]]:
    """The stated rows that are known transactions: their keys, and by which rule."""
    return [*matches(map(compared, stated), map(compared, known))]


def compared(row: Row[Any]) -> ComparedRow[Any]:
    return ComparedRow(
        key=row.key,
        kind=(row.account_id, row.currency, row.amount),
        booked_on=row.booked_on,
        texts=tuple(row.texts),
        references=(*row.ids, row.reference),
        check_number=row.check_number,
        is_pending=row.status == "pending",
        schemes=frozenset(row.schemes),
    )
