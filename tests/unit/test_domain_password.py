import pytest

from app.domain.identity.password import LENGTH_MAX, weakness

LONG = "correct horse battery staple"


def refusal(password: str, *, email: str = "ada@example.com", common: bool = False) -> str | None:
    weak = weakness(password, length_min=15, email=email, common=common, field="/password")
    return weak.detail if weak else None


@pytest.mark.parametrize("password", [LONG, "a" * 15, "a" * LENGTH_MAX, "пароль из пяти слов", " " * 15])
def test_a_long_password_is_good_whatever_it_is_made_of(password: str) -> None:
    assert refusal(password) is None


@pytest.mark.parametrize("password", ["", "a" * 14, "a" * (LENGTH_MAX + 1)])
def test_a_password_too_short_or_long_is_refused(password: str) -> None:
    assert "characters" in (refusal(password) or "")


def test_a_common_password_is_refused() -> None:
    assert "lists" in (refusal(LONG, common=True) or "")


@pytest.mark.parametrize("password", ["grace.hopperGrace.Hopper", "GRACE.HOPPER" * 2])
def test_the_own_name_again_and_again_is_refused(password: str) -> None:
    assert "address" in (refusal(password, email="grace.hopper@example.com") or "")


def test_a_name_in_a_longer_password_is_fine() -> None:
    assert refusal("grace.hopper likes compilers", email="grace.hopper@example.com") is None


def test_a_refusal_blames_the_password_and_does_not_repeat_it() -> None:
    weak = weakness("short", length_min=15, email="ada@example.com", common=False, field="/there")
    assert weak
    assert [fault.field for fault in weak.errors] == ["/there"]
    assert "short" not in weak.detail
