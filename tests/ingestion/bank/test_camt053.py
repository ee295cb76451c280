"""The habits of banks that send camt.053, one tiny file each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.bank import BankFileError, BankStatement, read_bank_file


def balance(code: str, amount: str, side: str = "CRDT", day: str = "<Dt>2024-03-05</Dt>") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt>{day}</Dt></Bal>"
    )


def entry(amount: str, side: str = "CRDT", more: str = "") -> str:
    return f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}</Ntry>"


def statement(body: str, opening: str = "100.00", closing: str = "100.00") -> str:
    return (
        "<Stmt><Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb>"
        "<Acct><Id><IBAN>DE 12 3456</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{balance('OPBD', opening)}{balance('CLBD', closing)}{body}</Stmt>"
    )


def message(statements: str, version: str = "02", prolog: str = "") -> str:
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>{prolog}"
        f"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}'>"
        f"<BkToCstmrStmt>{statements}</BkToCstmrStmt></Document>"
    )


def read(tmp_path: Path, text: str | bytes) -> list[BankStatement]:
    path = tmp_path / "any.bin"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_bank_file(path, "bank/any.xml")


@pytest.mark.parametrize("version", [f"{no:02}" for no in range(2, 14)])
def test_every_version_is_read_by_local_names(tmp_path: Path, version: str) -> None:
    [found] = read(tmp_path, message(statement(entry("5"), closing="105"), version))
    assert (found.bank_account, found.currency, found.statement_number) == ("DE123456", "EUR", "7")
    assert (found.opening, found.closing) == (Decimal(100), Decimal(105))
    assert [e.amount for e in found.entries] == [Decimal(5)]


def test_what_is_missing_has_its_meaning(tmp_path: Path) -> None:
    body = (
        entry("1")
        + entry(
            "2", more="<Sts>BOOK</Sts><BookgDt><DtTm>2024-03-04T23:59:00+02:00</DtTm></BookgDt>"
        )
        + entry("3", more="<Sts><Cd>BOOK</Cd></Sts><ValDt><Dt>2024-03-09</Dt></ValDt>")
        + entry("4", more="<Sts>PDNG</Sts>")
        + entry("5", more="<Sts><Cd>PDNG</Cd></Sts>")
        + entry("6", more="<Sts><Cd>INFO</Cd></Sts>")
    )
    [found] = read(tmp_path, message(statement(body)))
    closing_day = date(2024, 3, 5)
    assert [(e.amount, e.booked_on, e.value_on) for e in found.entries] == [
        (Decimal(1), closing_day, closing_day),
        (Decimal(2), date(2024, 3, 4), date(2024, 3, 4)),
        (Decimal(3), closing_day, date(2024, 3, 9)),
    ]


def test_balances_below_zero_the_previous_closing_and_pages(tmp_path: Path) -> None:
    text = message(
        "<Stmt><Acct><Id><Othr><Id>1 2</Id></Othr></Id><Ccy>EUR</Ccy></Acct>"
        + balance("PRCD", "10", "DBIT")
        + balance("CLBD", "1")
        + balance("CLBD", "2", day="<DtTm>2024-03-06T00:00:00</DtTm>")
        + "</Stmt>"
    )
    [found] = read(tmp_path, text)
    assert (found.opening, found.closing) == (Decimal(-10), Decimal(2))
    assert found.closed_on == date(2024, 3, 6)


@pytest.mark.parametrize(("side", "closing"), [("CRDT", "95"), ("DBIT", "95"), ("CRDT", "105")])
def test_a_reversal_has_the_sign_that_the_balances_say(
    tmp_path: Path, side: str, closing: str
) -> None:
    body = entry("5", side, "<RvslInd>true</RvslInd>")
    [found] = read(tmp_path, message(statement(body, closing=closing)))
    assert found.opening is not None and found.closing is not None
    assert found.opening + found.entries[0].amount == found.closing
    assert found.entries[0].is_reversal


def test_a_reversal_that_no_balance_explains_is_read_as_marked_by_the_original(
    tmp_path: Path,
) -> None:
    body = entry("5", "CRDT", "<RvslInd>true</RvslInd>")
    [found] = read(tmp_path, message(statement(body, closing="1")))
    assert found.entries[0].amount == Decimal(-5)


DETAIL = (
    "<TxDtls><Refs><AcctSvcrRef>B{0}</AcctSvcrRef><EndToEndId>{1}</EndToEndId></Refs>"
    "<Amt Ccy='EUR'>{2}</Amt><CdtDbtInd>{3}</CdtDbtInd>"
    "<RltdPties><Dbtr><Pty><Nm>Payer {0}</Nm></Pty></Dbtr>"
    "<DbtrAcct><Id><IBAN>DE{0} 1</IBAN></Id></DbtrAcct></RltdPties>"
    "<RmtInf><Ustrd>INV-{0}</Ustrd></RmtInf></TxDtls>"
)


def details(*parts: str) -> str:
    return f"<AcctSvcrRef>E1</AcctSvcrRef><NtryDtls>{''.join(parts)}</NtryDtls>"


def test_details_that_sum_to_their_entry_are_one_row_each(tmp_path: Path) -> None:
    parts = details(
        DETAIL.format(1, "E2E1", "8", "CRDT"),
        DETAIL.format(2, "NOTPROVIDED", "4", "CRDT"),
        DETAIL.format(3, "E2E3", "2", "DBIT"),
    )
    [found] = read(tmp_path, message(statement(entry("10", more=parts), closing="110")))
    assert [(e.entry_no, e.detail_no, e.amount) for e in found.entries] == [
        (1, 1, Decimal(8)),
        (1, 2, Decimal(4)),
        (1, 3, Decimal(-2)),
    ]
    first, second, _ = found.entries
    assert first.bank_reference == "B1" and first.end_to_end_reference == "E2E1"
    assert first.counterparty_name == "Payer 1" and first.counterparty_account == "DE11"
    assert first.remittance_text == "INV-1" and second.end_to_end_reference is None


def test_details_that_do_not_sum_leave_one_row(tmp_path: Path) -> None:
    parts = details(DETAIL.format(1, "X", "8", "CRDT"), DETAIL.format(2, "X", "1", "CRDT"))
    [found] = read(tmp_path, message(statement(entry("10", more=parts), closing="110")))
    [only] = found.entries
    assert (only.amount, only.bank_reference, only.end_to_end_reference) == (Decimal(10), "E1", "X")
    assert only.counterparty_name is None and only.remittance_text == "INV-1 INV-2"


def test_the_counterparty_and_the_text_of_either_direction(tmp_path: Path) -> None:
    parts = details(
        "<TxDtls><RltdPties><Dbtr><Nm>Us</Nm></Dbtr><UltmtCdtr><Nm>Them</Nm></UltmtCdtr>"
        "<CdtrAcct><Id><Othr><Id>44 1</Id></Othr></Id></CdtrAcct></RltdPties>"
        "<RmtInf><Ustrd>For</Ustrd><Ustrd>all</Ustrd>"
        "<Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"
    )
    [found] = read(tmp_path, message(statement(entry("10", "DBIT", parts), closing="90")))
    [only] = found.entries
    assert (only.counterparty_name, only.counterparty_account) == ("Them", "441")
    assert only.remittance_text == "For all RF18" and only.amount == Decimal(-10)


def test_several_statements_in_one_file(tmp_path: Path) -> None:
    found = read(tmp_path, message(statement("") + statement(entry("1"), closing="101")))
    assert [s.statement_no for s in found] == [1, 2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            message(statement(""), prolog="<!DOCTYPE Document SYSTEM 'file:///etc/passwd'>"),
            "document type",
        ),
        (message(statement(""), prolog="<!DOCTYPE a [<!ENTITY b 'c'>]>"), "document type"),
        (
            message(statement(""), prolog="<!DOCTYPE a [<!ENTITY b 'c'>]>")
            .replace("UTF-8", "UTF-16")
            .encode("utf-16"),
            "document type",
        ),
        (message(statement(""))[:-20], "well-formed"),
        (message(""), "without a statement"),
        (message(statement("").replace("CLBD", "CLAV")), "closing balance"),
        (message(statement(entry("5").replace("EUR", "USD"))), "in USD on an account in EUR"),
        (message(statement(entry("1e3"))), "is no amount"),
        (message(statement(entry("1,000.00"))), "is no amount"),
        (message(statement(entry("8.855"))), "more digits than EUR"),
        (message(statement(entry("5").replace("CRDT", "XXXX"))), "no side"),
        (message(statement("", opening="1.00")).replace("EUR", "XYZ"), "no known currency"),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_a_reason(
    tmp_path: Path, text: str | bytes, reason: str
) -> None:
    with pytest.raises(BankFileError, match=reason):
        read(tmp_path, text)


def test_trailing_zeros_are_no_digits_and_ten_megabytes_are_text(tmp_path: Path) -> None:
    more = details(f"<TxDtls><RmtInf><Ustrd>{'x' * 11_000_000}</Ustrd></RmtInf></TxDtls>")
    body = entry("8.85000", more=more)
    [found] = read(tmp_path, message(statement(body, closing="108.850")))
    assert found.entries[0].amount == Decimal("8.85")
    assert len(found.entries[0].remittance_text or "") == 11_000_000
