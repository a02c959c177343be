"""What came of uploaded files."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, desc
from sqlalchemy.orm import Mapped

from app.infrastructure.postgres.tables.base import Id, Instant, Owner, Table


class ImportRow(Table):
    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint(
            "state in ('queued', 'running', 'succeeded', 'partial', 'failed', 'undone')", name="state_known"
        ),
        Index("ix_imports_of_user", "user_id", desc("id")),
    )

    id: Mapped[Id]
    user_id: Mapped[Owner]
    state: Mapped[str]
    format: Mapped[str]
    file_name: Mapped[str]
    accounts: Mapped[list[dict[str, Any]]]
    errors: Mapped[list[dict[str, Any]]]
    created_at: Mapped[Instant]
    finished_at: Mapped[datetime | None]
