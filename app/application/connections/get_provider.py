"""Read how one institution is connected."""

from app.application.connections.fields import SlugText
from app.application.connections.views import ProviderView
from app.application.registry import Query, query
from app.core.errors import NotFound
from app.core.result import Failure, Result, Success
from app.domain.protocols.providers import Providers


class GetProvider(Query[ProviderView]):
    slug: SlugText


@query(GetProvider)
class GetProviderHandler:
    providers: Providers

    async def __call__(self, message: GetProvider) -> Result[ProviderView]:
        provider = self.providers.get(message.slug)
        return Success(ProviderView.of(provider.description)) if provider else Failure(NotFound())
