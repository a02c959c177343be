"""Who may read the metrics: whoever holds the secret `metrics_token`, or all where the settings say so."""

import hmac
from dataclasses import dataclass

from app.core.errors import Unauthorized
from app.presentation.http.problems import RefusedError

HOW = (
    "Send `Authorization: Bearer ...` with the secret metrics_token (DASHTAM_SECRET_METRICS_TOKEN), "
    'or set telemetry.metrics = "open" where only your scraper reaches /metrics.'
)


@dataclass(frozen=True, slots=True)
class MetricsGate:
    """`token` is None where all may read; an empty one admits nobody."""

    token: str | None

    def check(self, authorization: str) -> None:
        """Raises `RefusedError`."""
        if self.token is None:
            return
        scheme, _, said = authorization.partition(" ")
        if not (self.token and scheme.lower() == "bearer" and hmac.compare_digest(said.encode(), self.token.encode())):
            raise RefusedError(Unauthorized(detail=HOW))
