"""The graph, made from the registries."""

from collections.abc import Iterator
from inspect import isclass

from dishka import AsyncContainer, Provider, Scope, make_async_container, provide
from dishka.integrations.litestar import LitestarProvider
from litestar import Request

from app.application.terms import Terms
from app.core.loading import load
from app.domain.identity.actor import Actor
from app.settings import Settings
from app.wiring.request import JobActorProvider, use_cases
from app.wiring.servers import Servers


class HttpActorProvider(Provider):
    """The actor whom the policy middleware found, and the terms of the request."""

    @provide(scope=Scope.REQUEST)
    def actor(self, request: Request) -> Actor:  # type: ignore[type-arg]  # Dishka knows it by this name
        actor: Actor = request.scope["state"]["actor"]
        return actor

    @provide(scope=Scope.REQUEST)
    def terms(self, request: Request) -> Terms:  # type: ignore[type-arg]  # as above
        terms: Terms = request.scope["state"]["terms"]
        return terms


def web_container(settings: Settings, servers: Servers, *overrides: Provider) -> AsyncContainer:
    """The graph of an API process."""
    return _container(settings, servers, LitestarProvider(), HttpActorProvider(), *overrides)


def worker_container(settings: Settings, servers: Servers, *overrides: Provider) -> AsyncContainer:
    """The graph of a worker, where each job brings its actor."""
    return _container(settings, servers, JobActorProvider(), *overrides)


def _container(settings: Settings, servers: Servers, *providers: Provider) -> AsyncContainer:
    load("app.application")
    known = {Settings: settings, Servers: servers}
    context = Provider(scope=Scope.APP)
    for kind in known:
        context.from_context(kind)
    return make_async_container(context, *ports(), use_cases(), *providers, context=known)


def ports() -> Iterator[Provider]:
    """Every provider that the modules of `wiring/ports` declare."""
    for module in load("app.wiring.ports"):
        for kind in vars(module).values():
            if isclass(kind) and issubclass(kind, Provider) and kind.__module__ == module.__name__:
                yield kind()
