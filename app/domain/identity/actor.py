"""Who acts."""

from dataclasses import dataclass

from app.core.ids import SessionId, UserId

OPERATOR = "operator"  # the one role that nobody can be given: whoever runs `litestar` on the server


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever a request or a job acts for; anonymous while `user_id` is None. An operator may act for a user."""

    trace_id: str
    user_id: UserId | None = None
    session_id: SessionId | None = None
    roles: tuple[str, ...] = ()
    ip_address: str | None = None
    user_agent: str | None = None

    @property
    def is_operator(self) -> bool:
        return OPERATOR in self.roles

    @property
    def person(self) -> UserId:
        """The logged-in user. Asking on a public route is a programming error."""
        if self.user_id is None:
            raise LookupError("nobody is logged in")
        return self.user_id

    @property
    def session(self) -> SessionId:
        """The session of the logged-in user."""
        if self.session_id is None:
            raise LookupError("nobody is logged in")
        return self.session_id
