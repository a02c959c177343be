"""Imports, kept so that people can see what a file brought."""

from typing import Protocol

from app.core.ids import ImportId, UserId
from app.domain.imports.statement_import import ImportState, StatementImport


class ImportRepository(Protocol):
    """Finished imports."""

    async def add(self, statement_import: StatementImport) -> None: ...

    async def state(self, user_id: UserId, import_id: ImportId) -> ImportState | None:
        """The import's state, held until the transaction ends; None if there is none or it is somebody else's."""

    async def mark_undone(self, import_id: ImportId) -> None: ...
