"""What goes wrong with an institution: the error a person sees, and the exception that carries it out of a provider.

Details are our own words; nothing of an institution's answer goes into them, since it may repeat secrets.
"""

from math import ceil
from typing import ClassVar

from app.core.errors import Conflict, DomainError, Invalid, Unavailable


class CredentialsRefused(Invalid):
    """The institution refuses these credentials."""


class ConsentEnded(Conflict):
    """The institution no longer lets Dashtam in: connect again."""


class InstitutionBusy(Unavailable):
    """The institution takes no more requests for now."""


class InstitutionUnavailable(Unavailable):
    """The institution does not answer; nothing needs to be done."""


class InstitutionUnreadable(Unavailable):
    """The institution answers in a way Dashtam does not understand."""


class ProviderNotConfigured(Unavailable):
    """This provider is not set up here."""


class ProviderError(Exception):
    """A provider could not do what it was asked."""

    kind: ClassVar[type[DomainError]]

    def __init__(self, detail: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds

    @property
    def error(self) -> DomainError:
        return self.kind(detail=self.detail, retry_after_seconds=ceil(self.retry_after_seconds or 0))


class CredentialsRefusedError(ProviderError):
    """While connecting: wrong key, used token, code that is no longer good, consent denied."""

    kind = CredentialsRefused


class AccessExpiredError(ProviderError):
    """The short-lived access ended: refresh and ask again."""

    kind = ConsentEnded


class ConsentEndedError(ProviderError):
    """Revoked, expired or locked: only the user can renew it."""

    kind = ConsentEnded


class RateLimitedError(ProviderError):
    """Too many requests: not before `retry_after_seconds`, where known."""

    kind = InstitutionBusy


class ProviderUnavailableError(ProviderError):
    """Down, slow or unreachable, after the retries a provider makes itself."""

    kind = InstitutionUnavailable


class UnreadableAnswerError(ProviderError):
    """Not what the institution's protocol says; trying again soon is of no use."""

    kind = InstitutionUnreadable


class FeedChangedError(ProviderError):
    """Rows changed while a cursor feed was paged: begin again where this reading began, and drop its pages."""

    kind = InstitutionUnavailable


class NotConfiguredError(ProviderError):
    """Switched off, or its client id or secret is missing."""

    kind = ProviderNotConfigured
