import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.answers import problem
from tests.running import serving

TOKEN = "a token of the scraper"


@pytest.fixture(scope="module")
async def watched(environ: dict[str, str], folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A server whose metrics want a token."""
    context = serving(environ | {"DASHTAM_SECRET_METRICS_TOKEN": TOKEN}, folder / "watched.log")
    running = await asyncio.to_thread(context.__enter__)
    async with httpx.AsyncClient(base_url=running.base_url, timeout=30) as client:
        yield client
    await asyncio.to_thread(context.__exit__, None, None, None)


async def test_metrics_say_what_was_answered_by_route_and_never_by_path(watched: httpx.AsyncClient) -> None:
    await watched.get("/verify-email/a-secret-from-a-mail")
    await watched.request("BREW", "/no/such/path")
    answer = await watched.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert "a-secret-from-a-mail" not in answer.text
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    page = [("method", "GET"), ("route", "/verify-email/{token}"), ("status", "400")]
    assert samples["dashtam_http_requests_total", *page] == 1
    unknown = [("method", "other"), ("route", "no route"), ("status", "404")]
    assert samples["dashtam_http_requests_total", *unknown] == 1
    assert samples["dashtam_database_up",] == 1
    assert samples["dashtam_rate_limiter_degraded",] == 0
    assert samples["dashtam_event_log_unsequenced_events",] >= 0
    assert ("dashtam_event_log_lag_events", ("reaction", "email")) in samples


@pytest.mark.parametrize("said", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}"])
async def test_metrics_are_for_who_holds_the_token(watched: httpx.AsyncClient, said: str | None) -> None:
    problem(await watched.get("/metrics", headers={"Authorization": said} if said else {}), 401, "unauthorized")


@pytest.mark.parametrize("said", ["Bearer", "Bearer None"])
async def test_without_a_token_in_the_settings_nobody_reads_metrics(client: httpx.AsyncClient, said: str) -> None:
    answer = await client.get("/metrics", headers={"Authorization": said})
    problem(answer, 401, "unauthorized")
    assert "DASHTAM_SECRET_METRICS_TOKEN" in answer.json()["detail"]
