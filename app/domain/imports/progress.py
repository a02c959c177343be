"""How far one statement file has been read."""

from dataclasses import dataclass, field
from datetime import date, datetime

from app.core.ids import AccountId, ImportId
from app.domain.imports.balance_proof import BalanceCheck, BalanceProof
from app.domain.imports.statement import Position, RowFault, StatementClosed
from app.domain.ledger.row_identity import RowIdentities
from app.domain.ledger.source import DataSource, SourceKind


@dataclass(slots=True, kw_only=True)
class ImportProgress:
    """`created` has the file's accounts in their order, and whether each was opened just now; `rows` counts rows.

    The last seven fields are of the statement that is being read; they exist as soon as one was opened.
    """

    import_id: ImportId
    format: str
    started_at: datetime
    chosen: AccountId | None
    faults_max: int
    rows: int = 0
    created: dict[AccountId, bool] = field(default_factory=dict)
    proofs: dict[AccountId, BalanceProof] = field(default_factory=dict)
    _faults: list[RowFault] = field(default_factory=list)
    _faults_beyond: int = 0
    account_id: AccountId = field(init=False)
    currency: str = field(init=False)
    scheme: str = field(init=False)
    identities: RowIdentities = field(init=False)
    positions: list[Position] = field(init=False)
    newest_on: date = field(init=False)
    check: BalanceCheck = field(init=False)

    @property
    def source(self) -> DataSource:
        return DataSource(kind=SourceKind.IMPORT, id=self.import_id)

    def open(self, account_id: AccountId, currency: str, *, created: bool, layout: str = "") -> None:
        """Go on with a statement of that account."""
        self.scheme = f"{self.format}:{layout}" if layout else self.format
        self.created[account_id] = self.created.get(account_id, False) or created
        self.account_id, self.currency, self.identities = account_id, currency, RowIdentities()
        self.positions, self.newest_on, self.check = [], date.min, BalanceCheck()

    def close(self, closed: StatementClosed) -> None:
        """Keep what the statement proves of the account's balance."""
        proof, known = self.check.proof(self.currency, closed), self.proofs.get(self.account_id)
        if proof:
            self.proofs[self.account_id] = known.and_of(proof) if known else proof

    def note(self, fault: RowFault) -> None:
        """Keep a fault, or count it once there are too many to tell."""
        if len(self._faults) < self.faults_max:
            self._faults.append(fault)
        else:
            self._faults_beyond += 1

    @property
    def faults(self) -> tuple[RowFault, ...]:
        if not self._faults_beyond:
            return tuple(self._faults)
        detail = f"{self._faults_beyond} more rows could not be read."
        return (*self._faults, RowFault(locator="file", code="more_faults", detail=detail))
