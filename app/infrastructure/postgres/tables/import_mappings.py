"""CSV mappings that people save."""

from typing import Any

from sqlalchemy import Index, func
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Mapped, mapped_column

from app.infrastructure.postgres.tables.base import Id, Instant, Owner, Table


class ImportMappingRow(Table):
    __tablename__ = "import_mappings"

    id: Mapped[Id]
    user_id: Mapped[Owner]
    name: Mapped[str]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON())  # shown as it was written
    created_at: Mapped[Instant]


Index("uq_import_mappings_user_id_name", ImportMappingRow.user_id, func.lower(ImportMappingRow.name), unique=True)
