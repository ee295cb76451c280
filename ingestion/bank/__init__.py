"""Bank statements as the bank sends them: one shape out, whatever format comes in.

``read_bank_file`` is all that the rest of ``ingestion/`` knows. Each format is a module beside this
one with ``matches(head: bytes, name: str) -> bool`` (does this look like mine?) and
``read(path: Path) -> list[BankStatement]``, listed in ``_readers``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from ingestion.checks import minor_units


class BankFileError(Exception):
    """A bank file that cannot be read: ``reason`` says what is wrong, ``remedy`` what to send."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True)
class BankEntry:
    """One booked entry, or one detail of it where the details carry amounts that sum to it.

    ``amount`` is signed in the account's currency, money in positive; a reversal carries its own
    sign and ``is_reversal``. ``entry_no`` counts the statement's entries from 1, ``detail_no`` the
    details of one entry from 1 (1 where the entry is not split). ``row_no`` is the line of the file
    (from 1) that the entry starts on, or None.
    """

    entry_no: int
    booked_on: date
    amount: Decimal
    currency: str
    value_on: date | None = None
    detail_no: int = 1
    row_no: int | None = None
    bank_reference: str | None = None
    end_to_end_reference: str | None = None
    counterparty_name: str | None = None
    counterparty_account: str | None = None
    remittance_text: str | None = None
    is_reversal: bool = False


@dataclass(frozen=True)
class BankStatement:
    """One statement as delivered. ``opening`` is None where the format gives none (OFX).

    ``statement_no`` counts the file's statements from 1; ``format`` is ``camt.053``, ``camt.052``,
    ``camt.054``, ``mt940``, ``ofx``, ``bai2`` or ``csv``. ``bank_account`` has no spaces.
    """

    statement_no: int
    format: str
    bank_account: str
    currency: str
    statement_number: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    entries: tuple[BankEntry, ...] = field(default=())


Reader = tuple[Callable[[bytes, str], bool], Callable[[Path], list[BankStatement]]]


def _readers() -> list[Reader]:
    """The formats, asked in this order. A module is imported only when a bank file has come."""
    from ingestion.bank import camt053, later, mt940

    return [
        (camt053.matches, camt053.read),
        (mt940.matches, mt940.read),
        (later.matches, later.read),
    ]


def read_bank_file(path: Path, name: str) -> list[BankStatement]:
    """The statements of the file at ``path`` (unpacked), which was delivered as ``name``.

    Raises :class:`BankFileError` where no format is recognised or the file breaks its own format.
    """
    with path.open("rb") as file:
        head = file.read(65536)
    for matches, read in _readers():
        if matches(head, name):
            statements = read(path)
            for statement in statements:
                _refuse_excess_digits(statement)
            return statements
    raise BankFileError(
        "no bank format recognised by its content",
        "send camt.053 or MT940 as the bank delivers it",
    )


def _refuse_excess_digits(statement: BankStatement) -> None:
    """No amount is rounded: more digits than the currency has make the file unreadable."""
    what = f"statement {statement.statement_no} of {statement.bank_account}"
    units = minor_units().get(statement.currency)
    if units is None:
        raise BankFileError(
            f"{what} is in {statement.currency[:20]!r}, which is no known currency",
            "correct the currency, or add it to the currencies",
        )
    amounts = [statement.opening, statement.closing, *(e.amount for e in statement.entries)]
    for amount in amounts:
        if amount is not None and amount != round(amount, units):
            raise BankFileError(
                f"{what} has an amount of {amount}, more digits than {statement.currency} has",
                f"send amounts with {units} decimals",
            )
