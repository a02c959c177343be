"""What operators watch."""

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Request, Response

from app.application.metrics import Metrics
from app.core.errors import Unauthorized
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.area import Area
from app.presentation.http.metrics_gate import MetricsGate

PROMETHEUS_TEXT = "text/plain; version=1.0.0; charset=utf-8"


system = Area("System", prefix="")


class MetricsController(Controller):
    @system.get("/metrics", limit=LimitPolicy.UNLIMITED, errors=(Unauthorized,))
    async def get_metrics(
        self,
        request: Request,  # type: ignore[type-arg]  # Dishka knows it by this name
        gate: FromDishka[MetricsGate],
        metrics: FromDishka[Metrics],
    ) -> Response[bytes]:
        """Read this process's metrics in Prometheus' text format.

        Wants the secret `metrics_token` as bearer token, unless the settings open it to all.
        """
        gate.check(request.headers.get("authorization", ""))
        return Response(await metrics.exposition(), media_type=PROMETHEUS_TEXT)
