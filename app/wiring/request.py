"""What lives as long as one request or job: its transaction, its actor and its handlers."""

from collections.abc import Iterator
from inspect import isclass

from dishka import Provider, Scope, from_context, provide

from app.application.registry import USE_CASES
from app.application.terms import Terms
from app.core.loading import load
from app.domain.identity.actor import Actor


def use_cases() -> Provider:
    """Every registered handler and every service they share; their annotations are the graph."""
    provider = Provider(scope=Scope.REQUEST)
    provider.provide_all(*(use_case.handler for use_case in USE_CASES.values()))
    provider.provide_all(*services())
    return provider


def services() -> Iterator[type]:
    """The classes that the modules of `application/services` declare."""
    for module in load("app.application.services"):
        yield from (kind for kind in vars(module).values() if isclass(kind) and kind.__module__ == module.__name__)


class JobActorProvider(Provider):
    """The actor of jobs, given when the job's scope is opened."""

    actor = from_context(Actor, scope=Scope.REQUEST)

    @provide(scope=Scope.REQUEST)
    def terms(self) -> Terms:
        return Terms()
