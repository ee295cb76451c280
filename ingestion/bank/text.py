"""What the bank formats share: decimal text, short dates, lines put together again."""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal

from ingestion.bank import BankFileError

_PLAIN = re.compile(r"[+-]?\d{1,20}(\.\d*)?|[+-]?\.\d+")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def decimal_of(text: str, what: str) -> Decimal:
    """The amount as written, digit for digit: no exponent, no thousands, at most ten decimals.

    Raises :class:`BankFileError` naming ``what`` where the text is no such number.
    """
    value = text.strip()
    if not _PLAIN.fullmatch(value):
        raise BankFileError(f"{what}: {value[:40]!r} is no amount", "send plain decimal digits")
    amount = Decimal(value.rstrip("."))
    if len(format(amount, "f").rstrip("0").partition(".")[2]) > 10:
        raise BankFileError(f"{what}: {value[:40]} has more than ten decimals", "send it in cents")
    return amount


def without_spaces(text: str | None) -> str | None:
    """An account number as it is compared: no blanks; None where nothing is left."""
    return "".join((text or "").split()) or None


def is_iban(text: str | None) -> bool:
    """Has the text the shape of an IBAN? Check digits are not judged: some banks mask them."""
    return bool(text and _IBAN.fullmatch(text))


def has_iban_check_digits(text: str) -> bool:
    """Is the text an IBAN whose check digits hold (ISO 7064, modulo 97)?"""
    if not is_iban(text):
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1


def short_date(text: str, what: str) -> date:
    """``YYMMDD``; a day past the month's end is its last day (interest on 30 February)."""
    if not re.fullmatch(r"\d{6}", text):
        raise BankFileError(f"{what}: {text[:20]!r} is no date", "send dates as YYMMDD")
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year += 2000 if year < 80 else 1900
    return clamped_date(year, month, day, what)


def clamped_date(year: int, month: int, day: int, what: str) -> date:
    """The date, or the month's last day where the month is shorter; other nonsense is refused."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise BankFileError(f"{what}: {year}-{month}-{day} is no date", "send a real date")
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def unwrapped(lines: list[str], width: int) -> str:
    """Lines cut at ``width``, joined: a full one broke inside a word, a shorter one after it."""
    text, full = "", True
    for raw in lines:
        line = raw.strip() if not full else raw.rstrip()
        if not line.strip():
            full = not text
            continue
        text += line if full else " " + line
        full = len(raw.rstrip("\r\n")) >= width
    return text.strip()
