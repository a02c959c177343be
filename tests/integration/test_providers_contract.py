"""What every provider keeps, over real HTTP against the bank simulator. One of your own belongs in this list."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from app.domain.connections.faults import (
    AccessExpiredError,
    ConsentEndedError,
    CredentialsRefusedError,
    FeedChangedError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitedError,
    UnreadableAnswerError,
)
from app.domain.connections.provider import Capability, ConnectBy, ConsentAnswer, Credentials
from app.domain.protocols.providers import Provider, Providers
from app.infrastructure.clock import SystemClock
from app.infrastructure.providers.registry import InstalledProviders, make_client
from app.infrastructure.security.secrets import EnvironmentSecrets
from app.sandbox.scenarios import SCENARIOS
from app.settings import load_settings
from tests.provider_reading import Reader, in_order, query
from tests.sandbox import Sandbox, SandboxCustomer

SLUGS = ("schwab", "alpaca", "simplefin", "plaid")
HASTY = {
    "DASHTAM_OUTBOUND__TIMEOUT_SECONDS": "5",
    "DASHTAM_OUTBOUND__ANSWER_SECONDS_MAX": "5",
    "DASHTAM_OUTBOUND__WAIT_SECONDS": "0.01",
    "DASHTAM_OUTBOUND__WAIT_SECONDS_MAX": "2",
}


async def installed(sandbox: Sandbox, **changes: str) -> AsyncIterator[Providers]:
    environ = {"DASHTAM_ENVIRONMENT": "test"} | HASTY | sandbox.environ | changes
    settings = load_settings(environ=environ)
    async with make_client(settings) as client:
        yield InstalledProviders(settings, client, SystemClock(), EnvironmentSecrets(environ))


@pytest.fixture(scope="module")
async def providers(sandbox: Sandbox) -> AsyncIterator[Providers]:
    async for found in installed(sandbox):
        yield found


@pytest.fixture(params=SLUGS)
def provider(request: pytest.FixtureRequest, providers: Providers) -> Provider:
    found = providers.get(request.param)
    assert found
    return found


@pytest.fixture
def customer(provider: Provider, sandbox: Sandbox) -> SandboxCustomer:
    return sandbox.customer(provider.description.slug)


@pytest.fixture
async def credentials(provider: Provider, customer: SandboxCustomer) -> Credentials:
    return (await customer.connect(provider)).credentials


@pytest.fixture
def reader(provider: Provider, credentials: Credentials) -> Reader:
    return Reader(provider, credentials)


def rows_of(truth: dict[str, Any]) -> list[dict[str, Any]]:
    return in_order(
        row
        | {
            "amount": Decimal(row["amount"]).normalize(),
            "quantity": None if row["quantity"] is None else Decimal(row["quantity"]).normalize(),
        }
        for row in truth["transactions"]
    )


def wherever(*scenarios: str) -> pytest.MarkDecorator:
    """At each provider at which the simulator can play the scenario."""
    pairs = [(slug, name) for name in scenarios for slug in SLUGS if slug in SCENARIOS[name][1]]
    return pytest.mark.parametrize(("provider", "scenario"), pairs, indirect=["provider"])


def test_a_provider_says_what_it_is(provider: Provider) -> None:
    told = provider.description
    assert told.name
    assert (told.connect_by is ConnectBy.OAUTH) is not bool(told.credential_fields)
    assert Capability.TRANSACTIONS in told.capabilities


async def test_accounts_are_the_banks(provider: Provider, credentials: Credentials, customer: SandboxCustomer) -> None:
    listing, truth = await provider.accounts(credentials), (await customer.truth())["accounts"]
    assert not listing.faults
    found = {
        one.id: (str(one.type), one.currency, one.number, one.current and one.current.amount.normalize())
        for one in listing.accounts
    }
    assert found == {
        one["id"]: (one["type"], one["currency"], one["number"], Decimal(one["current"]).normalize()) for one in truth
    }
    assert not any(one.number and one.number in repr(one) for one in listing.accounts)


async def test_holdings_are_the_banks(provider: Provider, credentials: Credentials, customer: SandboxCustomer) -> None:
    await customer.play("shorts")
    await customer.play("options")
    listing, truth = await provider.holdings(credentials), (await customer.truth())["holdings"]
    found = [
        (name, held.security.symbol, str(held.side), held.quantity, held.market_value, held.cost_basis_total)
        for name, positions in listing.positions.items()
        for held in positions
    ]
    numbers = ("quantity", "market_value", "cost_basis_total")
    expected = [
        (one["account_id"], one["symbol"], one["side"], *(Decimal(one[name]) for name in numbers)) for one in truth
    ]
    assert sorted(found) == sorted(expected)
    assert {str(held.asset_class) for positions in listing.positions.values() for held in positions} <= {
        "equity", "option", "other",
    }  # fmt: skip
    option = [
        held for positions in listing.positions.values() for held in positions if "C00" in str(held.security.symbol)
    ]
    assert all(held.price == Decimal("4.5") for held in option if held.asset_class == "option")


async def test_transactions_are_the_banks_over_many_pages(reader: Reader, customer: SandboxCustomer) -> None:
    assert await reader.read() == rows_of(await customer.truth())
    assert not reader.faults
    assert reader.pages > 2
    numbers = [one.number for one in (await reader.provider.accounts(reader.credentials)).accounts if one.number]
    assert not [row for row in reader.rows for number in numbers if number in repr(row)]
    assert all(len(row.movement.raw or "") > 10 for row in reader.rows)
    assert all(value != 0 for row in reader.rows for value in (row.movement.quantity, row.movement.unit_price))


@wherever("new_rows", "amended", "deleted", "shorts", "options", "several_currencies")
async def test_reading_again_follows_the_bank(reader: Reader, customer: SandboxCustomer, scenario: str) -> None:
    await reader.read()
    await customer.play(scenario)
    assert await reader.read() == rows_of(await customer.truth())


@wherever("pending")
async def test_pending_rows_become_posted_with_another_amount(
    reader: Reader, customer: SandboxCustomer, scenario: str
) -> None:
    await customer.play(scenario)
    before = await reader.read()
    assert [row["status"] for row in before].count("pending") == 1
    await customer.play("pending_posted")
    after = await reader.read()
    assert after == rows_of(await customer.truth())
    assert "pending" not in {row["status"] for row in after}


@wherever("same_id_twice", "rotated_ids")
async def test_ids_that_lie_are_told_as_they_are(reader: Reader, customer: SandboxCustomer, scenario: str) -> None:
    await reader.read()
    await customer.play(scenario)
    assert await reader.read() == rows_of(await customer.truth())


@wherever("partial_pages")
async def test_short_pages_end_nothing(reader: Reader, customer: SandboxCustomer, scenario: str) -> None:
    await customer.play(scenario)
    assert await reader.read() == rows_of(await customer.truth())


@wherever("mutation")
async def test_a_change_between_pages_begins_the_reading_again(
    reader: Reader, customer: SandboxCustomer, scenario: str, provider: Provider
) -> None:
    await customer.play(scenario)
    first = await provider.transactions(reader.credentials, query(None, None))
    with pytest.raises(FeedChangedError):
        await provider.transactions(reader.credentials, query(None, first.position))
    await customer.play("mutation")
    assert await reader.read() == rows_of(await customer.truth())


@wherever("account_failing")
async def test_an_account_that_fails_is_a_fault_and_stops_no_other(
    reader: Reader, customer: SandboxCustomer, scenario: str
) -> None:
    truth = await customer.truth()
    failing = truth["accounts"][0]["id"]
    await customer.play(scenario)
    found = await reader.read()
    assert found == [row for row in rows_of(truth) if row["account_id"] != failing]
    assert {fault.account_id for fault in reader.faults} == {failing}


@wherever("odd_currency")
async def test_an_account_in_no_real_currency_stops_no_other(
    provider: Provider, credentials: Credentials, customer: SandboxCustomer, scenario: str
) -> None:
    odd, *others = [one["id"] for one in (await customer.truth())["accounts"]]
    await customer.play(scenario)
    listing = await provider.accounts(credentials)
    assert [one.id for one in listing.accounts] == others
    assert [fault.account_id for fault in listing.faults] == [odd]


async def test_the_first_version_of_simplefin_is_understood(providers: Providers, sandbox: Sandbox) -> None:
    provider, customer = providers.get("simplefin"), sandbox.customer("simplefin", "v1-person")
    assert provider
    reader = Reader(provider, (await customer.connect(provider)).credentials)
    assert await reader.read() == rows_of(await customer.truth())
    assert {one.institution for one in (await provider.accounts(reader.credentials)).accounts} == {"Sandbox Bank"}
    await customer.play("account_failing")
    assert {fault.account_id for fault in (await provider.accounts(reader.credentials)).faults} == {None}


@pytest.mark.parametrize(("scenario", "wait"), [("rate_limited", ""), ("rate_limited", "date 1"), ("server_error", "")])
async def test_short_faults_are_sat_out(
    provider: Provider, credentials: Credentials, customer: SandboxCustomer, scenario: str, wait: str
) -> None:
    await customer.play(scenario, times=1, wait=wait)
    assert (await provider.accounts(credentials)).accounts


async def test_lasting_faults_are_told_apart(
    provider: Provider, credentials: Credentials, customer: SandboxCustomer
) -> None:
    await customer.play("rate_limited", times=9, wait="120")
    with pytest.raises(RateLimitedError) as refused:
        await provider.accounts(credentials)
    assert refused.value.retry_after_seconds == 120
    await customer.play("healed")
    await customer.play("server_error", times=9)
    with pytest.raises(ProviderUnavailableError):
        await provider.accounts(credentials)
    await customer.play("healed")
    for scenario in ("garbage", "redirected"):
        await customer.play(scenario, times=1)
        with pytest.raises(UnreadableAnswerError):
            await provider.accounts(credentials)
        await customer.play("healed")
    await customer.play("huge_answer", times=1)
    with pytest.raises(ProviderError, match="more than is taken"):
        await provider.accounts(credentials)
    assert (await provider.accounts(credentials)).accounts


async def test_an_institution_that_hangs_is_given_up(sandbox: Sandbox) -> None:
    impatient = {"DASHTAM_OUTBOUND__ANSWER_SECONDS_MAX": "0.3", "DASHTAM_OUTBOUND__ATTEMPTS": "2"}
    async for providers in installed(sandbox, **impatient):
        provider, customer = providers.get("alpaca"), sandbox.customer("alpaca")
        assert provider
        opened = await customer.connect(provider)
        await customer.play("time_out", times=2)
        with pytest.raises(ProviderUnavailableError):
            await provider.accounts(opened.credentials)
        assert (await provider.accounts(opened.credentials)).accounts


async def test_a_consent_that_was_ended_needs_the_user(
    provider: Provider, credentials: Credentials, customer: SandboxCustomer
) -> None:
    await customer.play("revoked_consent")
    with pytest.raises((ConsentEndedError, AccessExpiredError)) as refused:
        await provider.accounts(credentials)
    if isinstance(refused.value, AccessExpiredError):
        with pytest.raises(ConsentEndedError):
            await provider.refresh(credentials)


async def test_what_is_wrong_is_refused_while_connecting(provider: Provider, customer: SandboxCustomer) -> None:
    if provider.description.connect_by is ConnectBy.OAUTH:
        with pytest.raises(CredentialsRefusedError):
            await customer.connect(provider, answer="deny")
        return
    names = [one.name for one in provider.description.credential_fields]
    for wrong in ("", "nonsense", "aHR0cHM6Ly8xMjcuMC4wLjE6MS9jbGFpbQ=="):  # the last one is https://127.0.0.1:1/claim
        with pytest.raises((CredentialsRefusedError, UnreadableAnswerError)):
            await provider.complete(ConsentAnswer(fields=dict.fromkeys(names, wrong)))
    told = (await customer.truth())["credentials"]
    await provider.complete(ConsentAnswer(fields=told))
    if customer.slug == "simplefin":
        with pytest.raises(CredentialsRefusedError, match="used before"):
            await provider.complete(ConsentAnswer(fields=told))


async def test_schwabs_access_is_refreshed_until_its_week_is_over(providers: Providers, sandbox: Sandbox) -> None:
    provider, customer = providers.get("schwab"), sandbox.customer("schwab")
    assert provider
    grant = await customer.connect(provider)
    await customer.play("token_expiry")
    with pytest.raises(AccessExpiredError):
        await provider.accounts(grant.credentials)
    renewed = await provider.refresh(grant.credentials)
    assert (await provider.accounts(renewed.credentials)).accounts
    assert renewed.consent_expires_at == grant.consent_expires_at
    await customer.play("consent_expired")
    with pytest.raises(ConsentEndedError):
        await provider.refresh(renewed.credentials)
    assert (await provider.accounts((await customer.connect(provider)).credentials)).accounts


async def test_a_window_that_schwab_would_cut_off_is_halved(providers: Providers, sandbox: Sandbox) -> None:
    provider, customer = providers.get("schwab"), sandbox.customer("schwab", "busy-x9999")
    assert provider
    grant = await customer.connect(provider)
    account = (await provider.accounts(grant.credentials)).accounts[0].id
    found = await Reader(provider, grant.credentials).window(account)
    assert len(found) == len({row.movement.bank_id for row in found}) == 9_999


async def test_plaids_consent_is_renewed_in_place_and_ended(providers: Providers, sandbox: Sandbox) -> None:
    provider, customer = providers.get("plaid"), sandbox.customer("plaid")
    assert provider
    grant = await customer.connect(provider)
    await customer.play("revoked_consent")
    renewed = await customer.connect(provider, renews=grant.credentials)
    assert renewed.external_id == grant.external_id
    assert (await provider.accounts(renewed.credentials)).accounts
    await provider.revoke(renewed.credentials)
    await provider.revoke(renewed.credentials)
    with pytest.raises(ConsentEndedError):
        await provider.accounts(renewed.credentials)


async def test_nothing_of_a_secret_is_printed(credentials: Credentials) -> None:
    assert not [value for value in credentials.values.values() if len(value) > 9 and value in repr(credentials)]
