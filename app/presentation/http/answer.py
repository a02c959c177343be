"""From a Result to an HTTP answer."""

from http import HTTPStatus
from typing import Any

from litestar import MediaType, Response

from app.application.views import Page
from app.core.result import Failure, Result
from app.presentation.http.problems import RefusedError


def answer[T](result: Result[T]) -> Response[T]:
    """The value as JSON."""
    return Response(unwrapped(result))


def accepted[T](response: Response[T], preference: str | None) -> Response[T]:
    """The same answer for what is not yet done, with the preference of the client that led to it (RFC 7240)."""
    response.status_code = HTTPStatus.ACCEPTED
    response.headers |= {"Preference-Applied": preference} if preference else {}
    return response


def answer_json(result: Result[bytes]) -> Response[Any]:
    """JSON that the database wrote, as it is."""
    return Response(unwrapped(result), media_type=MediaType.JSON)


def answer_page(result: Result[Page[Any]], name: str) -> Response[Any]:
    """A page of a list under its resource's name; the rows are JSON already and pass through."""
    page = unwrapped(result)
    cursor = f'"{page.next_cursor}"' if page.next_cursor else "null"
    more = "true" if page.has_more else "false"
    total = "" if page.total_count is None else f',"total_count":{page.total_count}'
    body = b'{"%b":%b%b,"has_more":%b,"next_cursor":%b%b}' % (
        name.encode(),
        page.rows,
        page.beside and b"," + page.beside,
        more.encode(),
        cursor.encode(),
        total.encode(),
    )
    return Response(body, media_type=MediaType.JSON)


def unwrapped[T](result: Result[T]) -> T:
    if isinstance(result, Failure):
        raise RefusedError(result.error)
    return result.value
