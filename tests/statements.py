"""Bank files as short as tests like them."""

from datetime import date, timedelta
from decimal import Decimal

OFX_HEADER = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:UTF-8\nCHARSET:NONE\n\n"
FIRST_DAY = date(2026, 1, 1)


def row(amount: str | Decimal = "-1.00", day: str = "20260105", fitid: str | None = "1", **fields: str) -> str:
    """A transaction: `name=` and `memo=` are its texts, other fields are elements by their OFX names."""
    stated = {"trntype": "DEBIT", "dtposted": day, "trnamt": str(amount)}
    stated |= {"fitid": fitid} if fitid is not None else {}
    stated |= {"name": "Tea"} | fields
    return "<STMTTRN>" + "".join(f"<{name.upper()}>{value}" for name, value in stated.items()) + "</STMTTRN>\n"


def rows(count: int, start: int = 0) -> list[str]:
    """Different rows, three a day, so that pages end between equal dates."""
    days = [f"{FIRST_DAY + timedelta(days=number // 3):%Y%m%d}" for number in range(start, start + count)]
    return [row(f"-{number + 1}.50", day, f"F{number}") for number, day in enumerate(days, start)]


def statement(
    *transactions: str, number: str | None = "100200300", currency: str = "USD", balance: str | None = None
) -> str:
    """One statement of a checking account."""
    account = f"<ACCTID>{number}" if number is not None else ""
    stated = f"<LEDGERBAL><BALAMT>{balance}<DTASOF>20260131</LEDGERBAL>" if balance else ""
    return (
        f"<STMTTRNRS><STMTRS><CURDEF>{currency}"
        f"<BANKACCTFROM><BANKID>B1{account}<ACCTTYPE>CHECKING</BANKACCTFROM>\n"
        f"<BANKTRANLIST>{''.join(transactions)}</BANKTRANLIST>{stated}</STMTRS></STMTTRNRS>\n"
    )


def ofx(*statements: str) -> bytes:
    """A file of statements."""
    return f"{OFX_HEADER}<OFX><BANKMSGSRSV1>{''.join(statements)}</BANKMSGSRSV1></OFX>\n".encode()


def ofx_of(*transactions: str, number: str | None = "100200300", currency: str = "USD") -> bytes:
    """A file of one statement."""
    return ofx(statement(*transactions, number=number, currency=currency))
