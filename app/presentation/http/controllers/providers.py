"""The catalogue of providers over HTTP."""

from litestar import Controller, Response
from litestar.params import FromPath

from app.application.connections.get_provider import GetProvider
from app.application.connections.list_providers import ListProviders
from app.application.connections.views import ProviderPage, ProviderView
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.presentation.http.answer import answer, answer_page
from app.presentation.http.area import Area
from app.presentation.http.parameters import Dispatch, PageAsked

providers = Area("Providers", "providers")


class ProviderController(Controller):
    @providers.get("/providers", errors=(CursorInvalid,))
    async def list_providers(self, dispatch: Dispatch, page: PageAsked) -> Response[ProviderPage]:
        """List the institutions that can be connected, and how."""
        return answer_page(await dispatch(ListProviders(**page)), "providers")

    @providers.get("/providers/{slug:str}", errors=(NotFound,))
    async def get_provider(self, slug: FromPath[str], dispatch: Dispatch) -> Response[ProviderView]:
        """Read how one institution is connected."""
        return answer(await dispatch(GetProvider(slug=slug)))
