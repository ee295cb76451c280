"""Rating proved three times: outside figures case by case, clauses of the rules with figures by
hand (``clauses.csv``, feeds in ``clauses/``), and a random company against a reference.

All of it is one inbox and one build.
"""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.books import ROOT, Books, plain
from tests.rating import billing_reference as reference
from tests.rating.company import AS_OF, Company, write_csv

HERE = Path(__file__).parent
PLANS, CLAUSES = HERE / "plans", HERE / "clauses"
ORACLE = ROOT.parent / "shared" / "oracles" / "rating.json"


def oracle_cases() -> list[dict[str, Any]]:
    return json.loads(ORACLE.read_text())["cases"] if ORACLE.exists() else []


@pytest.fixture(scope="module")
def company() -> Company:
    return Company(seed=20250618, contracts=2_000, events=50_000)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory, company: Company) -> Books:
    books = Books(tmp_path_factory.mktemp("rating"))
    company.write(books.inbox)
    write_oracle(books.inbox, oracle_cases())
    books.deliver(PLANS, "plans")
    books.deliver(CLAUSES, "clauses")
    books.run(AS_OF.isoformat())
    return books


def write_oracle(inbox: Path, cases: list[dict[str, Any]]) -> None:
    """Each case as a contract line of its own product, with usage of one month."""
    if not cases:
        return
    stamp = {"updated_at": "2025-01-01"}
    who = {"customer_id": "ORACLE", "entity_id": "US01", "currency": "USD"}
    write_csv(inbox / "crm" / "customers.oracle.csv", [who | stamp | {"customer_name": "Oracle"}])
    account = {"account_id": "ORACLE-A", "customer_id": "ORACLE"}
    write_csv(inbox / "crm" / "accounts.oracle.csv", [account | stamp])
    contract = {
        "contract_id": "ORACLE-K", "business_model": "on_demand", "signed_on": "2025-01-01",
        "starts_on": "2025-01-01", "ends_on": "2025-01-31",
    }  # fmt: skip
    write_csv(inbox / "crm" / "contracts.oracle.csv", [contract | who | stamp])
    products, lines, tiers, events = [], [], [], []
    for case in cases:
        name = case["id"]
        products.append({
            "product_id": name, "product_name": name, "product_line": "Oracle", "tax_code": "NONE",
        } | stamp)  # fmt: skip
        kept = ("charge_model", "unit_price", "included_quantity", "package_size", "fixed_fee")
        line = {key: case[key] for key in kept if key in case}
        lines.append(line | {
            "contract_line_id": name, "contract_id": "ORACLE-K", "product_id": name,
            "starts_on": "2025-01-01", "revenue_rule": "USAGE",
            "rate": percent(case["rate_percent"]) if "rate_percent" in case else None,
            "flat_at_zero": case.get("flat_at_zero", False),
        } | stamp)  # fmt: skip
        for tier in case.get("tiers", []):
            rate = percent(tier.pop("rate_percent", "0"))
            tiers.append({"contract_line_id": name, "rate": rate} | tier | stamp)
        count = int(case.get("events", 1))
        for number in range(count):
            events.append({
                "event_id": f"{name}-{number}", "account_id": "ORACLE-A", "product_id": name,
                "occurred_at": "2025-01-15T12:00:00Z",
                "quantity": Decimal(case["quantity"]) / count,
            })  # fmt: skip
    write_csv(inbox / "crm" / "products.oracle.csv", products)
    write_csv(inbox / "crm" / "contract_lines.oracle.csv", lines)
    write_csv(inbox / "crm" / "price_tiers.oracle.csv", tiers)
    write_csv(inbox / "usage" / "oracle.csv", events)


def percent(text: str) -> Decimal:
    return Decimal(text) / 100


@pytest.mark.skipif(not oracle_cases(), reason="../shared/oracles is not beside the repository")
def test_outside_figures_to_the_last_digit(books: Books) -> None:
    found = dict(
        books.query(
            "select contract_line_id, amount_unrounded from billing.rated_usage "
            "where contract_line_id in (select contract_line_id from billing.billing_orders "
            "where contract_id = 'ORACLE-K')"
        )
    )
    expected = {case["id"]: Decimal(case["expected_amount_unrounded"]) for case in oracle_cases()}
    assert found == expected


# What a clause asks the warehouse, by name.
ASKED = {
    "lines": """
        select string_agg(concat_ws(' ', line_kind, posting_month, service_month,
            cast(net_amount as decimal(18, 2))), '; '
            order by posting_month, contract_line_id, service_from, line_kind, net_amount)
        from billing.bill_lines where contract_id = '{0}'
    """,
    "overages": """
        select string_agg(concat_ws(' ', posting_month, contract_line_id,
            cast(net_amount as decimal(18, 2)), cast(tax_amount as decimal(18, 2))), '; '
            order by posting_month, contract_line_id, service_from, net_amount)
        from billing.bill_lines where contract_id = '{0}' and line_kind = 'overage'
    """,
    "rated": """
        select sum(amount_unrounded) from billing.rated_usage
        where contract_line_id = '{0}' and service_month = '{1}'
    """,
    "bill": """
        select concat_ws(' ', net_amount, tax_amount, status) from billing.bills
        where bill_id = '{0}'
    """,
    "kinds": """
        select string_agg(kind, ' ' order by kind) from close.exceptions
        where key like '{0}' and resolved_on is null
    """,
    "periods": """
        select string_agg(service_from || '/' || service_to, ' ' order by service_from)
        from billing.bill_lines where contract_id = '{0}'
    """,
    "accounts": """
        select string_agg(coalesce(account_id, '-'), ' '
            order by posting_month, contract_line_id, service_from, net_amount)
        from billing.bill_lines where contract_id = '{0}'
    """,
    "quantities": """
        select string_agg(concat_ws(' ', coalesce(quantity, 0), 'x', unit_price, '=', net_amount),
            ' ; ' order by posting_month, contract_line_id, service_from)
        from billing.bill_lines where contract_id = '{0}'
    """,
    "obligations": """
        select string_agg(concat_ws(' ', coalesce(cast(ends_on as varchar), 'open'),
            transaction_price), ' ; ' order by starts_on)
        from revenue.obligations where contract_id = '{0}'
    """,
    "requests": """
        with sums as (
            select request_id, cast(sum(amount) as decimal(18, 2)) as amount
            from billing.invoice_requests where customer_id = '{0}' group by request_id
        )
        select string_agg(amount, ' ' order by amount) from sums
    """,
    "requested": """
        select concat_ws(' ', count(*), sum(amount)) from billing.invoice_requests
        where customer_id = '{0}'
    """,
    "order": """
        select sum(amount) from billing.consumption_orders
        where contract_id = '{0}' and account_id = '{1}' and month = '{2}'
    """,
}


def test_clauses_of_the_rules_by_hand(books: Books) -> None:
    with (HERE / "clauses.csv").open(newline="", encoding="utf-8") as source:
        clauses = list(csv.DictReader(source))
    wrong = []
    for row in clauses:
        ((found,),) = books.query(ASKED[row["asked"]].format(*row["about"].split(" ")))
        if words(found) != words(row["answer"]):
            wrong.append(f"{row['clause']} ({row['about']}): {found}, not {row['answer']}")
    assert not wrong, "\n".join(wrong)


def words(answer: object) -> list[str]:
    """An answer word by word, numbers by their value."""
    return [plain(word) for word in str("" if answer is None else answer).split(" ")]


def test_rated_usage_of_a_random_company(books: Books, company: Company) -> None:
    names = "events, quantity, billable_quantity, amount_unrounded, amount"
    rows = books.query(
        "select contract_line_id, effective_on, coalesce(account_id, ''), service_month, "
        f"{names} from billing.rated_usage where contract_line_id like 'K%'"
    )
    found = {row[:4]: row[4:] for row in rows}
    rated = company.book.rated
    expected = {key: tuple(row[name] for name in names.split(", ")) for key, row in rated.items()}
    assert len(expected) > 10_000
    assert_same(found, expected)


def test_unrated_usage_of_a_random_company(books: Books, company: Company) -> None:
    assert company.book.rated
    expected = {key: (len(q), sum(q)) for key, q in company.book.unrated.items()}
    rows = books.query(
        "select account_id, product_id, used_on, reason, events, quantity "
        "from billing.unrated_usage where regexp_matches(account_id, '^A[0-9]|^nobody$')"
    )
    assert expected
    assert_same({row[:4]: row[4:] for row in rows}, expected)


def test_bill_lines_of_a_random_company(books: Books, company: Company) -> None:
    rows = books.query(
        "select bill_id, contract_line_id, coalesce(account_id, ''), line_kind, service_month, "
        "sum(net_amount), sum(tax_amount) from billing.bill_lines where contract_line_id like 'K%' "
        "group by all"
    )
    expected = {key: tuple(row) for key, row in reference.bill_lines(company.book).items()}
    kinds = {"fixed", "usage", "overage", "commitment", "milestone"}
    kinds |= {"minimum_true_up", "maximum_cap"}
    assert all(sum(key[3] == kind for key in expected) > 100 for kind in kinds)
    assert_same({row[:5]: row[5:] for row in rows}, expected)


def test_bills_of_a_random_company(books: Books, company: Company) -> None:
    rows = books.query(
        "select bill_id, net_amount, tax_amount, gross_amount from billing.bills "
        "where contract_id like 'K%'"
    )
    expected = reference.bills(company.book)
    assert len(expected) > 5_000
    assert_same({row[0]: row[1:] for row in rows}, expected)


def test_commitment_balances_of_a_random_company(books: Books, company: Company) -> None:
    names = ("opening", "granted", "drawn", "expired", "closing")
    rows = books.query(
        f"select contract_id, month, {', '.join(names)} from billing.commitment_balances "
        "where contract_id like 'K%'"
    )
    expected = {
        (contract, row["month"]): tuple(row[name] for name in names)
        for contract, months in reference.drawn(company.book)[1].items()
        for row in months
    }
    assert len(expected) > 500
    assert_same({row[:2]: row[2:] for row in rows}, expected)


def test_consumption_orders_of_a_random_company(books: Books, company: Company) -> None:
    rows = books.query(
        "select contract_id, account_id, product_id, month, quantity, amount "
        "from billing.consumption_orders where contract_id like 'K%'"
    )
    expected = reference.consumption_orders(company.book)
    assert len(expected) > 2_000
    assert_same({row[:4]: row[4:] for row in rows}, expected)


def test_commitments_overage_and_milestones_by_hand(books: Books) -> None:
    """1,000 over 76/90 + 3 quarters; the minimum of 30 draws too; a cancelled plan keeps 3 of 6."""
    rows = books.query(
        "select contract_line_id, line_kind, posting_month, net_amount, tax_amount "
        "from billing.bill_lines where customer_id = 'PLANS'"
    )
    expected = {
        ("PLAN-1C", "commitment", "2025-01", "219.65", "13.18"),
        ("PLAN-1C", "commitment", "2025-04", "260.12", "15.61"),
        # Drawn: 16.45 (17 of 31 days of 30), 600 + 300, then 200 + 30 pass what is left of 1,000.
        ("PLAN-1U", "overage", "2025-03", "116.45", "6.99"),
        ("PLAN-1V", "overage", "2025-03", "30.00", "0.00"),
        # -150 in April gives 146.45 back, then the minimum of 30 is beyond by 26.45 again.
        ("PLAN-1U", "overage", "2025-04", "-146.45", "-8.79"),
        ("PLAN-1V", "overage", "2025-04", "26.45", "0.00"),
        ("PLAN-1V", "overage", "2025-05", "30.00", "0.00"),
        ("PLAN-1V", "overage", "2025-06", "30.00", "0.00"),
        ("PLAN-2C", "commitment", "2025-01", "100.00", "6.00"),
        ("PLAN-2C", "commitment", "2025-02", "100.00", "6.00"),
        ("PLAN-2C", "commitment", "2025-03", "100.00", "6.00"),
        ("PLAN-2U", "overage", "2025-03", "210.00", "12.60"),
        ("PLAN-3", "milestone", "2025-02", "100.01", "6.00"),
    }
    found = {(*row[:3], f"{row[3]:.2f}", f"{row[4]:.2f}") for row in rows}
    assert found == expected
    kinds = "select kind, key from close.exceptions where key like 'PLAN-d%'"
    assert books.query(kinds) == [("milestone_after_cancellation", "PLAN-d4")]


def test_commitment_balances_roll_forward(books: Books) -> None:
    rows = books.query(
        "select month, opening, granted, drawn, expired, closing "
        "from billing.commitment_balances where contract_id = 'PLAN-K2' order by month"
    )
    found = [(row[0], *(f"{value:.2f}" for value in row[1:])) for row in rows]
    assert found == [
        ("2025-01", "0.00", "600.00", "0.00", "0.00", "600.00"),
        ("2025-02", "600.00", "0.00", "500.00", "0.00", "100.00"),
        ("2025-03", "100.00", "-300.00", "-200.00", "0.00", "0.00"),
    ]


def test_consumption_orders_sum_to_rated_usage(books: Books) -> None:
    assert (
        books.query("""
        with orders as (
            select contract_id, product_id, month, sum(amount) as amount
            from billing.consumption_orders group by all
        ),
        rated as (
            select o.contract_id, o.product_id, r.service_month as month, sum(r.amount) as amount
            from billing.rated_usage as r
            inner join billing.billing_orders as o
                on r.contract_line_id = o.contract_line_id and r.effective_on = o.effective_on
            where o.business_model = 'on_demand' and r.events > 0
            group by all
        )
        select * from orders full join rated using (contract_id, product_id, month)
        where orders.amount is distinct from rated.amount
    """)
        == []
    )


def test_usage_and_bills_reconcile(books: Books) -> None:
    assert books.query(
        "select check_name, entity_id from close.reconciliations where not passed and check_name "
        "in ('usage_equals_rated_plus_unrated', 'every_event_counted_once', "
        "'bill_lines_equal_bills', 'bill_lines_equal_charges')"
    ) == []  # fmt: skip


def assert_same(found: dict[Any, Any], expected: dict[Any, Any]) -> None:
    wrong = [
        f"{key}: found {found.get(key)}, expected {expected.get(key)}"
        for key in sorted(found.keys() | expected.keys(), key=str)
        if found.get(key) != expected.get(key)
    ]
    assert not wrong, f"{len(wrong)} of {len(expected)} differ\n" + "\n".join(wrong[:8])
