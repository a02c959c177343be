"""Imports that wait for a worker, and their files in encrypted parts."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.infrastructure.postgres.tables.base import Instant, Table


class ImportJobRow(Table):
    __tablename__ = "import_jobs"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID]
    file_name: Mapped[str]
    account_id: Mapped[UUID | None]
    mapping: Mapped[dict[str, Any] | None]
    created_at: Mapped[Instant]


class ImportFilePartRow(Table):
    __tablename__ = "import_file_parts"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("import_jobs.import_id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
