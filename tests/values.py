"""Valid domain values, each with a few words changed by whoever asks."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from app.application.imports.policy import ImportPolicy
from app.core.ids import AccountId, SessionId, TokenId, UserId
from app.domain.identity.actor import Actor
from app.domain.identity.session import MailToken, MailTokenKind, RefreshToken, Session
from app.domain.identity.user import User
from app.domain.imports.statement import Movement, StatementOpened
from app.domain.ledger.account import Account, AccountType
from app.domain.ledger.transaction import TransactionSubtype, TransactionType

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def user(**changed: Any) -> User:
    known: dict[str, Any] = {
        "id": UserId(uuid4()),
        "email": f"{uuid4().hex}@example.com",
        "password_hash": "hash",
        "created_at": NOW,
    }
    return User(**known | changed)


def mail_token(user_id: UserId, **changed: Any) -> MailToken:
    known: dict[str, Any] = {
        "id": TokenId(uuid4()),
        "kind": MailTokenKind.VERIFICATION,
        "user_id": user_id,
        "secret_hash": uuid4().bytes,
        "created_at": NOW,
        "expires_at": NOW,
    }
    return MailToken(**known | changed)


def session_of(user_id: UserId, **changed: Any) -> Session:
    known: dict[str, Any] = {
        "id": SessionId(uuid4()),
        "user_id": user_id,
        "device": "Firefox on Linux",
        "ip_address": "192.0.2.1",
        "user_agent": "tests",
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=30),
        "token_version": 1,
    }
    return Session(**known | changed)


def refresh_token(session: Session, **changed: Any) -> RefreshToken:
    known: dict[str, Any] = {
        "id": TokenId(uuid4()),
        "session_id": session.id,
        "secret_hash": uuid4().bytes,
        "issued_at": NOW,
        "expires_at": session.expires_at,
    }
    return RefreshToken(**known | changed)


def account(user_id: UserId, **changed: Any) -> Account:
    known: dict[str, Any] = {
        "id": AccountId(uuid4()),
        "user_id": user_id,
        "name": "Checking",
        "type": AccountType.CHECKING,
        "institution": None,
        "number_masked": "••••1234",
        "currency": "USD",
        "created_at": NOW,
    }
    return Account(**known | changed)


def actor(user_id: UserId | None = None, session_id: SessionId | None = None) -> Actor:
    return Actor(trace_id=str(uuid4()), user_id=user_id, session_id=session_id, roles=("user",))


def opened(**changed: Any) -> StatementOpened:
    known: dict[str, Any] = {
        "locator": "statement 1",
        "type": AccountType.CHECKING,
        "currency": "USD",
        "number": "100200300",
    }
    return StatementOpened(**known | changed)


def movement(amount: str = "-1.00", **changed: Any) -> Movement:
    known: dict[str, Any] = {
        "locator": "row",
        "booked_on": date(2026, 1, 5),
        "amount": Decimal(amount),
        "type": TransactionType.SPENDING,
        "subtype": TransactionSubtype.PURCHASE,
        "bank_id": "1",
        "description": "Tea",
    }
    return Movement(**known | changed)


def import_policy(**changed: int) -> ImportPolicy:
    known = {"row_faults_max": 10, "upload_bytes_max": 2**25, "at_once_bytes_max": 2**24, "mappings_max": 3}
    return ImportPolicy(**known | changed)
