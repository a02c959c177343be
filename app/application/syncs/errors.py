"""What syncing refuses, and what makes it fail."""

from app.core.errors import Conflict, Invalid, RateLimited, Unavailable


class AccountElsewhere(Invalid):
    """The account is not read through this connection."""


class SyncsUsedUp(RateLimited):
    """The institution bears no more syncs of this connection today."""


class SyncSuperseded(Conflict):
    """Another worker took this sync over, or the connection has ended."""


SUPERSEDED = SyncSuperseded(detail="The connection was disconnected or paused while it was read.")


class AccountsMissing(Unavailable):
    """The institution told of no account."""


class SyncBroken(Unavailable):
    """Something broke here while syncing; it has been logged."""
