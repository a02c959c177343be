"""The audit trail, its checkpoints, and what reads them."""

from pathlib import Path

from dishka import Provider, Scope, provide

from app.application.audit.views import AuditReader
from app.domain.protocols.audit import CheckpointBook, CheckpointSigner
from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.infrastructure.checkpointing import Checkpointing
from app.infrastructure.postgres.audit import PostgresAuditReader, PostgresAuditTrail
from app.infrastructure.security.checkpoints import CheckpointFile, Ed25519CheckpointSigner
from app.settings import Settings
from app.wiring.servers import Servers


class AuditProvider(Provider):
    scope = Scope.APP

    trail = provide(PostgresAuditTrail)
    reader = provide(PostgresAuditReader, provides=AuditReader)
    checkpointing = provide(Checkpointing)

    @provide
    def signer(self, secrets: SecretsProtocol) -> CheckpointSigner:
        return Ed25519CheckpointSigner(secrets.ring(Ring.AUDIT))

    @provide
    def book(self, settings: Settings, servers: Servers) -> CheckpointBook:
        file = settings.audit.checkpoint_file
        return CheckpointFile(Path(file) if file else servers.data_dir / "audit" / "checkpoints")
