"""Imports, kept so that people can see what a file brought."""

from typing import Protocol

from app.domain.imports.statement_import import StatementImport


class ImportRepository(Protocol):
    """Finished imports."""

    async def add(self, statement_import: StatementImport) -> None: ...
