"""Random documents of many customers, in small amounts so that they collide; and their rows."""

# ruff: noqa: E501
from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.intermediate.receivables.reference import (
    Adjustment,
    Bill,
    Customer,
    Grant,
    Invoice,
    Item,
    Receipt,
    Split,
    World,
)

START = date(2026, 1, 1)
AMOUNTS = [Decimal(a) for a in ("10", "10", "20", "25.50", "30", "40", "0.01", "99.99")]


def day(rng: random.Random) -> date:
    return START + timedelta(rng.randrange(60))


def add_family(world: World, rng: random.Random, n: int) -> None:
    """A customer, sometimes with a child, and a handful of documents of theirs."""
    parent = Customer(f"C{n:04}", None, rng.random() < 0.7)
    family = [parent]
    if rng.random() < 0.4:
        family.append(Customer(f"C{n:04}c", parent.id, rng.random() < 0.7))
    world.customers |= {c.id: c for c in family}
    bills, receipts, invoices = [], [], []
    for k in range(rng.randrange(1, 6)):
        billed = day(rng)
        due = billed + timedelta(rng.choice((0, 10, 30))) if rng.random() < 0.9 else None
        gross = rng.choice(AMOUNTS)
        gross = -gross if rng.random() < 0.03 else gross
        bill = Bill(f"b{n:04}/{k}", f"BN{n:04}-{k}", rng.choice(family).id,
                    rng.choice(("PL1", "PL2")), billed, due, gross, rng.random() < 0.9)  # fmt: skip
        bills.append(bill)
    for k in range(rng.randrange(1, 5)):
        words = rng.choices(
            [b.number for b in bills] + [f"IN{n:04}-{x}" for x in range(3)] + ["NOISE"],
            k=rng.choice((0, 0, 1, 2, 3)),
        )
        receipts.append(Receipt(f"r{n:04}/{k}", rng.choice(family).id, day(rng),
                                rng.choice(AMOUNTS) + rng.choice((0, 0, 10)), tuple(words)))  # fmt: skip
    drawn: set[str] = set()
    for k in range(rng.randrange(0, 4)):
        kind = rng.choice(("bill", "bill", "advance", "prepayment"))
        customer, issued, key = rng.choice(family).id, day(rng), f"i{n:04}/{k}"
        lines: list[Item] = []
        if kind == "prepayment":
            free = [r for r in receipts if r.id not in drawn]
            if not free:
                continue
            receipt = rng.choice(free)
            drawn.add(receipt.id)
            amount = rng.choice((receipt.amount, receipt.amount, Decimal(5)))
            lines = [Item(key, 1, issued, amount, receipt=receipt.id)]
        elif kind == "advance":
            lines = [Item(key, 1, issued, rng.choice(AMOUNTS))]
        else:
            for no in range(1, rng.randrange(2, 5)):
                bill = rng.choice(bills)
                share = rng.choice((bill.gross, Decimal(5), Decimal(10)))
                lines.append(Item(key, no, issued, max(share, Decimal(1)), bill=bill.id))
        links = []
        if kind != "bill":
            for x in range(rng.randrange(0, 3)):
                amount = rng.choice((Decimal(5), Decimal(10), lines[0].amount))
                links.append(Item(f"l{n:04}/{k}{x}", 0, day(rng), amount, rng.choice(bills).id))
        invoices.append(Invoice(key, f"IN{n:04}-{k}", customer, kind, "PL1", issued,
                                tuple(lines), tuple(links)))  # fmt: skip
    for k in range(rng.randrange(0, 5)):
        receipt = rng.choice(receipts)
        target = rng.choice(("bill", "bill", "invoice", "prepayment", "refund", "bank_charge"))
        if target == "invoice" and not invoices:
            continue
        split = Split(
            f"s{n:04}/{k}", receipt.id, target, rng.choice((Decimal(5), *AMOUNTS)), day(rng),
            rng.choice(bills).id if target == "bill" else None,
            rng.choice(invoices).id if target == "invoice" else None,
            rng.choice((None, "PL1", "PL2")) if target == "prepayment" else None,
        )  # fmt: skip
        world.splits[split.id] = split
    for k in range(rng.choice((0, 0, 0, 1, 2))):
        fit = [b for b in bills if b.confirmed and b.gross > 0]
        if fit:
            amount = rng.choice((Decimal(5), Decimal(10), Decimal(-5)))
            a = Adjustment(f"a{n:04}/{k}", rng.choice(fit).id, amount, day(rng))
            world.adjustments[a.id] = a
    for k in range(rng.choice((0, 0, 0, 1, 3))):
        granted = day(rng)
        grant = Grant(
            f"g{n:04}/{k}", rng.choice(family).id,
            rng.choice(("purchased", "on_account", "purchased", "goodwill")),
            rng.choice((None, "PL1", "PL2")), rng.choice(AMOUNTS), granted,
            rng.choice((None, granted, granted + timedelta(30))),
        )  # fmt: skip
        world.grants[grant.id] = grant
    world.bills |= {b.id: b for b in bills}
    world.receipts |= {r.id: r for r in receipts}
    world.invoices |= {i.id: i for i in invoices}


def make_world(seed: int, families: int) -> World:
    """A world of ``families`` customers, the same for the same seed."""
    world, rng = World(), random.Random(seed)
    for n in range(families):
        add_family(world, rng, n)
    return world


Rows = list[tuple[Any, ...]]


def tables_of(world: World) -> dict[str, tuple[str, Rows]]:
    """What the models read of a world: relation → (columns with types, rows)."""
    text, money = "varchar", "decimal(20,4)"
    lineage = f"source_file {text}, source_row bigint"
    w = world

    def items(links: bool) -> Iterable[tuple[Invoice, Item]]:
        for i in w.invoices.values():
            for item in i.links if links else i.lines:
                yield i, item

    return {
        "staging.stg_run__days": (
            f"as_of date, known_on date, as_of_month {text}, account_dimension {text}",
            [(date(2026, 3, 31), date(2026, 3, 31), "2026-03", "product_line")],
        ),
        "intermediate.int_entities_opened": (
            f"entity_id {text}, functional_currency {text}, time_zone {text}, books_start_on date, "
            f"latest_closed_month {text}, first_open_month {text}, as_of_month {text}",
            [("E1", "EUR", "Europe/Berlin", None, None, "0001-01", "2026-03")],
        ),
        "staging.stg_crm__customers": (
            f"customer_id {text}, entity_id {text}, parent_customer_id {text}, "
            f"receipt_application {text}, sales_rep_id {text}",
            [(c.id, "E1", c.parent, "auto" if c.auto else "instructed", None)
             for c in w.customers.values()],
        ),
        "staging.stg_crm__contracts": (
            f"contract_id {text}, sales_rep_id {text}, late_interest_daily_rate decimal(20,12)", [],
        ),
        "intermediate.int_bills_totalled": (
            f"bill_id {text}, bill_number {text}, contract_id {text}, customer_id {text}, "
            f"entity_id {text}, product_line {text}, currency {text}, billed_on date, due_on date, "
            f"gross_amount {money}, status {text}",
            [(b.id, b.number, None, b.customer, "E1", b.line, "EUR", b.billed_on, b.due_on, b.gross,
              "confirmed" if b.confirmed else "draft") for b in w.bills.values()],
        ),
        "intermediate.int_receipts_identified": (
            f"receipt_id {text}, bank_account {text}, entity_id {text}, statement_id {text}, "
            f"booked_on date, value_on date, currency {text}, amount {money}, payer_name {text}, "
            f"payer_account {text}, remittance_text {text}, customer_id {text}, "
            f"identified_by {text}, returned_on date, product_line {text}, {lineage}",
            [(r.id, "A", "E1", "S", r.value_on, r.value_on, "EUR", r.amount, None, None, None,
              r.customer, "account", None, None, None, None) for r in w.receipts.values()],
        ),
        "intermediate.int_bank_entries_loaded": (f"receipt_id {text}", []),
        "intermediate.int_bills_decided": (f"bill_id {text}, decided_on date", []),
        "intermediate.int_remittance_words_split": (
            f"receipt_id {text}, position bigint, word {text}",
            [(r.id, n, word) for r in w.receipts.values() for n, word in enumerate(r.words, 1)],
        ),
        "staging.stg_operations__invoices": (
            f"invoice_id {text}, invoice_number {text}, customer_id {text}, entity_id {text}, "
            f"kind {text}, currency {text}, product_line {text}, issued_on date, due_on date, "
            f"voided_on date, original_invoice_id {text}, {lineage}",
            [(i.id, i.number, i.customer, "E1", i.kind, "EUR", i.line, i.issued_on, None, None,
              None, None, None) for i in w.invoices.values()],
        ),
        "staging.stg_operations__invoice_lines": (
            f"invoice_id {text}, line_no bigint, bill_id {text}, receipt_id {text}, "
            f"product_line {text}, amount decimal(30,10), {lineage}",
            [(i.id, k.no, k.bill, k.receipt, None, k.amount, None, None) for i, k in items(False)],
        ),
        "staging.stg_operations__invoice_links": (
            f"link_id {text}, invoice_id {text}, bill_id {text}, amount decimal(30,10), "
            f"linked_on date, {lineage}",
            [(k.id, i.id, k.bill, k.amount, k.on, None, None) for i, k in items(True)],
        ),
        "staging.stg_operations__invoice_lines_unheld": (
            f"invoice_id {text}, line_no bigint, is_invoice_known boolean, {lineage}", [],
        ),
        "staging.stg_operations__receipt_splits": (
            f"split_id {text}, receipt_id {text}, bill_id {text}, invoice_id {text}, target {text}, "
            f"product_line {text}, amount decimal(30,10), split_on date, reversed_on date, {lineage}",
            [(s.id, s.receipt, s.bill, s.invoice, s.target, s.line, s.amount, s.on, None, None, None)
             for s in w.splits.values()],
        ),
        "staging.stg_operations__account_adjustments": (
            f"adjustment_id {text}, customer_id {text}, kind {text}, bill_id {text}, "
            f"product_line {text}, currency {text}, amount decimal(30,10), dated_on date, {lineage}",
            [(a.id, w.bills[a.bill].customer, "bad_debt", a.bill, None, "EUR", a.amount, a.on, None,
              None) for a in w.adjustments.values()],
        ),
        "staging.stg_operations__opening_balances": (
            f"opening_id {text}, kind {text}, customer_id {text}, entity_id {text}, "
            f"contract_line_id {text}, product_line {text}, document_number {text}, "
            f"document_date date, due_on date, currency {text}, amount {money}, as_of date, {lineage}",
            [],
        ),
        "intermediate.int_openings_seen": (
            f"opening_id {text}, kind {text}, customer_id {text}, entity_id {text}, "
            f"contract_line_id {text}, product_line {text}, document_number {text}, "
            f"document_date date, due_on date, currency {text}, amount {money}, as_of date, "
            f"economic_month {text}, posting_month {text}, {lineage}",
            [],
        ),
        "staging.stg_operations__bill_confirmations": (
            f"bill_id {text}, decided_at timestamp, gross_amount {money}, {lineage}", [],
        ),
        "intermediate.int_payer_decisions_seen": (
            f"receipt_id {text}, customer_id {text}, decided_on date, {lineage}", [],
        ),
        "staging.stg_operations__credit_grants": (
            f"grant_id {text}, customer_id {text}, currency {text}, amount {money}, "
            f"points {money}, point_value {money}, granted_on date, {lineage}", [],
        ),
        "intermediate.int_credit_grants_seen": (
            f"grant_id {text}, customer_id {text}, entity_id {text}, kind {text}, "
            f"product_line {text}, currency {text}, amount {money}, granted_on date, "
            "expires_on date",
            [(g.id, g.customer, "E1", g.kind, g.line, "EUR", g.amount, g.granted_on, g.expires_on)
             for g in w.grants.values()],
        ),
        "seeds.currencies": (f"currency {text}, minor_units integer", [("EUR", 2)]),
        "intermediate.int_spot_rates_resolved": (
            f"entity_id {text}, from_currency {text}, rate_on date, to_currency {text}, "
            "rate decimal(20,12)", [],
        ),
        "staging.stg_posted__receipt_applications": (
            f"application_id {text}, receipt_id {text}, bill_id {text}, invoice_id {text}, "
            f"product_line {text}, amount {money}, applied_on date, posting_month {text}, "
            f"economic_month {text}, "
            f"stage {text}, grant_id {text}, reverses_id {text}, entity_id {text}, "
            f"customer_id {text}, bill_customer_id {text}, currency {text}, split_id {text}, "
            f"money_product_line {text}", [],
        ),
        "staging.stg_posted__customer_account_balances": (
            f"as_of date, customer_id {text}, entity_id {text}, product_line {text}, "
            f"currency {text}, balance {money}", [],
        ),
    }  # fmt: skip
