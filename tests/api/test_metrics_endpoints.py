import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.presentation.http.metrics_gate import MetricsGate
from app.presentation.http.problems import RefusedError
from tests.answers import problem
from tests.running import METRICS_TOKEN


async def test_metrics_say_what_was_answered_by_route_and_never_by_path(client: httpx.AsyncClient) -> None:
    await client.get("/verify-email/a-secret-from-a-mail")
    await client.request("BREW", "/no/such/path")
    answer = await client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    assert answer.status_code == 200
    assert "a-secret-from-a-mail" not in answer.text
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    page = [("method", "GET"), ("route", "/verify-email/{token}"), ("status", "400")]
    assert samples["dashtam_http_requests_total", *page] >= 1
    unknown = [("method", "other"), ("route", "no route"), ("status", "404")]
    assert samples["dashtam_http_requests_total", *unknown] >= 1
    assert samples["dashtam_database_up",] == 1
    assert samples["dashtam_rate_limiter_degraded",] in {0, 1}
    assert samples["dashtam_event_log_unsequenced_events",] >= 0
    assert samples["dashtam_event_relay_found_by_polling",] >= 0
    assert ("dashtam_event_log_lag_events", ("reaction", "email")) in samples


@pytest.mark.parametrize("said", [None, "Bearer", "Bearer wrong", f"Basic {METRICS_TOKEN}"])
async def test_metrics_are_for_who_holds_the_token(client: httpx.AsyncClient, said: str | None) -> None:
    problem(await client.get("/metrics", headers={"Authorization": said} if said else {}), 401, "unauthorized")


def test_without_a_token_in_the_settings_nobody_reads_metrics() -> None:
    with pytest.raises(RefusedError) as refused:
        MetricsGate("").check("Bearer ")
    assert "DASHTAM_SECRET_METRICS_TOKEN" in refused.value.error.detail


def test_metrics_may_be_open() -> None:
    MetricsGate(None).check("")
