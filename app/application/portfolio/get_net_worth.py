"""Read what one owns and owes."""

from app.application.portfolio.views import PortfolioReader
from app.application.registry import Query, query
from app.core.result import Result, Success
from app.domain.identity.actor import Actor


class GetNetWorth(Query[bytes]):
    pass


@query(GetNetWorth)
class GetNetWorthHandler:
    portfolio: PortfolioReader
    actor: Actor

    async def __call__(self, _: GetNetWorth) -> Result[bytes]:
        return Success(await self.portfolio.net_worth(self.actor.person))
