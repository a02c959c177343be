"""What administrators ask."""

from dishka import Provider, Scope, provide

from app.application.admin.views import AdministrationReader
from app.infrastructure.postgres.administration import PostgresAdministrationReader


class AdministrationProvider(Provider):
    scope = Scope.APP

    reader = provide(PostgresAdministrationReader, provides=AdministrationReader)
