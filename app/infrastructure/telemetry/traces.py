"""Traces by OpenTelemetry: one span a request, sent by OTLP. Imported only where the settings want it."""

from typing import Any

from litestar.config.app import AppConfig
from litestar.middleware import ASGIMiddleware
from litestar.plugins import InitPlugin
from litestar.plugins.opentelemetry import OpenTelemetryConfig, OpenTelemetryPlugin
from litestar.types import ASGIApp, Receive, Scope, Send
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, get_current_span

# What could hold a path or a query, by the old and the new names of OpenTelemetry's conventions.
ADDRESSES = ("http.target", "http.url", "url.path", "url.full", "url.query")


class RouteNaming(ASGIMiddleware):
    """Names the request's span by its route, which is known once Litestar has found it."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        span, template = get_current_span(), str(scope.get("path_template"))
        span.update_name(f"{scope.get('method', '')} {template}")
        span.set_attribute("http.route", template)
        await next_app(scope, receive, send)


class RouteNamingPlugin(InitPlugin):
    """Puts the naming first among the middleware."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        app_config.middleware.insert(0, RouteNaming())
        return app_config


def tracing_plugins(ratio: float) -> list[InitPlugin]:
    """Traces this share of the requests that bring no trace. `OTEL_EXPORTER_OTLP_*` says where spans go."""
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(ratio)), resource=Resource.create({SERVICE_NAME: "dashtam"})
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    config = OpenTelemetryConfig(
        tracer_provider=provider,
        exclude_spans=["receive", "send"],
        scope_span_details_extractor=lambda scope: (f"{scope.get('method', '')} no route", {}),
        server_request_hook_handler=anonymised,
    )
    return [OpenTelemetryPlugin(config), RouteNamingPlugin()]


def anonymised(span: Span, scope: dict[str, Any]) -> None:
    """A path may hold a token from a mail, so no span tells one; the trace id of answers and logs is told."""
    for name in ADDRESSES:
        span.set_attribute(name, "")
    span.set_attribute("dashtam.trace_id", scope["state"]["trace_id"])
