"""Balances and holdings."""

from dishka import Provider, Scope, provide

from app.application.portfolio.views import PortfolioReader
from app.domain.protocols.portfolio import PortfolioRepository
from app.infrastructure.postgres.portfolio import PostgresPortfolioRepository
from app.infrastructure.postgres.portfolio_reader import PostgresPortfolioReader


class PortfolioProvider(Provider):
    scope = Scope.APP

    portfolio_reader = provide(PostgresPortfolioReader, provides=PortfolioReader)


class PortfolioRequestProvider(Provider):
    scope = Scope.REQUEST

    portfolio = provide(PostgresPortfolioRepository, provides=PortfolioRepository)
