"""What all tables share: text without length, instants with time zone, numbers without rounding, named constraints."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from advanced_alchemy.base import CommonTableAttributes
from sqlalchemy import ARRAY, DateTime, ForeignKey, LargeBinary, MetaData, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NOW = text("now()")

type Id = Annotated[UUID, mapped_column(primary_key=True, server_default=text("uuidv7()"))]
type Owner = Annotated[UUID, mapped_column(ForeignKey("users.id", ondelete="CASCADE"))]
type Instant = Annotated[datetime, mapped_column(server_default=NOW)]


class Table(CommonTableAttributes, DeclarativeBase):
    """The base of all tables."""

    __abstract__ = True

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own interface
        str: Text(),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(),
        bytes: LargeBinary(),
        list[str]: ARRAY(Text()),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSON(),  # shown as it was written
    }
