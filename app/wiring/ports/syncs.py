"""Syncs."""

from dishka import Provider, Scope, provide

from app.application.syncs.policy import SyncPolicy
from app.application.syncs.views import SyncReader
from app.domain.protocols.syncs import OpenSyncs, SyncQueue, SyncRepository
from app.infrastructure.postgres.open_syncs import PostgresOpenSyncs, PostgresSyncReader
from app.infrastructure.postgres.sync_queue import PostgresSyncQueue
from app.infrastructure.postgres.syncs import PostgresSyncRepository
from app.settings import Settings

DUE_MAX = 500


class SyncsProvider(Provider):
    scope = Scope.APP

    opened = provide(PostgresOpenSyncs, provides=OpenSyncs)
    reader = provide(PostgresSyncReader, provides=SyncReader)

    @provide
    def policy(self, settings: Settings) -> SyncPolicy:
        return SyncPolicy(
            run_seconds_max=settings.syncs.run_seconds_max, syncs_per_day=settings.syncs.per_day, due_max=DUE_MAX
        )


class SyncsRequestProvider(Provider):
    scope = Scope.REQUEST

    queue = provide(PostgresSyncQueue, provides=SyncQueue)
    syncs = provide(PostgresSyncRepository, provides=SyncRepository)
