"""The habits of banks that send MT940, one tiny file each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.bank import BankEntry, BankFileError, BankStatement, read_bank_file

HEAD = ":20:REF\n:25:NL81ASNB9999999999\n:28C:1/1\n:60F:C240304EUR100,00\n"
FOOT = ":62F:C240305EUR100,00\n-"


def read(tmp_path: Path, text: str | bytes) -> list[BankStatement]:
    path = tmp_path / "any.bin"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_bank_file(path, "bank/any.txt")


def entries(tmp_path: Path, *lines: str) -> tuple[BankEntry, ...]:
    [found] = read(tmp_path, HEAD + "\n".join(lines) + "\n" + FOOT)
    return found.entries


def test_a_statement_and_its_dates(tmp_path: Path) -> None:
    [found] = read(tmp_path, HEAD + FOOT)
    assert found.format == "mt940" and found.statement_number == "1/1"
    assert (found.opening, found.closing) == (Decimal(100), Decimal(100))
    assert (found.opened_on, found.closed_on) == (date(2024, 3, 4), date(2024, 3, 5))


def test_each_side_has_its_sign(tmp_path: Path) -> None:
    lines = [f":61:2403050305{side}5,00NTRFNONREF" for side in ("C", "D", "RC", "RD", "CR", "EC")]
    found = entries(tmp_path, *lines)
    assert [(e.amount, e.is_reversal) for e in found] == [
        (Decimal(5), False),
        (Decimal(-5), False),
        (Decimal(-5), True),
        (Decimal(5), True),
        (Decimal(5), False),
    ]


def test_references_stand_before_and_after_the_slashes(tmp_path: Path) -> None:
    first, second = entries(
        tmp_path, ":61:2403050305C5,00NTRFMINE//BANK 1", ":61:2403050305C5,00NTRFNONREF//NONREF"
    )
    assert (first.end_to_end_reference, first.bank_reference) == ("MINE", "BANK 1")
    assert (second.end_to_end_reference, second.bank_reference) == (None, None)
    assert (first.row_no, second.row_no) == (5, 6)


@pytest.mark.parametrize(
    ("line", "booked", "valued"),
    [
        (":61:2403040305C5,NMSCNONREF", date(2024, 3, 5), date(2024, 3, 4)),
        (":61:240304C5,NMSCNONREF", date(2024, 3, 5), date(2024, 3, 4)),
        (":61:240304    C5,NMSCNONREF", date(2024, 3, 5), date(2024, 3, 4)),
        (":61:2312310102C5,NMSCNONREF", date(2024, 1, 2), date(2023, 12, 31)),
        (":61:2401011231C5,NMSCNONREF", date(2023, 12, 31), date(2024, 1, 1)),
        (":61:2402300301C5,NMSCNONREF", date(2024, 3, 1), date(2024, 2, 29)),
    ],
)
def test_booking_and_value_dates(tmp_path: Path, line: str, booked: date, valued: date) -> None:
    [found] = entries(tmp_path, line)
    assert (found.booked_on, found.value_on, found.amount) == (booked, valued, Decimal(5))


def test_details_in_numbered_fields(tmp_path: Path) -> None:
    [found] = entries(
        tmp_path,
        ":61:2403050305C5,00NTRFKREF+//B1",
        ":86:166?00CREDIT?20EREF+E2E-4711?21SVWZ+Invoice INV-2024-00001?2234 and INV-7",
        "?30COBADEFF?31DE 99 70?32ACME Cloud?33Ltd?60more",
    )
    assert found.end_to_end_reference == "E2E-4711"
    assert found.counterparty_account == "DE9970" and found.counterparty_name == "ACME Cloud Ltd"
    assert found.remittance_text is not None
    assert "INV-2024-0000134 and INV-7 more" in found.remittance_text


def test_details_as_text_with_the_account_first(tmp_path: Path) -> None:
    [found] = entries(
        tmp_path,
        ":61:2403050305C5,00NOVBNL56ASNB9999999999",
        "acme",
        ":86:NL56ASNB9999999999 acme",
        "",
        "INVOICE B202403-AB",
    )
    assert found.counterparty_account == "NL56ASNB9999999999"
    assert found.end_to_end_reference is None and found.counterparty_name == "acme"
    assert found.remittance_text == "INVOICE B202403-AB"


def test_details_between_slashes(tmp_path: Path) -> None:
    [found] = entries(
        tmp_path,
        ":61:2403050305C5,00NTRFEREF//1",
        ":86:/EREF/E1//CNTP/NL02ABNA0123456789/ABNANL2A/ACME BV///REMI/USTD//Factuur 4711/",
    )
    assert found.end_to_end_reference == "E1"
    assert found.counterparty_account == "NL02ABNA0123456789"
    assert found.counterparty_name == "ACME BV" and found.remittance_text == "Factuur 4711"


def test_envelopes_several_statements_pages_and_encodings(tmp_path: Path) -> None:
    one = "{1:F01ASNB}{2:O940ASNB}{3:}{4:\r\n" + (HEAD + FOOT).replace("\n", "\r\n") + "}{5:}\r\n"
    page = HEAD.replace("60F", "60M") + ":61:2403050305C5,00NTRFNONREF\n:86:Größe\n"
    pages = page + FOOT.replace("62F", "62M") + "\n"
    found = read(tmp_path, (one + pages).encode("cp1252"))
    assert [s.statement_no for s in found] == [1, 2]
    assert found[1].entries[0].remittance_text == "Größe"


def test_a_wrapped_time_is_no_field_and_what_follows_the_closing_belongs_to_nobody(
    tmp_path: Path,
) -> None:
    [found] = read(
        tmp_path,
        HEAD + ":61:2403050305C5,00NTRFNONREF\n:86:paid at 10\n:20:15 sharp\n" + FOOT + "\n:86:bye",
    )
    assert found.entries[0].remittance_text == "paid at 10 :20:15 sharp"


def test_a_currency_glued_to_an_iban_is_not_part_of_it(tmp_path: Path) -> None:
    text = (HEAD + FOOT).replace("NL81ASNB9999999999", "DE89370400440532013000EUR")
    assert read(tmp_path, text)[0].bank_account == "DE89370400440532013000"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD + ":61:nonsense\n" + FOOT, "no statement line"),
        (HEAD + ":61:2413050305C5,00NTRFX\n" + FOOT, "is no date"),
        (HEAD + ":61:2403050305C5,001NTRFX\n" + FOOT, "more digits than EUR"),
        (HEAD + ":61:2403050305C1,000,00NTRFX\n" + FOOT, "no amount"),
        (HEAD, "closing balance"),
        (HEAD.replace(":60F:C240304EUR100,00\n", ":34F:EUR0,\n") + ":61:x", "MT942"),
        (HEAD.replace(":25:NL81ASNB9999999999\n", "") + FOOT, "names no account"),
        (HEAD + FOOT.replace("EUR", "USD"), "opens in EUR and closes in USD"),
        (":60F:C240304EUR1,00\n" + HEAD + FOOT, "before a statement"),
        ("a,b\n1,2\n", "no bank format"),
        ("", "no bank format"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_reason(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(BankFileError, match=reason):
        read(tmp_path, text)
