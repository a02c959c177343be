import msgspec
import pytest
from litestar.exceptions import HTTPException, ValidationException

from app.core.errors import DomainError, NotFound, OutOfServiceError, error_classes
from app.domain.identity.password import PasswordTooWeak
from app.presentation.http.problems import RefusedError, pointed, status_of, understood


class Leg(msgspec.Struct):
    amount: int


class Trip(msgspec.Struct, forbid_unknown_fields=True):
    legs: list[Leg]
    names: dict[str, int] = {}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"legs": [{"amount": 1}, {"amount": "2"}]}', "/legs/1/amount"),
        (b'{"legs": [{}]}', "/legs/0/amount"),
        (b'{"legs": 5}', "/legs"),
        (b"{}", "/legs"),
        (b'{"legs": [], "extra": 1}', "/extra"),
        (b"[]", "/"),
    ],
)
def test_a_validation_error_points_at_its_field(body: bytes, field: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(body, type=Trip)
    fault = pointed(str(refused.value))
    assert fault.field == field
    assert "$" not in fault.detail


@pytest.mark.parametrize("error", [*error_classes()], ids=lambda error: error.__name__)
def test_every_error_has_a_status(error: type[DomainError]) -> None:
    assert 400 <= status_of(error) < 600


def test_a_refusal_keeps_its_error_and_headers() -> None:
    error = PasswordTooWeak.of("/password", "Longer.")
    assert understood(RefusedError(error, {"Retry-After": "1"})) == (error, {"Retry-After": "1"})
    assert status_of(PasswordTooWeak) == 400


@pytest.mark.parametrize(
    ("exception", "code"),
    [
        (HTTPException(status_code=404), "not_found"),
        (HTTPException(status_code=405), "method_not_allowed"),
        (HTTPException(status_code=413), "too_large"),
        (HTTPException(status_code=418), "invalid"),
        (HTTPException(status_code=507), "internal_error"),
        (OutOfServiceError("PostgreSQL"), "unavailable"),
        (RecursionError(), "invalid"),
        (msgspec.DecodeError("x"), "invalid"),
        (ZeroDivisionError("secret"), "internal_error"),
        (KeyError("secret"), "internal_error"),
    ],
)
def test_any_exception_is_understood_and_none_leaks(exception: Exception, code: str) -> None:
    error, _ = understood(exception)
    assert error.code == code
    assert "secret" not in error.detail


def test_wrong_parameters_are_each_blamed() -> None:
    extra = [{"key": "limit", "message": "too small"}, {"key": "cursor", "message": "too long"}]
    error, _ = understood(ValidationException(extra=extra))
    assert [(fault.field, fault.detail) for fault in error.errors] == [("limit", "too small"), ("cursor", "too long")]


def test_whoever_should_try_again_is_told_when() -> None:
    assert understood(OutOfServiceError("it", retry_after_seconds=7))[1] == {"Retry-After": "7"}


def test_not_found_says_nothing_of_what_is_there() -> None:
    assert understood(RefusedError(NotFound()))[0] == NotFound()
