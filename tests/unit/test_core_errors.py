import pytest

from app.core.errors import DomainError, Invalid, error_classes


def test_a_code_is_the_name_in_small_letters() -> None:
    assert {error.code for error in error_classes()} >= {"invalid", "not_found", "too_large", "rate_limited"}


@pytest.mark.parametrize("error", [*error_classes()], ids=lambda error: error.__name__)
def test_every_error_has_a_title(error: type[DomainError]) -> None:
    assert error.__doc__
    assert error.__doc__.endswith(".")


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in error_classes()]
    assert len(codes) == len({*codes})


def test_an_error_may_blame_a_field() -> None:
    error = Invalid.of("/amount", "Too much.")
    assert (error.detail, [(fault.field, fault.code, fault.detail) for fault in error.errors]) == (
        "Too much.",
        [("/amount", "invalid", "Too much.")],
    )
