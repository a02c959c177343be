"""Institutions."""

from collections.abc import AsyncIterator

from dishka import Provider, Scope, provide

from app.core.clock import Clock
from app.domain.protocols.providers import Providers
from app.domain.protocols.secrets import SecretsProtocol
from app.infrastructure.providers.registry import InstalledProviders, make_client
from app.settings import Settings


class InstitutionsProvider(Provider):
    scope = Scope.APP

    @provide
    async def providers(self, settings: Settings, clock: Clock, secrets: SecretsProtocol) -> AsyncIterator[Providers]:
        async with make_client(settings) as client:
            yield InstalledProviders(settings, client, clock, secrets)
