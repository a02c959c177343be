"""List the institutions that can be connected."""

import msgspec

from app.application.connections.views import ProviderView
from app.application.registry import Query, query
from app.application.views import Page, Paged, paged
from app.core.paging import Cursors, Rows, Window
from app.core.result import Result
from app.domain.protocols.providers import Providers


class ListProviders(Paged, Query[Page[ProviderView]]):
    pass


@query(ListProviders)
class ListProvidersHandler:
    providers: Providers
    cursors: Cursors

    async def __call__(self, message: ListProviders) -> Result[Page[ProviderView]]:
        return await paged(message, "providers", self.cursors, self._read)

    async def _read(self, window: Window) -> Rows:
        known = sorted(self.providers.all(), key=lambda provider: provider.slug)
        rest = [provider for provider in known if window.after is None or provider.slug > window.after[0]]
        shown = rest[: window.limit]
        return Rows(
            json=msgspec.json.encode([ProviderView.of(provider) for provider in shown]),
            last=(shown[-1].slug,) if len(rest) > window.limit else None,
            total=len(known) if window.total else None,
        )
