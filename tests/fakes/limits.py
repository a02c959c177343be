"""Rate limits in memory."""

from dataclasses import dataclass, field

from app.domain.protocols.limits import Allowance, Bucket


@dataclass
class FakeRateLimiter:
    """Implements `RateLimiter`: nothing ever flows back. Remembers what was taken from."""

    taken: list[Bucket] = field(default_factory=list)

    async def take(self, bucket: Bucket) -> Allowance:
        return self.take_here(bucket)

    def take_here(self, bucket: Bucket) -> Allowance:
        self.taken.append(bucket)
        used = sum(one == bucket for one in self.taken)
        return Allowance(
            limit=bucket.capacity,
            remaining=max(bucket.capacity - used, 0),
            reset_at=1_000 + used,
            retry_after_seconds=7 if used > bucket.capacity else 0,
            is_first_denial=used == bucket.capacity + 1,
        )
