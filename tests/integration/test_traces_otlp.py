"""Traces as a collector receives them: over HTTP, from a server that sends them."""

import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.running import serving

TOKEN = "ab" * 32


@pytest.fixture
def collector() -> Iterator[tuple[str, list[Any]]]:
    """A collector's address, and the spans it got."""
    spans: list[Any] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    spans.extend(scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", spans
        server.shutdown()


async def test_a_request_is_one_span_that_names_its_route_and_no_token(
    environ: dict[str, str], folder: Path, collector: tuple[str, list[Any]]
) -> None:
    endpoint, spans = collector
    tracing = {
        "DASHTAM_TELEMETRY__TRACES": "true",
        "DASHTAM_TELEMETRY__TRACES_RATIO": "1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        "OTEL_BSP_SCHEDULE_DELAY": "50",
    }

    def ask() -> str:
        with serving(environ | tracing, folder / "traced.log") as server:
            answer = httpx.get(f"{server.base_url}/verify-email/{TOKEN}", trust_env=False)
        return answer.headers["x-trace-id"]

    trace_id = await asyncio.to_thread(ask)
    name = "GET /verify-email/{token}"
    (span,) = [span for span in spans if span.name == name]
    assert TOKEN not in str(spans)
    assert trace_id in str(span)
