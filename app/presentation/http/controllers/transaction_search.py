"""Searching and reading transactions over HTTP."""

from decimal import Decimal
from typing import Annotated

from litestar import Controller, Response
from litestar.params import FromPath, QueryParameter

from app.application.fields import AmountText, SearchText
from app.application.ledger.get_transaction import GetTransaction, TransactionDetail
from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.application.ledger.list_transactions import AmountRangeInvalid, ListTransactions
from app.application.ledger.search import TransactionFilter
from app.application.ledger.views import TransactionPage
from app.core.errors import NotFound
from app.core.ids import TransactionId
from app.core.paging import CursorInvalid
from app.domain.ledger.transaction import TransactionStatus, TransactionSubtype, TransactionType
from app.presentation.http.answer import answer_json, answer_page
from app.presentation.http.area import Area
from app.presentation.http.parameters import Day, Dispatch, OfAccount, PageAsked, limits_of

Amount = Annotated[str | None, limits_of(AmountText, "A decimal number, included; negative is money out.")]
Kind = Annotated[TransactionType | None, QueryParameter(description="Only this type.")]
Subkind = Annotated[TransactionSubtype | None, QueryParameter(description="Only this subtype.")]
Status = Annotated[TransactionStatus | None, QueryParameter(description="Only this status; removed ones only so.")]
Text = Annotated[str | None, limits_of(SearchText)]


transactions = Area("Transactions", "transactions")


class TransactionSearchController(Controller):
    @transactions.get("/transactions", errors=(AmountRangeInvalid, CursorInvalid, DateRangeInvalid, NotFound))
    async def list_transactions(  # noqa: PLR0913, PLR0917  # each is a parameter of the API
        self,
        dispatch: Dispatch,
        page: PageAsked,
        account_id: OfAccount = None,
        start_on: Day = None,
        end_on: Day = None,
        amount_min: Amount = None,
        amount_max: Amount = None,
        type: Kind = None,  # noqa: A002  # as the field is called
        subtype: Subkind = None,
        status: Status = None,
        text: Text = None,
    ) -> Response[TransactionPage]:
        """Search the transactions of all your accounts, newest first.

        All that is given must hold. Upper and lower case are the same in `text`.
        """
        wanted = TransactionFilter(
            account_id=account_id,
            start_on=start_on,
            end_on=end_on,
            amount_min=Decimal(amount_min) if amount_min else None,
            amount_max=Decimal(amount_max) if amount_max else None,
            type=type,
            subtype=subtype,
            status=status,
            text=text,
        )
        query = ListTransactions(wanted=wanted, **page)
        return answer_page(await dispatch(query), "transactions")

    @transactions.get("/transactions/{transaction_id:uuid}", has_etag=True, errors=(NotFound,))
    async def get_transaction(
        self, transaction_id: FromPath[TransactionId], dispatch: Dispatch
    ) -> Response[TransactionDetail]:
        """Read one of your transactions, with every import and sync that told of it."""
        return answer_json(await dispatch(GetTransaction(transaction_id=transaction_id)))
