"""One statement in every format that its bank offers."""

import random
from decimal import Decimal

import pytest

from tests.people import Person
from tests.statements import ofx_of, row

# Day of March 2024, amount, with whom, what for. Two of them are alike.
TRUTH = [
    (5, "-45.10", "Stadtwerke", "Strom"),
    (6, "-3.20", "Cafe Mitte", "Kaffee"),
    (6, "-3.20", "Cafe Mitte", "Kaffee"),
    (6, "-3.20", "Buchhandlung", "Postkarte"),
    (7, "2000.00", "Client A", "Honorar 17"),
]
IBAN = "DE02120300000000202051"


def as_ofx() -> bytes:
    rows = [
        row(amount, f"202403{day:02}", f"F{number}", name=name.upper()[:9], memo=purpose)
        for number, (day, amount, name, purpose) in enumerate(TRUTH)
    ]
    return ofx_of(*rows, number="202051", currency="EUR")


def as_mt940() -> bytes:
    rows = [
        f":61:2403{day:02}03{day:02}{'C' if Decimal(amount) > 0 else 'D'}{amount.lstrip('-').replace('.', ',')}"
        f"NTRFNONREF\n:86:166?00UEBERWEISUNG?20SVWZ+{purpose}?32{name}\n"
        for day, amount, name, purpose in TRUTH
    ]
    return (f":20:X\n:25:{IBAN}\n:28C:1/1\n:60F:C240301EUR100,00\n{''.join(rows)}:62F:C240331EUR2045,30\n-\n").encode()


def as_camt() -> bytes:
    rows = [
        f'<Ntry><Amt Ccy="EUR">{amount.lstrip("-")}</Amt>'
        f"<CdtDbtInd>{'CRDT' if Decimal(amount) > 0 else 'DBIT'}</CdtDbtInd><Sts>BOOK</Sts>"
        f"<BookgDt><Dt>2024-03-{day:02}</Dt></BookgDt><AcctSvcrRef>C{number}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<RltdPties><{role}><Nm>{name}</Nm></{role}></RltdPties><RmtInf><Ustrd>{purpose}</Ustrd></RmtInf>"
        "</TxDtls></NtryDtls></Ntry>"
        for number, (day, amount, name, purpose) in enumerate(TRUTH)
        for role in ["Dbtr" if Decimal(amount) > 0 else "Cdtr"]
    ]
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{''.join(rows)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def as_csv() -> bytes:
    head = "Booking Date,Value Date,Partner Name,Partner Iban,Type,Payment Reference,Account Name,Amount (EUR)"
    head += ",Original Amount,Original Currency,Exchange Rate"
    rows = [
        f"2024-03-{day:02},2024-03-{day:02},{name},,Debit Transfer,{purpose},Main Account,{amount},,,"
        for day, amount, name, purpose in TRUTH
    ]
    return "\n".join([head, *rows, ""]).encode()


def as_another_csv() -> bytes:
    rows = [
        f"W{number},{day:02}-03-2024,{amount},EUR,{name} {purpose},\n"
        for number, (day, amount, name, purpose) in enumerate(TRUTH)
    ]
    return f"TransferWise ID,Date,Amount,Currency,Description,Running Balance\n{''.join(rows)}".encode()


def as_qif() -> bytes:
    rows = [f"D{day:02}.03.2024\nT{amount}\nP{name}\nM{purpose}\n^\n" for day, amount, name, purpose in TRUTH]
    return f"!Type:Bank\n{''.join(rows)}".encode()


FORMATS = {
    "ofx": as_ofx,
    "mt940": as_mt940,
    "camt": as_camt,
    "csv": as_csv,
    "csv of another layout": as_another_csv,
    "qif": as_qif,
}


@pytest.mark.parametrize("seed", range(3))
async def test_each_transaction_is_one_row_whatever_the_format_and_order(person: Person, seed: int) -> None:
    opening = await person.import_file(ofx_of(number="first", currency="EUR"))
    account_id = opening.accounts[0].account_id
    order = random.Random(seed).sample([*FORMATS], k=len(FORMATS))
    for place, name in enumerate([*order, *order]):
        done = await person.import_file(FORMATS[name](), account_id=str(account_id))
        (one,) = done.accounts
        counted = (done.format, one.account_id, one.transactions_new, one.transactions_duplicate)
        assert counted == (name.split()[0], account_id, *((0, len(TRUTH)) if place else (len(TRUTH), 0))), (
            order,
            done.errors,
        )
    found = await person.transactions(account_id)
    assert sorted(str(one.amount.amount) for one in found) == sorted(amount for _, amount, _, _ in TRUTH)
