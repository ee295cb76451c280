"""SWIFT MT940: statements between ``:20:`` and ``:62F:``, with or without envelopes of blocks.

Banks bend the format: four blanks for an entry date, 30 February, an account where a reference
belongs, details in their own sub-fields. What cannot be understood refuses the file; no line of
money is skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from ingestion.bank import BankEntry, BankFileError, BankStatement
from ingestion.bank.text import (
    clamped_date,
    decimal_of,
    has_iban_check_digits,
    is_iban,
    short_date,
    unwrapped,
    without_spaces,
)

_TAG = re.compile(r"^-?:(20|21|25P?|28C?|60[FM]|61|62[FM]|64|65|86|13D?|34F?|90[CD]|NS):(.*)$")
_HEAD = re.compile(r"^:(21|25P?|28C?|60[FM]|13D?|34F?|NS):")
_ENVELOPE = re.compile(r"^(?:-\})?(?:\{[1235]:(?:\{[^}]*\}|[^{}])*\})*(?:\{4:)?")
_BALANCE = re.compile(r"([DC])(\d{6})([A-Z]{3})\s*([\d.,]+)\s*")
_LINE = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4}| {4}|)(?P<side>[RE]?[DC])(?P<funds>[A-Z]?)"
    r"\s*(?P<amount>\d[\d,]*)(?P<type>[A-Z][A-Z0-9 ]{3})?(?P<reference>.*)"
)
_SUBFIELD = re.compile(r"^(?:\d{3})?([?<~^@])\d{2}")
# The payer's reference ends with its sub-field, unless that is full and goes on in the next one.
_END_TO_END = re.compile(
    r"EREF\+ ?((?:.{22}\n)?.*?)(?=(?:KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC)\+|\n|$)"
)
_SLASHED = re.compile(r"/(EREF|REMI|NAME|IBAN|CNTP|BENM|ORDP|TRTP|MARF|CSID|PREF|BIC|RTRN|ISDT)/")
# The clearing fields of German banks: text goes on in 60 to 63 after 29.
_TEXT_FIELDS = [f"{no}" for no in (*range(20, 30), *range(60, 64))]


@dataclass
class _Field:
    tag: str
    line_no: int
    lines: list[str] = field(default_factory=list)

    @property
    def first(self) -> str:
        return self.lines[0].strip()


def matches(head: bytes, name: str) -> bool:
    """Does a line open with a statement's reference, and is there an account or a balance?"""
    text = _decoded(head, cut=True)
    return bool(re.search(r"^(?:.*\{4:)?:20:", text, re.MULTILINE)) and bool(
        re.search(r"^:(25P?|28C?|60[FM]|61|62[FM]):", text, re.MULTILINE)
    )


def read(path: Path) -> list[BankStatement]:
    """Every statement of the file. A page (60M, 62M) is one too: its balances chain like any."""
    messages = _messages(_fields(_decoded(path.read_bytes())))
    if not messages:
        raise BankFileError("no statement (:20:) in the file", "send the file again")
    return [_statement(no, message) for no, message in enumerate(messages, start=1)]


def _decoded(data: bytes, cut: bool = False) -> str:
    try:
        return data.decode("utf-8-sig", errors="strict")
    except UnicodeDecodeError as error:
        if cut and error.start > len(data) - 4:
            return data[: error.start].decode("utf-8-sig")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _fields(text: str) -> list[_Field]:
    """Tags with the lines that follow them. Only known tags count: ``:12:11`` is a wrapped time."""
    lines = re.split(r"\r\n|\n|\r", text)
    fields: list[_Field] = []
    for line_no, raw in enumerate(lines, start=1):
        line = _ENVELOPE.sub("", raw, count=1) if raw.startswith(("{", "-}")) else raw
        tag = _TAG.match(line)
        # Inside details a wrapped ":20:15" is a time of day, not the next statement.
        if tag and tag[1] in {"20", "21", "25", "28"} and fields and fields[-1].tag == "86":
            later = (lines[at] for at in range(line_no, len(lines)))
            following = next((line for line in later if line.strip()), "")
            if not _HEAD.match(following):
                tag = None
        if tag:
            fields.append(_Field(tag[1], line_no, [tag[2]]))
        elif line.strip() == "-" or (raw != line and not line.strip()):
            continue
        elif fields:
            fields[-1].lines.append(line)
        elif any(char.isalnum() for char in line):
            raise BankFileError(
                f"line {line_no} stands before the first field", "send the file from its beginning"
            )
    return fields


def _messages(fields: list[_Field]) -> list[list[_Field]]:
    messages: list[list[_Field]] = []
    for item in fields:
        if item.tag == "20":
            messages.append([])
        elif not messages:
            raise BankFileError(
                f"line {item.line_no}: field :{item.tag}: before a statement's :20:",
                "send the file from its beginning",
            )
        messages[-1].append(item)
    return messages


def _statement(no: int, message: list[_Field]) -> BankStatement:
    what = f"statement {no} (line {message[0].line_no})"
    tags = {item.tag[:2]: item for item in reversed(message)}
    if "25" not in tags:
        raise BankFileError(f"{what} names no account (:25:)", "send the whole statement")
    if "60" not in tags or "62" not in tags:
        missing = "opening balance (:60F:)" if "60" not in tags else "closing balance (:62F:)"
        hint = ": an interim report (MT942)" if {"34", "13"} & tags.keys() else ""
        raise BankFileError(f"{what} has no {missing}{hint}", "send the MT940 end-of-day statement")
    opening, opened_on, currency = _balance(tags["60"], what)
    closing, closed_on, other = _balance(tags["62"], what)
    if other != currency:
        raise BankFileError(f"{what} opens in {currency} and closes in {other}", "send it again")
    # The account as the bank writes it; some glue the currency to the IBAN.
    account = without_spaces(tags["25"].first)
    if account is None:
        raise BankFileError(f"{what} names no account (:25:)", "send the whole statement")
    if account.endswith(currency) and has_iban_check_digits(account[:-3]):
        account = account[:-3]
    return BankStatement(
        statement_no=no,
        format="mt940",
        bank_account=account,
        currency=currency,
        statement_number=tags["28"].first or None if "28" in tags else None,
        opened_on=opened_on,
        closed_on=closed_on,
        opening=opening,
        closing=closing,
        entries=tuple(_entries(message, currency, closed_on)),
    )


def _comma_decimal(text: str, what: str) -> Decimal:
    if text.count(",") > 1 or "." in text:
        raise BankFileError(f"{what}: {text!r} is no amount", "send amounts as 1234,56")
    return decimal_of(text.replace(",", "."), what)


def _balance(item: _Field, what: str) -> tuple[Decimal, date, str]:
    found = _BALANCE.fullmatch(item.first)
    if not found:
        raise BankFileError(
            f"{what}, line {item.line_no}: {item.first[:40]!r} is no balance", "send it again"
        )
    amount = _comma_decimal(found[4], what)
    return (-amount if found[1] == "D" else amount), short_date(found[2], what), found[3]


def _entries(message: list[_Field], currency: str, closed_on: date) -> list[BankEntry]:
    # Details belong to the line they follow; those after the closing balance are the statement's.
    lines: list[tuple[_Field, list[str]]] = []
    inside = False
    for item in message:
        if item.tag == "61":
            lines.append((item, []))
            inside = True
        elif inside and item.tag in {"86", "NS"}:
            lines[-1][1].extend(item.lines)
        else:
            inside = False
    entries: list[BankEntry] = []
    for item, details in lines:
        entry = _entry(len(entries) + 1, item, currency, closed_on)
        if entry is not None:
            entries.append(_described(entry, item, details))
    return entries


def _entry(no: int, item: _Field, currency: str, closed_on: date) -> BankEntry | None:
    """The money of a ``:61:`` line; None for an expected entry (EC, ED), which is not booked."""
    what = f"line {item.line_no}"
    text = item.lines[0].rstrip()
    found = _LINE.fullmatch(text)
    # Some put the amount on the next line.
    if not found and len(item.lines) > 1:
        item.lines[:2] = [text + item.lines[1].strip()]
        found = _LINE.fullmatch(item.lines[0])
    if not found:
        raise BankFileError(f"{what}: {text[:60]!r} is no statement line", "send the file again")
    side = found["side"]
    if side.startswith("E"):
        return None
    value_on = short_date(found["value"], what)
    amount = _comma_decimal(found["amount"], what)
    # C in, D out; RC takes a credit back, RD a debit.
    sign = 1 if side in {"C", "RD"} else -1
    own, _, banks = found["reference"].partition("//")
    return BankEntry(
        entry_no=no,
        booked_on=_booked_on(found["entry"], value_on, what) or closed_on,
        amount=sign * amount,
        currency=currency,
        value_on=value_on,
        row_no=item.line_no,
        bank_reference=_reference(banks),
        end_to_end_reference=_reference(own),
        is_reversal=side.startswith("R"),
    )


def _booked_on(entry: str, value_on: date, what: str) -> date | None:
    """Month and day, in the year that brings them nearest to the value date."""
    if not entry.strip():
        return None
    month, day = int(entry[:2]), int(entry[2:])
    years = (value_on.year - 1, value_on.year, value_on.year + 1)
    days = [clamped_date(year, month, day, what) for year in years]
    return min(days, key=lambda booked: abs((booked - value_on).days))


def _reference(text: str) -> str | None:
    text = text.strip()
    return None if text.upper() in {"", "NONREF", "NOTPROVIDED", "KREF+", "EREF+"} else text


def _described(entry: BankEntry, item: _Field, details: list[str]) -> BankEntry:
    """The entry with counterparty and remittance from ``:86:`` and the second line of ``:61:``."""
    # ASN writes the counterparty's account where the customer's reference belongs.
    if is_iban(entry.end_to_end_reference):
        entry = replace(
            entry,
            counterparty_account=entry.end_to_end_reference,
            end_to_end_reference=None,
        )
    supplement = " ".join(line.strip() for line in item.lines[1:] if line.strip())
    text = "".join(details)
    marker = _SUBFIELD.match(text)
    if marker:
        entry = _from_subfields(entry, text, marker[1])
    elif _SLASHED.search(text):
        entry = _from_slashes(entry, text)
    else:
        entry = _from_free_text(entry, details)
    return replace(entry, remittance_text=entry.remittance_text or supplement or None)


def _from_subfields(entry: BankEntry, text: str, marker: str) -> BankEntry:
    parts = re.split(rf"{re.escape(marker)}(\d{{2}})", text)
    values: dict[str, str] = {}
    for code, value in zip(parts[1::2], parts[2::2], strict=False):
        values[code] = values.get(code, "") + value
    purpose = unwrapped([values[code] for code in _TEXT_FIELDS if code in values], width=27)
    end_to_end = _END_TO_END.search("\n".join(values[c] for c in _TEXT_FIELDS if c in values))
    name = (values.get("32", "").ljust(27) + values.get("33", "")).strip()
    if len(values.get("32", "")) < 27:
        name = " ".join(part.strip() for part in (values.get("32"), values.get("33")) if part)
    return replace(
        entry,
        counterparty_name=name or None,
        counterparty_account=without_spaces(values.get("31") or values.get("38"))
        or entry.counterparty_account,
        end_to_end_reference=(_reference(end_to_end[1].replace("\n", "")) if end_to_end else None)
        or entry.end_to_end_reference,
        remittance_text=purpose or None,
    )


def _from_slashes(entry: BankEntry, text: str) -> BankEntry:
    """``/EREF/…/NAME/…/REMI/…``, or ``/CNTP/account/bic/name/…`` where a bank writes it so."""
    parts = _SLASHED.split(text)
    values = dict(zip(parts[1::2], (part.strip("/ ") for part in parts[2::2]), strict=False))
    party = [part.strip() for part in values.get("CNTP", "").split("/")] + ["", "", ""]
    remittance = re.sub(r"^(USTD|STRD/CUR)//", "", values.get("REMI", "")).strip("/ ")
    return replace(
        entry,
        counterparty_name=values.get("NAME") or party[2] or None,
        counterparty_account=without_spaces(values.get("IBAN") or party[0])
        or entry.counterparty_account,
        end_to_end_reference=_reference(values.get("EREF", "")) or entry.end_to_end_reference,
        remittance_text=remittance or text.strip() or None,
    )


def _from_free_text(entry: BankEntry, details: list[str]) -> BankEntry:
    lines = [line for line in details if line.strip()]
    text = unwrapped(lines, width=65)
    account, _, rest = (lines[0].strip() if lines else "").partition(" ")
    if not is_iban(account):
        return replace(entry, remittance_text=text or None)
    # The first line names the counterparty; what it was paid for stands on the lines below.
    below = unwrapped(lines[1:], width=65)
    return replace(
        entry,
        counterparty_account=account,
        counterparty_name=rest.strip() or None,
        remittance_text=below or rest.strip() or None,
    )
