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

A scheme (a file format, a connection) tells each transaction once, so rules 3 to 5 never join two rows of one scheme:
equal rows are counted, the second one finds the second row or is new. Different check numbers are never joined.

Refuses: guessing over days or amounts without an id, and giving a removed row new life. Costs nothing for rows that
rule 1 knows, and for others what their few candidates of equal amount cost.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

REFERENCE_DAYS_MAX = 7
PENDING_DAYS_MAX = 10
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What tells a row from another of the same amount."""

    booked_on: date
    texts: tuple[str | None, ...]
    references: tuple[str | None, ...]
    check_number: str | None = None
    is_pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate[S, K]:
    """A stated and a known row of one account and amount; `is_told` if the stated's scheme told the known one."""

    stated: S
    known: K
    stated_wording: Wording
    known_wording: Wording
    is_told: bool


def matches[S, K](candidates: Iterable[Candidate[S, K]]) -> Iterator[tuple[S, K, MatchedBy]]:
    """Each stated row's known row, best pairs first; every row is used once."""
    stated_done: set[S] = set()
    known_done: set[K] = set()
    for _, _, pair, rule in sorted(_judged(candidates), key=lambda judged: judged[:2]):
        if pair.stated not in stated_done and pair.known not in known_done:
            stated_done.add(pair.stated)
            known_done.add(pair.known)
            yield pair.stated, pair.known, rule


type Judged[S, K] = tuple[tuple[int, float, int], int, Candidate[S, K], MatchedBy]
_ORDER = {rule: place for place, rule in enumerate(MatchedBy)}


def _judged[S, K](candidates: Iterable[Candidate[S, K]]) -> Iterator[Judged[S, K]]:
    for place, pair in enumerate(candidates):
        if found := rule_of(pair.stated_wording, pair.known_wording, is_told=pair.is_told):
            rule, likeness = found
            days = abs((pair.stated_wording.booked_on - pair.known_wording.booked_on).days)
            yield (_ORDER[rule], -likeness, days), place, pair, rule


def rule_of(stated: Wording, known: Wording, *, is_told: bool) -> tuple[MatchedBy, float] | None:
    """The rule by which two rows of equal amount are one, and how much alike they are."""
    if stated.check_number and known.check_number and stated.check_number.lstrip("0") != known.check_number.lstrip("0"):
        return None
    days = (stated.booked_on - known.booked_on).days
    completes = known.is_pending and not stated.is_pending and 0 <= days <= PENDING_DAYS_MAX
    if is_told and not completes:
        return None
    if not is_told and abs(days) <= REFERENCE_DAYS_MAX and _ids(stated) & _ids(known):
        return MatchedBy.REFERENCE, 1
    likeness = _likeness(_words(stated.texts), _words(known.texts))
    if likeness is None or likeness > 0:
        if days == 0 and not is_told:
            return (MatchedBy.AMOUNT, 0) if likeness is None else (MatchedBy.TEXT, likeness)
        if completes:
            return MatchedBy.PENDING, likeness or 0
    return None


def _ids(wording: Wording) -> set[str]:
    ids = {reference.upper() for reference in wording.references if reference} - NO_REFERENCE
    return ids | ({"check " + wording.check_number.lstrip("0")} if wording.check_number else set())


def _words(texts: Sequence[str | None]) -> frozenset[str]:
    words = re.findall(r"\w{3,}", " ".join(text for text in texts if text).upper())
    return frozenset(words) - SAYS_NOTHING


def _likeness(one: frozenset[str], other: frozenset[str]) -> float | None:
    """The share of the shorter text's words that the other has too; None where one says nothing."""
    if not one or not other:
        return None
    # Formats cut texts off: MERCHAN is MERCHANT.
    shorter, longer = sorted((one, other), key=len)
    common = sum(any(_begins(word, another) for another in longer) for word in shorter)
    return common / len(shorter)


def _begins(one: str, other: str) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length] and length >= min(6, max(len(one), len(other)))
