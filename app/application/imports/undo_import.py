"""Undo an import: the ledger becomes what the other sources say, as if the file had never come.

A row leaves with its last source. Rows that another source told since stay, and the answer names them. An account that
nothing tells of any more leaves, unless its owner has renamed or hidden it.
"""

from app.application.imports.errors import ImportNotUndoable
from app.application.imports.policy import KEPT_ROWS_MAX
from app.application.imports.undone_view import ImportUndoneView
from app.application.registry import Command, command
from app.application.services.taking_back import TakingBack
from app.core.errors import NotFound
from app.core.ids import ImportId
from app.core.result import Failure, Result, Success
from app.domain.events.imports import ImportUndoSucceeded
from app.domain.identity.actor import Actor
from app.domain.imports.statement_import import ImportState
from app.domain.protocols.events import EventLog
from app.domain.protocols.imports import ImportRepository
from app.domain.protocols.ledger import RowsTakenBack

UNDOABLE = frozenset({ImportState.SUCCEEDED, ImportState.PARTIAL})


class UndoImport(Command[ImportUndoneView]):
    import_id: ImportId


@command(UndoImport, workflow=ImportUndoSucceeded)
class UndoImportHandler:
    imports: ImportRepository
    take_back: TakingBack
    events: EventLog
    actor: Actor

    async def __call__(self, message: UndoImport) -> Result[ImportUndoneView]:
        person, import_id = self.actor.person, message.import_id
        state = await self.imports.state(person, import_id)
        if state is None:
            return Failure(NotFound())
        if state not in UNDOABLE:
            return Failure(ImportNotUndoable(detail=f"This import is {state}."))
        rows, accounts = await self.take_back(person, import_id, [import_id], KEPT_ROWS_MAX)
        await self.imports.mark_undone(import_id)
        await self.events.append(_succeeded(message, self.actor, rows))
        return Success(ImportUndoneView.of(import_id, rows, accounts))


def _succeeded(message: UndoImport, actor: Actor, rows: RowsTakenBack) -> ImportUndoSucceeded:
    return ImportUndoSucceeded(
        user_id=actor.person,
        import_id=message.import_id,
        transactions_removed=rows.removed,
        transactions_restored=rows.restored,
        transactions_kept=rows.kept,
    )
