"""Public bank files, labelled by a separate program: balances tie, or it is said why not."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.bank import BankFileError, BankStatement, read_bank_file

SHARED = Path(__file__).parents[3].parent / "shared"
SAMPLES = SHARED / "bank_samples"
REAL_INBOX = SHARED / "real_inbox"

needs_samples = pytest.mark.skipif(
    not SAMPLES.exists(), reason="the public bank samples (../shared/bank_samples) are not here"
)
needs_inbox = pytest.mark.skipif(
    not REAL_INBOX.exists(), reason="the public inbox (../shared/real_inbox) is not here"
)

# What must be refused, and the word of the reason that says why.
REFUSED = {
    "camt/genkgo/camt052": "camt.052",
    "camt/genkgo/camt054": "camt.054",
    "camt/genkgo/camt053.v2.minimal": "in SEK on an account in EUR",
    "camt/genkgo/camt053.v2.with-party-ids": "in SEK on an account in EUR",
    "camt/genkgo/camt053.v3": "in SEK on an account in EUR",
    "camt/genkgo/camt053.v4": "in SEK on an account in EUR",
    "camt/genkgo/camt053.v8": "in SEK on an account in EUR",
    "camt/genkgo/camt053.v2.with-account-name": "closing balance",
    "camt/genkgo/camt53.only-Dt-with-DtTm": "closing balance",
    "mt940/wolph/betterplace/empty_line": "no bank format",
    "mt940/wolph/mBank/mt942": "MT942",
    "mt940/wolph/self-provided/account_identification": "opening balance",
    "mt940/wolph/self-provided/gv_codes": "closing balance",
    "mt940/wolph/self-provided/mt942": "MT942",
    "mt940/wolph/self-provided/raphaelm": "is no balance",
}


def labels() -> dict[str, list[dict[str, str]]]:
    if not SAMPLES.exists():
        return {}
    with (SAMPLES / "LABELS.csv").open(encoding="utf-8", newline="") as file:
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in csv.DictReader(file):
            found[row["file"]].append(row)
        return found


def booked(statement: BankStatement) -> Decimal:
    return sum((entry.amount for entry in statement.entries), Decimal(0))


@needs_samples
@pytest.mark.parametrize("file", sorted(labels()) or ["none"])
def test_a_labelled_file_gives_the_figures_of_its_label_or_a_reason(file: str) -> None:
    rows = labels()[file]
    refused = [word for start, word in REFUSED.items() if file.startswith(start)]
    if refused:
        with pytest.raises(BankFileError, match=refused[0]) as error:
            read_bank_file(SAMPLES / file, file)
        assert error.value.remedy
        return
    found = read_bank_file(SAMPLES / file, file)
    assert len(found) == len(rows)
    for statement, row in zip(found, rows, strict=True):
        assert statement.bank_account == row["account"].replace(" ", "")
        assert statement.opening == Decimal(row["opening"])
        assert statement.closing == Decimal(row["closing"])
        assert booked(statement) == Decimal(row["booked"])
        assert len({entry.entry_no for entry in statement.entries}) == int(row["entries"])
        ties = statement.opening + booked(statement) == statement.closing
        assert ties == (row["verdict"] == "balanced")


@needs_samples
def test_every_public_file_is_read_or_refused_with_a_reason() -> None:
    for path in sorted(SAMPLES.rglob("*")):
        if not path.is_file() or path.suffix in {".md", ".csv"} or path.name == "LICENSE":
            continue
        try:
            assert read_bank_file(path, path.name)
        except BankFileError as error:
            assert error.reason and error.remedy


@needs_inbox
def test_the_statements_of_the_real_inbox_are_those_expected() -> None:
    with (REAL_INBOX / "EXPECTED_statements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    paths = {path.name: path for path in (REAL_INBOX / "inbox" / "bank").rglob("*.*")}
    for row in rows:
        found = read_bank_file(paths[row["file"]], row["file"])
        statement = found[int(row["statement_in_file"])]
        assert statement.bank_account == row["bank_account"]
        assert statement.opening == Decimal(row["opening"])
        assert booked(statement) == Decimal(row["booked"])
        assert statement.closing == Decimal(row["closing"])
        assert len(statement.entries) == int(row["entries"])


@needs_inbox
def test_the_receivables_history_ties_day_by_day() -> None:
    paths = sorted((REAL_INBOX / "ar_history" / "inbox" / "bank").rglob("*.sta"))
    statements = [s for path in paths for s in read_bank_file(path, path.name)]
    assert len(statements) == 695
    closing = Decimal(0)
    for statement in statements:
        assert statement.opening == closing
        closing += booked(statement)
        assert statement.closing == closing


@needs_samples
def test_the_library_sees_the_same_money() -> None:
    mt940 = pytest.importorskip("mt940")
    options = mt940.Options(reversal_sign=True)
    for path in sorted((SAMPLES / "mt940" / "wolph" / "betterplace").glob("sepa_mt9401.sta")):
        text = path.read_text(encoding="utf-8")
        parts = [f":20:{part}" for part in text.split(":20:")[1:]]
        theirs = [
            sum((t.data["amount"].amount for t in mt940.parse(part, options=options)), Decimal(0))
            for part in parts
        ]
        assert [booked(statement) for statement in read_bank_file(path, path.name)] == theirs
