"""Balances and holdings."""

from dishka import Provider, Scope, provide

from app.domain.protocols.portfolio import PortfolioRepository
from app.infrastructure.postgres.portfolio import PostgresPortfolioRepository


class PortfolioRequestProvider(Provider):
    scope = Scope.REQUEST

    portfolio = provide(PostgresPortfolioRepository, provides=PortfolioRepository)
