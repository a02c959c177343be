"""Finds providers: those of this package's folders, and those that other distributions offer.

A provider is a class with a `description`, made from a `ProviderKit`. Ours are the classes so made in a folder's
modules; others are named by entry points of the group `dashtam.providers`. One is served if its section of the
settings says so; a third party's also without one.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import entry_points
from inspect import isclass
from typing import Any

import httpx

from app.core.clock import Clock
from app.core.loading import load
from app.domain.connections.provider import ProviderDescription
from app.domain.protocols.providers import Provider
from app.domain.protocols.secrets import SecretsProtocol
from app.infrastructure.providers.guard import GuardedTransport, is_loopback
from app.infrastructure.providers.http import REDIRECTS_MAX, InstitutionClient
from app.infrastructure.providers.kit import ProviderKit
from app.settings import Environment, ProviderSettings, Settings, SettingsError

GROUP = "dashtam.providers"
type ProviderClass = Callable[[ProviderKit], Provider]


class InstalledProviders:
    """Implements `Providers`."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient, clock: Clock, secrets: SecretsProtocol) -> None:
        self._known: dict[str, Provider] = {}
        classes = provider_classes()
        if unknown := settings.providers.keys() - classes.keys():
            raise SettingsError(f"providers.{min(unknown)}: no such provider; there are {', '.join(sorted(classes))}.")
        for slug, make in classes.items():
            own = settings.providers.get(slug, ProviderSettings())
            if own.enabled:
                speaker = InstitutionClient(client, slug, own.base_url, settings.outbound)
                kit = ProviderKit(slug=slug, settings=own, client=speaker, clock=clock, secrets=secrets)
                self._known[slug] = make(kit)

    def all(self) -> Sequence[ProviderDescription]:
        return sorted((known.description for known in self._known.values()), key=lambda found: found.name)

    def get(self, slug: str) -> Provider | None:
        return self._known.get(slug)


def provider_classes() -> dict[str, ProviderClass]:
    """Every provider there is, by slug."""
    found: dict[str, ProviderClass] = {}
    for kind in (*_own(), *(point.load() for point in entry_points(group=GROUP))):
        slug = kind.description.slug
        if slug in found:
            raise SettingsError(f"Two providers are called {slug}.")
        found[slug] = kind
    return found


def _own() -> Iterator[Any]:
    for module in load("app.infrastructure.providers"):
        for kind in vars(module).values():
            is_own = isclass(kind) and kind.__module__ == module.__name__
            if is_own and isinstance(vars(kind).get("description"), ProviderDescription):
                yield kind


def make_client(settings: Settings) -> httpx.AsyncClient:
    """The pooled client of all providers, for public addresses and a sandbox on loopback."""
    bases = [known.base_url for known in settings.providers.values()]
    is_production = settings.environment is Environment.PRODUCTION
    limits = httpx.Limits(max_connections=settings.outbound.connections_max)
    transport = httpx.AsyncHTTPTransport(limits=limits, trust_env=False)
    return httpx.AsyncClient(
        transport=GuardedTransport(transport, () if is_production else filter(is_loopback, bases)),
        timeout=settings.outbound.timeout_seconds,
        max_redirects=REDIRECTS_MAX,
        headers={"User-Agent": "Dashtam"},
        trust_env=False,
    )
