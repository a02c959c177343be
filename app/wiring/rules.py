"""The settings in the form the policy asks for."""

from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.client_address import ClientAddresses
from app.presentation.http.route import Body
from app.presentation.http.rules import Rate, Rules
from app.settings import Settings, SettingsError

MULTIPART_BYTES = 4_096  # what the envelope of an upload may add to its file


def rules(settings: Settings) -> Rules:
    """Raises `SettingsError` for a proxy's network that is none."""
    json_max, upload_max = settings.http.json_body_bytes_max, settings.imports.upload_bytes_max
    try:
        addresses = ClientAddresses(settings.http.trusted_proxies)
    except ValueError as error:
        raise SettingsError(f"http.trusted_proxies (DASHTAM_HTTP__TRUSTED_PROXIES): {error}") from error
    limits = {policy: getattr(settings.limits, policy) for policy in LimitPolicy if policy is not LimitPolicy.UNLIMITED}
    return Rules(
        addresses=addresses,
        sizes=dict.fromkeys(Body, json_max) | {Body.UPLOAD: upload_max + MULTIPART_BYTES},
        limits={
            policy: Rate(capacity=limit.capacity, refill_per_second=limit.refill_per_minute / 60)
            for policy, limit in limits.items()
        },
    )
