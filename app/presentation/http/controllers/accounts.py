"""Accounts and their transactions over HTTP."""

from litestar import Controller, Response
from litestar.params import FromPath, JSONBody

from app.application.ledger.close_account import AccountInUse, CloseAccount
from app.application.ledger.get_account import GetAccount
from app.application.ledger.link_accounts import AccountsLinked, AccountsNotAlike, LinkAccounts
from app.application.ledger.list_account_transactions import DateRangeInvalid, ListAccountTransactions
from app.application.ledger.list_accounts import ListAccounts
from app.application.ledger.open_account import OpenAccount
from app.application.ledger.update_account import AccountChanges, UpdateAccount
from app.application.ledger.views import AccountPage, AccountView, TransactionPage
from app.application.registry import Immutable
from app.core.errors import NotFound
from app.core.ids import AccountId
from app.core.paging import CursorInvalid
from app.presentation.http.answer import answer, answer_json, answer_page, unwrapped
from app.presentation.http.area import Area
from app.presentation.http.parameters import Day, Dispatch, PageAsked
from app.presentation.http.route import Body


class AccountToJoin(Immutable):
    """The account that joins."""

    account_id: AccountId


accounts = Area("Accounts", "accounts")
transactions = Area("Transactions", "transactions")


class AccountController(Controller):
    @accounts.get("/accounts", errors=(CursorInvalid,))
    async def list_accounts(self, dispatch: Dispatch, page: PageAsked) -> Response[AccountPage]:
        """List your accounts, in the order they were opened here."""
        return answer_page(await dispatch(ListAccounts(**page)), "accounts")

    @accounts.post("/accounts", location="/accounts/{id}", body=Body.JSON)
    async def create_account(self, data: JSONBody[OpenAccount], dispatch: Dispatch) -> Response[AccountView]:
        """Open an account for files that name none, as most CSV files do: send its id as `account_id` with them.

        Statements and connections open the accounts that they name.
        """
        account_id = unwrapped(await dispatch(data))
        return answer_json(await dispatch(GetAccount(account_id=account_id)))

    @accounts.get("/accounts/{account_id:uuid}", has_etag=True, errors=(NotFound,))
    async def get_account(self, account_id: FromPath[AccountId], dispatch: Dispatch) -> Response[AccountView]:
        """Read one of your accounts."""
        return answer_json(await dispatch(GetAccount(account_id=account_id)))

    @accounts.patch("/accounts/{account_id:uuid}", body=Body.JSON, has_etag=True, errors=(NotFound,))
    async def update_account(
        self, account_id: FromPath[AccountId], data: JSONBody[AccountChanges], dispatch: Dispatch
    ) -> Response[AccountView]:
        """Rename one of your accounts or hide it; what you leave out stays as it is.

        A hidden account is listed as before and left out of net worth.
        """
        unwrapped(await dispatch(UpdateAccount(account_id=account_id, changes=data)))
        return answer_json(await dispatch(GetAccount(account_id=account_id)))

    @accounts.delete("/accounts/{account_id:uuid}", errors=(AccountInUse, NotFound))
    async def delete_account(self, account_id: FromPath[AccountId], dispatch: Dispatch) -> None:
        """Delete an account that no import and no connection tells of, with what is left in it."""
        unwrapped(await dispatch(CloseAccount(account_id=account_id)))

    @transactions.get("/accounts/{account_id:uuid}/transactions", errors=(CursorInvalid, DateRangeInvalid, NotFound))
    async def list_account_transactions(
        self,
        account_id: FromPath[AccountId],
        dispatch: Dispatch,
        page: PageAsked,
        start_on: Day = None,
        end_on: Day = None,
    ) -> Response[TransactionPage]:
        """List an account's transactions, newest first."""
        query = ListAccountTransactions(account_id=account_id, start_on=start_on, end_on=end_on, **page)
        return answer_page(await dispatch(query), "transactions")

    @accounts.post("/accounts/{account_id:uuid}/links", body=Body.JSON, errors=(AccountsNotAlike, NotFound))
    async def link_accounts(
        self, account_id: FromPath[AccountId], data: JSONBody[AccountToJoin], dispatch: Dispatch
    ) -> Response[AccountsLinked]:
        """Join another account into this one, where no number tells that they are the same.

        Its transactions, balances, holdings and sources become this account's; rows that both have are one row by the
        rules of an import. The other account leaves, and that cannot be undone.
        """
        command = LinkAccounts(account_id=account_id, other_id=data.account_id)
        return answer(await dispatch(command))
