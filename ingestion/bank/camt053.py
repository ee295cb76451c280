"""ISO 20022 camt.053, versions 001.02 to 001.13: elements are found by name in any namespace.

Banks leave out what the schema calls optional: an entry without a status is booked, one without a
booking date was booked on the closing balance's date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ingestion.bank import BankEntry, BankFileError, BankStatement
from ingestion.bank.text import decimal_of, without_spaces

_ABSENT = {"", "NOTPROVIDED", "NONREF", "NOTAVAILABLE"}
_NOT_READ = {"BkToCstmrAcctRpt": "camt.052", "BkToCstmrDbtCdtNtfctn": "camt.054"}


def matches(head: bytes, name: str) -> bool:
    """Is this XML with a bank-to-customer message in it, in any encoding?"""
    plain = head.replace(b"\0", b"")
    return b"BkToCstmr" in plain or b":xsd:camt.05" in plain


def read(path: Path) -> list[BankStatement]:
    """Every ``Stmt`` of the message, in the file's order."""
    root = _parsed(path.read_bytes())
    for tag, kind in _NOT_READ.items():
        if any(_local(child).startswith(tag) for child in root):
            raise BankFileError(
                f"{kind} messages are told by their content but not read",
                "send the camt.053 statement",
            )
    statements = list(_all(root, "BkToCstmrStmt", "Stmt"))
    if not statements:
        raise BankFileError("a camt message without a statement", "send the camt.053 statement")
    return [_statement(no, element) for no, element in enumerate(statements, start=1)]


def _parsed(data: bytes) -> etree._Element:
    # A bank needs neither a document type nor entities; what brings one is not from a bank.
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", data.replace(b"\0", b""), re.IGNORECASE):
        raise BankFileError(
            "the XML declares a document type or entities, which are not read",
            "send the file as the bank delivers it",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BankFileError(f"not well-formed XML: {error}", "send the whole file again") from error
    if root is None:
        raise BankFileError("an empty XML document", "send the whole file again")
    return root


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _all(element: etree._Element, *path: str) -> Iterator[etree._Element]:
    """Descendants along a path of local names; the first name may lie below the document's root."""
    if not path:
        yield element
        return
    for child in element:
        if _local(child) == path[0]:
            yield from _all(child, *path[1:])


def _first(element: etree._Element | None, *path: str) -> etree._Element | None:
    return None if element is None else next(_all(element, *path), None)


def _text(element: etree._Element | None, *path: str) -> str | None:
    found = _first(element, *path)
    return (
        None if found is None else ("".join(str(part) for part in found.itertext()).strip() or None)
    )


def _reference(element: etree._Element | None, *path: str) -> str | None:
    text = _text(element, *path)
    return None if text is None or text.upper() in _ABSENT else text


def _day(element: etree._Element | None, what: str) -> date | None:
    """``Dt`` or ``DtTm``: the day as the bank writes it, whatever its zone."""
    text = _text(element, "Dt") or _text(element, "DtTm")
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BankFileError(f"{what}: {text[:30]!r} is no date", "send YYYY-MM-DD") from error


def _money(element: etree._Element | None, currency: str | None, what: str) -> Decimal | None:
    """The amount of ``element``; None where there is none, refused in another currency."""
    if element is None or not (element.text or "").strip():
        return None
    given = element.get("Ccy")
    if currency and given and given != currency:
        raise BankFileError(
            f"{what} is in {given} on an account in {currency}",
            "send each currency's account as a statement of its own",
        )
    return decimal_of(element.text or "", what)


def _balance(statement: etree._Element, codes: list[str], currency: str | None, what: str):
    """Signed amount and date of the balance of the first of ``codes`` that the statement has."""
    for code in codes:
        found = [
            bal for bal in _all(statement, "Bal") if _text(bal, "Tp", "CdOrPrtry", "Cd") == code
        ]
        if found:
            # Pages repeat balances: a statement opens with its first and closes with its last.
            bal = found[-1] if code.startswith("CL") else found[0]
            amount = _money(_first(bal, "Amt"), currency, what)
            if amount is None:
                raise BankFileError(f"{what} has no amount", "send the statement again")
            sign = -1 if _text(bal, "CdtDbtInd") == "DBIT" else 1
            return sign * amount, _day(_first(bal, "Dt"), what)
    return None, None


def _statement(no: int, element: etree._Element) -> BankStatement:
    what = f"statement {no}"
    account = without_spaces(
        _text(element, "Acct", "Id", "IBAN") or _text(element, "Acct", "Id", "Othr", "Id")
    )
    if account is None:
        raise BankFileError(f"{what} names no account", "send the statement with its account")
    currency = _text(element, "Acct", "Ccy") or next(
        (amt.get("Ccy") for amt in _all(element, "Bal", "Amt") if amt.get("Ccy")), None
    )
    if currency is None:
        raise BankFileError(f"{what} names no currency", "send the statement with its currency")
    opening, opened_on = _balance(
        element, ["OPBD", "PRCD"], currency, f"{what}, its opening balance"
    )
    closing, closed_on = _balance(element, ["CLBD"], currency, f"{what}, its closing balance")
    closed_on = closed_on or _day(_renamed_period(element), what)
    if closing is None or closed_on is None:
        raise BankFileError(
            f"{what} of {account} has no booked closing balance (CLBD) with a date",
            "send the statement with its balances",
        )
    booked = [
        (entry_no, entry)
        for entry_no, entry in enumerate(_all(element, "Ntry"), start=1)
        if _is_booked(entry)
    ]
    entries = [
        row
        for entry_no, entry in booked
        for row in _entry_rows(entry_no, entry, currency, closed_on, f"{what}, entry {entry_no}")
    ]
    return BankStatement(
        statement_no=no,
        format="camt.053",
        bank_account=account,
        currency=currency,
        statement_number=_text(element, "ElctrncSeqNb")
        or _text(element, "LglSeqNb")
        or _text(element, "Id"),
        opened_on=opened_on,
        closed_on=closed_on,
        opening=opening,
        closing=closing,
        entries=tuple(_as_the_balances_say(opening, closing, entries)),
    )


def _renamed_period(element: etree._Element) -> etree._Element | None:
    """The statement's period as an element with a ``DtTm``, for balances that carry no date."""
    end = _first(element, "FrToDt", "ToDtTm")
    if end is None:
        return None
    period = etree.Element("period")
    etree.SubElement(period, "DtTm").text = end.text
    return period


def _is_booked(entry: etree._Element) -> bool:
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts", "Prtry") or _text(entry, "Sts")
    return status is None or status == "BOOK"


def _as_the_balances_say(
    opening: Decimal | None, closing: Decimal, entries: list[BankEntry]
) -> list[BankEntry]:
    """Reversals as booked: most banks mark the original's side, some already write the new one.

    Only the balances tell which; where neither reading ties, the original's side is believed.
    """
    if opening is None or not any(entry.is_reversal for entry in entries):
        return entries
    if opening + sum(entry.amount for entry in entries) == closing:
        return entries
    other = [replace(e, amount=-e.amount) if e.is_reversal else e for e in entries]
    return other if opening + sum(entry.amount for entry in other) == closing else entries


def _entry_rows(
    entry_no: int, entry: etree._Element, currency: str, closed_on: date, what: str
) -> list[BankEntry]:
    amount = _money(_first(entry, "Amt"), currency, what)
    side = _text(entry, "CdtDbtInd")
    if amount is None or side not in {"CRDT", "DBIT"}:
        raise BankFileError(f"{what} has no amount or no side", "send the statement again")
    reversal = (_text(entry, "RvslInd") or "").lower() in {"true", "1"}
    sign = (1 if side == "CRDT" else -1) * (-1 if reversal else 1)
    booked_on = _day(_first(entry, "BookgDt"), what) or closed_on
    details = list(_all(entry, "NtryDtls", "TxDtls"))
    whole = BankEntry(
        entry_no=entry_no,
        booked_on=booked_on,
        amount=sign * amount,
        currency=currency,
        value_on=_day(_first(entry, "ValDt"), what) or booked_on,
        row_no=entry.sourceline,
        bank_reference=_reference(entry, "AcctSvcrRef"),
        is_reversal=reversal,
    )
    parts = _detail_amounts(details, side, currency, what)
    if len(details) > 1 and parts is not None and sum(parts) == amount:
        return [
            replace(
                _described(whole, [detail], side, entry),
                amount=sign * part,
                detail_no=no,
                row_no=detail.sourceline,
            )
            for no, (detail, part) in enumerate(zip(details, parts, strict=True), start=1)
        ]
    return [_described(whole, details, side, entry)]


def _detail_amounts(
    details: list[etree._Element], side: str, currency: str, what: str
) -> list[Decimal] | None:
    """Each detail's amount on the entry's side; None where one carries none in its currency."""
    amounts = []
    for detail in details:
        element = _first(detail, "Amt")
        if element is None:
            element = _first(detail, "AmtDtls", "TxAmt", "Amt")
        if element is None or element.get("Ccy", currency) != currency:
            return None
        amount = _money(element, currency, what)
        if amount is None:
            return None
        amounts.append(-amount if _text(detail, "CdtDbtInd") not in {None, side} else amount)
    return amounts


def _described(
    entry: BankEntry, details: list[etree._Element], side: str, element: etree._Element
) -> BankEntry:
    """The entry with what its details say; of several, only what all of them say alike."""
    # Money that came in was paid by the debtor, money that went out went to the creditor.
    party = "Dbtr" if side == "CRDT" else "Cdtr"
    names = [_party_name(d, party) or _party_name(d, f"Ultmt{party}") for d in details]
    accounts = [
        without_spaces(
            _text(d, "RltdPties", f"{party}Acct", "Id", "IBAN")
            or _text(d, "RltdPties", f"{party}Acct", "Id", "Othr", "Id")
        )
        for d in details
    ]
    texts = [text for d in details if (text := _remittance(d))]
    return replace(
        entry,
        bank_reference=_alike([_reference(d, "Refs", "AcctSvcrRef") for d in details])
        or entry.bank_reference,
        end_to_end_reference=_alike([_reference(d, "Refs", "EndToEndId") for d in details]),
        counterparty_name=_alike(names),
        counterparty_account=_alike(accounts),
        remittance_text=" ".join(texts) or _text(element, "AddtlNtryInf"),
    )


def _alike(values: list[str | None]) -> str | None:
    return values[0] if values and all(value == values[0] for value in values) else None


def _party_name(detail: etree._Element, party: str) -> str | None:
    return _text(detail, "RltdPties", party, "Nm") or _text(detail, "RltdPties", party, "Pty", "Nm")


def _remittance(detail: etree._Element) -> str:
    """Free text first, then the structured references and document numbers."""
    info = _first(detail, "RmtInf")
    if info is None:
        return _text(detail, "AddtlTxInf") or ""
    # A text of 140 characters goes on in the next one, in the middle of a word if need be.
    free = ""
    for part in _all(info, "Ustrd"):
        text = "".join(str(piece) for piece in part.itertext())
        free += text if not free or len(free) % 140 == 0 else " " + text
    structured = [
        text
        for strd in _all(info, "Strd")
        for text in [
            _text(strd, "CdtrRefInf", "Ref"),
            *(_text(doc, "Nb") for doc in _all(strd, "RfrdDocInf")),
            *("".join(str(p) for p in add.itertext()) for add in _all(strd, "AddtlRmtInf")),
        ]
        if text
    ]
    return " ".join([part for part in [free.strip(), *structured] if part])
