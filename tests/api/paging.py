"""Walking through a list as a client does."""

from typing import Any

from tests.people import Person


async def walk(person: Person, path: str, limit: int, **params: Any) -> list[list[dict[str, Any]]]:
    """The rows of every page, in order."""
    name = path.rpartition("/")[2].replace("-", "_")
    pages: list[list[dict[str, Any]]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await person.get(path, limit=limit, **params, **cursor)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        pages.append(page[name])
        assert page["has_more"] == (page["next_cursor"] is not None)
        if not page["has_more"]:
            return pages
        assert page["next_cursor"] not in cursor.values(), "the list goes round in circles"
        cursor = {"cursor": page["next_cursor"]}


async def first_cursor(person: Person, path: str, **params: Any) -> str:
    """The cursor of a list's second page."""
    answer = await person.get(path, limit=1, **params)
    cursor: str = answer.json()["next_cursor"]
    assert cursor
    return cursor


def tampered(cursor: str) -> list[str]:
    """The cursor with each of its characters changed, cut off, or more behind it."""
    other = {"A": "B"}
    changed = [cursor[:at] + other.get(cursor[at], "A") + cursor[at + 1 :] for at in range(len(cursor) - 1)]
    return [*changed, cursor[:-4], cursor + "AAAA", cursor[4:], "A", "AAAA", "A" * 200]
