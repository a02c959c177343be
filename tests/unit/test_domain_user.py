import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.identity.user import normalised_email


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        (" ada@example.com\n", "ada@example.com"),
        ("ada+bank@example.com", "ada+bank@example.com"),
        ("a.d.a@example.com", "a.d.a@example.com"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("\uff41da@example.com", "ada@example.com"),
        ("stra\u00dfe@example.com", "strasse@example.com"),
        ("\u13a0@example.com", "\uab70@example.com"),
    ],
)
def test_an_address_has_one_spelling(written: str, kept: str) -> None:
    assert normalised_email(written) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "a b@example.com",
        "a\x00@example.com",
        "a@b@example.com",
        "ada@.com",
        "ada@example..com",
        "ada@exa_mple.com",
        "ada@example.com.",
        f"{'a' * 243}@example.com",
        "a\u200b@example.com",
        "ada@-.com",
        "\ud800@example.com",
        f"a@{'b' * 64}.com",
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert normalised_email(text) is None


@given(local=st.text(min_size=1, max_size=20), domain=st.text(min_size=1, max_size=10))
def test_a_spelling_stays_once_it_is_normal(local: str, domain: str) -> None:
    kept = normalised_email(f"{local}@{domain}.example")
    if kept is not None:
        assert normalised_email(kept) == kept
        assert kept == kept.lower()  # which the database insists on
        assert len(kept) <= 254


@given(text=st.text())
def test_any_text_is_answered(text: str) -> None:
    kept = normalised_email(text)
    assert kept is None or kept.count("@") == 1
