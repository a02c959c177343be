"""Rate limits that no test meets unless it means to."""

from app.domain.protocols.limits import LimitPolicy

PATIENCE_SECONDS = 5.0  # a busy machine is no fault of Redis
LIMITED = [policy for policy in LimitPolicy if policy is not LimitPolicy.UNLIMITED]


def limits(capacity: int, refill_per_minute: float) -> dict[str, str]:
    """Settings that give every policy these limits."""
    facts = {"CAPACITY": capacity, "REFILL_PER_MINUTE": refill_per_minute}
    return {
        f"DASHTAM_LIMITS__{policy.upper()}__{name}": str(value) for policy in LIMITED for name, value in facts.items()
    }


PATIENT = {"DASHTAM_REDIS__ANSWER_TIMEOUT_SECONDS": str(PATIENCE_SECONDS), "DASHTAM_HTTP__DRAIN_SECONDS": "0"}
GENEROUS = limits(1_000_000, 1_000_000)
