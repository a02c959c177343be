"""`just bench`: measures speed beside a floor in the same run, on servers of its own.

Prints one line a figure, with the target and what the reference implementation needed (from its own machine, so compare
ratios). Timing never fails it; what cannot be measured does. `python -m tests.bench imports pages` measures only those.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import asyncpg
import httpx

from tests.bench.access import policy, redis_away
from tests.bench.events import events
from tests.bench.floor import ADDRESS
from tests.bench.identity import QUEUE, logins, refreshes, refusals
from tests.bench.load import MeasurementError, Request, load
from tests.bench.measuring import Bench, expect, latencies, measured, rates, report
from tests.bench.person import PASSWORD, Person, created, next_mail
from tests.bench.reading import readers
from tests.bench.searching import searches
from tests.bench.servers import WebServer, embedded_servers, peak_memory
from tests.bench.syncs import syncs
from tests.bench.workload import statement_file

BIG_FILE_ROWS = 50_000
ACCOUNTS = 5
ACCOUNT_ROWS = 4_000
POLL_SECONDS = 0.005
STARTS = 3
MAILS = 20
COUNTED_REQUESTS = 100
LIVE = "/health/live"


def starts(bench: Bench) -> None:
    report("start, first (migrations)", f"{bench.app.start():.1f} s")
    warm = []
    for _ in range(STARTS):
        bench.app.stop()
        warm.append(bench.app.start())
    report("start, servers warm", f"{median(warm):.1f} s", reference="3.3 s")
    report("memory, idle", f"{bench.app.memory():.0f} MiB", reference="112 MiB")


def imports(bench: Bench) -> None:
    person, content = bench.person(), statement_file(1, BIG_FILE_ROWS)
    what = f"import {BIG_FILE_ROWS:,} rows, {len(content) / 1e6:.1f} MB"
    idle = bench.app.memory()
    with (
        load(bench.request(LIVE), connections=1, pause_seconds=POLL_SECONDS) as polled,
        peak_memory(bench.app.worker()) as peak,
    ):
        seconds, counts = person.import_file(content)
    (account,) = person.accounts()
    expect(counts["transactions_new"], BIG_FILE_ROWS)
    expect(person.transactions(account), BIG_FILE_ROWS)
    report(what, f"{seconds:.2f} s", "< 4 s", "308 s")
    report("  added memory", f"{peak[0] - idle:.0f} MiB", "< 200 MiB", "472 MiB")
    report("  health/live meanwhile", latencies(polled.timing), "worst < 100 ms", "worst 148 s")
    with load(bench.request(LIVE), connections=1, pause_seconds=POLL_SECONDS) as polled:
        seconds, counts = person.import_file(content)
    expect(counts["transactions_new"], 0)
    expect(counts["transactions_duplicate"], BIG_FILE_ROWS)
    report("import it again", f"{seconds:.2f} s", "< 2 s", "183 s")
    report("  health/live meanwhile", latencies(polled.timing), "worst < 100 ms", "worst 151 s")


def pages(bench: Bench) -> None:
    person = owner(bench)
    account = person.accounts()[0]
    expect(person.transactions(account), ACCOUNT_ROWS)
    floor = WebServer("tests.bench.floor:create_app", "/", bench.folder, **{ADDRESS: bench.database_url})
    with floor:
        floor.start()
        bare = Request(port=floor.port, path=f"/{person.user_id}/{account}")
        ours = bench.request(f"/api/v1/accounts/{account}/transactions", person)
        rounds = [(measured(bench, bare), measured(bench, ours)) for _ in range(bench.rounds)]
    for name, timings, reference in (
        ("page of 50, bare handler (the floor)", [pair[0] for pair in rounds], ""),
        ("page of 50", [pair[1] for pair in rounds], "144/s"),
    ):
        report(name, rates(timings), reference=reference)
    ratios = sorted(pair[1].rate / pair[0].rate for pair in rounds)
    report("  ours / floor", f"{median(ratios):.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f})", ">= 0.60", "0.06")


def small(bench: Bench) -> None:
    person = owner(bench)
    for path, who, reference in (
        (LIVE, None, "2,250/s"),
        ("/api/v1/users/me", person, "434/s"),
        ("/api/v1/accounts", person, "502/s"),
    ):
        timings = [measured(bench, bench.request(path, who)) for _ in range(bench.rounds)]
        report(f"GET {path}", rates(timings), reference=reference)


def mails(bench: Bench) -> None:
    waits = []
    with httpx.Client(base_url=f"http://127.0.0.1:{bench.app.port}/api/v1") as client:
        for number in range(MAILS):
            before = set(bench.outbox.glob("*.eml"))
            address = f"mail{number}@example.com"
            created(client.post("/users", json={"email": address, "password": PASSWORD}))
            answered = time.perf_counter()
            next_mail(bench.outbox, before, address)
            waits.append((time.perf_counter() - answered) * 1000)
    report("answer to mail", f"{median(waits):.1f} ms, worst {max(waits):.0f} ms")


def statements(bench: Bench) -> None:
    """Counted in PostgreSQL's own log, BEGIN and COMMIT included, less what an idle process asks."""
    person, content = owner(bench), statement_file(1, 100)
    account = person.accounts()[0]
    login = {"email": person.email, "password": PASSWORD}
    kinds: dict[str, tuple[Callable[[], httpx.Response], int, str]] = {
        "GET users/me": (lambda: person.client.get("/users/me"), COUNTED_REQUESTS, ""),
        "GET accounts": (lambda: person.client.get("/accounts"), COUNTED_REQUESTS, "0 (cached)"),
        "GET transactions by text": (
            lambda: person.client.get("/transactions", params={"text": "springfield"}),
            COUNTED_REQUESTS,
            "",
        ),
        "GET holdings": (lambda: person.client.get("/holdings"), COUNTED_REQUESTS, ""),
        "GET balance-snapshots": (lambda: person.client.get("/balance-snapshots"), COUNTED_REQUESTS, ""),
        "GET net-worth": (lambda: person.client.get("/net-worth"), COUNTED_REQUESTS, ""),
        "GET page of 50": (lambda: person.client.get(f"/accounts/{account}/transactions"), COUNTED_REQUESTS, "7"),
        "POST imports, 100 rows": (lambda: person.client.post("/imports", files={"file": content}), 10, "715"),
        # Last, as so many logins end the session that asks the others.
        "POST sessions": (lambda: person.client.post("/sessions", json=login), 10, "27"),
    }
    log = bench.folder / "servers" / "postgresql.log"
    bench.sql("alter system set log_statement = 'all'", "select pg_reload_conf()")
    try:
        time.sleep(0.5)
        idle = logged(log, lambda: time.sleep(5)) / 5
        for name, (send, times, reference) in kinds.items():
            send().raise_for_status()
            time.sleep(0.2)
            started = time.perf_counter()

            def repeat(send: Callable[[], httpx.Response] = send, times: int = times) -> None:
                for _ in range(times):
                    send().raise_for_status()
                time.sleep(0.2)

            total = logged(log, repeat)
            asked = max(0.0, total - idle * (time.perf_counter() - started)) / times
            report(f"SQL statements, {name}", f"{asked:.1f}", reference=reference)
    finally:
        bench.sql("alter system reset log_statement", "select pg_reload_conf()")


FIGURES: dict[str, Callable[[Bench], None]] = {
    "starts": starts,
    "imports": imports,
    "pages": pages,
    "searches": searches,
    "small": small,
    "logins": logins,
    "mails": mails,
    "refusals": refusals,
    "refreshes": refreshes,
    "policy": policy,
    "redis_away": redis_away,
    "readers": readers,
    "statements": statements,
    "events": events,
    "syncs": syncs,
}


def owner(bench: Bench) -> Person:
    """Somebody with five accounts of 4,000 transactions each, made once."""
    if not _owners:
        person = bench.person()
        _, counts = person.import_file(statement_file(ACCOUNTS, ACCOUNT_ROWS))
        expect(counts["transactions_new"], ACCOUNTS * ACCOUNT_ROWS)
        bench.sql("vacuum (analyze) transactions", "analyze accounts")
        _owners.append(person)
    return _owners[0]


_owners: list[Person] = []


def logged(log: Path, work: Callable[[], object]) -> int:
    """How many statements the server's log notes while the work is done."""
    before = log.stat().st_size
    work()
    added = log.read_bytes()[before:]
    return added.count(b"LOG:  execute ") + added.count(b"LOG:  statement: ")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="figure", help=f"{', '.join(FIGURES)}; all by default")
    parser.add_argument("--rounds", type=int, default=5, help="of each rate")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each round")
    parser.add_argument("--connections", type=int, default=100, help="to be synced")
    parser.add_argument("--megabytes", type=int, default=100, help="of each big statement file that is read")
    options = parser.parse_args()
    if unknown := set(options.figures) - FIGURES.keys():
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    report("figure", "measured", "target", "reference")
    with embedded_servers() as (folder, addresses):
        app = WebServer("app:create_app", LIVE, folder, **QUEUE)
        with app:
            bench = Bench(
                app=app,
                folder=folder,
                database_url=addresses.database_url,
                rounds=options.rounds,
                seconds=options.seconds,
                connections=options.connections,
                megabytes=options.megabytes,
            )
            chosen = options.figures or [*FIGURES]
            if chosen[0] != "starts":
                app.start()
            for name in chosen:
                FIGURES[name](bench)


if __name__ == "__main__":
    try:
        main()
    except (MeasurementError, OSError, httpx.HTTPError, asyncpg.PostgresError) as error:
        sys.exit(f"Not measured: {error}")
