"""What the policy of a route refused."""

from app.domain.events.registry import Fact, Phase, event


@event("rate_limit_denial", Phase.OCCURRED, audit_action="rate_limit_check_denied")
class RateLimitDenialOccurred:
    """A bucket ran empty; once until a request passes again, however many are refused."""

    operation: Fact
    policy: Fact


@event("access_denial", Phase.OCCURRED, audit_action="access_denied")
class AccessDenialOccurred:
    """Somebody's role was not enough."""

    operation: Fact
