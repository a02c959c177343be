"""Devices, described by what their user agents say (ua-parser, the maintained list of browsers)."""

from functools import lru_cache

from ua_parser import parse


class UserAgentDeviceNames:
    """Implements `DeviceNames`."""

    def describe(self, user_agent: str | None) -> str | None:
        return described(user_agent) if user_agent else None


@lru_cache(maxsize=1_000)
def described(user_agent: str) -> str | None:
    found = parse(user_agent)
    parts = [part.family for part in (found.user_agent, found.os) if part and part.family != "Other"]
    return " on ".join(parts) or user_agent.partition("/")[0][:50]
