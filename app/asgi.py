"""Assembles the application from its registries."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial

from dishka import AsyncContainer, Provider
from dishka.integrations.litestar import setup_dishka
from litestar import Controller, Litestar, Request, Response
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.plugins import InitPlugin
from litestar_granian import GranianPlugin

from app.application.metrics import Metrics
from app.core.errors import OutOfServiceError
from app.core.loading import load
from app.domain.protocols.idempotency import IdempotencyKeys
from app.environ import environment
from app.infrastructure.postgres.engine import make_engine
from app.infrastructure.postgres.errors import OUT_OF_SERVICE
from app.infrastructure.redis.limits import RedisRateLimiter
from app.infrastructure.stopping import Stopping
from app.infrastructure.telemetry.logs import configure_logs
from app.presentation.cli.plugin import CommandsPlugin
from app.presentation.http.api_pages import described
from app.presentation.http.conditional import ConditionalMiddleware, tagged_routes
from app.presentation.http.idempotency import IdempotencyMiddleware
from app.presentation.http.policy import Policy, PolicyMiddleware
from app.presentation.http.problems import Problem, render
from app.presentation.http.request import StrictRequest
from app.presentation.http.rules import Queries, methods, require_metadata
from app.presentation.http.surface import Surface
from app.presentation.http.trace import Traced
from app.settings import ROOT, Settings, SettingsError, load_settings
from app.wiring.container import web_container
from app.wiring.keys import Keys
from app.wiring.migrations import alchemy_config
from app.wiring.operator import operating
from app.wiring.process import running
from app.wiring.servers import Servers


def assemble(*overrides: Provider) -> Litestar:
    """The application, its graph checked, nothing started yet."""
    environ = environment(ROOT)
    settings = load_settings(environ=environ)
    configure_logs(settings.log)
    servers = Servers(settings, environ)
    container = web_container(settings, servers, *overrides)
    app = Litestar(
        controllers(),
        request_class=StrictRequest,
        middleware=[PolicyMiddleware(), IdempotencyMiddleware(), ConditionalMiddleware()],
        exception_handlers={
            **dict.fromkeys(OUT_OF_SERVICE, unavailable),
            **dict.fromkeys((NotFoundException, MethodNotAllowedException), astray),
            HTTPException: render,
            Exception: render,
        },
        lifespan=[partial(serving, container=container)],
        openapi_config=described(),
        plugins=[GranianPlugin(), CommandsPlugin(), *tracing(settings)],
        state=State(
            {
                "embedded": servers,
                "alchemy": alchemy_config(make_engine(servers.database_url, settings.database)),
                "work": partial(work, settings, servers),
                "operating": partial(operating, settings, servers),
                "key_control": Keys(settings, servers),
            }
        ),
        logging_config=None,
        request_max_body_size=None,  # the policy middleware limits bodies, by settings
        cors_config=cors(settings),
    )
    require_metadata(app)
    app.state["methods"] = methods(app)
    app.state["routes"] = tagged_routes(app)
    setup_dishka(container, app)
    app.asgi_handler = Traced(Surface(app.asgi_handler))
    return app


@asynccontextmanager
async def serving(app: Litestar, container: AsyncContainer) -> AsyncIterator[None]:
    """From the first request to the last."""
    async with running(container):
        (await container.get(Stopping)).listen()
        await (await container.get(RedisRateLimiter)).test()
        policy = await container.get(Policy)
        policy.queries = Queries.of(app)
        app.state["policy"] = policy
        app.state["idempotency"] = await container.get(IdempotencyKeys)
        app.state["metrics"] = await container.get(Metrics)
        yield


async def work(settings: Settings, servers: Servers) -> None:
    """What `litestar worker` runs."""
    from app.wiring.worker import work as run  # PgQueuer is slow to import, and only workers need it

    await run(settings, servers)


def tracing(settings: Settings) -> Iterator[InitPlugin]:
    """OpenTelemetry, where it is wanted."""
    if settings.telemetry.traces:
        try:
            # slow to import, and only installed where it is wanted
            from app.infrastructure.telemetry.traces import tracing_plugins
        except ImportError as error:
            raise SettingsError("telemetry.traces needs OpenTelemetry: `uv sync --extra otel`.") from error
        yield from tracing_plugins(settings.telemetry.traces_ratio)


def controllers() -> list[type[Controller]]:
    """Every controller there is."""
    package = "app.presentation.http.controllers"
    load(package)
    return [controller for controller in Controller.__subclasses__() if controller.__module__.startswith(package)]


def unavailable(request: Request, exception: Exception) -> Response[Problem]:  # type: ignore[type-arg]
    """A server we depend on is away."""
    return render(request, OutOfServiceError(repr(exception)))


def astray(request: Request, exception: Exception) -> Response[Problem]:  # type: ignore[type-arg]
    """Nothing is there; whoever goes on looking is told to wait."""
    return render(request, request.app.state["policy"].lost(request.scope) or exception)


def cors(settings: Settings) -> CORSConfig | None:
    """Which other sites' scripts may call the API: those the settings name, without cookies."""
    if not settings.http.cors_origins:
        return None
    limits = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Policy"]
    told = ["ETag", "Idempotency-Replayed", "Location", "Retry-After", "X-Trace-Id", *limits]
    return CORSConfig(allow_origins=[*settings.http.cors_origins], expose_headers=told, max_age=600)
