"""Accounts, transactions, and who owns them."""

from dishka import Provider, Scope, provide

from app.application.ledger.get_transaction import TransactionReader
from app.application.ledger.search import TransactionSearch
from app.application.ledger.views import LedgerReader
from app.core.paging import Cursors
from app.domain.protocols.account_joining import AccountJoining
from app.domain.protocols.ledger import AccountRepository, TransactionRepository
from app.domain.protocols.ownership import OwnershipReader
from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.infrastructure.postgres.account_joining import PostgresAccountJoining
from app.infrastructure.postgres.accounts import PostgresAccountRepository
from app.infrastructure.postgres.ownership import PostgresOwnershipReader
from app.infrastructure.postgres.readers import PostgresLedgerReader
from app.infrastructure.postgres.transaction_reader import PostgresTransactionReader
from app.infrastructure.postgres.transaction_search import PostgresTransactionSearch
from app.infrastructure.postgres.transactions import PostgresTransactionRepository
from app.infrastructure.security.vault import KeyedAccountNumberVault


class LedgerProvider(Provider):
    scope = Scope.APP

    ledger_reader = provide(PostgresLedgerReader, provides=LedgerReader)
    transaction_search = provide(PostgresTransactionSearch, provides=TransactionSearch)
    transaction_reader = provide(PostgresTransactionReader, provides=TransactionReader)
    ownership_reader = provide(PostgresOwnershipReader, provides=OwnershipReader)

    @provide
    def vault(self, secrets: SecretsProtocol) -> KeyedAccountNumberVault:
        return KeyedAccountNumberVault(secrets.ring(Ring.CREDENTIALS), secrets.ring(Ring.FINGERPRINT))

    @provide
    def cursors(self, secrets: SecretsProtocol) -> Cursors:
        return Cursors(secrets.ring(Ring.CURSOR).current.secret)


class LedgerRequestProvider(Provider):
    scope = Scope.REQUEST

    joining = provide(PostgresAccountJoining, provides=AccountJoining)
    accounts = provide(PostgresAccountRepository, provides=AccountRepository)
    transactions = provide(PostgresTransactionRepository, provides=TransactionRepository)
