"""`closebook whatif`: other terms over history, every figure by hand, and a home left as it was."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ingestion.plan import PLAN_OBJECTS, PlanRefusedError
from ingestion.settings import Settings
from orchestration.whatif import Comparison, compare, month_ranges
from tests.books import Books, Outcome

STAMP = {"updated_at": "2026-01-01"}
OLD = {"updated_at": "2020-01-01"}  # a plan's row counts whatever its own age
START = "2026-01-01"


def line(contract: str, number: str = "1", **terms: Any) -> dict[str, Any]:
    """A contract line by its contract, in full: a row of a plan is one too."""
    model = terms.setdefault("charge_model", "per_unit")
    rule = {"fixed": "SL_DAILY", "commitment": "COMMITMENT", "milestone": "MILESTONE"}
    return {
        "contract_line_id": f"{contract}-{number}", "contract_id": contract,
        "product_id": f"{contract}-P", "starts_on": START,
        "revenue_rule": rule.get(model, "USAGE"),
    } | terms  # fmt: skip


def tiers(line_id: str, *steps: tuple[Any, Any]) -> list[dict[str, Any]]:
    return [
        {"contract_line_id": line_id, "tier_no": number, "up_to": up_to, "unit_price": price}
        for number, (up_to, price) in enumerate(steps, start=1)
    ]


# One customer a rule: today's lines, and usage as (day of 2026, quantity, dimension).
LINES = {
    "RISE": [line("RISE", unit_price="0.10")],
    "TIER": [line("TIER", charge_model="graduated")],
    "MID": [line("MID", unit_price="1")],
    "DISC": [line("DISC", unit_price="2")],
    "MIN": [line("MIN", unit_price="1")],
    "CP": [
        line("CP", charge_model="commitment", billing_frequency="once", commitment_amount="300"),
        line("CP", "2", unit_price="1"),
    ],
    "FIX": [line("FIX", charge_model="fixed", quantity="2", unit_price="100")],
    "CUT": [line("CUT", charge_model="fixed", unit_price="280")],
    "MILE": [line("MILE", charge_model="milestone")],
    "UNIQ": [line("UNIQ", unit_price="2")],
    "SAME": [line("SAME", unit_price="1")],
    "MOVE": [line("MOVE", "A", unit_price="1"), line("MOVE", "B", unit_price="5")],
}
USAGE = {
    "RISE": [("01-10", 100, ""), ("02-10", 200, ""), ("03-10", 300, "")],
    "TIER": [("02-10", 150, "")],
    "MID": [("02-10", 10, ""), ("02-20", 10, ""), ("03-10", 5, "")],
    "DISC": [("03-10", 7, "")],
    "MIN": [("01-10", 30, "")],
    "CP": [("01-10", 200, ""), ("02-10", 200, "")],
    "UNIQ": [("03-10", 1, "a"), ("03-11", 1, "b"), ("03-12", 1, "b"), ("03-13", 1, "c")],
    "SAME": [("03-10", 10, "")],
    "MOVE": [("03-10", 10, "")],
}
TIERS = tiers("TIER-1", (100, "1"), (200, "0.5"), ("", "0.1"))

PLAN: dict[str, list[dict[str, Any]]] = {
    "contract_lines": [
        line("RISE", unit_price="0.12") | OLD,
        line("MID", unit_price="3", effective_on="2026-02-15") | OLD,
        line("DISC", unit_price="2", discount_percent="10"),
        line("MIN", unit_price="1", minimum_amount="100"),
        line("CP", "2", unit_price="1.5"),
        line("FIX", charge_model="fixed", quantity="2", unit_price="110"),
        line("CUT", charge_model="fixed", unit_price="560", effective_on="2026-02-15"),
        line("UNIQ", unit_price="5"),
        # The second line names the account: it takes the usage from the first.
        line("MOVE", "B", unit_price="5", account_id="MOVE-A"),
    ],
    "price_tiers": tiers("TIER-1", (50, "1"), ("", "0.4")),
    "milestones": [
        {"milestone_id": "MILE-M", "contract_line_id": "MILE-1", "milestone_no": 1, "amount": "650"}
    ],
}
# Customer and service month: net today, by the plan.
EXPECTED = {
    ("RISE", "2026-01"): ("10", "12"),
    ("RISE", "2026-02"): ("20", "24"),
    ("RISE", "2026-03"): ("30", "36"),
    ("TIER", "2026-02"): ("125", "90"),  # 100 × 1 + 50 × 0.5; 50 × 1 + 100 × 0.4
    ("MID", "2026-02"): ("20", "40"),  # 10 × 1 until the 14th, 10 × 3 from the 15th
    ("MID", "2026-03"): ("5", "15"),
    ("DISC", "2026-03"): ("14", "12.60"),
    ("MIN", "2026-01"): ("30", "100"),
    ("MIN", "2026-02"): ("0", "100"),
    ("MIN", "2026-03"): ("0", "100"),
    ("CP", "2026-02"): ("100", "300"),  # 300 are committed: 400 were used, by the plan 600
    ("FIX", "2026-01"): ("200", "220"),
    ("FIX", "2026-02"): ("200", "220"),
    ("FIX", "2026-03"): ("200", "220"),
    ("CUT", "2026-02"): ("280", "420"),  # 14 of 28 days at 280 more
    ("CUT", "2026-03"): ("280", "560"),
    ("MILE", "2026-02"): ("500", "650"),
    ("UNIQ", "2026-03"): ("6", "15"),  # three values of a, b, b, c
    ("MOVE", "2026-03"): ("10", "50"),
}


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_workbook(path: Path, sheets: dict[str, list[dict[str, Any]]]) -> Path:
    """Numbers and days as cells, as a person types them."""
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            columns = list(dict.fromkeys(column for row in rows for column in row))
            sheet.write_row(0, 0, columns)
            for at, row in enumerate(rows, start=1):
                for column, value in row.items():
                    if column.endswith(("_on", "_at")):
                        sheet.write_datetime(at, columns.index(column), to_day(value), day)
                    else:
                        sheet.write(at, columns.index(column), to_number(value))
    return path


def to_day(text: str) -> Any:
    return date.fromisoformat(text)


def to_number(value: Any) -> Any:
    try:
        return float(value)
    except ValueError:
        return value


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """Built once as of the end of March; a plan must leave it as it is."""
    books = Books(tmp_path_factory.mktemp("whatif") / "home")
    crm, names = books.inbox / "crm", list(LINES)
    entity = {"RISE": ("CN01", "CNY", "CN_VAT_6")}
    of = {name: entity.get(name, ("US01", "USD", "NONE")) for name in names}
    write_csv(crm / "customers.csv", [
        {"customer_id": n, "customer_name": f"{n} Ltd", "entity_id": of[n][0],
         "currency": of[n][1]} | STAMP for n in names
    ])  # fmt: skip
    write_csv(crm / "accounts.csv", [
        {"account_id": f"{n}-A", "customer_id": n} | STAMP for n in names
    ])  # fmt: skip
    write_csv(crm / "products.csv", [
        {"product_id": f"{n}-P", "product_name": n, "product_line": "cloud", "tax_code": of[n][2],
         "aggregation": "unique_count" if n == "UNIQ" else "sum"} | STAMP for n in names
    ])  # fmt: skip
    write_csv(crm / "contracts.csv", [
        {"contract_id": n, "customer_id": n, "entity_id": of[n][0], "currency": of[n][1],
         "business_model": "commitment_plan" if n == "CP" else "on_demand", "signed_on": START,
         "starts_on": START, "ends_on": "2026-03-31" if n == "CP" else ""} | STAMP for n in names
    ])  # fmt: skip
    write_csv(crm / "contract_lines.csv", [row | STAMP for rows in LINES.values() for row in rows])
    write_csv(crm / "price_tiers.csv", [row | STAMP for row in TIERS])
    write_csv(crm / "milestones.csv", [
        {"milestone_id": "MILE-M", "contract_line_id": "MILE-1", "milestone_no": 1,
         "amount": "500"} | STAMP
    ])  # fmt: skip
    write_csv(books.inbox / "operations" / "milestone_completions.csv", [
        {"document_id": "D1", "contract_line_id": "MILE-1", "milestone_id": "MILE-M",
         "dated_on": "2026-02-10"} | STAMP
    ])  # fmt: skip
    write_csv(books.inbox / "usage" / "events.csv", [
        {"event_id": f"{n}-{at}", "account_id": f"{n}-A", "product_id": f"{n}-P",
         "occurred_at": f"2026-{day}T18:00:00Z", "quantity": quantity, "dimension": dimension}
        for n, events in USAGE.items() for at, (day, quantity, dimension) in enumerate(events)
    ])  # fmt: skip
    books.run("2026-03-31")
    return books


def fingerprint(home: Path) -> str:
    """Every file and folder of a home: bytes, times and modes."""
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*")):
        stat = path.lstat()
        digest.update(f"{path.relative_to(home)} {stat.st_mtime_ns} {stat.st_mode}\n".encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def whatif(books: Books, plan: Path, *words: str, code: int = 0) -> dict[str, Any]:
    """What the command prints for machines; the home stays byte for byte what it was."""
    before = fingerprint(books.home)
    text = books.command("whatif", "--plan", str(plan), *words, "--json", check=(code,)).text
    assert fingerprint(books.home) == before
    return json.loads(next(row for row in text.splitlines() if row.startswith("{")))


def told(books: Books, plan: Path, *words: str, code: int = 0) -> Outcome:
    """What the command prints for people; the home stays byte for byte what it was."""
    before = fingerprint(books.home)
    outcome = books.command("whatif", "--plan", str(plan), *words, check=(code,))
    assert fingerprint(books.home) == before
    return outcome


def asked(books: Books, plan: Path, months: str | None = None) -> Comparison:
    """What a plan comes to, asked in this process; the home stays what it was."""
    before = fingerprint(books.home)
    try:
        settings = Settings(home=books.home)
        return compare(settings, plan, month_ranges(months), lambda message: None)
    finally:
        assert fingerprint(books.home) == before


def refused(books: Books, plan: Path) -> str:
    """Why a plan is refused before anything is rated; the home stays what it was."""
    with pytest.raises(PlanRefusedError) as caught:
        asked(books, plan)
    assert all(problem.file == plan.name for problem in caught.value.problems)
    return str(caught.value)


def figures(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    return {
        (row["customer_id"], row["month"]): (Decimal(row["net_today"]), Decimal(row["net_planned"]))
        for row in rows
    }


def expected(months: Iterable[str]) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    return {
        key: (Decimal(today), Decimal(planned))
        for key, (today, planned) in EXPECTED.items()
        if key[1] in set(months)
    }


def test_a_workbook_of_other_terms(books: Books, tmp_path: Path) -> None:
    found = whatif(books, write_workbook(tmp_path / "plan.xlsx", PLAN))
    assert figures(found["months"]) == expected(("2026-01", "2026-02", "2026-03"))
    assert all(
        Decimal(row["net_difference"]) == Decimal(row["net_planned"]) - Decimal(row["net_today"])
        for row in found["months"]
    )
    rise = next(r for r in found["months"] if (r["customer_id"], r["month"]) == ("RISE", "2026-02"))
    assert (rise["gross_today"], rise["gross_difference"]) == ("21.2000", "4.2400")
    totals = {row["currency"]: Decimal(row["net_difference"]) for row in found["totals"]}
    changed = expected(("2026-01", "2026-02", "2026-03"))
    assert totals["CNY"] == Decimal(12)
    assert sum(totals.values()) == sum(planned - today for today, planned in changed.values())
    assert found["as_of"] == "2026-03-31"
    assert found["plan"] == {"contract_lines": 9, "price_tiers": 2, "milestones": 1}
    terms = {(row["key"], row["term"]): (row["today"], row["planned"]) for row in found["terms"]}
    assert terms["RISE-1 2026-01-01", "unit_price"] == ("0.1", "0.12")
    assert terms["MID-1 2026-02-15", "unit_price"] == ("1", "3")
    assert terms["MIN-1 2026-01-01", "minimum_amount"] == (None, "100")
    assert terms["TIER-1 2026-01-01 1", "up_to"] == ("100", "50")
    assert terms["TIER-1 2026-01-01 3", "row"] == ("unit_price 0.1", None)
    assert terms["MILE-M", "amount"] == ("500", "650")
    assert len(terms) == 14


def test_a_folder_of_files_told_by_their_columns_over_two_months(
    books: Books, tmp_path: Path
) -> None:
    folder = tmp_path / "plan"
    write_csv(folder / "new prices.csv", PLAN["contract_lines"])
    write_csv(folder / "steps.csv", PLAN["price_tiers"])
    (folder / "milestones.jsonl").write_text(json.dumps(PLAN["milestones"][0]) + "\n")
    found = asked(books, folder, "2026-01,2026-02..2026-02")
    assert figures(found.months) == expected(("2026-01", "2026-02"))


def test_people_read_a_table_with_totals(books: Books, tmp_path: Path) -> None:
    plan = write_csv(tmp_path / "contract_lines.csv", [line("RISE", unit_price="0.12")])
    text = told(books, plan, "--months", "2026-02..2026-03").text
    assert "RISE RISE Ltd" in text and "21.20" in text and "25.44" in text
    assert "all" in text and "50.00" in text and "60.00" in text
    assert "2026-01" not in text.replace("2026-01-01", "")


def test_nothing_differs(books: Books, tmp_path: Path) -> None:
    plan = write_csv(tmp_path / "lines.csv", [line("SAME", unit_price="1.00", colour="red")])
    text = told(books, plan).text
    assert "nothing differs from today's terms" in text
    assert "not read: lines.csv: column colour of contract_lines" in text


def test_a_version_that_is_taken_back_and_terms_of_the_contract(
    books: Books, tmp_path: Path
) -> None:
    write_csv(tmp_path / "p" / "contracts.csv", [
        {"contract_id": "RISE", "customer_id": "RISE", "entity_id": "CN01", "currency": "CNY",
         "business_model": "on_demand", "signed_on": START, "starts_on": START,
         "prices_include_tax": "true"}
    ])  # fmt: skip
    write_csv(tmp_path / "p" / "contract_lines.csv", [
        line("DISC", unit_price="2", is_deleted="true")
    ])  # fmt: skip
    found = asked(books, tmp_path / "p", "2026-03")
    # 30.00 with 6 % inside are 28.30 and 1.70.
    assert figures(found.months) == {
        ("DISC", "2026-03"): (Decimal(14), Decimal(0)),
        ("RISE", "2026-03"): (Decimal(30), Decimal("28.30")),
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([line("RISE", unit_price="1,5")], "row 1: unit_price '1,5' is no plain"),
        ([line("RISE"), line("RISE", charge_model="")], "row 2: charge_model is required"),
        ([line("RISE", unit_price="1", starts_on="01/02/2026")], "'01/02/2026' is no date"),
        ([line("RISE", "9", unit_price="1")], "the books know no contract_line_id RISE-9"),
        ([line("RISE", contract_id="GONE")], "the books know no contract_id GONE"),
        ([line("RISE", product_id="GONE")], "the books know no product_id GONE"),
        ([line("RISE"), line("RISE")], "RISE-1 as of 2026-01-01 stands in the plan twice"),
        (tiers("GONE-1", ("", 1)), "the books know no contract_line_id GONE-1"),
        ([t | {"effective_on": "2026-02-01"} for t in tiers("TIER-1", ("", 1))],
         "line TIER-1 has no version as of 2026-02-01"),
        ([{"contract_id": "RISE", "customer_id": "TIER", "entity_id": "CN01", "currency": "CNY",
           "business_model": "on_demand", "signed_on": START, "starts_on": START}],
         "contract RISE never changes its customer, entity or currency"),
        ([{"product_id": "RISE-P", "product_name": "R", "product_line": "cloud",
           "tax_code": "NONE", "aggregation": "unique_count"}],
         "usage of RISE-P was not rolled up by what unique_count looks at"),
        ([{"customer": "RISE", "price": 1}], "columns are those of none"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_used_is_told_by_row(
    books: Books, tmp_path: Path, rows: list[dict[str, Any]], said: str
) -> None:
    assert said in refused(books, write_csv(tmp_path / "my plan.csv", rows))


def test_a_line_that_could_not_be_billed_refuses_the_plan(books: Books, tmp_path: Path) -> None:
    rows = [line("TIER", charge_model="graduated", effective_on="2026-03-01")]
    text = told(books, write_csv(tmp_path / "plan.csv", rows), code=2).text
    assert "plan.csv contract_lines row 1: line TIER-1 as of 2026-03-01 cannot be billed" in text
    assert "a version has only the tiers of its own effective_on" in text
    plan = write_csv(tmp_path / "p.csv", tiers("TIER-1", (5, 1), (3, 1)))
    assert "p.csv price_tiers row 1: line TIER-1 as of 2026-01-01 cannot" in refused(books, plan)


def test_what_is_no_plan_is_one_line(books: Books, tmp_path: Path) -> None:
    write_workbook(tmp_path / "notes.xlsx", {"Notes": [{"hello": "you"}]})
    write_workbook(tmp_path / "bank.xlsx", {"invoices": [{"invoice_id": "I1"}]})
    (tmp_path / "plan.pdf").write_bytes(b"%PDF")
    (tmp_path / "empty.csv").write_text("milestone_id,contract_line_id,milestone_no,amount\n")
    for name, said in (
        ("notes.xlsx", "sheet Notes is named after no object"),
        ("bank.xlsx", "sheet invoices holds invoices; a plan changes contracts, contract_lines"),
        ("plan.pdf", "its name says no format"),
        ("empty.csv", "holds no row"),
    ):
        assert said in refused(books, tmp_path / name)
    found = whatif(books, tmp_path / "missing.csv", code=2)
    assert found["problems"][0]["reason"] == "is no file and no folder"


def test_months_are_told_as_lists_and_ranges(books: Books, tmp_path: Path) -> None:
    assert month_ranges("2026-01..2026-03, 2026-05") == [
        ("2026-01", "2026-03"), ("2026-05", "2026-05"),
    ]  # fmt: skip
    assert month_ranges("2026-01..") == [("2026-01", "9999-12")]
    for text, said in (
        ("2026-3", "no month"), ("2026-13", "no month"), ("", "no month"),
        ("2026-03..2026-01", "ends before it begins"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=said):
            month_ranges(text)
    outcome = told(books, tmp_path / "missing.csv", "--months", "2026-3", code=2)
    assert "--months: '2026-3' is no month" in outcome.text


def test_a_run_that_goes_on_is_waited_for_or_told(books: Books, tmp_path: Path) -> None:
    plan = write_csv(tmp_path / "lines.csv", [line("SAME", unit_price="1")])
    with (books.home / ".lock").open("r") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "is in use by" in told(books, plan, "--no-wait", code=75).text


def test_a_home_that_was_never_built_is_not_made(tmp_path: Path) -> None:
    plan = write_csv(tmp_path / "lines.csv", [line("RISE", unit_price="1")])
    outcome = Books(tmp_path / "home").command("whatif", "--plan", str(plan), check=(1,))
    assert "nothing is built in" in outcome.text and "closebook run" in outcome.text
    assert not (tmp_path / "home").exists()


@pytest.fixture(scope="module")
def own_books(closed_books: Books, tmp_path_factory: pytest.TempPathFactory) -> Books:
    """A copy of the closed books: other tests use theirs while this home must stay as it is."""
    own = Books(tmp_path_factory.mktemp("whatif") / "home")
    shutil.copytree(closed_books.home, own.home, symlinks=True)
    return own


def test_closed_months_count_as_they_are_rated_today(own_books: Books, tmp_path: Path) -> None:
    """Late usage was billed in later months; the plan prices the months it was used in."""
    plan = write_csv(tmp_path / "lines.csv", [
        {"contract_line_id": "LU-L", "contract_id": "LU-K", "product_id": "LU-P",
         "starts_on": START, "charge_model": "per_unit", "unit_price": "2", "revenue_rule": "USAGE"}
    ])  # fmt: skip
    assert figures(whatif(own_books, plan)["months"]) == {
        ("LU1", "2026-01"): (Decimal(5), Decimal(10)),
        ("LU1", "2026-02"): (Decimal(2), Decimal(4)),
        ("LU1", "2026-03"): (Decimal(1), Decimal(2)),
    }


def staged_plan(books: Books, folder: Path, **more: str) -> Path:
    """Every term that can be billed as a plan that says what stands, or ``more``."""
    for name in ("contract_lines", "price_tiers", "contracts", "products", "milestones"):
        table = f"staging.stg_crm__{name}"
        feed = {column.name for column in PLAN_OBJECTS[name].columns} - {"updated_at"}
        columns = [column for column in books.columns(table) if column in feed]
        billed = {
            "contract_lines": "(contract_line_id, effective_on) not in (select "
            "(contract_line_id, effective_on) from intermediate.int_contract_lines_checked)",
            "price_tiers": "contract_line_id in (select contract_line_id from "
            "staging.stg_crm__contract_lines)",
            "milestones": "contract_line_id in (select contract_line_id from "
            "staging.stg_crm__contract_lines)",
        }
        rows = books.query(
            f"select {', '.join(f'cast({column} as varchar)' for column in columns)} from {table} "
            f"where {billed.get(name, 'true')}"
        )
        extra = more if name == "contract_lines" else {}
        write_csv(folder / f"{name}.csv", [
            {column: value for column, value in zip(columns, row, strict=True)} | extra
            for row in rows
        ])  # fmt: skip
    return folder


def test_a_plan_that_says_what_stands_changes_nothing(own_books: Books, tmp_path: Path) -> None:
    found = asked(own_books, staged_plan(own_books, tmp_path / "same"))
    assert (found.months, found.charges, found.terms) == ([], [], [])


def test_a_plan_without_any_line_shows_all_that_is_charged(
    own_books: Books, tmp_path: Path
) -> None:
    """Today's side, rated for the plan, is what the last build charged for the same lines."""
    found = asked(own_books, staged_plan(own_books, tmp_path / "none", is_deleted="true"))
    assert all(row["net_planned"] == row["gross_planned"] == 0 for row in found.charges)
    charged = own_books.query(
        "select contract_line_id, account_id, line_kind, service_month, sum(net_amount), "
        "sum(gross_amount) from intermediate.int_charges_expected where line_kind <> 'credit' "
        "group by all "
        "having sum(net_amount) <> 0 or sum(gross_amount) <> 0"
    )
    assert len(charged) > 100
    assert {
        (row["contract_line_id"], row["account_id"], row["line_kind"], row["month"],
         row["net_today"], row["gross_today"]) for row in found.charges
    } == {tuple(row) for row in charged}  # fmt: skip
