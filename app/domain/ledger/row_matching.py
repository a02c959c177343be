"""Which rows of different sources are the same transaction.

Promises: one real transaction is one row, whoever tells it: the bank's OFX, CAMT, MT940 and CSV of one period, a
provider and the file downloaded afterwards. Two real transactions stay two. The rules, in order; the first that holds
decides, is stored with the source (`matched_by`) and shown:

1. `provider_id`, `bank_id`, `same_row`: the source itself told this row before (`row_identity`).
2. `pending_id`: the provider names the pending row that this posted one completes.
3. `reference`: both carry one id (the bank's or provider's, reference, check number); same amount, within a week.
4. `text`: same day, same amount, and the texts share a word that says something; most words in common first.
5. `amount`: same day, same amount, and one of them says nothing.
6. `pending`: a posted row takes the place of a pending one of the same amount, up to ten days later, whose text shares
   a word or says nothing, unless this reading still tells the pending row.

A scheme (a file format or one layout of CSV, a connection) tells each transaction once, so rules 3 to 5 never join two
rows of one scheme: equal rows are counted, the second one finds the second row or is new. Different check numbers are
never joined.

Refuses: guessing over days or amounts without an id, and giving a removed row new life. Costs nothing for rows that
rule 1 knows, and for others a comparison with each known row of their amount; in a crowd of those, with the ones around
the place that its day and its order within the day give it, and the ones that share an id.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

REFERENCE_DAYS_MAX = 7
PENDING_DAYS_MAX = 10
ALIKE_MAX = 20  # known rows of equal amount on either side that a stated one is compared with
NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED", "0"})
# What banks write on every row says nothing about one of them.
SAYS_NOTHING = frozenset(
    {"CARD", "PURCHASE", "PAYMENT", "TRANSFER", "DEBIT", "CREDIT", "POS", "REF", "DATE", "ONLINE", "BANK", "ACCOUNT"}
    | {"THE", "AND", "FOR", "FROM", "VISA", "MASTERCARD", "INC", "LLC", "LTD", "GMBH", "USD", "EUR", "GBP", "CHF"}
    | {"SEPA", "IBAN", "BIC", "EREF", "MREF", "CRED", "SVWZ", "KREF", "ABWA"}
)


class MatchedBy(StrEnum):
    """Why a source's row became this row of the ledger."""

    NEW = "new"
    PROVIDER_ID = "provider_id"
    BANK_ID = "bank_id"
    SAME_ROW = "same_row"
    PENDING_ID = "pending_id"
    REFERENCE = "reference"
    TEXT = "text"
    AMOUNT = "amount"
    PENDING = "pending"


# Not frozen: there is one for every row, and freezing would cost as much as judging it.
@dataclass(slots=True, kw_only=True)
class ComparedRow[K]:
    """A row as others are compared with it: those of its `kind`, which is account, currency and amount."""

    key: K
    kind: Hashable
    booked_on: date
    texts: tuple[str | None, ...]
    references: tuple[str | None, ...]
    check_number: str | None
    is_pending: bool
    schemes: frozenset[str]


def matches[S, K](
    stated: Iterable[ComparedRow[S]], known: Iterable[ComparedRow[K]]
) -> Iterator[tuple[S, K, MatchedBy]]:
    """Each stated row's known row, best pairs first; every row is used once."""
    judged = [(*verdict, one, other) for one, other in candidates(stated, known) if (verdict := _verdict(one, other))]
    stated_done: set[S] = set()
    known_done: set[K] = set()
    for rule, _, _, one, other in sorted(judged, key=lambda each: (_ORDER[each[0]], *each[1:3])):
        if one.key not in stated_done and other.key not in known_done:
            stated_done.add(one.key)
            known_done.add(other.key)
            yield one.key, other.key, rule


_WORD = re.compile(r"\w{3,}")
_ORDER = {rule: place for place, rule in enumerate(MatchedBy)}


def candidates[S, K](
    stated: Iterable[ComparedRow[S]], known: Iterable[ComparedRow[K]]
) -> Iterator[tuple[ComparedRow[S], ComparedRow[K]]]:
    """The pairs that are worth comparing, in the order of the stated rows."""
    kinds: defaultdict[Hashable, list[ComparedRow[K]]] = defaultdict(list)
    named: defaultdict[tuple[Hashable, str], list[ComparedRow[K]]] = defaultdict(list)
    for row in sorted(known, key=_day):
        kinds[row.kind].append(row)
        for name in _ids(row.references, row.check_number):
            named[row.kind, name].append(row)
    seen: Counter[tuple[Hashable, date]] = Counter()
    for one in stated:
        others = kinds.get(one.kind, [])
        if len(others) > ALIKE_MAX:
            # Those that stand around the place that it would have among them, and those that share an id.
            first, end = (bisect(others, one.booked_on, key=_day) for bisect in (bisect_left, bisect_right))
            place = min(first + seen[one.kind, one.booked_on], end)
            others = others[max(0, place - ALIKE_MAX) : place + ALIKE_MAX]
            for name in _ids(one.references, one.check_number):
                others += named[one.kind, name][:ALIKE_MAX]
        seen[one.kind, one.booked_on] += 1
        yield from ((one, other) for other in others)


def _day(row: ComparedRow[Any]) -> date:
    return row.booked_on


def _verdict(stated: ComparedRow[Any], known: ComparedRow[Any]) -> tuple[MatchedBy, float, int] | None:
    """The rule by which two rows of one kind are one, how little they are alike, and how many days apart."""
    if stated.check_number and known.check_number and stated.check_number.lstrip("0") != known.check_number.lstrip("0"):
        return None
    days = (stated.booked_on - known.booked_on).days
    is_told = not known.schemes.isdisjoint(stated.schemes)
    completes = known.is_pending and not stated.is_pending and 0 <= days <= PENDING_DAYS_MAX
    if is_told and not completes:
        return None
    ids = _ids(stated.references, stated.check_number) & _ids(known.references, known.check_number)
    if ids and not is_told and abs(days) <= REFERENCE_DAYS_MAX:
        return MatchedBy.REFERENCE, -1, abs(days)
    if not completes and (days or is_told):
        return None
    likeness = _likeness(_words(stated.texts), _words(known.texts))
    if likeness == 0:
        return None
    told_so = MatchedBy.TEXT if likeness else MatchedBy.AMOUNT
    return MatchedBy.PENDING if days or is_told else told_so, -(likeness or 0), abs(days)


@lru_cache(1_000)  # a row is compared with several, one after the other
def _ids(references: tuple[str | None, ...], check_number: str | None) -> frozenset[str]:
    ids = {reference.upper() for reference in references if reference} - NO_REFERENCE
    return frozenset(ids | ({"check " + check_number.lstrip("0")} if check_number else set()))


@lru_cache(1_000)
def _words(texts: tuple[str | None, ...]) -> frozenset[str]:
    return frozenset(_WORD.findall(" ".join(filter(None, texts)).upper())) - SAYS_NOTHING


def _likeness(one: frozenset[str], other: frozenset[str]) -> float | None:
    """The share of the shorter text's words that the other has too; None where one says nothing."""
    if not one or not other:
        return None
    # Formats cut texts off: MERCHAN is MERCHANT.
    shorter, longer = sorted((one, other), key=len)
    cut = sum(any(_begins(word, another) for another in longer) for word in shorter - longer)
    return (len(shorter & longer) + cut) / len(shorter)


def _begins(one: str, other: str) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length] and length >= min(6, max(len(one), len(other)))
