"""Reads of a big ledger: 200,000 transactions of one user, years of balances, a portfolio."""

from pathlib import Path
from statistics import median

import httpx

from tests.bench.floor import ADDRESS
from tests.bench.identity import timed
from tests.bench.load import Request
from tests.bench.measuring import Bench, expect, measured, rates, report
from tests.bench.person import Person
from tests.bench.servers import WebServer
from tests.bench.workload import statement_file

ACCOUNTS, ACCOUNT_ROWS, TIMES = 5, 4_000, 10
INVESTMENTS = Path(__file__).parents[1] / "data/ofx/investments.ofx"
# Every row ten times, each time another 400 days ago; balances of 1,000 days; every holding 20 times.
GROWN = (
    """insert into transactions select (jsonb_populate_record(t, jsonb_build_object(
            'id', uuidv7(), 'booked_on', t.booked_on - 400 * n))).*
        from transactions as t, generate_series(1, {times} - 1) as n where user_id = '{user}'""",
    """insert into balance_snapshots select (jsonb_populate_record(b, jsonb_build_object(
            'id', uuidv7(), 'source_id', uuidv7(), 'as_of', b.as_of - n * interval '1 day'))).*
        from balance_snapshots as b, generate_series(1, 1000) as n where user_id = '{user}'""",
    """insert into holdings select (jsonb_populate_record(h, jsonb_build_object(
            'id', uuidv7(), 'number', h.number + 1000 * n, 'symbol', h.symbol || n, 'cusip', null, 'isin', null))).*
        from holdings as h, generate_series(1, 19) as n where user_id = '{user}'""",
    "vacuum (analyze) transactions",
    "vacuum (analyze) balance_snapshots",
    "vacuum (analyze) holdings",
)
READS = {
    "holdings": "/holdings",
    "holdings of an account": "/accounts/{account}/holdings",
    "balance-snapshots": "/balance-snapshots",
    "balance-snapshots of an account": "/accounts/{account}/balance-snapshots",
    "net-worth": "/net-worth",
    "transactions": "/transactions",
    "transactions, common text": "/transactions?text=springfield",
    "transactions, amounts": "/transactions?amount_min=240&amount_max=250",
}
SCANS = {
    "transactions, rare text": "/transactions?text=ref%2000003999",
    "transactions, text of none": "/transactions?text=bassoon",
}
SCANNED = 20


def searches(bench: Bench) -> None:
    person = bench.person()
    _, counts = person.import_file(statement_file(ACCOUNTS, ACCOUNT_ROWS))
    expect(counts["transactions_new"], ACCOUNTS * ACCOUNT_ROWS)
    person.import_file(INVESTMENTS.read_bytes())
    bench.sql(*(statement.format(user=person.user_id, times=TIMES) for statement in GROWN))
    account = holder(person)
    floor = WebServer("tests.bench.floor:create_app", "/", bench.folder, **{ADDRESS: bench.database_url})
    with floor:
        floor.start()
        bare = Request(port=floor.port, path=f"/{person.user_id}/{person.accounts()[0]}")
        fastest = median(measured(bench, bare).rate for _ in range(bench.rounds))
        for name, path in READS.items():
            asked = bench.request(f"/api/v1{path.format(account=account)}", person)
            timings = [measured(bench, asked) for _ in range(bench.rounds)]
            ratio = median(timing.rate for timing in timings) / fastest
            report(f"GET {name}", f"{rates(timings)}, {ratio:.2f} of the floor")
    for name, path in SCANS.items():  # whoever finds nothing has looked at every row
        times = [timed(lambda path=path: person.client.get(path).raise_for_status()) for _ in range(SCANNED)]  # type: ignore[misc]  # as in identity
        report(f"GET {name}", f"{median(times):.0f} ms, worst {max(times):.0f} ms", "< 1 s")


def holder(person: Person) -> str:
    """The account that has holdings."""
    answer: httpx.Response = person.client.get("/holdings").raise_for_status()
    found: str = answer.json()["holdings"][0]["account_id"]
    return found
