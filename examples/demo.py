"""A made-up company's feeds, by the feed contract: two entities, three currencies, N customers.

Every file is named after the month it is delivered for (``crm/contracts.2026-03.csv``), so that
whoever wants to see late things arrive late can lay the files into an inbox month by month
(``delivery_month``). The same seed writes the same bytes. Payments are worked out here for fixed
fees alone; what usage costs is the program's to say, and is paid in round sums.
"""

from __future__ import annotations

import calendar
import csv
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

import xlsxwriter

from examples.banking import Entry, camt053, chain, mt940
from examples.metered import write_metered
from examples.usage import SMALL, Stream, open_streams, write_late_day, write_usage

FIRST_DAY = date(2026, 1, 1)
ZONES = {"CN01": ZoneInfo("Asia/Shanghai"), "US01": ZoneInfo("America/New_York")}
TAX = {"CN01": ("CN_VAT_6", Decimal("0.06")), "US01": ("NONE", Decimal(0))}
BANK_ACCOUNTS = {"CNY": "6222021001116245", "USD": "440012345678", "EUR": "440012345679"}
FIRST_WORDS = [
    "Amber",
    "Birch",
    "Cobalt",
    "Delta",
    "Ember",
    "Fjord",
    "Granite",
    "Harbor",
    "Indigo",
    "Juniper",
    "Kelp",
    "Lantern",
    "Meadow",
    "Nimbus",
    "Onyx",
    "Prairie",
    "Quartz",
    "Ridge",
    "Saffron",
    "Timber",
]
SECOND_WORDS = [
    "Analytics",
    "Storage",
    "Robotics",
    "Logistics",
    "Studio",
    "Networks",
    "Foods",
    "Energy",
    "Health",
    "Systems",
]
# product, line, unit; each entity has its own, because the tax code is the product's.
PRODUCTS = (
    ("SEAT", "Platform", "seat", "120"),
    ("SUPPORT", "Support", "month", "900"),
    ("SETUP", "Services", "each", "4800"),
    ("CALLS", "API", "call", "0.05"),
    ("HOURS", "Compute", "hour", "3.5"),
)


def add_months(day: date, months: int) -> date:
    """``months`` later; a month end clamps (31 January and one month is 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def bill_number(bill_id: str) -> str:
    """The public number of a bill: what a customer writes into a remittance."""
    month = bill_id.rsplit("/", 1)[1].replace("-", "")
    return f"B{month}-{hashlib.sha256(bill_id.encode()).hexdigest()[:12].upper()}"


def delivery_month(path: Path) -> str:
    """The month, ``YYYY-MM``, that a demo file is delivered for, from its name."""
    found = re.search(r"\d{4}-\d{2}", path.name)
    if not found:
        raise ValueError(f"{path} names no month of delivery")
    return found.group()


@dataclass(frozen=True)
class Customer:
    """A customer and what it agreed to. ``gross`` is one full month of its subscription."""

    number: int
    name: str
    entity: str
    currency: str
    seats: int
    price: Decimal

    @property
    def id(self) -> str:
        return f"C{self.number:05}"

    @property
    def bank_account(self) -> str:
        return f"9{self.number:011}"

    @property
    def contract(self) -> str:
        return f"S{self.number:05}"

    @property
    def net(self) -> Decimal:
        return self.seats * self.price

    @property
    def gross(self) -> Decimal:
        return self.net + _cents(self.net * TAX[self.entity][1])

    def bill(self, month: str) -> str:
        return f"{self.contract}/Platform/{month}"


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass
class Feeds:
    """Rows by delivery and object, and what the banks book."""

    out: Path
    months: list[tuple[date, date]]
    rows: dict[tuple[str, str, str], list[dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    booked: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    credits: dict[tuple[str, date, Decimal], int] = field(default_factory=lambda: defaultdict(int))

    def label(self, month: int) -> str:
        """Month number ``month`` (0 is the first) as YYYY-MM."""
        return f"{add_months(FIRST_DAY, month):%Y-%m}"

    def day(self, month: int, day: int) -> date:
        return add_months(FIRST_DAY, month).replace(day=day)

    def add(self, month: int, feed: str, name: str, **row: Any) -> None:
        """A row delivered for ``month``; what lies after the last month never comes."""
        if 0 <= month < len(self.months):
            self.rows[self.label(month), feed, name].append(row)

    def pay(
        self, payer: Customer, month: int, day: int, amount: Decimal, text: str, **who: str
    ) -> str:
        """A credit on the bank account of the payer's entity and currency; its receipt id."""
        account, booked_on = BANK_ACCOUNTS[payer.currency], self.day(month, day)
        known = {"name": payer.name, "account": payer.bank_account} | who
        if month < len(self.months):
            self.booked[payer.currency].append(Entry(booked_on, amount, text, **known))
        self.credits[account, booked_on, amount] += 1
        return f"{account}/{booked_on}/{amount:.2f}/{self.credits[account, booked_on, amount]}"


def write_demo(
    out: Path,
    customers: int = 40,
    months: int = 6,
    events: int = 50_000,
    seed: int = 1,
    contracts: int | None = None,
    days: int | None = None,
    day_after: Path | None = None,
) -> list[str]:
    """Write the demo company's feeds below ``out`` (an inbox) and return its months, in order.

    ``events`` counts usage events before copies and revisions; above a million they are
    Parquet by day. ``contracts`` are so many more customers' contracts on demand (by default none
    for few events, else one for each five hundred); ``days`` is on how many days events come;
    ``day_after`` is where usage of the next day goes, too, as one file. Raises :class:`ValueError`
    for a day after without ``days`` or for a million events or fewer.
    """
    if day_after and (days is None or events <= SMALL):
        raise ValueError(f"a day after takes days and more than {SMALL:,} events")
    out.mkdir(parents=True, exist_ok=True)
    firsts = [add_months(FIRST_DAY, number) for number in range(months)]
    feeds = Feeds(out, [(first, month_end(first)) for first in firsts])
    company = [_customer(number, seed) for number in range(1, customers + 1)]
    _master_data(feeds)
    streams: list[Stream] = []
    for customer in company:
        _agreements(feeds, customer)
        streams += _usage_terms(feeds, customer)
        _billing_life(feeds, customer)
    _corrections(feeds, company)
    _openings(feeds, company)
    _credits(feeds, company)
    _mistakes(feeds, company, events > SMALL)
    _write_tables(feeds)
    _write_statements(feeds)
    con = open_streams(streams)
    if contracts is None:
        contracts = events // 500 if events > SMALL else 0
    midnights = {entity: _first_midnight(entity) for entity in TAX}
    write_metered(con, out / "crm", feeds.label(0), contracts, midnights, FIRST_DAY)
    write_usage(con, out / "usage", events, seed, feeds.months, days)
    if day_after and days is not None:
        write_late_day(con, day_after, events, seed, days)
    con.close()
    return [feeds.label(number) for number in range(months)]


def _first_midnight(entity: str) -> datetime:
    """The UTC instant at which the first day begins where the entity is."""
    midnight = datetime.combine(FIRST_DAY, datetime.min.time(), ZONES[entity])
    return midnight.astimezone(UTC).replace(tzinfo=None)


def _dice(seed: int, *about: Any) -> int:
    text = "/".join(str(part) for part in (seed, *about))
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def _customer(number: int, seed: int) -> Customer:
    entity = "CN01" if number % 2 else "US01"
    currency = "CNY" if entity == "CN01" else ("EUR" if number % 6 == 0 else "USD")
    first = FIRST_WORDS[(number - 1) % len(FIRST_WORDS)]
    second = SECOND_WORDS[(number - 1 + (number - 1) // len(FIRST_WORDS)) % len(SECOND_WORDS)]
    rounds = (number - 1) // (len(FIRST_WORDS) * len(SECOND_WORDS))
    name = f"{first} {second}" + (f" {rounds + 1}" if rounds else "")
    seats = 5 + _dice(seed, number, "seats") % 60
    price = Decimal(9000 + _dice(seed, number, "price") % 6000) / 100
    return Customer(number, name, entity, currency, seats, price)


def _master_data(feeds: Feeds) -> None:
    for entity, (tax_code, _) in TAX.items():
        for product, line, unit, price in PRODUCTS:
            feeds.add(
                0,
                "crm",
                "products",
                product_id=f"{product}-{entity[:2]}",
                product_name=f"{line} {unit} {entity[:2]}",
                product_line=line,
                unit=unit,
                tax_code=tax_code,
                standalone_price=price,
                cost_center=f"CC-{line}",
                profit_center=f"PC-{entity}",
                updated_at="2025-12-01T00:00:00Z",
            )
    for currency, account in BANK_ACCOUNTS.items():
        feeds.add(
            0,
            "operations",
            "company_bank_accounts",
            bank_account=account,
            entity_id="CN01" if currency == "CNY" else "US01",
            currency=currency,
            updated_at="2025-12-01T00:00:00Z",
        )
    rate = Decimal("1.0850")
    for number, (first, last) in enumerate(feeds.months):
        day = first - timedelta(4) if number == 0 else first
        while day <= last:
            if day.weekday() < 5:
                rate += Decimal(_dice(7, day) % 41 - 20) / 10000
                feeds.add(
                    number,
                    "operations",
                    "fx_rates",
                    from_currency="EUR",
                    to_currency="USD",
                    rate_on=day,
                    rate=rate,
                    rate_type="spot",
                )
            day += timedelta(1)


def _agreements(feeds: Feeds, who: Customer) -> None:
    """The customer, and its subscription: monthly in advance for most."""
    told = "2025-12-10T09:00:00Z"
    explicit = who.number % 15 == 2  # confirmed by hand, not by itself
    feeds.add(
        0,
        "crm",
        "customers",
        customer_id=who.id,
        customer_name=who.name,
        entity_id=who.entity,
        currency=who.currency,
        payment_terms_days=30,
        segment="smb" if who.seats < 40 else "large",
        region=who.entity[:2],
        acquired_on=FIRST_DAY,
        auto_confirm_days="" if explicit else 3,
        updated_at=told,
    )
    feeds.add(
        0,
        "crm",
        "customer_bank_accounts",
        customer_id=who.id,
        bank_account=who.bank_account,
        account_name=who.name,
        updated_at=told,
    )
    terms = dict(
        customer_id=who.id,
        entity_id=who.entity,
        business_model="term_subscription",
        currency=who.currency,
        status="active",
        late_interest_daily_rate="0.0005",
        updated_at=told,
    )
    line = dict(
        charge_model="fixed",
        quantity=who.seats,
        unit_price=who.price,
        revenue_rule="SL_DAILY",
        product_id=f"SEAT-{who.entity[:2]}",
        billing_timing="advance",
        updated_at=told,
    )
    feeds.add(
        0,
        "crm",
        "contracts",
        contract_id=who.contract,
        signed_on=date(2025, 12, 10),
        starts_on=FIRST_DAY,
        ends_on=add_months(FIRST_DAY, 12) - timedelta(1),
        **terms,
    )
    feeds.add(
        0,
        "crm",
        "contract_lines",
        contract_line_id=f"{who.contract}-1",
        contract_id=who.contract,
        starts_on=FIRST_DAY,
        billing_frequency="monthly",
        **line,
    )
    _support(feeds, who, terms, line)
    if who.number % 10 == 4:  # set up once, revenue when it is invoiced
        setup, product = f"O{who.number:05}", f"SETUP-{who.entity[:2]}"
        once = dict(quantity=1, unit_price="4800", revenue_rule="PIT_INVOICE", product_id=product)
        once |= dict(contract_line_id=f"{setup}-1", contract_id=setup, billing_frequency="once")
        span = dict(starts_on=feeds.day(1, 3), ends_on=feeds.day(1, 28))
        feeds.add(
            1, "crm", "contracts", contract_id=setup, signed_on=span["starts_on"], **span, **terms
        )
        feeds.add(1, "crm", "contract_lines", **(line | once | span))


def _support(feeds: Feeds, who: Customer, terms: dict[str, Any], line: dict[str, Any]) -> None:
    """A second contract of some customers, in the less usual billing periods."""
    quarterly = dict(billing_frequency="quarterly", billing_anchor="calendar")
    habits = {
        3: (16, dict(billing_frequency="annual")),
        5: (11, dict(billing_timing="arrears", **quarterly)),
        6: (31, dict(billing_frequency="monthly")),  # anchored to the last day of January
    }
    if who.number % 8 not in habits:
        return
    day, periods = habits[who.number % 8]
    contract, starts_on = f"P{who.number:05}", feeds.day(0, day)
    span = dict(starts_on=starts_on, ends_on=add_months(starts_on, 12) - timedelta(1))
    own = dict(product_id=f"SUPPORT-{who.entity[:2]}", quantity=1, unit_price="900")
    own |= dict(contract_line_id=f"{contract}-1", contract_id=contract)
    feeds.add(0, "crm", "contracts", contract_id=contract, signed_on="2025-12-20", **span, **terms)
    feeds.add(0, "crm", "contract_lines", **(line | own | periods | span))


def _usage_terms(feeds: Feeds, who: Customer) -> list[Stream]:
    """Two of three customers use something on demand; what they use is returned as streams."""
    if who.number % 3 == 2:
        return []
    told, place = "2025-12-12T09:00:00Z", who.entity[:2]
    contract = f"U{who.number:05}"
    feeds.add(
        0,
        "crm",
        "contracts",
        contract_id=contract,
        customer_id=who.id,
        entity_id=who.entity,
        business_model="on_demand",
        currency=who.currency,
        signed_on=date(2025, 12, 12),
        starts_on=FIRST_DAY,
        status="active",
        updated_at=told,
    )
    accounts = [f"{who.id}-{name}" for name in ("prod", "test", "lab")[: 1 + who.number % 3]]
    for position, account in enumerate(accounts):
        # The last account of some is entered later, in a file of its own: order does not matter.
        late = position and who.number % 4 == 1
        feeds.add(
            0,
            "crm",
            "accounts-added" if late else "accounts",
            account_id=account,
            customer_id=who.id,
            account_name=account,
            opened_on=FIRST_DAY,
            updated_at=told,
        )
    usage = dict(contract_id=contract, starts_on=FIRST_DAY, revenue_rule="USAGE", updated_at=told)
    if who.number % 6 in (1, 4):  # tiers, with some calls included
        feeds.add(
            0,
            "crm",
            "contract_lines",
            contract_line_id=f"{contract}-calls",
            product_id=f"CALLS-{place}",
            charge_model="graduated",
            included_quantity=1000,
            **usage,
        )
        tiers = ((1, "5000", "0.05", "0"), (2, "20000", "0.04", "25"), (3, "", "0.0325", "0"))
        for tier_no, up_to, price, flat in tiers:
            feeds.add(
                0,
                "crm",
                "price_tiers",
                contract_line_id=f"{contract}-calls",
                tier_no=tier_no,
                up_to=up_to,
                unit_price=price,
                flat_amount=flat,
                updated_at=told,
            )
    else:
        feeds.add(
            0,
            "crm",
            "contract_lines",
            contract_line_id=f"{contract}-calls",
            product_id=f"CALLS-{place}",
            charge_model="per_unit",
            unit_price="0.0475",
            **usage,
        )
    feeds.add(
        0,
        "crm",
        "contract_lines",
        contract_line_id=f"{contract}-hours",
        product_id=f"HOURS-{place}",
        charge_model="per_unit",
        unit_price="3.4567891",
        aggregate_by="account" if who.number % 2 else "contract_line",
        **usage,
    )
    starts_at = _first_midnight(who.entity)
    return [
        Stream(account, f"{product}-{place}", starts_at, measure)
        for account in accounts
        for product, measure in (("CALLS", "calls"), ("HOURS", "hours"))
    ]


def _billing_life(feeds: Feeds, who: Customer) -> None:
    """Confirmations, invoices and payments of the customer's subscription bills, month by month."""
    for month in range(len(feeds.months)):
        label, bill = feeds.label(month), who.bill(feeds.label(month))
        disputed = who.number == 17 and month == 2
        if who.number % 15 == 2:
            feeds.add(
                month,
                "operations",
                "bill_confirmations",
                bill_id=bill,
                decision="disputed" if disputed else "confirmed",
                gross_amount=who.gross,
                decided_at=f"{feeds.day(month + 1, 4)}T03:30:00Z",
                decided_by="controller",
            )
        if disputed:
            feeds.add(
                4,
                "operations",
                "bill_confirmations",
                bill_id=bill,
                decision="confirmed",
                decided_at=f"{feeds.day(4, 20)}T08:00:00Z",
                decided_by="controller",
                note="agreed after the call",
            )
            continue
        if who.number != 7:
            _invoice(feeds, who, month, label, bill)
            _payment(feeds, who, month, bill)
    # Usage is paid in round sums, now and then too much; not by those who say what pays what.
    if who.number % 3 != 2 and who.number % 10 not in (7, 9):
        for month in range(1, len(feeds.months)):
            amount = Decimal(200 + 50 * (_dice(3, who.number, month) % 30))
            feeds.pay(who, month, 21, amount, "ON ACCOUNT OF USAGE")


def _invoice(feeds: Feeds, who: Customer, month: int, label: str, bill: str) -> None:
    issued = month + 1
    told = f"{feeds.day(issued, 6)}T02:00:00Z"
    head = dict(customer_id=who.id, entity_id=who.entity, currency=who.currency, updated_at=told)
    three = 3 * who.gross
    if who.number % 8 == 2:  # invoiced a quarter in advance, linked when the bills are there
        number = f"ADV-{who.number:05}"
        if month == 0:
            feeds.add(
                0,
                "operations",
                "invoices",
                invoice_id=number,
                invoice_number=number,
                kind="advance",
                issued_on=feeds.day(0, 8),
                due_on=feeds.day(0, 28),
                product_line="Platform",
                **head,
            )
            feeds.add(
                0,
                "operations",
                "invoice_lines",
                invoice_id=number,
                line_no=1,
                product_line="Platform",
                amount=three,
            )
        if month < 3:
            feeds.add(
                issued,
                "operations",
                "invoice_links",
                link_id=f"{number}-{label}",
                invoice_id=number,
                bill_id=bill,
                amount=who.gross,
                linked_on=feeds.day(issued, 6),
            )
    elif (
        who.number % 8 == 4
    ):  # paid ahead in February, invoiced as a prepayment, linked to three bills
        number = f"PRE-{who.number:05}"
        if month == 1:
            receipt = _receipt_id(who, feeds.day(1, 12), three)
            feeds.add(
                1,
                "operations",
                "invoices",
                invoice_id=number,
                invoice_number=number,
                kind="prepayment",
                issued_on=feeds.day(1, 16),
                **head,
            )
            feeds.add(
                1,
                "operations",
                "invoice_lines",
                invoice_id=number,
                line_no=1,
                receipt_id=receipt,
                amount=three,
            )
        if 1 <= month < 4:
            feeds.add(
                issued,
                "operations",
                "invoice_links",
                link_id=f"{number}-{label}",
                invoice_id=number,
                bill_id=bill,
                amount=who.gross,
                linked_on=feeds.day(issued, 6),
            )
    elif who.number % 4 == 1:
        number = f"INV-{who.number:05}-{label}"
        feeds.add(
            issued,
            "operations",
            "invoices",
            invoice_id=number,
            invoice_number=number,
            kind="bill",
            issued_on=feeds.day(issued, 6),
            due_on=feeds.day(issued, 28),
            tax_amount=who.gross - who.net,
            **head,
        )
        feeds.add(
            issued,
            "operations",
            "invoice_lines",
            invoice_id=number,
            line_no=1,
            bill_id=bill,
            product_line="Platform",
            amount=who.gross,
        )
    if who.number % 10 == 4 and month == 1:
        number, amount = f"INV-O{who.number:05}", Decimal("4800.00")
        feeds.add(
            3,
            "operations",
            "invoices",
            invoice_id=number,
            invoice_number=number,
            kind="bill",
            issued_on=feeds.day(3, 9),
            **head,
        )
        feeds.add(
            3,
            "operations",
            "invoice_lines",
            invoice_id=number,
            line_no=1,
            bill_id=f"O{who.number:05}/Services/{label}",
            amount=amount,
        )


def _receipt_id(who: Customer, booked_on: date, amount: Decimal) -> str:
    return f"{BANK_ACCOUNTS[who.currency]}/{booked_on}/{amount:.2f}/1"


def _payment(feeds: Feeds, who: Customer, month: int, bill: str) -> None:
    """How the bill of ``month`` is paid, in the next month, by this customer's habit."""
    paid, day, gross = month + 1, 9 + who.number % 11, who.gross
    number = bill_number(bill)
    habit = who.number % 10
    if who.number % 8 == 2 and month < 3:
        if month == 0:
            feeds.pay(who, 0, 26, 3 * gross, f"INVOICE ADV-{who.number:05}")
    elif who.number % 8 == 4 and 1 <= month < 4:
        if month == 1:
            receipt = feeds.pay(who, 1, 12, 3 * gross, "PREPAYMENT PLATFORM")
            feeds.add(
                1,
                "operations",
                "receipt_splits",
                split_id=f"SP-{who.number:05}-pre",
                receipt_id=receipt,
                target="prepayment",
                product_line="Platform",
                amount=3 * gross,
                split_on=feeds.day(1, 14),
            )
    elif who.number % 20 == 19:
        return  # never pays: overdue
    elif habit == 5:
        feeds.pay(who, paid, day, gross, "PAYMENT WITH THANKS")
    elif habit == 6:
        part = _cents(gross * Decimal("0.6"))
        feeds.pay(who, paid, day, part, f"PART OF {number}")
        feeds.pay(who, paid + 1, 27, gross - part, f"REST OF {number}")
    elif habit == 7:
        receipt = feeds.pay(who, paid, day, gross - 15, f"BILL {number}")
        feeds.add(
            paid,
            "operations",
            "receipt_splits",
            split_id=f"SP-{number}",
            receipt_id=receipt,
            target="bank_charge",
            bill_id=bill,
            amount=Decimal(15),
            split_on=feeds.day(paid, 23),
        )
    elif habit == 8:
        feeds.pay(who, paid, day, gross + 250, f"BILL {number}")
    elif habit == 9:
        if month % 2:
            previous = who.bill(feeds.label(month - 1))
            receipt = feeds.pay(who, paid, day, 2 * gross, "TWO MONTHS")
            for position, target in enumerate((previous, bill), start=1):
                feeds.add(
                    paid,
                    "operations",
                    "receipt_splits",
                    split_id=f"SP-{number}-{position}",
                    receipt_id=receipt,
                    target="bill",
                    bill_id=target,
                    amount=gross,
                    split_on=feeds.day(paid, 24),
                )
    elif habit == 1:
        feeds.pay(who, paid, day, gross, "MONTHLY FEE", account="")  # known by its name alone
    elif habit == 3 and month == 1:
        receipt = feeds.pay(
            who, paid, day, gross, "FEE", name="Clearing House", account="700700700"
        )
        feeds.add(
            paid,
            "operations",
            "receipt_customers",
            receipt_id=receipt,
            customer_id=who.id,
            decided_at=f"{feeds.day(paid, 25)}T06:00:00Z",
        )
    else:
        feeds.pay(who, paid, day, gross, f"BILL {number}")


def _corrections(feeds: Feeds, company: Sequence[Customer]) -> None:
    """An amendment in time, a correction of a price after its months are closed."""
    for who in company:
        if who.number == 7:  # more seats from the middle of the third month
            feeds.add(
                2,
                "crm",
                "contract_lines",
                contract_line_id=f"{who.contract}-1",
                contract_id=who.contract,
                effective_on=feeds.day(2, 16),
                starts_on=FIRST_DAY,
                charge_model="fixed",
                billing_frequency="monthly",
                billing_timing="advance",
                product_id=f"SEAT-{who.entity[:2]}",
                quantity=who.seats + 10,
                unit_price=who.price,
                revenue_rule="SL_DAILY",
                updated_at=f"{feeds.day(2, 12)}T09:00:00Z",
            )
        if who.number == 3:  # the price of compute was wrong from the first day
            feeds.add(
                3,
                "crm",
                "contract_lines",
                contract_line_id=f"U{who.number:05}-hours",
                contract_id=f"U{who.number:05}",
                product_id=f"HOURS-{who.entity[:2]}",
                charge_model="per_unit",
                unit_price="3.2",
                aggregate_by="account",
                starts_on=FIRST_DAY,
                revenue_rule="USAGE",
                updated_at=f"{feeds.day(3, 20)}T09:00:00Z",
            )
    if company:
        payer = company[0]
        feeds.pay(payer, 1, 18, Decimal("77.10"), "NO REFERENCE", name="", account="")
        for month in range(len(feeds.months)):
            for currency in {who.currency for who in company}:
                day = feeds.months[month][1]
                feeds.booked[currency].append(Entry(day, Decimal("-18.50"), "BANK FEES"))


def _openings(feeds: Feeds, company: Sequence[Customer]) -> None:
    """What was owed before the first month, and how some of it is paid."""
    for who in company:
        if who.number % 9 == 1:
            amount = Decimal(500 + 100 * (who.number % 17))
            number = f"OLD-{who.number:05}"
            feeds.add(
                0,
                "operations",
                "opening_balances",
                opening_id=number,
                kind="bill",
                customer_id=who.id,
                entity_id=who.entity,
                product_line="Platform",
                document_number=number,
                document_date=date(2025, 11, 30),
                due_on=date(2025, 12, 30),
                currency=who.currency,
                amount=amount,
                as_of=FIRST_DAY,
                updated_at="2026-01-05T00:00:00Z",
            )
            if who.number % 2:
                feeds.pay(who, 0, 15, amount, f"PAID {number}")
        if who.number % 13 == 2:
            feeds.add(
                0,
                "operations",
                "opening_balances",
                opening_id=f"OPR-{who.number:05}",
                kind="receipt",
                customer_id=who.id,
                entity_id=who.entity,
                document_number=f"OPR-{who.number:05}",
                document_date=date(2025, 12, 22),
                currency=who.currency,
                amount=Decimal("350.00"),
                as_of=FIRST_DAY,
                updated_at="2026-01-05T00:00:00Z",
            )


def _credits(feeds: Feeds, company: Sequence[Customer]) -> None:
    """One credit of each kind: points that lower usage bills, credit bought, credit given."""
    terms: dict[int, dict[str, Any]] = {
        4: dict(kind="goodwill", points=2500, point_value="0.02"),
        6: dict(kind="on_account", amount="75.50", expires_on=feeds.day(1, 15)),
        7: dict(kind="purchased", amount="400.00"),
    }
    for who in company:
        about = terms.get(who.number)
        if about is None:
            continue
        feeds.add(
            0,
            "operations",
            "credit_grants",
            grant_id=f"GR-{who.number:05}",
            customer_id=who.id,
            currency=who.currency,
            granted_on=feeds.day(0, 12),
            product_line="API",
            **about,
        )


def _mistakes(feeds: Feeds, company: Sequence[Customer], has_uuids: bool) -> None:
    """Rows that are plain wrong: one mended in time, the others left in the last month."""

    def event_id(name: str) -> str:
        return str(uuid5(NAMESPACE_OID, name)) if has_uuids else name

    if not company:
        return
    who, last = company[0], len(feeds.months) - 1
    day = feeds.months[last][1] - timedelta(8)
    if last:
        # The currency was forgotten; the same key comes again in good form, in the same delivery.
        wrong = dict(
            customer_id=who.id,
            customer_name=who.name,
            entity_id=who.entity,
            auto_confirm_days=3,
            updated_at="2025-12-11T09:00:00Z",
        )
        feeds.add(0, "crm", "customers-entered", **wrong, currency="")
        feeds.add(0, "crm", "customers-mended", **wrong, currency=who.currency)
    usage = dict(product_id=f"CALLS-{who.entity[:2]}", occurred_at=f"{day}T10:00:00Z")
    account = f"{who.id}-prod"
    feeds.add(
        last,
        "usage",
        "wrong",
        event_id=event_id("wrong-1"),
        account_id=account,
        quantity="1e3",
        **usage,
    )
    feeds.add(
        last,
        "usage",
        "wrong",
        event_id=event_id("wrong-2"),
        account_id=account,
        quantity="12,5",
        **usage,
    )
    for number in range(1, 13):
        feeds.add(
            last,
            "usage",
            "unmatched",
            event_id=event_id(f"nobody-{number}"),
            account_id="nobody",
            quantity=number,
            **usage,
        )
    feeds.add(
        last,
        "usage",
        "unmatched",
        event_id=event_id("unknown-product"),
        account_id=account,
        quantity=5,
        product_id="GONE",
        occurred_at=usage["occurred_at"],
    )
    feeds.add(
        last,
        "operations",
        "invoices",
        invoice_id="INV-wrong",
        invoice_number="INV-wrong",
        customer_id=who.id,
        entity_id=who.entity,
        kind="bill",
        currency=who.currency,
        issued_on=day,
        updated_at=f"{day}T01:00:00Z",
    )
    feeds.add(
        last,
        "operations",
        "invoice_lines",
        invoice_id="INV-wrong",
        line_no=1,
        bill_id=who.bill("1999-01"),
        amount=Decimal("10.00"),
    )


def _write_tables(feeds: Feeds) -> None:
    """CRM as CSV and JSON lines, rates and stray usage as CSV, decisions as workbooks."""
    books: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    for (label, feed, name), rows in feeds.rows.items():
        if feed == "operations" and name != "fx_rates":
            books[label][name] = rows
            continue
        stem, _, suffix = name.partition("-")
        if feed == "usage":
            path = feeds.out / feed / f"{label}.{name}.csv"
        else:
            path = feeds.out / feed / f"{stem}.{label}{'-' + suffix if suffix else ''}.csv"
        if name in ("contracts", "price_tiers"):
            _write_jsonl(path.with_suffix(".jsonl"), rows)
        else:
            _write_csv(path, rows)
    for label, sheets in books.items():
        _write_workbook(feeds.out / "operations" / f"decisions-{label}.xlsx", sheets)


def _header(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, _header(rows), lineterminator="\n")
        writer.writeheader()
        writer.writerows([{name: _text(value) for name, value in row.items()} for row in rows])


def _write_jsonl(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        json.dumps({name: _text(value) for name, value in row.items() if _text(value)})
        for row in rows
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_workbook(path: Path, sheets: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """One sheet an object: amounts as numbers, everything else as text; the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(
        str(path), {"strings_to_numbers": False, "strings_to_formulas": False}
    )
    book.set_properties({"created": datetime(2026, 1, 1)})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        header = _header(rows)
        sheet.write_row(0, 0, header)
        for number, row in enumerate(rows, start=1):
            for column, title in enumerate(header):
                value = row.get(title)
                if isinstance(value, Decimal):
                    sheet.write_number(number, column, value)  # type: ignore[arg-type]
                elif _text(value):
                    sheet.write_string(number, column, _text(value))
    book.close()


def _write_statements(feeds: Feeds) -> None:
    """CN01's bank speaks MT940, US01's camt.053: one file an account and month."""
    ends = [last for _, last in feeds.months]
    for currency, entries in sorted(feeds.booked.items()):
        account = BANK_ACCOUNTS[currency]
        within = sorted((e for e in entries if e.booked_on <= ends[-1]), key=lambda e: e.booked_on)
        statements = chain(account, currency, Decimal("100000.00"), FIRST_DAY, within, ends)
        for first, last in feeds.months:
            batch = [s for s in statements if first <= s.closed_on <= last]
            folder = feeds.out / "bank" / currency.lower()
            folder.mkdir(parents=True, exist_ok=True)
            if currency == "CNY":
                path, text = folder / f"{first:%Y-%m}.sta", mt940(batch)
            else:
                path, text = (
                    folder / f"{first:%Y-%m}.xml",
                    camt053(f"{account}-{first:%Y%m}", batch),
                )
            path.write_bytes(text.encode())
