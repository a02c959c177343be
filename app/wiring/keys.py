"""What `litestar keys` does, wherever the keys are kept."""

import json

from app.domain.protocols.secrets import KeyRing, Ring
from app.infrastructure.security.secrets import new_key, spelled, variable
from app.settings import Settings
from app.wiring.servers import Servers


class Keys:
    def __init__(self, settings: Settings, servers: Servers) -> None:
        self._servers = servers
        self._in_aws = settings.secrets.backend == "aws"

    def generate(self, *, as_json: bool) -> str:
        """New keys for every ring, ready to paste."""
        return _pasteable({ring: KeyRing((new_key(),)) for ring in Ring}, as_json=as_json)

    async def rings(self) -> dict[Ring, KeyRing]:
        """The keys in use."""
        secrets = await self._servers.secrets()
        return {ring: secrets.ring(ring) for ring in Ring}

    async def rotate(self, ring: Ring, keep: int | None) -> tuple[KeyRing, str | None]:
        """The ring with a new key first; and, unless that is stored already, what to paste."""
        if generated := self._servers.generated_secrets():
            return generated.rotate(ring, keep), None
        rotated = (await self._servers.secrets()).ring(ring).rotated(new_key(), keep)
        return rotated, _pasteable({ring: rotated}, as_json=self._in_aws)


def _pasteable(rings: dict[Ring, KeyRing], *, as_json: bool) -> str:
    if as_json:
        return json.dumps({ring: spelled(keys) for ring, keys in rings.items()}, indent=2)
    return "\n".join(f"{variable(ring)}={spelled(keys)}" for ring, keys in rings.items())
