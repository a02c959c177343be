"""The environment, and how it is laid over the settings of a file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

PREFIX = "DASHTAM_"
# Read elsewhere: where the data directory is, and secrets, which are no settings.
NOT_SETTINGS = ("DASHTAM_DATA_DIR", "DASHTAM_SECRET_")
DEVELOPMENT = "development"


def environment(root: Path) -> dict[str, str]:
    """The process environment over `.env.dev`, `.env.test` or `.env.production`, whichever its name asks for."""
    name = os.environ.get("DASHTAM_ENVIRONMENT", DEVELOPMENT)
    short = "dev" if name == DEVELOPMENT else name
    file = {key: value for key, value in dotenv_values(root / f".env.{short}").items() if value is not None}
    return file | dict(os.environ)


def overlay(raw: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Put `DASHTAM_SECTION__KEY` and the conventional server URLs into the settings read from the file."""
    if url := environ.get("DATABASE_URL"):
        raw.setdefault("database", {})["url"] = url
    if url := environ.get("REDIS_URL"):
        raw.setdefault("redis", {})["url"] = url
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name.startswith(NOT_SETTINGS):
            continue
        *sections, key = name.removeprefix(PREFIX).lower().split("__")
        place = raw
        for section in sections:
            place = place.setdefault(section, {})
            if not isinstance(place, dict):
                raise ValueError(f"{name}: {section} is a value, not a section")  # noqa: TRY004  # a wrong setting, no wrong type
        place[key] = listed(value) if isinstance(place.get(key), list) else value


def listed(value: str) -> list[str]:
    """A list as the environment has it: with commas."""
    return [part.strip() for part in value.split(",") if part.strip()]
