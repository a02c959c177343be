"""Sessions over HTTP."""

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.params import JSONBody

from app.application.dispatch import Dispatcher
from app.application.identity.create_session import CreateSession
from app.application.identity.views import Tokens
from app.presentation.http.answer import answer
from app.presentation.http.routes import CREATE_SESSION, route


class SessionController(Controller):
    @route(CREATE_SESSION)
    async def create(self, data: JSONBody[CreateSession], dispatch: FromDishka[Dispatcher]) -> Response[Tokens]:
        """Log in.

        Send the access token with every other request: `Authorization: Bearer ...`.
        """
        return answer(await dispatch(data))
