"""A made-up company whose facts come late: what is told before each close, as feeds.

Box 1 is known when January is closed, box 2 when February is, box 3 before the run of March. Each
customer is one habit of posting; the ids say which.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

BOXES = (1, 2, 3)
FIRST = "2025-12-01T00:00:00Z"
TOLD = {1: FIRST, 2: "2026-02-15T00:00:00Z", 3: "2026-03-15T00:00:00Z"}
# Entities: one east and one west of UTC, one whose currency has no cents.
TAX = {"CN01": "CN_VAT_6", "JP01": "JP_CT_10", "US01": "NONE", "GB01": "GB_VAT_20"}
FEED = {
    "crm": {
        "customers", "customer_bank_accounts", "accounts", "products", "contracts",
        "contract_lines", "price_tiers", "milestones",
    },
    "usage": {"events"},
}  # fmt: skip


@dataclass
class Feeds:
    """Rows by box and object; statements by box, each a text of MT940."""

    rows: dict[tuple[int, str], list[dict[str, object]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    bank: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, box: int, name: str, **row: object) -> None:
        self.rows[box, name].append(row)

    def told(self, box: int, name: str, **row: object) -> None:
        """A row of an object whose versions are ordered by ``updated_at``."""
        self.add(box, name, **row, updated_at=TOLD[box])

    def write(self, inbox: Path, boxes: Iterable[int] = BOXES) -> None:
        """Put the files of some boxes into an inbox, each under a name of its box."""
        for (box, name), rows in self.rows.items():
            if box not in set(boxes):
                continue
            feed = next((feed for feed, names in FEED.items() if name in names), "operations")
            target = inbox / feed / f"{name}.{box}.csv"
            target.parent.mkdir(parents=True, exist_ok=True)
            header = list(dict.fromkeys(key for row in rows for key in row))
            with target.open("w", newline="", encoding="utf-8") as out:
                writer = csv.DictWriter(out, header, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        for box in boxes:
            for name, text in self.bank[box]:
                target = inbox / "bank" / f"{name}.sta"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Customer:
    """A customer with an account, a product and a contract, all named after it."""

    feeds: Feeds
    name: str
    entity: str = "US01"
    currency: str = "USD"

    def open(self, confirm: object = 3, **terms: object) -> Customer:
        tell = self.feeds.told
        tell(
            1, "customers", customer_id=self.name, customer_name=f"{self.name} Limited",
            entity_id=self.entity, currency=self.currency, payment_terms_days=30,
            auto_confirm_days=confirm,
        )  # fmt: skip
        tell(1, "accounts", account_id=f"{self.name}-A", customer_id=self.name)
        tell(
            1, "products", product_id=f"{self.name}-P", product_name=f"{self.name} product",
            product_line=f"{self.name}-PL", tax_code=TAX[self.entity],
        )  # fmt: skip
        self.contract(1, "K", **terms)
        return self

    def contract(self, box: int, suffix: str = "K", **terms: object) -> None:
        about: dict[str, object] = {
            "contract_id": f"{self.name}-{suffix}", "customer_id": self.name,
            "entity_id": self.entity, "business_model": "on_demand", "currency": self.currency,
            "signed_on": "2026-01-01", "starts_on": "2026-01-01",
        }  # fmt: skip
        self.feeds.told(box, "contracts", **(about | terms))

    def line(self, box: int, suffix: str = "L", **terms: object) -> None:
        about: dict[str, object] = {
            "contract_line_id": f"{self.name}-{suffix}", "contract_id": f"{self.name}-K",
            "product_id": f"{self.name}-P", "starts_on": "2026-01-01",
        }  # fmt: skip
        self.feeds.told(box, "contract_lines", **(about | terms))

    def metered(self, box: int, price: object, suffix: str = "L", **terms: object) -> None:
        about = {"charge_model": "per_unit", "unit_price": price, "revenue_rule": "USAGE"}
        self.line(box, suffix, **(about | terms))

    def fixed(self, box: int, price: object, suffix: str = "L", **terms: object) -> None:
        about = {"charge_model": "fixed", "unit_price": price, "revenue_rule": "SL_DAILY"}
        self.line(box, suffix, **(about | terms))

    def use(self, box: int, event: str, at: str, quantity: object, revision: int = 1) -> None:
        self.feeds.add(
            box, "events", event_id=f"{self.name}-{event}", account_id=f"{self.name}-A",
            product_id=f"{self.name}-P", occurred_at=at, quantity=quantity, revision=revision,
        )  # fmt: skip

    def bill(self, month: str) -> str:
        return f"{self.name}-K/{self.name}-PL/{month}"

    def decide(self, box: int, month: str, decision: str, at: str) -> None:
        self.feeds.add(
            box, "bill_confirmations", bill_id=self.bill(month), decision=decision, decided_at=at
        )


@dataclass
class Bank:
    """One of our bank accounts; a statement a month, each box telling the month before it."""

    feeds: Feeds
    account: str
    entity: str
    currency: str
    balance: int = 0
    number: int = 0

    def state(self, box: int, closes: str, entries: Iterable[tuple[str, str, int, str]]) -> None:
        """Entries: day (YYMMDD), mark (``C``, ``D``, ``RC``), amount, payer and words."""
        self.number += 1
        lines = [
            f":20:S{self.number}", f":25:{self.account}", f":28C:{self.number}/1",
            f":60F:C{closes[:4]}01{self.currency}{self.balance},",
        ]  # fmt: skip
        for position, (day, mark, amount, words) in enumerate(entries, start=1):
            self.balance += amount if mark == "C" else -amount
            reference = f"{self.account[:2]}{self.number}{position}"
            if "=" in words:
                reference, words = words.split("=")
            payer, _, text = words.partition(" ")
            lines.append(f":61:{day}{day[2:]}{mark}{amount},NTRFNONREF//{reference}")
            lines.append(f":86:166?00CREDIT?20{text or 'payment'}?31{payer}ACC?32{payer}")
        lines += [f":62F:C{closes}{self.currency}{self.balance},", "-", ""]
        self.feeds.bank[box].append((f"{self.account}-{self.number}", "\n".join(lines)))

    def receipt(self, day: str, amount: int, decimals: int = 2) -> str:
        written = f"{amount}.{'0' * decimals}" if decimals else str(amount)
        return f"{self.account}/{day}/{written}/1"


def company() -> Feeds:
    """Every habit of lateness, told in three boxes."""
    feeds = Feeds()
    _rates(feeds)
    _usage(feeds)
    _terms(feeds)
    _decisions(feeds)
    _money(feeds)
    _openings(feeds)
    _credits(feeds)
    return feeds


def _rates(feeds: Feeds) -> None:
    """Rates for every day that needs one; one of January is corrected in February."""
    days = [f"2026-{m:02d}-{d:02d}" for m in (1, 2, 3) for d in (1, 7, 13, 19, 25, 28, 31)]
    for number, day in enumerate(days):
        if day == "2026-02-31":
            continue
        box = int(day[5:7])
        feeds.add(
            box, "fx_rates", from_currency="GBP", to_currency="USD", rate_on=day,
            rate=f"1.{10 + number}", rate_type="spot",
        )  # fmt: skip
        feeds.add(
            box, "fx_rates", from_currency="USD", to_currency="KWD", rate_on=day,
            rate=f"0.{300 + number}", rate_type="spot",
        )  # fmt: skip
    feeds.add(
        2, "fx_rates", from_currency="GBP", to_currency="USD", rate_on="2026-01-31",
        rate="1.05", rate_type="spot", updated_at=TOLD[2],
    )  # fmt: skip


def _usage(feeds: Feeds) -> None:
    late = Customer(feeds, "LATE", "CN01", "CNY").open()
    late.metered(1, "2.5")
    # A line in Shanghai's February, though in UTC it is January.
    late.use(1, "1", "2026-01-31T20:00:00Z", 7)
    late.use(1, "2", "2026-01-10T00:00:00Z", 100)
    late.use(2, "3", "2026-01-11T00:00:00Z", "10.25")
    late.use(2, "4", "2026-02-11T00:00:00Z", 40)
    late.use(3, "3", "2026-01-11T00:00:00Z", 0, revision=2)
    late.use(3, "5", "2026-01-12T00:00:00Z", 3)
    late.use(3, "6", "2026-02-12T00:00:00Z", 4)

    # The contract is over: nothing else is billed in February.
    gone = Customer(feeds, "GONE", "JP01", "JPY").open(ends_on="2026-01-31")
    gone.metered(1, "33.3", ends_on="2026-01-31")
    gone.use(1, "1", "2026-01-05T00:00:00Z", 10)
    gone.use(2, "2", "2026-01-06T00:00:00Z", 1)

    # A decrease on a bill of its own: February's bill is below zero.
    less = Customer(feeds, "LESS", "JP01", "JPY").open(ends_on="2026-01-31")
    less.metered(1, "50", ends_on="2026-01-31")
    less.use(1, "1", "2026-01-05T00:00:00Z", 10)
    less.use(2, "1", "2026-01-05T00:00:00Z", 4, revision=2)

    # New York's January: three hours into UTC's February.
    zone = Customer(feeds, "ZONE", "US01", "KWD").open()
    zone.metered(1, "1.2345")
    zone.use(1, "1", "2026-02-01T03:00:00Z", 9)
    zone.use(2, "2", "2026-02-01T04:59:59.999999Z", 2)
    zone.use(2, "3", "2026-02-01T05:00:00Z", 5)

    # Tiers that run over the year: a late event moves later months too.
    tier = Customer(feeds, "STEP").open()
    tier.line(
        1, charge_model="graduated", revenue_rule="USAGE", accumulate_over="contract_year",
        included_quantity=10,
    )  # fmt: skip
    for number, (up_to, price) in enumerate([(50, "2"), (100, "1"), ("", "0.5")], start=1):
        feeds.told(
            1, "price_tiers", contract_line_id="STEP-L", tier_no=number, up_to=up_to,
            unit_price=price,
        )  # fmt: skip
    tier.use(1, "1", "2026-01-05T12:00:00Z", 40)
    tier.use(2, "2", "2026-02-05T12:00:00Z", 50)
    tier.use(3, "3", "2026-01-06T12:00:00Z", 30)
    tier.use(3, "4", "2026-03-06T12:00:00Z", 15)

    # Minimum and maximum with late usage.
    caps = Customer(feeds, "CAPS", "CN01", "CNY").open()
    caps.metered(1, "1", minimum_amount=50, maximum_amount=80)
    caps.use(1, "1", "2026-01-05T00:00:00Z", 30)
    caps.use(2, "2", "2026-01-06T00:00:00Z", 40)
    caps.use(2, "3", "2026-02-06T00:00:00Z", 90)
    caps.use(3, "4", "2026-01-07T00:00:00Z", 40)

    # A commitment plan: late usage draws what was still there, the overage comes in March.
    plan = Customer(feeds, "PLAN").open(business_model="commitment_plan", ends_on="2026-06-30")
    plan.line(
        1, "C", charge_model="commitment", commitment_amount=600, revenue_rule="COMMITMENT",
        ends_on="2026-06-30",
    )  # fmt: skip
    plan.metered(1, "1", ends_on="2026-06-30")
    plan.use(1, "1", "2026-01-05T12:00:00Z", 200)
    plan.use(2, "2", "2026-02-05T12:00:00Z", 350)
    plan.use(3, "3", "2026-01-06T12:00:00Z", 100)
    plan.use(3, "4", "2026-03-06T12:00:00Z", 20)


def _terms(feeds: Feeds) -> None:
    # A price corrected after the close, tax inside the price.
    fixp = Customer(feeds, "FIXP", "CN01", "CNY").open(prices_include_tax="true")
    fixp.metered(1, "3.33")
    fixp.use(1, "1", "2026-01-05T00:00:00Z", 33)
    fixp.use(2, "2", "2026-02-05T00:00:00Z", 21)
    fixp.metered(2, "3.11")

    # An amendment of mid January told in February, a second one told in March that changes both.
    amend = Customer(feeds, "AMND", "US01", "GBP").open(business_model="term_subscription")
    amend.fixed(1, "1000")
    amend.fixed(2, "1500.55", effective_on="2026-01-16")
    amend.fixed(3, "1200", effective_on="2026-02-10")

    # A year paid ahead by a straight line; corrected in March.
    year = Customer(feeds, "YEAR").open(business_model="term_subscription", ends_on="2026-12-31")
    year.fixed(1, "1200", billing_frequency="annual", ends_on="2026-12-31")
    year.fixed(3, "1300", billing_frequency="annual", ends_on="2026-12-31")

    # Cancelled in January, told in February.
    quit_ = Customer(feeds, "QUIT").open(business_model="term_subscription", ends_on="2026-12-31")
    quit_.fixed(1, "3650", billing_frequency="annual", ends_on="2026-12-31")
    quit_.contract(
        2, business_model="term_subscription", ends_on="2026-12-31", status="cancelled",
        cancelled_on="2026-01-20",
    )  # fmt: skip

    # The line itself was a mistake.
    void = Customer(feeds, "VOID", "CN01", "CNY").open(business_model="term_subscription")
    void.fixed(1, "77.77")
    void.fixed(2, "77.77", is_deleted="true")

    # A contract told a month late.
    slow = Customer(feeds, "SLOW", "JP01", "JPY").open(business_model="term_subscription")
    slow.fixed(2, "10001", revenue_rule="SL_MONTHLY")

    # It turns out that a contract began before the first month that was ever closed.
    back = Customer(feeds, "BACK", "JP01", "JPY").open(business_model="term_subscription")
    back.contract(2, business_model="term_subscription", starts_on="2025-11-01")
    back.fixed(2, "1000", starts_on="2025-11-01")

    # A milestone of January told in February; in March it turns out to have been rejected.
    mile = Customer(feeds, "MILE").open(
        business_model="professional_services", ends_on="2026-06-30"
    )
    mile.line(1, charge_model="milestone", revenue_rule="MILESTONE", ends_on="2026-06-30")
    for number, amount in ((1, "400"), (2, "600")):
        feeds.told(
            1, "milestones", milestone_id=f"MILE-M{number}", contract_line_id="MILE-L",
            milestone_no=number, amount=amount,
        )  # fmt: skip
    feeds.told(
        2, "milestone_completions", document_id="MILE-D1", contract_line_id="MILE-L",
        dated_on="2026-01-20", milestone_id="MILE-M1",
    )  # fmt: skip
    feeds.told(
        2, "milestone_completions", document_id="MILE-D2", contract_line_id="MILE-L",
        dated_on="2026-02-20", milestone_id="MILE-M2",
    )  # fmt: skip
    feeds.add(
        3, "approvals", document_type="source", document_id="MILE-D2", decision="rejected",
        decided_at="2026-03-18T12:00:00Z", decided_by="controller",
    )  # fmt: skip

    # Progress of January told in February, its customer's price bundled with nothing.
    prog = Customer(feeds, "PROG").open(
        business_model="professional_services", ends_on="2026-06-30"
    )
    prog.fixed(1, "5000", billing_frequency="once", revenue_rule="PROGRESS_INPUT",
               ends_on="2026-06-30")  # fmt: skip
    for box, day, percent in ((1, "2026-01-31", 20), (2, "2026-01-30", 15), (3, "2026-02-27", 50)):
        feeds.told(
            box, "progress_reports", document_id=f"PROG-{percent}", contract_line_id="PROG-L",
            dated_on=day, measure="input", percent=percent,
        )  # fmt: skip

    # Two lines share a bundle's price; in February it turns out that the first was confirmed.
    pair = Customer(feeds, "PAIR", "CN01", "CNY").open(
        business_model="professional_services", ends_on="2026-12-31"
    )
    for suffix, price, rule in (("L", "900", "PIT_CONFIRMATION"), ("M", "333", "SL_MONTHLY")):
        pair.fixed(1, price, suffix, billing_frequency="once", revenue_rule=rule,
                   bundle_id="PAIR-B", ends_on="2026-12-31")  # fmt: skip
    feeds.told(
        2, "customer_confirmations", document_id="PAIR-D", contract_line_id="PAIR-L",
        dated_on="2026-01-15",
    )  # fmt: skip
    pair.fixed(3, "100", "M", billing_frequency="once", revenue_rule="SL_MONTHLY",
               bundle_id="PAIR-B", ends_on="2026-12-31")  # fmt: skip

    # Recognition on orders: one approved in time, one after its month was closed.
    order = Customer(feeds, "ORDR").open(business_model="term_subscription")
    order.fixed(1, "310", revenue_rule="SL_DAILY_ORDER")
    feeds.add(
        2, "approvals", document_type="recognition_order",
        document_id="ORDR-L/2026-01-01/2026-01", decision="approved",
        decided_at="2026-02-20T12:00:00Z", decided_by="controller",
    )  # fmt: skip


def _decisions(feeds: Feeds) -> None:
    # Confirmed after its month was closed.
    conf = Customer(feeds, "CONF", "CN01", "CNY").open(
        confirm="", business_model="term_subscription"
    )
    conf.fixed(1, "200")
    conf.decide(2, "2026-01", "confirmed", "2026-02-20T02:00:00Z")
    conf.decide(3, "2026-02", "confirmed", "2026-03-20T02:00:00Z")

    # Disputed after its month was closed, and agreed to in the end.
    disp = Customer(feeds, "DISP").open(confirm="", business_model="term_subscription")
    disp.fixed(1, "300")
    disp.decide(1, "2026-01", "confirmed", "2026-02-05T12:00:00Z")
    disp.decide(2, "2026-01", "disputed", "2026-02-25T12:00:00Z")
    disp.decide(2, "2026-02", "confirmed", "2026-03-05T12:00:00Z")
    disp.decide(3, "2026-02", "disputed", "2026-03-25T12:00:00Z")
    disp.decide(3, "2026-01", "confirmed", "2026-03-28T12:00:00Z")


def _money(feeds: Feeds) -> None:
    bank = Bank(feeds, "USBANK", "US01", "USD")
    feeds.told(1, "company_bank_accounts", bank_account="USBANK", entity_id="US01", currency="USD")
    payers = {}
    for name, price in (
        ("WHO1", 100), ("SPLT", 110), ("RETN", 120), ("PAYA", 130), ("PAYB", 130), ("VOIDI", 140),
    ):  # fmt: skip
        payers[name] = Customer(feeds, name).open(business_model="term_subscription")
        if name == "RETN":
            # Revenue when paid: what a returned payment recognised is taken back.
            payers[name].fixed(1, price, revenue_rule="PIT_RECEIPT")
        else:
            payers[name].fixed(1, price)
        if name != "WHO1":
            feeds.told(1, "customer_bank_accounts", customer_id=name, bank_account=f"{name}ACC")
    for name in ("DISP", "YEAR", "STEP"):
        feeds.told(1, "customer_bank_accounts", customer_id=name, bank_account=f"{name}ACC")
    bank.state(1, "260131", [
        ("260110", "C", 90, "WHO1"), ("260111", "C", 111, "SPLT"),
        ("260112", "C", 121, "R1=RETN"), ("260113", "C", 131, "PAYA"),
        ("260114", "C", 301, "DISP"), ("260115", "C", 45, "STEP"),
    ])  # fmt: skip
    bank.state(2, "260228", [
        ("260205", "C", 250, "YEAR"), ("260212", "RC", 121, "R1=RETN"),
        ("260213", "C", 60, "RETN"),
    ])  # fmt: skip
    bank.state(3, "260331", [("260303", "C", 500, "YEAR"), ("260304", "C", 33, "WHO1")])
    # Who paid is found out after January was closed.
    feeds.add(2, "receipt_customers", receipt_id=bank.receipt("2026-01-10", 90),
              customer_id="WHO1", decided_at="2026-02-20T12:00:00Z")  # fmt: skip
    # It was another one.
    feeds.add(2, "receipt_customers", receipt_id=bank.receipt("2026-01-13", 131),
              customer_id="PAYB", decided_at="2026-02-21T12:00:00Z")  # fmt: skip
    # A split of before the close, taken back after it.
    split = {
        "split_id": "SPLT-S", "receipt_id": bank.receipt("2026-01-11", 111), "target": "bill",
        "bill_id": payers["SPLT"].bill("2026-01"), "amount": "70.00", "split_on": "2026-02-03",
    }  # fmt: skip
    feeds.told(1, "receipt_splits", **split)
    feeds.told(2, "receipt_splits", **split, reversed_on="2026-02-20")
    # An invoice on the January bill, voided in February.
    invoice = {
        "invoice_id": "VOIDI-I", "invoice_number": "VOIDI-N1", "customer_id": "VOIDI",
        "entity_id": "US01", "kind": "bill", "currency": "USD", "issued_on": "2026-02-02",
    }  # fmt: skip
    feeds.told(1, "invoices", **invoice)
    feeds.add(1, "invoice_lines", invoice_id="VOIDI-I", line_no=1,
              bill_id=payers["VOIDI"].bill("2026-01"), amount="140.00")  # fmt: skip
    feeds.told(2, "invoices", **invoice, voided_on="2026-02-25")
    # Bad debt on the January bill, told in February.
    feeds.told(
        2, "account_adjustments", adjustment_id="VOIDI-B", customer_id="VOIDI", kind="bad_debt",
        bill_id=payers["VOIDI"].bill("2026-01"), currency="USD", amount="40.00",
        dated_on="2026-01-31", reason="gone", approved_by="controller",
    )  # fmt: skip


def _openings(feeds: Feeds) -> None:
    Customer(feeds, "OPEN", "GB01", "GBP").open(business_model="term_subscription")
    Customer(feeds, "OPEN", "GB01", "GBP").fixed(1, "100", ends_on="2026-12-31")
    bill = {
        "opening_id": "OPEN-B", "kind": "bill", "customer_id": "OPEN", "entity_id": "GB01",
        "product_line": "OPEN-PL", "document_number": "OPEN-N1", "document_date": "2025-11-30",
        "due_on": "2025-12-30", "currency": "GBP", "as_of": "2026-01-01",
    }  # fmt: skip
    feeds.told(1, "opening_balances", **bill, amount="500.00")
    feeds.told(2, "opening_balances", **bill, amount="450.00")
    receipt = bill | {"opening_id": "OPEN-R", "kind": "receipt", "document_number": "OPEN-N2",
                      "product_line": ""}  # fmt: skip
    feeds.told(1, "opening_balances", **receipt, amount="121.00")
    feeds.told(3, "opening_balances", **receipt, amount="150.00")
    deferred = bill | {"opening_id": "OPEN-D", "kind": "deferred_revenue",
                       "contract_line_id": "OPEN-L"}  # fmt: skip
    feeds.told(1, "opening_balances", **deferred, amount="60.00")
    feeds.told(2, "opening_balances", **deferred, amount="40.00")
    account = bill | {"opening_id": "OPEN-X", "kind": "account"}
    feeds.told(1, "opening_balances", **account, amount="15.00")
    feeds.told(3, "opening_balances", **account, amount="-5.00")


def _credits(feeds: Feeds) -> None:
    """Credits that come late, are edited or taken away, on every kind of line."""

    def grant(box: int, name: str, key: str, amount: object, on: str, **more: object) -> None:
        feeds.told(
            box, "credit_grants", grant_id=f"{name}-{key}", customer_id=name, currency="CNY",
            amount=amount, granted_on=on, **({"kind": "goodwill"} | more),
        )  # fmt: skip

    term: dict[str, object] = {"ends_on": "2026-12-31"}
    # Usage and a monthly charge share a bill; usage comes late, price and credits change.
    both = Customer(feeds, "KRA", "CN01", "CNY").open(**term)
    both.metered(1, "2.5")
    both.fixed(1, "100", "M", revenue_rule="SL_MONTHLY")
    both.use(1, "1", "2026-01-10T00:00:00Z", 20)
    both.use(2, "2", "2026-01-11T00:00:00Z", "3.33")
    both.use(2, "3", "2026-02-11T00:00:00Z", 7)
    both.use(3, "1", "2026-01-10T00:00:00Z", 2, revision=2)
    both.fixed(3, "70", "M", revenue_rule="SL_MONTHLY", effective_on="2026-02-10")
    grant(1, "KRA", "1", 30, "2026-01-10", expires_on="2026-01-31")
    grant(2, "KRA", "2", "75.55", "2026-01-20")
    grant(3, "KRA", "1", 20, "2026-01-10", expires_on="2026-01-31")
    grant(3, "KRA", "3", "12.34", "2026-02-05", expires_on="2026-02-28")

    # Milestones, a commitment, a year ahead, quarters without an end in arrears.
    mile = Customer(feeds, "KRB", "CN01", "CNY").open(**term)
    mile.line(1, charge_model="milestone", revenue_rule="MILESTONE")
    for number, day in ((1, "2026-01-20"), (2, "2026-02-20"), (3, "2026-03-20")):
        feeds.told(1, "milestones", milestone_id=f"KRB-M{number}", contract_line_id="KRB-L",
                   milestone_no=number, amount=number * 100)  # fmt: skip
        feeds.told(
            number, "milestone_completions", document_id=f"KRB-D{number}",
            contract_line_id="KRB-L", dated_on=day, milestone_id=f"KRB-M{number}",
        )  # fmt: skip
    grant(2, "KRB", "1", 40, "2026-01-05")
    grant(3, "KRB", "2", 25, "2026-02-05")

    plan = Customer(feeds, "KRC", "CN01", "CNY").open(business_model="commitment_plan", **term)
    plan.line(1, "C", charge_model="commitment", commitment_amount=1200, revenue_rule="COMMITMENT")
    plan.metered(1, "1")
    plan.use(1, "1", "2026-01-05T00:00:00Z", 200)
    plan.use(3, "2", "2026-02-05T00:00:00Z", 100)
    grant(1, "KRC", "1", 60, "2026-01-05", product_line="KRC-PL")
    grant(3, "KRC", "2", 30, "2026-02-05")

    year = Customer(feeds, "KRD", "CN01", "CNY").open(**term)
    year.fixed(1, "3650", billing_frequency="annual")
    grant(3, "KRD", "1", 365, "2026-01-05")

    ever = Customer(feeds, "KRE", "CN01", "CNY").open()
    ever.fixed(1, "300", billing_frequency="quarterly", billing_timing="arrears",
               revenue_rule="SL_MONTHLY")  # fmt: skip
    grant(3, "KRE", "1", 33, "2026-02-05", expires_on="2026-03-31")

    # Money on account: one told late, one that shrinks, one that is taken away, one that expires.
    cash = Customer(feeds, "KRF", "CN01", "CNY").open(**term)
    cash.fixed(1, "100")
    grant(1, "KRF", "1", 80, "2026-01-05", kind="purchased", expires_on="2026-03-15")
    grant(2, "KRF", "2", 50, "2026-01-06", kind="on_account", expires_on="2026-01-31")
    grant(3, "KRF", "1", 60, "2026-01-05", kind="purchased", expires_on="2026-03-15")
    grant(1, "KRF", "3", 10, "2026-01-07", kind="purchased", product_line="KRF-PL")
    grant(2, "KRF", "3", 10, "2026-01-07", kind="purchased", product_line="KRF-PL",
          is_deleted="true")  # fmt: skip
