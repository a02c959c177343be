"""Plaid's errors. They are told by `error_code`, whatever the HTTP status."""

from app.domain.connections.faults import (
    ConsentEndedError,
    CredentialsRefusedError,
    FeedChangedError,
    NotConfiguredError,
    ProviderUnavailableError,
    RateLimitedError,
    UnreadableAnswerError,
)
from app.infrastructure.providers.http import Answer
from app.infrastructure.providers.kit import decoded
from app.infrastructure.providers.plaid.wire import Refusal

_ENDED = frozenset(
    {
        "ITEM_LOGIN_REQUIRED", "ITEM_NOT_FOUND", "INVALID_ACCESS_TOKEN", "ACCESS_NOT_GRANTED", "ITEM_LOCKED",
        "USER_PERMISSION_REVOKED", "PENDING_DISCONNECT", "INVALID_CREDENTIALS", "USER_SETUP_REQUIRED", "NO_ACCOUNTS",
    },
)  # fmt: skip
_GONE = frozenset({"ITEM_NOT_FOUND", "INVALID_ACCESS_TOKEN", "ACCESS_NOT_GRANTED", "USER_PERMISSION_REVOKED"})
_OURS = frozenset({"INVALID_API_KEYS", "UNAUTHORIZED_ENVIRONMENT", "INVALID_PRODUCT", "UNAUTHORIZED_ROUTE_ACCESS"})
_NO_INVESTMENTS = frozenset({"PRODUCTS_NOT_SUPPORTED", "NO_INVESTMENT_ACCOUNTS", "ADDITIONAL_CONSENT_REQUIRED"})
_LATER = frozenset({"INSTITUTION_ERROR", "API_ERROR"})


def checked(answer: Answer) -> bytes:
    """The answer's body, or what its error means."""
    if answer.is_success:
        return answer.body
    found = _refusal(answer)
    code = found.error_code
    if code == "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION":
        raise FeedChangedError("Plaid's transactions changed while they were read.")
    if code in _ENDED:
        raise ConsentEndedError("The institution asks you to log in again. Renew the connection.")
    if code in {"INVALID_PUBLIC_TOKEN", "INVALID_LINK_TOKEN"}:
        raise CredentialsRefusedError("The consent was not finished in time. Connect again.")
    if found.error_type == "RATE_LIMIT_EXCEEDED":
        raise RateLimitedError("Plaid asks to wait.")
    if code in _OURS:
        raise NotConfiguredError(
            "Plaid does not let this installation do this: check its client id, secret and products."
        )
    if found.error_type in _LATER or code == "PRODUCT_NOT_READY":
        raise ProviderUnavailableError("The institution behind Plaid does not answer.")
    raise UnreadableAnswerError(f"Plaid answers {answer.status}.")


def is_without_investments(answer: Answer) -> bool:
    """Whether this Item has none to tell."""
    return not answer.is_success and _refusal(answer).error_code in _NO_INVESTMENTS


def is_ended(answer: Answer) -> bool:
    """Whether the consent had ended before."""
    return not answer.is_success and _refusal(answer).error_code in _GONE


def _refusal(answer: Answer) -> Refusal:
    try:
        return decoded(answer.body, Refusal)
    except UnreadableAnswerError:
        return Refusal()
