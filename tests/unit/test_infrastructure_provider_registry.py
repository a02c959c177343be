"""Which providers there are."""

import httpx
import pytest

from app.domain.connections.provider import Capability, ConnectBy, Feed, ProviderDescription
from app.infrastructure.clock import SystemClock
from app.infrastructure.providers.registry import InstalledProviders, provider_classes
from app.infrastructure.security.secrets import EnvironmentSecrets
from app.settings import SettingsError, load_settings

MODULE = """
from app.domain.connections.provider import Capability, ConnectBy, Feed, ProviderDescription

class AcmeProvider:
    description = ProviderDescription(
        slug="acme", name="Acme Bank", connect_by=ConnectBy.TOKEN, feed=Feed.WINDOW, history_days_max=90,
        capabilities=frozenset({Capability.TRANSACTIONS}),
    )

    def __init__(self, kit):
        self.kit = kit
"""


@pytest.fixture
def acme(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another distribution that brings a provider."""
    place = tmp_path_factory.mktemp("acme")
    (place / "acme_dashtam.py").write_text(MODULE)
    about = place / "acme_dashtam-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-dashtam\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[dashtam.providers]\nacme = acme_dashtam:AcmeProvider\n")
    monkeypatch.syspath_prepend(place)


async def installed(**environ: str) -> InstalledProviders:
    settings = load_settings(environ=environ)
    async with httpx.AsyncClient() as client:
        return InstalledProviders(settings, client, SystemClock(), EnvironmentSecrets(environ))


def test_ours_are_found() -> None:
    assert set(provider_classes()) == {"schwab", "alpaca", "simplefin", "plaid"}


@pytest.mark.usefixtures("acme")
async def test_another_distribution_adds_one_by_entry_point() -> None:
    providers = await installed(DASHTAM_PROVIDERS__ACME__BASE_URL="https://acme.example")
    assert "Acme Bank" in {one.name for one in providers.all()}
    acme = providers.get("acme")
    assert acme
    assert acme.description == ProviderDescription(
        slug="acme",
        name="Acme Bank",
        connect_by=ConnectBy.TOKEN,
        feed=Feed.WINDOW,
        history_days_max=90,
        capabilities=frozenset({Capability.TRANSACTIONS}),
    )


async def test_what_is_switched_off_is_not_there() -> None:
    providers = await installed(DASHTAM_PROVIDERS__PLAID__ENABLED="false")
    assert providers.get("plaid") is None
    assert [one.slug for one in providers.all()] == ["alpaca", "schwab", "simplefin"]


async def test_a_misspelt_section_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"providers\.shwab"):
        await installed(DASHTAM_PROVIDERS__SHWAB__ENABLED="true")
