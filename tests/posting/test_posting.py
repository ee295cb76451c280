"""The same facts told at once, or in three boxes with a close after each: the same books.

What posting moves is when a figure is booked, never what it comes to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from tests.books import Books
from tests.posting.company import company
from tests.posting.late_company import late_company
from tests.rating.billing_reference import bill_lines

CUSTOMERS = [
    *(
        row["customer_id"]
        for (_, n), rows in company().rows.items()
        if n == "customers"
        for row in rows
    ),
    *late_company().book.customers,
]
NAMES = ", ".join(f"'{customer}'" for customer in CUSTOMERS)
# What must not depend on when it was told; none names a posting month.
SAME = {
    "billed by contract line and service month": f"""
        select contract_line_id, account_id, service_month,
            coalesce(adjusts_line_kind, line_kind) as line_kind,
            sum(net_amount), sum(tax_amount), sum(amount_unrounded), nullif(sum(quantity), 0)
        from billing.bill_lines where customer_id in ({NAMES}) and contract_line_id is not null
        group by all having sum(net_amount) <> 0 or sum(tax_amount) <> 0
    """,
    "gross by state of the bill": f"""
        select customer_id, product_line, currency, status, sum(gross_amount)
        from billing.bills where customer_id in ({NAMES})
        group by all having sum(gross_amount) <> 0
    """,
    "outstanding by customer": f"""
        select customer_id, currency, sum(outstanding_amount)
        from billing.bills where customer_id in ({NAMES}) and status = 'confirmed'
        group by all having sum(outstanding_amount) <> 0
    """,
    "account balances": f"""
        select customer_id, product_line, currency, sum(balance)
        from receivables.customer_account_balances
        where customer_id in ({NAMES}) and as_of = date '2026-03-31'
        group by all having sum(balance) <> 0
    """,
    "ageing": f"""
        select customer_id, product_line, currency, sum(net)
        from reports.customer_aging
        where customer_id in ({NAMES}) and as_of = date '2026-03-31'
        group by all having sum(net) <> 0
    """,
    "parts of receipts": f"""
        select receipt_id, customer_id, identified_by, applied_amount, unapplied_amount
        from receivables.receipts where customer_id in ({NAMES}) or customer_id is null
    """,
    # What is paid revenue goes by the days of applications, and those by what was known.
    "recognised by obligation and economic month": f"""
        select obligation_id, economic_month, is_catch_up, sum(t.amount)
        from revenue.recognition_transactions as t
        inner join revenue.obligations as o using (obligation_id)
        where o.customer_id in ({NAMES}) and o.revenue_rule <> 'PIT_RECEIPT'
        group by all having sum(t.amount) <> 0
    """,
    "obligations": f"""
        select obligation_id, transaction_price, starts_on, ends_on, recognised_to_date, remaining
        from revenue.obligations where customer_id in ({NAMES})
    """,
    "contract positions": f"""
        select contract_id, billed_to_date, recognised_to_date, contract_asset, contract_liability
        from revenue.contract_positions inner join crm using (contract_id)
        where month = '2026-03' and customer_id in ({NAMES})
            and (billed_to_date <> 0 or recognised_to_date <> 0)
    """,
    "ledger": f"""
        select entity_id, account_code, currency, customer_id, contract_id, product_line,
            sum(case side when 'debit' then amount else -amount end) as closing
        from ledger.journal_lines where customer_id in ({NAMES}) or document_id like 'USBANK%'
        group by all having closing <> 0
    """,
    "credits left": f"""
        select grant_id, sum(granted), sum(drawn), sum(expired)
        from billing.credit_balances where customer_id in ({NAMES})
        group by all having sum(granted) <> 0 or sum(drawn) <> 0 or sum(expired) <> 0
    """,
    "commitments left": f"""
        select contract_id, sum(granted), sum(drawn), sum(expired)
        from billing.commitment_balances where customer_id in ({NAMES}) group by all
    """,
    "ledger in functional currency": f"""
        select entity_id, account_code, customer_id,
            sum(functional_amount * case side when 'debit' then 1 else -1 end) as closing
        from ledger.journal_lines
        where currency = functional_currency and customer_id in ({NAMES})
        group by all having closing <> 0
    """,
}  # fmt: skip


@pytest.mark.parametrize("what", SAME)
def test_closes_move_no_figure(closed_books: Books, whole_books: Books, what: str) -> None:
    sql = SAME[what].replace(" inner join crm ", " inner join staging.stg_crm__contracts ")
    closed, whole = (Counter(books.query(sql)) for books in (closed_books, whole_books))
    assert whole
    assert closed == whole, (
        f"told at once only {sorted(whole - closed, key=str)[:5]}, "
        f"with closes only {sorted(closed - whole, key=str)[:5]}"
    )


def test_a_random_company_told_late_comes_to_the_reference(closed_books: Books) -> None:
    """Lines and their adjustments sum to what an independent reference makes of all facts."""
    rows = closed_books.query(
        """
        select contract_line_id, coalesce(account_id, ''),
            coalesce(adjusts_line_kind, line_kind), service_month, sum(net_amount), sum(tax_amount),
            count(*) filter (where line_kind = 'adjustment')
        from billing.bill_lines where contract_line_id like 'RK%' group by all
        """
    )
    sums: dict[tuple, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for key, amounts in bill_lines(late_company().book).items():
        sums[key[1:]] = [old + new for old, new in zip(sums[key[1:]], amounts, strict=True)]
    expected = {key: tuple(value) for key, value in sums.items() if any(value)}
    found = {row[:4]: row[4:6] for row in rows if any(row[4:6])}
    assert sum(row[6] for row in rows) > 100
    wrong = [key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)]
    assert not wrong, [(key, found.get(key), expected.get(key)) for key in sorted(wrong)[:5]]


# (bill, service month, kind adjusted): net, tax. Known now less booked so far, line by line.
ADJUSTED = {
    # 2.5 x 10.25 late, cancelled in March, where 3 late ones come to 7.5; 6% of each rounded sum.
    ("LATE-K/LATE-PL/2026-02", "2026-01", "usage"): ("25.63", "1.54"),
    ("LATE-K/LATE-PL/2026-03", "2026-01", "usage"): ("-18.13", "-1.09"),
    ("LATE-K/LATE-PL/2026-03", "2026-02", "usage"): ("10", "0.60"),
    # Contracts that are over: the adjustment is all there is on the bill. 33.3 x 11 less 33.3 x 10.
    ("GONE-K/GONE-PL/2026-02", "2026-01", "usage"): ("33", "4"),
    ("LESS-K/LESS-PL/2026-02", "2026-01", "usage"): ("-300", "-30"),
    # Five hours west of UTC; three decimals.
    ("ZONE-K/ZONE-PL/2026-02", "2026-01", "usage"): ("2.469", "0"),
    # 30 more in January: 110 -> 110 and 60 at 2 becomes 50 x 2 + 10 x 1.
    ("STEP-K/STEP-PL/2026-03", "2026-01", "usage"): ("50", "0"),
    ("STEP-K/STEP-PL/2026-03", "2026-02", "usage"): ("-25", "0"),
    # 30 lifted to 50, then 70 used, then 110 held to 80.
    ("CAPS-K/CAPS-PL/2026-02", "2026-01", "usage"): ("40", "2.40"),
    ("CAPS-K/CAPS-PL/2026-02", "2026-01", "minimum_true_up"): ("-20", "-1.20"),
    ("CAPS-K/CAPS-PL/2026-03", "2026-01", "usage"): ("40", "2.40"),
    ("CAPS-K/CAPS-PL/2026-03", "2026-01", "maximum_cap"): ("-30", "-1.80"),
    # 33 x 3.33 = 109.89 with tax inside is 103.67 + 6.22; at 3.11, 102.63: 96.82 + 5.81.
    ("FIXP-K/FIXP-PL/2026-02", "2026-01", "usage"): ("-6.85", "-0.41"),
    # 16 of 31 days at 500.55 more; 19 of 28 days at 300.55 less.
    ("AMND-K/AMND-PL/2026-02", "2026-01", "fixed"): ("258.35", "0"),
    ("AMND-K/AMND-PL/2026-03", "2026-02", "fixed"): ("-203.94", "0"),
    ("YEAR-K/YEAR-PL/2026-03", "2026-01", "fixed"): ("100", "0"),
    # 20 of 365 days are left of the year.
    ("QUIT-K/QUIT-PL/2026-02", "2026-01", "fixed"): ("-3450", "0"),
    ("VOID-K/VOID-PL/2026-02", "2026-01", "fixed"): ("-77.77", "-4.67"),
    ("SLOW-K/SLOW-PL/2026-02", "2026-01", "fixed"): ("10001", "1000"),
    ("BACK-K/BACK-PL/2026-02", "2025-11", "fixed"): ("1000", "100"),
    ("BACK-K/BACK-PL/2026-02", "2025-12", "fixed"): ("1000", "100"),
    ("BACK-K/BACK-PL/2026-02", "2026-01", "fixed"): ("1000", "100"),
    # 600 committed, 550 drawn by February; 100 more in January leave 50 of February beyond it.
    ("PLAN-K/PLAN-PL/2026-03", "2026-02", "overage"): ("50", "0"),
    # Completed in January; February's completion is rejected in March.
    ("MILE-K/MILE-PL/2026-02", "2026-01", "milestone"): ("400", "0"),
    ("MILE-K/MILE-PL/2026-03", "2026-02", "milestone"): ("-600", "0"),
    ("OPEN-B/2026-02", "2025-11", "opening"): ("-50", "0"),
    ("PAIR-K/PAIR-PL/2026-03", "2026-01", "fixed"): ("-233", "-13.98"),
}


def test_adjustments_are_what_is_known_less_what_is_booked(closed_books: Books) -> None:
    rows = closed_books.query(
        f"""
        select bill_id, service_month, adjusts_line_kind, net_amount, tax_amount
        from billing.bill_lines where line_kind = 'adjustment' and customer_id in ({NAMES})
            and coalesce(contract_id, '') not like 'RK%' and customer_id not like 'KR_'
        """
    )
    expected = {key: (Decimal(net), Decimal(tax)) for key, (net, tax) in ADJUSTED.items()}
    assert len(rows) == len(expected)
    assert {(bill, month, kind): (net, tax) for bill, month, kind, net, tax in rows} == expected


# What befell money that closes had applied: receipt, bill, amount, day, month booked, is reversal.
REAPPLIED = """
    select split_part(receipt_id, '/', 2), bill_id, amount, cast(applied_on as varchar),
        posting_month, reverses_id is not null
    from receivables.receipt_applications
    where receipt_id like 'USBANK%' and (bill_id like 'SPLT%' or bill_id like 'RETN%'
        or bill_id like 'PAY%' or bill_id like 'DISP%' or bill_id like 'WHO1%')
"""


def test_posted_applications_are_reversed_and_never_edited(closed_books: Books) -> None:
    expected = [
        # Identified in February: of January's date, booked in February.
        ("2026-01-10", "WHO1", 1, 90, "2026-01-31", "2026-02", False),
        # The split is taken back on 20 February; the money goes to the same bill by age.
        ("2026-01-11", "SPLT", 1, 70, "2026-01-31", "2026-01", False),
        ("2026-01-11", "SPLT", 1, 40, "2026-01-31", "2026-01", False),
        ("2026-01-11", "SPLT", 1, -70, "2026-02-20", "2026-02", True),
        ("2026-01-11", "SPLT", 1, 70, "2026-01-31", "2026-02", False),
        ("2026-01-11", "SPLT", 2, 1, "2026-02-28", "2026-02", False),
        # Returned by the bank on 12 February; another payment comes a day later.
        ("2026-01-12", "RETN", 1, 120, "2026-01-31", "2026-01", False),
        ("2026-01-12", "RETN", 1, -120, "2026-02-12", "2026-02", True),
        ("2026-02-13", "RETN", 1, 60, "2026-02-13", "2026-02", False),
        # The payer was another one.
        ("2026-01-13", "PAYA", 1, 130, "2026-01-31", "2026-01", False),
        ("2026-01-13", "PAYA", 1, -130, "2026-02-21", "2026-02", True),
        ("2026-01-13", "PAYB", 1, 130, "2026-01-31", "2026-02", False),
        ("2026-01-13", "PAYB", 2, 1, "2026-02-28", "2026-02", False),
        # Disputed on 25 February, agreed to again on 28 March; the next bill disputed on the 25th.
        ("2026-01-14", "DISP", 1, 300, "2026-01-31", "2026-01", False),
        ("2026-01-14", "DISP", 1, -300, "2026-02-25", "2026-02", True),
        ("2026-01-14", "DISP", 2, 300, "2026-02-28", "2026-02", False),
        ("2026-01-14", "DISP", 2, -300, "2026-03-25", "2026-03", True),
        ("2026-01-14", "DISP", 1, 300, "2026-01-31", "2026-03", False),
    ]  # fmt: skip
    assert Counter(closed_books.query(REAPPLIED)) == Counter(
        (day, f"{name}-K/{name}-PL/2026-0{month}", Decimal(amount), on, posted, is_reversal)
        for day, name, month, amount, on, posted, is_reversal in expected
    )


def test_deferred_revenue_brought_in_stays_in_the_month_that_booked_it(closed_books: Books) -> None:
    """60 in January, said to be 40 in February; each month bills 100 and earns its days."""
    rows = closed_books.query(
        """
        select month, billed_to_date, recognised_to_date, contract_asset, contract_liability
        from revenue.contract_positions where contract_id = 'OPEN-K' order by month
        """
    )
    assert [tuple(map(str, row)) for row in rows] == [
        ("2026-01", "160.0000", "101.9200", "0.0000", "58.0800"),
        ("2026-02", "240.0000", "193.9700", "0.0000", "46.0300"),
        ("2026-03", "340.0000", "295.8900", "0.0000", "44.1100"),
    ]
