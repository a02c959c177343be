"""What operators watch, and who may."""

from dishka import Provider, Scope, provide

from app.application.metrics import Metrics
from app.domain.protocols.secrets import SecretMissingError, SecretsProtocol
from app.infrastructure.telemetry.metrics import PrometheusMetrics
from app.presentation.http.metrics_gate import MetricsGate
from app.settings import Settings


class TelemetryProvider(Provider):
    scope = Scope.APP

    metrics = provide(PrometheusMetrics, provides=Metrics)

    @provide
    def gate(self, settings: Settings, secrets: SecretsProtocol) -> MetricsGate:
        if settings.telemetry.metrics == "open":
            return MetricsGate(None)
        try:
            return MetricsGate(secrets.text("metrics_token"))
        except SecretMissingError:
            return MetricsGate("")
