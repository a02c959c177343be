"""The CSV layouts of American banks and cards."""

from app.domain.imports.csv_mapping import AmountSign, CsvMapping, DateOrder
from app.domain.ledger.account import AccountType
from app.infrastructure.statements.csv_preset import CsvPreset, american, headings_of

_CHASE_KINDS = {
    **dict.fromkeys(("debit_card",), "POS"),
    **dict.fromkeys(("check_paid",), "CHECK"),
    **dict.fromkeys(("atm",), "ATM"),
    **dict.fromkeys(("acct_xfer", "partnerfi_to_chase", "wire_incoming", "wire_outgoing"), "XFER"),
    **dict.fromkeys(("fee_transaction",), "FEE"),
    **dict.fromkeys(("billpay", "loan_pmt", "quickpay_debit"), "PAYMENT"),
    **dict.fromkeys(("deposit", "check_deposit", "dslip", "quickpay_credit"), "DEP"),
}

_DETAILED = "Date,Description,Amount,Extended Details,Appears On Your Statement As,Address"
# Card Member and Account # stand there besides where there are several cards.
_AMERICAN_EXPRESS = (
    ("American Express", "Date,Description,Card Member,Account #,Amount", DateOrder.MONTH_FIRST, "USD"),
    ("American Express with details", f"{_DETAILED},City/State,Zip Code", DateOrder.MONTH_FIRST, "USD"),
    ("American Express UK", f"{_DETAILED},Town/City,Postcode", DateOrder.DAY_FIRST, "GBP"),
    (
        "American Express with processing dates",
        "Date,Date Processed,Description,Card Member,Account #,Amount",
        DateOrder.DAY_FIRST,
        None,
    ),
)

AMERICAN_PRESETS = (
    CsvPreset(
        name="Chase checking and savings",
        institution="Chase",
        headings=headings_of("Details,Posting Date,Description,Amount,Type,Balance"),
        mapping=american(
            date="Posting Date",
            description=("Description",),
            amount="Amount",
            kind="Type",
            running_balance="Balance",
            check_number="Check or Slip #",
            account_type=AccountType.CHECKING,
        ),
        kinds=_CHASE_KINDS,
        is_pending_without_balance=True,
    ),
    CsvPreset(
        name="Chase card",
        institution="Chase",
        headings=headings_of("Transaction Date,Post Date,Description,Category,Type,Amount"),
        mapping=american(
            date="Post Date",
            description=("Description",),
            amount="Amount",
            kind="Type",
            memo="Memo",
            account_type=AccountType.CREDIT_CARD,
        ),
        kinds={"sale": "POS", "payment": "PAYMENT", "return": "POS", "fee": "FEE"},
    ),
    CsvPreset(
        name="Bank of America checking and savings",
        institution="Bank of America",
        headings=headings_of("Date,Description,Amount,Running Bal."),
        mapping=american(
            date="Date",
            description=("Description",),
            amount="Amount",
            running_balance="Running Bal.",
            account_type=AccountType.CHECKING,
        ),
    ),
    CsvPreset(
        name="Bank of America card",
        institution="Bank of America",
        headings=headings_of("Posted Date,Reference Number,Payee,Address,Amount"),
        mapping=american(
            date="Posted Date",
            description=("Payee",),
            counterparty="Payee",
            memo="Address",
            bank_id="Reference Number",
            amount="Amount",
            account_type=AccountType.CREDIT_CARD,
        ),
    ),
    CsvPreset(
        name="Capital One card",
        institution="Capital One",
        headings=headings_of("Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit"),
        mapping=CsvMapping(
            date="Posted Date",
            date_order=DateOrder.YEAR_FIRST,
            description=("Description",),
            debit="Debit",
            credit="Credit",
            currency="USD",
            account_type=AccountType.CREDIT_CARD,
        ),
    ),
    CsvPreset(
        name="Capital One 360",
        institution="Capital One",
        headings=headings_of(
            "Account Number,Transaction Description,Transaction Date,Transaction Type,Transaction Amount"
        ),
        mapping=american(
            date="Transaction Date",
            description=("Transaction Description",),
            amount="Transaction Amount",
            kind="Transaction Type",
            running_balance="Balance",
            account_number="Account Number",
            account_type=AccountType.CHECKING,
        ),
        out_kinds=frozenset({"debit"}),
    ),
    *(
        CsvPreset(
            name=name,
            institution="American Express",
            headings=headings_of(headings),
            mapping=CsvMapping(
                date="Date",
                date_order=order,
                description=("Description",),
                amount="Amount",
                sign=AmountSign.POSITIVE_IS_OUT,
                bank_id="Reference",
                memo="Extended Details",
                currency=currency,
                account_type=AccountType.CREDIT_CARD,
            ),
            has_local_dates=True,
        )
        for name, headings, order, currency in _AMERICAN_EXPRESS
    ),
)
