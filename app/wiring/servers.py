"""Where PostgreSQL and Redis are: at the addresses of the settings, or embedded in the data directory."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from app.domain.protocols.secrets import SecretsProtocol
from app.infrastructure.embedded.servers import EmbeddedServers, ServerAddresses, ServersStatus, data_dir
from app.infrastructure.security.secrets import EnvironmentSecrets, GeneratedSecrets
from app.settings import ROOT, Environment, SecretSettings, Settings, SettingsError


class Servers:
    """Knows the addresses. Embedded servers start when an address is first asked for, and not before."""

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        urls = settings.database.url, settings.redis.url
        if any(urls) and not all(urls):
            raise SettingsError("Set both DATABASE_URL and REDIS_URL, or neither for embedded servers.")
        if not any(urls) and settings.environment is Environment.PRODUCTION:
            raise SettingsError("Production needs DATABASE_URL and REDIS_URL.")
        if settings.secrets.backend == "aws" and not settings.secrets.aws_secret_name:
            raise SettingsError("The secrets backend 'aws' needs secrets.aws_secret_name.")
        self.embedded = not any(urls)
        self.data_dir = data_dir(environ, ROOT)
        self._environ = environ
        self._settings = settings.secrets
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

    async def secrets(self) -> SecretsProtocol:
        """Generated keys serve embedded servers only: with servers of your own they must be yours as well."""
        if self._settings.backend == "aws":
            return await asyncio.to_thread(_aws_secrets, self._settings)
        return self.generated_secrets() or EnvironmentSecrets(self._environ)

    def generated_secrets(self) -> GeneratedSecrets | None:
        """The keys that were made here, if it is those that are used."""
        wanted = self.embedded and self._settings.backend == "environment"
        return GeneratedSecrets(self.data_dir / "keys", self._environ) if wanted else None


def _aws_secrets(settings: SecretSettings) -> SecretsProtocol:
    try:
        # boto3 is slow to import, and only installed where it is wanted
        from app.infrastructure.security.aws_secrets import read
    except ModuleNotFoundError as error:
        raise SettingsError("The secrets backend 'aws' needs boto3: `uv sync --extra aws`.") from error
    return read(
        settings.aws_secret_name,
        region=settings.aws_region,
        endpoint_url=settings.aws_endpoint_url,
        timeout_seconds=settings.aws_timeout_seconds,
    )
