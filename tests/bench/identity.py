"""Figures of identity: what logging in and refreshing cost, and what they give away by the time they take."""

import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import httpx

from tests.bench.load import MeasurementError, Request, load
from tests.bench.measuring import Bench, latencies, rates, report
from tests.bench.person import PASSWORD, created

LIVE = "/health/live"
POLL_SECONDS = 0.005
LOGINS = 20
LOGIN_CLIENTS = 40  # the server's queue for hashes is made long enough by `QUEUE`
QUEUE = {"DASHTAM_AUTH__PASSWORD_HASH_QUEUE_MAX": "100"}
ADDRESSES = 10  # of each kind
ROUNDS, TRIES = 5, 4  # of each address; fewer tries a round than lock it
BOGUS = 200
TABLE_SIZES = (10, 100_000)
FORGET_FAILURES = "delete from login_failures where locked_until is null"
FILL = """
    insert into refresh_tokens (session_id, secret_hash, issued_at, expires_at)
    select (select id from sessions limit 1), sha256(gen_random_uuid()::text::bytea), now(), now() + interval '7 days'
    from generate_series(1, {count} - (select count(*) from refresh_tokens))
"""


def logins(bench: Bench) -> None:
    person = bench.person()
    body = json.dumps({"email": person.email, "password": PASSWORD})
    times = [timed(lambda: created(post(person.client, "/sessions", body))) for _ in range(LOGINS)]
    report("login, one after another", f"{median(times):.0f} ms", reference="525 ms")
    login = Request(port=bench.app.port, path="/api/v1/sessions", json=body)
    with (
        load(login, connections=LOGIN_CLIENTS) as many,
        load(bench.request(LIVE), connections=1, pause_seconds=POLL_SECONDS) as polled,
    ):
        time.sleep(bench.seconds * bench.rounds)
    report(f"login, {LOGIN_CLIENTS} at a time", rates([many.timing]), reference="1.6/s")
    report("  health/live meanwhile", latencies(polled.timing), "p99 < 50 ms", "6 answers/s")


def refusals(bench: Bench) -> None:
    """Whether the time of a refused login tells why: addresses of four kinds in turn, hundreds of times."""
    with bench.client() as client:
        kinds = {kind: prepared(bench, client, kind) for kind in ("unknown", "wrong", "locked", "disabled")}
        times: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(ROUNDS):
            for number in range(ADDRESSES * TRIES):
                for kind, addresses in kinds.items():
                    login = attempt(addresses[number % ADDRESSES], PASSWORD if kind == "locked" else "wrong" * 4)
                    times[kind].append(timed(lambda login=login: refused(post(client, "/sessions", login))))  # type: ignore[misc]  # mypy infers no lambda with a default
            bench.sql(FORGET_FAILURES)
    medians = {kind: median(measured) for kind, measured in times.items()}
    spread = (max(medians.values()) / min(medians.values()) - 1) * 100
    said = ", ".join(f"{kind} {value:.1f}" for kind, value in medians.items())
    report(f"refused login, {len(times['wrong'])} of each kind", f"{said} ms")
    report("  slowest kind over fastest", f"{spread:.1f} %", "< 5 %")


def prepared(bench: Bench, client: httpx.Client, kind: str) -> list[str]:
    """Addresses that are refused for that reason."""
    addresses = [f"{kind}{number}@example.com" for number in range(ADDRESSES)]
    if kind == "unknown":
        return addresses
    for address in addresses:
        created(post(client, "/users", attempt(address, PASSWORD)))
    active = "false" if kind == "disabled" else "true"
    bench.sql(f"update users set verified_at = now(), is_active = {active} where email like '{kind}%'")
    for address in addresses * 5 if kind == "locked" else []:
        refused(post(client, "/sessions", attempt(address, "wrong" * 4)))
    return addresses


def refreshes(bench: Bench) -> None:
    bench.person()
    for size in TABLE_SIZES:
        bench.sql(FILL.format(count=size), "vacuum (analyze) refresh_tokens", "checkpoint")
        with bench.client() as client:
            bodies = [json.dumps({"refresh_token": f"{number:043}"}) for number in range(BOGUS)]
            times = [timed(lambda body=body: refused(post(client, "/tokens", body))) for body in bodies]  # type: ignore[misc]  # as above
        report(f"bogus refresh among {size:,} tokens", f"{median(times):.1f} ms", "equal")


def attempt(address: str, password: str) -> str:
    return json.dumps({"email": address, "password": password})


def post(client: httpx.Client, path: str, body: str) -> httpx.Response:
    return client.post(path, content=body, headers={"Content-Type": "application/json"})


def refused(response: httpx.Response) -> None:
    if response.status_code != httpx.codes.UNAUTHORIZED:
        raise MeasurementError(f"{response.request.url}: {response.text}")


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
