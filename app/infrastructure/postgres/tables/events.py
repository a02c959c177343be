"""The event log: a queue that commands write, a gapless log the sequencer writes, and how far reactions are.

Nothing here refers to other tables: what happened stays, whatever becomes of those it happened to.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infrastructure.postgres.tables.base import Instant, Table


class OutboxRow(Table):
    """Events waiting for their position, in the order of commit as far as one user is concerned."""

    __tablename__ = "outbox"
    __table_args__ = ({"postgresql_with": {"autovacuum_vacuum_scale_factor": 0, "autovacuum_vacuum_threshold": 1000}},)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    name: Mapped[str]
    payload: Mapped[dict[str, Any]]
    actor: Mapped[dict[str, Any]]
    occurred_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class EventRow(Table):
    """The log itself, append-only."""

    __tablename__ = "event_log"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    name: Mapped[str]
    payload: Mapped[dict[str, Any]]
    actor: Mapped[dict[str, Any]]
    occurred_at: Mapped[datetime]


class PersonalDataRow(Table):
    """What an event says of a person: it stands beside the append-only log, so that it can be erased."""

    __tablename__ = "event_personal_data"
    __table_args__ = (
        Index("ix_event_personal_data_user_id", "user_id"),
        Index("ix_event_personal_data_email", text("lower(data ->> 'email')")),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]
    # Keys the digest that the audit trail keeps; erased along, so that nobody can find out what it was of.
    salt: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))


class LogHeadRow(Table):
    """The one row whose lock makes a process the sequencer."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("one", name="one_row"), {"postgresql_with": {"fillfactor": 10}})

    one: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    position: Mapped[int] = mapped_column(BigInteger)


class ReactionCursorRow(Table):
    """How far a reaction has come in the log."""

    __tablename__ = "reaction_cursors"
    __table_args__ = ({"postgresql_with": {"fillfactor": 10}},)

    reaction: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class ParkedEventRow(Table):
    """Events a reaction could not handle yet, and those of the same user behind them."""

    __tablename__ = "parked_events"
    __table_args__ = (Index("ix_parked_events_order", "reaction", "user_id", "position"),)

    reaction: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_at: Mapped[Instant]
    error: Mapped[str]
