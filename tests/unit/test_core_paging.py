import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.paging import CursorInvalid, Cursors
from app.core.result import Failure, Success

KEY = bytes(32)
keys = st.lists(st.text(max_size=40), min_size=1, max_size=3).map(tuple)


@given(last=keys, scope=st.text())
def test_a_cursor_is_read_as_it_was_written(last: tuple[str, ...], scope: str) -> None:
    cursor = Cursors(KEY).write(last, scope)
    assert Cursors(KEY).read(cursor, scope) == Success(last)


@given(last=keys)
def test_a_cursor_needs_no_quoting_in_a_query(last: tuple[str, ...]) -> None:
    cursor = Cursors(KEY).write(last, "scope")
    assert cursor
    assert {*cursor} <= {*string.ascii_letters, *string.digits, "-", "_"}


@given(last=keys, scope=st.text(), other=st.text())
def test_a_cursor_of_another_scope_is_refused(last: tuple[str, ...], scope: str, other: str) -> None:
    read = Cursors(KEY).read(Cursors(KEY).write(last, scope), other)
    assert isinstance(read, Success) == (scope == other)


@given(last=keys, data=st.data())
def test_a_changed_cursor_is_refused(last: tuple[str, ...], data: st.DataObject) -> None:
    cursor = Cursors(KEY).write(last, "scope") or ""
    at = data.draw(st.integers(0, len(cursor) - 2))  # the last character has bits that say nothing
    other = data.draw(st.sampled_from(string.ascii_letters).filter(lambda letter: letter != cursor[at]))
    assert isinstance(Cursors(KEY).read(cursor[:at] + other + cursor[at + 1 :], "scope"), Failure)


@given(text=st.text())
def test_anything_else_is_refused(text: str) -> None:
    read = Cursors(KEY).read(text, "scope")
    assert isinstance(read, Failure)
    assert isinstance(read.error, CursorInvalid)


def test_a_cursor_of_another_key_is_refused() -> None:
    assert isinstance(Cursors(b"1" * 32).read(Cursors(KEY).write(("a",), "scope"), "scope"), Failure)


def test_the_last_page_has_no_cursor_and_the_first_needs_none() -> None:
    assert Cursors(KEY).write(None, "scope") is None
    assert Cursors(KEY).read(None, "scope") == Success(None)


@pytest.mark.parametrize("scope", ["a\0b", ""])
def test_scope_and_key_are_not_confused(scope: str) -> None:
    cursor = Cursors(KEY).write(("x",), scope)
    assert isinstance(Cursors(KEY).read(cursor, scope + "\0"), Failure)
