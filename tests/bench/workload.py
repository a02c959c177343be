"""The files that are imported: OFX 1.x as a bank writes it, the same bytes at every call."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

FIRST_DAY = date(2019, 1, 1)
ROWS_A_DAY = 20

HEAD = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX>
<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260101120000<LANGUAGE>ENG
<FI><ORG>First Bank of Benchmarks<FID>1</FI></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1>
"""
STATEMENT = """<STMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD
<BANKACCTFROM><BANKID>121000248<ACCTID>{number}<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20190101<DTEND>20260101
"""
ROW = """<STMTTRN>
<TRNTYPE>{kind}
<DTPOSTED>{day:%Y%m%d}120000[-5:EST]
<TRNAMT>{amount}
<FITID>{day:%Y%m%d}{index:010}
<NAME>MERCHANT {merchant:04} SPRINGFIELD
<MEMO>CARD PURCHASE REF {index:08} ON {day}
</STMTTRN>
"""
STATEMENT_END = """</BANKTRANLIST>
<LEDGERBAL><BALAMT>1234.56<DTASOF>20260101120000</LEDGERBAL>
<AVAILBAL><BALAMT>1200.00<DTASOF>20260101120000</AVAILBAL>
</STMTRS></STMTTRNRS>
"""
END = "</BANKMSGSRSV1>\n</OFX>\n"


def statement_file(accounts: int, rows: int) -> bytes:
    """A file with a statement for each of so many accounts, so many rows in each."""
    statements = (statement(100_000_000 + account, rows) for account in range(accounts))
    return "".join((HEAD, *flat(statements), END)).encode("ascii")


def statement(number: int, rows: int) -> Iterator[str]:
    yield STATEMENT.format(number=number)
    for index in range(rows):
        cents = (index * 7919) % 25_000 + 1
        is_credit = index % 10 == 0
        yield ROW.format(
            kind="CREDIT" if is_credit else "POS",
            day=FIRST_DAY + timedelta(days=index // ROWS_A_DAY),
            amount=f"{'' if is_credit else '-'}{cents // 100}.{cents % 100:02}",
            index=index,
            merchant=(index * 31) % 500,
        )
    yield STATEMENT_END


def flat(parts: Iterable[Iterable[str]]) -> Iterator[str]:
    for part in parts:
        yield from part
