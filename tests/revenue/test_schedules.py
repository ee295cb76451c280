"""Schedules of many random lines in one build, against the reference, and published figures."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.books import ROOT, Books
from tests.revenue.reference import Line, Version, schedule

ORACLES = ROOT.parent / "shared" / "oracles" / "revenue.json"
AS_OF = "2026-10-31"
METHODS = {
    "SL_DAILY": "straight_line_daily",
    "SL_MONTHLY": "straight_line_monthly",
    "SL_PRORATED": "straight_line_prorated",
}
PLACES = {"USD": 2, "JPY": 0, "KWD": 3}
MANY = 240


def random_lines(seed: int) -> list[Line]:
    """Lines sold once for their term: up to two amendments, moved ends, cancellations."""
    dice = random.Random(seed)
    return [random_line(dice, number) for number in range(MANY)]


def random_line(dice: random.Random, number: int) -> Line:
    rule = dice.choice(list(METHODS))
    currency = dice.choice(list(PLACES))
    starts_on = date(2024, 12, 1) + timedelta(days=dice.randrange(500))
    ends_on = starts_on + timedelta(days=dice.choice([0, 27, 45, 90, 364, 365, 730]))
    versions = [Version(starts_on, ends_on, price(dice, currency))]
    length = (ends_on - starts_on).days
    for day in sorted(dice.sample(range(1, length + 1), min(length, dice.choice([0, 0, 1, 2])))):
        method = dice.choice(["prospective", "catch_up"])
        effective_on = starts_on + timedelta(days=day)
        versions.append(Version(effective_on, ends_on, price(dice, currency), method))
    if len(versions) > 1 and dice.random() < 0.3:
        last = versions[-1]
        moved = last.effective_on + timedelta(days=dice.randrange(400))
        versions[-1] = Version(last.effective_on, moved, last.price, last.modification)
    cancelled_on = None
    if dice.random() < 0.25:
        cancelled_on = starts_on + timedelta(days=dice.randrange(length + 1))
    return Line(
        f"R{number:03}", rule, METHODS[rule], currency, PLACES[currency], starts_on,
        tuple(versions), cancelled_on,
    )  # fmt: skip


def price(dice: random.Random, currency: str) -> Decimal:
    return Decimal(dice.randrange(1, 10 ** dice.randrange(2, 9))).scaleb(-PLACES[currency])


def published_lines() -> list[dict[str, str]]:
    """Published cases as contract lines; the method is the one each source states."""
    return [
        row("orr-days-01", "SL_DAILY", "2024-01-31", "2024-03-30", "once", "600"),
        row("orr-days-02", "SL_DAILY", "2026-01-01", "2026-12-31", "once", "100"),
        row("orr-month-01", "SL_MONTHLY", "2026-01-20", "2026-03-02", "once", "300"),
        row("orr-month-02", "SL_PRORATED", "2026-01-20", "2026-03-02", "once", "300"),
        row("orr-sched-01", "SL_MONTHLY", "2026-01-01", "2026-12-31", "annual", "1200"),
        row("orr-mod-01", "SL_MONTHLY", "2026-01-01", "2026-12-31", "monthly", "100"),
        row("orr-mod-01", "SL_MONTHLY", "2026-01-01", "2026-12-31", "monthly", "200", "2026-07-01"),
        row("orr-mod-03", "SL_MONTHLY", "2026-01-01", "2026-12-31", "monthly", "100"),
        row("orr-mod-03", "SL_MONTHLY", "2026-01-01", "2026-12-31", "monthly", "200", "2026-07-01")
        | {"modification_method": "catch_up"},
        row("orr-bal-03", "SL_MONTHLY", "2026-01-01", "2026-12-31", "annual", "1200"),
        row("orr-bal-03b", "SL_MONTHLY", "2026-01-01", "2026-12-31", "annual", "1200")
        | {"billing_timing": "arrears"},
        row("orr-prog-01", "PROGRESS_INPUT", "2026-01-01", "2026-12-31", "once", "1200"),
        row("orr-pit-01", "PIT_CONFIRMATION", "2026-01-01", "2026-12-31", "once", "1200"),
        row("residual-last", "SL_MONTHLY_LAST", "2026-01-20", "2026-03-02", "once", "100"),
        row("residual-first", "SL_MONTHLY_FIRST", "2026-01-20", "2026-03-02", "once", "100"),
    ]  # fmt: skip


def row(
    name: str, rule: str, starts: str, ends: str, frequency: str, amount: str, since: str = ""
) -> dict[str, str]:
    return {
        "contract_line_id": name, "contract_id": name, "product_id": "P1", "effective_on": since,
        "starts_on": starts, "ends_on": ends, "charge_model": "fixed",
        "billing_frequency": frequency, "unit_price": amount, "revenue_rule": rule,
        "modification_method": "", "billing_timing": "", "updated_at": "2024-01-01T00:00:00Z",
    }  # fmt: skip


def write(path: Path, rows: Iterable[dict[str, str]]) -> None:
    rows = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return random_lines(20261031)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory, lines: list[Line]) -> Books:
    """All lines in one home, each in a contract of its own, built once."""
    books = Books(tmp_path_factory.mktemp("schedules"))
    crm, now = books.inbox / "crm", "2024-01-01T00:00:00Z"
    published = published_lines()
    write(crm / "customers.csv", [
        {"customer_id": "C1", "customer_name": "One", "entity_id": "US01", "currency": "USD",
         "auto_confirm_days": "0", "updated_at": now},
    ])  # fmt: skip
    write(crm / "products.csv", [
        {"product_id": "P1", "product_name": "Plan", "product_line": "plans", "tax_code": "NONE",
         "updated_at": now},
    ])  # fmt: skip
    write(crm / "contracts.csv", [
        {"contract_id": name, "customer_id": "C1", "entity_id": "US01",
         "business_model": "term_subscription", "currency": currency, "signed_on": "2024-01-01",
         "starts_on": starts, "cancelled_on": cut,
         "status": "cancelled" if cut else "active", "updated_at": now}
        for name, currency, starts, cut in [
            *((line.line_id, line.currency, str(line.starts_on), str(line.cancelled_on or ""))
              for line in lines),
            *sorted({(r["contract_id"], "USD", r["starts_on"], "") for r in published}),
        ]
    ])  # fmt: skip
    write(crm / "contract_lines.csv", [
        *(row(line.line_id, line.rule, str(line.starts_on), str(version.ends_on), "once",
              str(version.price), str(version.effective_on))
          | {"modification_method": version.modification}
          for line in lines for version in line.versions),
        *published,
    ])  # fmt: skip
    write(books.inbox / "operations" / "progress_reports.csv", [
        {"document_id": f"G{month}", "contract_line_id": "orr-prog-01", "measure": "input",
         "dated_on": f"2026-0{month}-01", "percent": percent, "updated_at": now}
        for month, percent in ((1, "25"), (2, "40"), (3, "30"), (4, "100"))
    ])  # fmt: skip
    write(books.inbox / "operations" / "customer_confirmations.csv", [
        {"document_id": "C1", "contract_line_id": "orr-pit-01", "dated_on": "2026-02-03",
         "updated_at": now},
    ])  # fmt: skip
    books.run(AS_OF)
    return books


def months_of(books: Books) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for obligation, month, amount in books.query(
        "select obligation_id, month, scheduled_amount from revenue.schedules"
    ):
        found[obligation][month] = amount
    return found


def test_random_lines_are_spread_to_the_cent(books: Books, lines: list[Line]) -> None:
    found = months_of(books)
    wrong = []
    for line in lines:
        expected = {month: amount for month, amount in schedule(line).items() if amount}
        actual = {month: amount for month, amount in found[line.line_id].items() if amount}
        if expected != actual:
            wrong.append((line, expected, actual))
    assert not wrong, f"{len(wrong)} of {len(lines)}, the first: {wrong[:3]}"


def test_every_schedule_sums_to_its_price(books: Books) -> None:
    assert not books.query(
        "select o.obligation_id from revenue.obligations o "
        "left join revenue.schedules s using (obligation_id) group by all "
        "having sum(s.scheduled_amount) <> any_value(o.transaction_price)"
    )


def test_months_that_are_over_are_recognised_once(books: Books) -> None:
    assert not books.query(
        "select s.obligation_id from revenue.schedules s left join ("
        " select obligation_id, economic_month, sum(amount) as amount"
        " from revenue.recognition_transactions group by all) t"
        " on t.obligation_id = s.obligation_id and t.economic_month = s.month "
        f"where coalesce(t.amount, 0) <> case when s.month <= '{AS_OF[:7]}'"
        " then s.scheduled_amount else 0 end"
    )


def test_residual_rounding_puts_the_cent_where_the_rule_says(books: Books) -> None:
    found = months_of(books)
    cent = [Decimal(text) for text in ("33.33", "33.33", "33.34")]
    assert list(dict(sorted(found["residual-last"].items())).values()) == cent
    assert list(dict(sorted(found["residual-first"].items())).values()) == cent[::-1]


@pytest.mark.skipif(not ORACLES.exists(), reason="the published cases lie beside the repository")
@pytest.mark.parametrize("case", ["orr-days-01", "orr-days-02", "orr-month-01", "orr-month-02"])
def test_published_schedule(books: Books, case: str) -> None:
    expected = oracle(case)["expected"]
    found = months_of(books)[case]
    for month, amount in expected.items():
        if month == "sum":
            assert sum(found.values()) == Decimal(amount)
        else:
            assert found[month] == Decimal(amount), month


@pytest.mark.skipif(not ORACLES.exists(), reason="the published cases lie beside the repository")
def test_published_modifications_and_balances(books: Books) -> None:
    found = months_of(books)
    prospective, catching_up = found["orr-mod-01"], found["orr-mod-03"]
    expected = oracle("orr-mod-03")["expected"]
    assert {prospective[f"2026-{m:02}"] for m in range(1, 7)} == {Decimal(100)}
    assert {prospective[f"2026-{m:02}"] for m in range(7, 13)} == {Decimal(200)}
    assert catching_up["2026-07"] == Decimal(expected["2026-07_revenue"])
    assert sum(catching_up.values()) == Decimal(expected["lifetime"])
    assert books.query(
        "select amount from revenue.recognition_transactions"
        " where recognition_id = 'orr-mod-03/2026-07/catch_up' and is_catch_up"
    ) == [(Decimal(expected["catch_up"]),)]
    january = oracle("orr-sched-01")["expected"]["2026-01"]
    assert books.query(
        "select billed_to_date, recognised_to_date, contract_liability, contract_asset"
        " from revenue.contract_positions where contract_id = 'orr-sched-01' and month = '2026-01'"
    ) == [
        tuple(
            Decimal(january[name])
            for name in (
                "billed_to_date", "recognized_to_date", "deferred_revenue", "contract_asset"
            )
        )
    ]  # fmt: skip
    positions = oracle("orr-bal-03")["expected"]["2026-01"]
    assert books.query(
        "select sum(contract_liability), sum(contract_asset) from revenue.contract_positions"
        " where contract_id like 'orr-bal-03%' and month = '2026-01'"
    ) == [(Decimal(positions["deferred_revenue"]), Decimal(positions["contract_asset"]))]


@pytest.mark.skipif(not ORACLES.exists(), reason="the published cases lie beside the repository")
def test_published_progress_and_point_in_time(books: Books) -> None:
    found = months_of(books)
    progress = oracle("orr-prog-01")["expected"]
    assert found["orr-prog-01"] == {m: Decimal(a) for m, a in progress.items()}
    at_once = oracle("orr-pit-01")["expected"]
    assert found["orr-pit-01"] == {"2026-02": Decimal(at_once["2026-02_revenue"])}
    assert books.query(
        "select contract_liability from revenue.contract_positions"
        " where contract_id = 'orr-pit-01' and month = '2026-02'"
    ) == [(Decimal(at_once["2026-02_deferred"]),)]


def oracle(case: str) -> dict:
    return next(c for c in json.loads(ORACLES.read_text())["cases"] if c["id"] == case)
