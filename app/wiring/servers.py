"""Where PostgreSQL and Redis are: at the addresses of the settings, or embedded in the data directory."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from app.domain.protocols.secrets import SecretsProtocol
from app.infrastructure.embedded.servers import EmbeddedServers, ServerAddresses, ServersStatus, data_dir
from app.infrastructure.security.secrets import EnvironmentSecrets, GeneratedSecrets
from app.settings import ROOT, Environment, Settings, SettingsError


class Servers:
    """Knows the addresses. Embedded servers start when an address is first asked for, and not before."""

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        urls = settings.database.url, settings.redis.url
        if any(urls) and not all(urls):
            raise SettingsError("Set both DATABASE_URL and REDIS_URL, or neither for embedded servers.")
        if not any(urls) and settings.environment is Environment.PRODUCTION:
            raise SettingsError("Production needs DATABASE_URL and REDIS_URL.")
        self.embedded = not any(urls)
        self.data_dir = data_dir(environ, ROOT)
        self._environ = environ
        self._servers = EmbeddedServers(self.data_dir)
        self._known: ServerAddresses | None = None if self.embedded else ServerAddresses(*urls)
        self._starting = threading.Lock()

    async def addresses(self) -> ServerAddresses:
        if self._known is None:
            return await asyncio.to_thread(self._start)
        return self._known

    async def database_url(self) -> str:
        return (await self.addresses()).database_url

    async def release(self) -> None:
        """This process is done with them; the last one stops what is embedded."""
        if self.embedded:
            await asyncio.to_thread(self._servers.release)
            self._known = None

    def _start(self) -> ServerAddresses:
        with self._starting:
            if self._known is None:
                self._known = self._servers.start()
            return self._known

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the servers running for as long as the context lasts, whoever else comes and goes."""
        if self.embedded:
            self._start()
        try:
            yield
        finally:
            if self.embedded:
                self._servers.release()
                self._known = None

    def status(self) -> ServersStatus:
        return self._servers.status()

    def stop(self) -> bool:
        return self._servers.stop()

    def secrets(self) -> SecretsProtocol:
        """Generated keys serve embedded servers only: with servers of your own they must be yours as well."""
        return GeneratedSecrets(self.data_dir / "keys") if self.embedded else EnvironmentSecrets(self._environ)
