"""Ending sessions so that it counts on the next request."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.errors import OutOfServiceError
from app.core.ids import SessionId, UserId
from app.domain.identity.session import EndReason
from app.domain.protocols.sessions import SessionGate, SessionRepository

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SessionEnder:
    """Ends sessions in the open transaction and has the gate forget them before it commits.

    After the commit the session reaction has it forget them again, and keeps trying while Redis is away.
    """

    sessions: SessionRepository
    gate: SessionGate

    async def end(
        self, user_id: UserId, session_ids: Sequence[SessionId], reason: EndReason, at: datetime
    ) -> tuple[SessionId, ...]:
        if session_ids:
            await self.sessions.end(session_ids, reason, at)
            await self.forget(user_id, session_ids)
        return tuple(session_ids)

    async def end_all(
        self, user_id: UserId, reason: EndReason, at: datetime, but: SessionId | None = None
    ) -> tuple[SessionId, ...]:
        """End all of the user's sessions, or all but one. The caller holds the user."""
        live = await self.sessions.live(user_id, at)
        return await self.end(user_id, [session.id for session in live if session.id != but], reason, at)

    async def forget(self, user_id: UserId, session_ids: Sequence[SessionId]) -> None:
        try:
            await self.gate.forget(user_id, session_ids)
        except OutOfServiceError:
            log.warning("Redis was not told that sessions changed; the session reaction will tell it")
