"""What a row of MT940 is about: its `:86:`, in the German, Dutch or no structure at all.

German banks write `166?00text?20…?29 purpose?30BIC?31account?32?33 name`, the purpose in lines of 27 characters that
may hold SEPA's own `EREF+…SVWZ+…`; Dutch ones `/TRTP/…/NAME/…/REMI/…`; ING `/CNTP/iban/bic/name/…/REMI/USTD//text/`.
Promises: an answer for any text. Costs: linear in the text, as no pattern backtracks. Refuses: nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

LINE_CHARACTERS = 64  # of 65: some banks trim the last space
PURPOSE_CHARACTERS = 27

_GERMAN = re.compile(r"\s*(\d{3})\s*([?>@~!|^])(?=\d\d)", re.ASCII)
_PURPOSE = tuple(map(str, (*range(20, 30), *range(60, 64))))
_SEPA = re.compile(r"(?<![A-Za-z])([EKBR]REF|MREF|CRED|DEBT|SVWZ|ABW[AE]|IBAN|BIC|COAM|OAMT|RETR|PURP)\+ ?", re.ASCII)
_DUTCH = re.compile(
    r"/(TRTP|IBAN|BBAN|BIC|NAME|REMI|EREF|CSID|MARF|ORDP|BENM|ISDT|CNTP|PREF|RTRN|ULTD|ULTB|PURP|ACCW|ADDR|SVCL|ID)/"
)
_NS_LINE = re.compile(r"^(\d\d)(.*)$", re.MULTILINE)


@dataclass(slots=True)
class Details:
    code: str = ""  # of the German business transactions
    booking_text: str = ""
    purpose: str = ""
    name: str = ""
    reference: str = ""


def details_of(text: str) -> Details:
    german = _GERMAN.match(text)
    if german:
        return _german(german[1], text[german.start(2) :].replace("\n", ""))
    if text.startswith("/"):
        joined = text.replace("\n", "")
        if _DUTCH.match(joined):
            return _dutch(joined)
    return Details(purpose=unwrapped(text.split("\n"), LINE_CHARACTERS))


def details_of_ns(text: str) -> Details:
    """`:NS:`, in which some banks write purpose (01 to 14), name (15, 16) and booking text (17) in lines."""
    lines = dict(_NS_LINE.findall(text))
    purpose = [lines[f"{key:02}"] for key in range(1, 15) if f"{key:02}" in lines]
    name = lines.get("15", "") + lines.get("16", "")
    return Details(booking_text=lines.get("17", ""), purpose=unwrapped(purpose, PURPOSE_CHARACTERS), name=name)


def unwrapped(lines: list[str], width: int) -> str:
    """Lines as one: a full line goes on in the next, a shorter one was meant to end."""
    if len(lines) == 1:
        return lines[0]
    return "".join([line if len(line) >= width else f"{line} " for line in lines]).rstrip()


@cache
def _keys(separator: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(separator)}(\d\d)", re.ASCII)


def _german(code: str, text: str) -> Details:
    parts = _keys(text[0]).split(text)
    values = dict(zip(parts[1::2], parts[2::2], strict=True))
    purpose = unwrapped([values[key] for key in _PURPOSE if key in values], PURPOSE_CHARACTERS)
    name = values.get("32", "") + values["33"] if "33" in values else values.get("32", "")
    reference = ""
    if "+" in purpose:
        before, *tagged = _SEPA.split(purpose)
        if tagged:
            sepa = dict(zip(tagged[::2], tagged[1::2], strict=True))
            reference = sepa.get("EREF", "") or sepa.get("KREF", "")
            purpose = sepa.get("SVWZ", "") or before
    return Details(code, values.get("00", ""), purpose, name, reference)


def _dutch(text: str) -> Details:
    parts = _DUTCH.split(text)
    values: Mapping[str, str] = dict(zip(parts[1::2], parts[2::2], strict=True))
    name = values.get("NAME", "")
    if not name and "CNTP" in values:
        name = [*values["CNTP"].split("/"), "", "", ""][2]
    purpose = values.get("REMI", "").removeprefix("USTD//").strip("/")
    return Details(
        booking_text=values.get("TRTP", ""),
        purpose=purpose,
        name=name,
        reference=values.get("EREF", "").strip("/"),
    )
