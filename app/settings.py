"""Settings: `litestar.toml`, overlaid by the environment, as one frozen struct. Unknown keys are refused by path."""

import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from app.domain.identity.session import Tier
from app.environ import overlay

ROOT = Path(__file__).resolve().parent.parent

type Positive = Annotated[int, Meta(ge=1)]
type Seconds = Annotated[float, Meta(gt=0, le=3600)]


class SettingsError(ValueError):
    """A setting is unknown or has a wrong value; says which and where."""


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Part of the settings."""


class HttpSettings(Section, frozen=True):
    public_url: Annotated[str, Meta(pattern=r"^https?://[^/\s]+$")]
    json_body_bytes_max: Positive
    trusted_proxies: tuple[str, ...]
    drain_seconds: Annotated[float, Meta(ge=0, le=60)]
    cors_origins: tuple[Annotated[str, Meta(pattern=r"^https?://[^/\s*]+$")], ...]


class DatabaseSettings(Section, frozen=True):
    url: str
    pool_size: Annotated[int, Meta(ge=2, le=200)]
    connect_timeout_seconds: Seconds
    pool_timeout_seconds: Seconds
    statement_timeout_seconds: Seconds
    read_timeout_seconds: Seconds
    idle_in_transaction_timeout_seconds: Seconds


class RedisSettings(Section, frozen=True):
    url: str
    timeout_seconds: Seconds
    answer_timeout_seconds: Seconds


class LimitSettings(Section, frozen=True):
    capacity: Positive
    refill_per_minute: Annotated[float, Meta(gt=0)]


class LimitsSettings(Section, frozen=True):
    auth_login: LimitSettings
    auth_register: LimitSettings
    auth_password_reset: LimitSettings
    auth_token_refresh: LimitSettings
    provider_connect: LimitSettings
    provider_sync: LimitSettings
    api_read: LimitSettings
    api_write: LimitSettings


class SecretSettings(Section, frozen=True):
    backend: Literal["environment", "aws"]
    aws_secret_name: str
    aws_region: str
    aws_endpoint_url: str
    aws_timeout_seconds: Seconds


class AuthSettings(Section, frozen=True):
    issuer: str
    audience: str
    access_token_seconds: Annotated[int, Meta(ge=60, le=3600)]
    session_days: Annotated[int, Meta(ge=1, le=365)]
    refresh_idle_days: Annotated[int, Meta(ge=1, le=365)]
    confirmation_seconds: Annotated[int, Meta(ge=30, le=3600)]
    rotation_grace_seconds: Annotated[int, Meta(ge=0, le=86_400)]
    default_tier: Tier
    conceal_accounts: bool
    password_length_min: Annotated[int, Meta(ge=8, le=64)]
    verification_hours: Annotated[int, Meta(ge=1, le=168)]
    reset_minutes: Annotated[int, Meta(ge=5, le=120)]
    mails_per_hour: Positive
    password_hash_queue_max: Positive


class ImportSettings(Section, frozen=True):
    upload_bytes_max: Positive
    at_once_bytes_max: Positive
    row_faults_max: Positive
    mappings_max: Positive


class EmailSettings(Section, frozen=True):
    sender: str
    smtp_url: str
    ca_file: str
    timeout_seconds: Annotated[float, Meta(gt=0, le=20)]  # a mail is sent within a transaction, which may not idle


class EventSettings(Section, frozen=True):
    retention_days: Annotated[int, Meta(ge=30, le=3650)]  # the database refuses to delete what is younger


class AuditSettings(Section, frozen=True):
    checkpoint_file: str


class OutboundSettings(Section, frozen=True):
    timeout_seconds: Seconds
    answer_seconds_max: Seconds
    answer_bytes_max: Positive
    connections_max: Positive
    parallel_requests_max: Positive
    attempts: Annotated[int, Meta(ge=1, le=10)]
    wait_seconds: Annotated[float, Meta(ge=0, le=60)]
    wait_seconds_max: Annotated[float, Meta(ge=0, le=60)]


class ProviderSettings(Section, frozen=True):
    enabled: bool = True
    base_url: Annotated[str, Meta(pattern=r"^(https?://[^/\s]+(/[^\s?#]*)?)?$")] = ""
    client_id: str = ""
    options: dict[str, str] = {}


class SyncSettings(Section, frozen=True):
    schedule_cron: str
    refresh_cron: str
    per_day: Annotated[int, Meta(ge=1, le=1440)]
    concurrency: Annotated[int, Meta(ge=1, le=100)]
    run_seconds_max: Annotated[float, Meta(gt=0, le=86_400)]


class WorkerSettings(Section, frozen=True):
    takeover_seconds: Annotated[int, Meta(ge=2, le=600)]
    purge_cron: str
    trim_cron: str


class TelemetrySettings(Section, frozen=True):
    metrics: Literal["token", "open"]
    traces: bool
    traces_ratio: Annotated[float, Meta(ge=0, le=1)]


class LogSettings(Section, frozen=True):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]
    json: bool


class Settings(Section, frozen=True):
    environment: Environment
    http: HttpSettings
    database: DatabaseSettings
    redis: RedisSettings
    secrets: SecretSettings
    auth: AuthSettings
    limits: LimitsSettings
    imports: ImportSettings
    email: EmailSettings
    events: EventSettings
    audit: AuditSettings
    outbound: OutboundSettings
    providers: dict[Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")], ProviderSettings]
    syncs: SyncSettings
    worker: WorkerSettings
    telemetry: TelemetrySettings
    log: LogSettings


def load_settings(file: Path = ROOT / "litestar.toml", environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the file, lay the environment over it and check the whole; `SettingsError` names what is wrong."""
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from error
    try:
        overlay(raw, environ)
        return msgspec.convert(raw, Settings, strict=False)
    except ValueError as error:
        raise SettingsError(f"{file.name} with the environment over it: {error}") from error
