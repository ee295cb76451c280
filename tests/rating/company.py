"""A random company for the rating proof, deterministic by seed: feeds and a reference book."""

from __future__ import annotations

import csv
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.rating.reference import ONE, Book

D = Decimal
ZONES = {
    "CN01": "Asia/Shanghai",
    "US01": "America/New_York",
    "GB01": "Europe/London",
    "AU01": "Australia/Sydney",
}
RATES = {"NONE": D(0), "CN_VAT_6": D("0.06"), "DE_VAT_19": D("0.19")}
AS_OF = date(2025, 6, 18)
START = date(2024, 5, 1)


AGGREGATIONS = ("sum", "sum", "sum", "count", "max", "latest", "unique_count", "sum")


class Company:
    """Draws customers, terms and events; ``book`` knows them as values, ``write`` as files."""

    def __init__(self, seed: int, contracts: int, events: int) -> None:
        self.rng = random.Random(seed)
        self.book = Book(AS_OF, ZONES, RATES)
        self._products()
        for number in range(contracts):
            self._contract(number)
        self._events(events)

    def some(self, low: int, high: int, places: int) -> Decimal:
        return D(self.rng.randint(low * 10**places, high * 10**places)).scaleb(-places)

    def day(self, first: date, last: date) -> date:
        return first + timedelta(self.rng.randint(0, (last - first).days))

    def _products(self) -> None:
        for number in range(24):
            self.book.products[f"P{number}"] = {
                "product_id": f"P{number}", "product_name": f"Product {number}",
                "product_line": f"Line {number % 3}", "tax_code": self.rng.choice(list(RATES)),
                "aggregation": AGGREGATIONS[number % 8],
            }  # fmt: skip

    def _contract(self, number: int) -> None:
        rng, book = self.rng, self.book
        customer, contract = f"C{number:04}", f"K{number:04}"
        entity = rng.choice(list(ZONES))
        currency = rng.choice(["USD", "CNY", "JPY", "KWD"])
        book.customers[customer] = {
            "customer_id": customer, "customer_name": customer, "entity_id": entity,
            "currency": currency,
        }  # fmt: skip
        for index in range(rng.randint(1, 3)):
            account = f"A{number:04}-{index}"
            book.accounts[account] = {"account_id": account, "customer_id": customer}
        starts = self.day(START, date(2025, 3, 31))
        ends = self.day(starts, date(2026, 6, 30)) if rng.random() < 0.6 else None
        cancelled = self.day(starts, AS_OF + timedelta(60)) if rng.random() < 0.25 else None
        if cancelled and ends:
            cancelled = min(cancelled, ends)
        book.contracts[contract] = {
            "contract_id": contract, "customer_id": customer, "entity_id": entity,
            "business_model": "on_demand", "currency": currency, "signed_on": starts,
            "starts_on": starts, "ends_on": ends,
            "status": "cancelled" if cancelled else "active", "cancelled_on": cancelled,
            "prices_include_tax": rng.random() < 0.3,
        }  # fmt: skip
        for index in range(rng.randint(2, 5)):
            self._line(contract, f"{contract}-L{index}", starts, index)

    def _line(self, contract: str, line: str, starts: date, index: int) -> None:
        rng, book = self.rng, self.book
        customer = book.contracts[contract]["customer_id"]
        own = [a for a, row in book.accounts.items() if row["customer_id"] == customer]
        base = {
            "contract_line_id": line, "contract_id": contract,
            "product_id": f"P{rng.randrange(24)}",
            "account_id": rng.choice(own) if rng.random() < 0.3 else "",
            "starts_on": starts + timedelta(rng.choice([0, 0, 3, 20])), "ends_on": None,
        }  # fmt: skip
        if rng.random() < 0.4:
            base |= {
                "charge_model": "fixed",
                "billing_frequency": rng.choice(["once", "monthly", "quarterly", "annual"]),
                "billing_anchor": rng.choice(["start", "calendar"]),
                "billing_timing": rng.choice(["advance", "arrears"]),
                "aggregate_by": "contract_line",
                "revenue_rule": "SL_DAILY",
            }
        else:
            base |= {
                "charge_model": rng.choice([
                    "per_unit", "graduated", "volume", "package", "percentage",
                    "graduated_percentage",
                ]),
                "aggregate_by": rng.choice(["contract_line", "account"]),
                "billing_frequency": "monthly", "billing_anchor": "start",
                "billing_timing": "arrears", "revenue_rule": "USAGE",
            }  # fmt: skip
        effective = base["starts_on"]
        for version in range(rng.choice([1, 1, 2, 3])):
            if version:
                effective += timedelta(rng.randint(1, 150))
            self._version(base, effective)

    def _version(self, base: dict[str, Any], effective: date) -> None:
        rng, book = self.rng, self.book
        row = base | {
            "effective_on": effective,
            "quantity": self.some(1, 9, rng.choice([0, 0, 3])),
            "unit_price": self.some(0, 500, rng.choice([0, 2, 2, 10])),
            "included_quantity": self.some(0, 40, 3) if rng.random() < 0.4 else D(0),
            "discount_percent": rng.choice([D(0), D(0), D(10), D("12.5"), D("33.333")]),
            "package_size": self.some(1, 20, 1),
            "rate": self.some(0, 1, 5),
            "fixed_fee": self.some(0, 2, 2),
            "flat_at_zero": rng.random() < 0.3,
            "minimum_amount": self.some(0, 300, 0) if rng.random() < 0.3 else None,
            "maximum_amount": self.some(300, 2000, 0) if rng.random() < 0.3 else None,
            "accumulate_over": "month",
        }
        adds_up = book.products[row["product_id"]]["aggregation"] in ("sum", "count")
        if adds_up and row["charge_model"] != "fixed":
            row["accumulate_over"] = rng.choice(["month", "month", "contract_year", "term"])
        if rng.random() < 0.15 and book.lines[row["contract_line_id"]]:
            row = book.lines[row["contract_line_id"]][-1] | {"effective_on": effective}
        if rng.random() < 0.2 and row["charge_model"] == "fixed":
            row["ends_on"] = effective + timedelta(rng.randint(10, 400))
        book.lines[row["contract_line_id"]].append(row)
        if row["charge_model"] in ("graduated", "volume", "graduated_percentage"):
            tiers = book.tiers[row["contract_line_id"], effective]
            bound = D(0)
            for number in range(1, rng.randint(2, 5)):
                bound += self.some(1, 60, rng.choice([0, 2, 12]))
                tiers.append(self._tier(number, bound))
            tiers.append(self._tier(9, None))

    def _tier(self, number: int, up_to: Decimal | None) -> dict[str, Any]:
        return {
            "tier_no": number, "up_to": up_to, "unit_price": self.some(0, 5, 10),
            "flat_amount": self.some(0, 20, 2) if self.rng.random() < 0.5 else D(0),
            "rate": self.some(0, 1, 6),
        }  # fmt: skip

    def _events(self, count: int) -> None:
        rng, book = self.rng, self.book
        accounts = [*book.accounts, "nobody"]
        wanted = {
            (a, line[0]["product_id"])
            for line in book.lines.values()
            for a, row in book.accounts.items()
            if row["customer_id"] == book.contracts[line[0]["contract_id"]]["customer_id"]
        }
        pairs = sorted(wanted)
        first = datetime(2024, 4, 20, tzinfo=UTC)
        for number in range(count):
            account, product = rng.choice(pairs)
            if rng.random() < 0.02:
                account, product = rng.choice(accounts), rng.choice(["P0", "P99"])
            event = {
                "event_id": f"e{number}", "account_id": account, "product_id": product,
                "occurred_at": first + timedelta(seconds=rng.randint(0, 426 * 86400)),
                "quantity": self.some(0, 30, rng.choice([0, 3, 12])), "revision": 1,
                "dimension": rng.choice(["", "a", "b", "c", "d"]),
            }  # fmt: skip
            if rng.random() < 0.06:
                event["quantity"] = -event["quantity"]
            book.events.append(event)
            if rng.random() < 0.05:
                book.events.append(dict(event))
            if rng.random() < 0.05:
                changed = self.some(0, 30, 2) if rng.random() < 0.7 else D(0)
                book.events.append(event | {"revision": 2, "quantity": changed})
        rng.shuffle(book.events)

    def write(self, inbox: Path) -> None:
        """The company as feeds, events over three files."""
        book = self.book
        stamp = {"updated_at": "2024-08-01T00:00:00Z"}
        crm = inbox / "crm"
        for name in ("customers", "accounts", "products", "contracts"):
            rows = [row | stamp for row in getattr(book, name).values()]
            write_csv(crm / f"{name}.random.csv", rows)
        lines = [row | stamp for rows in book.lines.values() for row in rows]
        lines = [{k: v for k, v in row.items() if k in LINE_COLUMNS} for row in lines]
        self.rng.shuffle(lines)
        write_csv(crm / "contract_lines.random.csv", lines)
        tiers = [
            {"contract_line_id": line, "effective_on": day} | tier | stamp
            for (line, day), rows in book.tiers.items()
            for tier in rows
        ]
        write_csv(crm / "price_tiers.random.csv", tiers)
        for part in range(3):
            write_csv(inbox / "usage" / f"random-{part}.csv", book.events[part::3])


LINE_COLUMNS = {
    "contract_line_id", "contract_id", "product_id", "account_id", "effective_on", "starts_on",
    "ends_on", "charge_model", "billing_frequency", "billing_anchor", "billing_timing", "quantity",
    "unit_price", "included_quantity", "package_size", "fixed_fee", "rate", "discount_percent",
    "aggregate_by", "flat_at_zero", "minimum_amount", "maximum_amount", "accumulate_over",
    "revenue_rule", "updated_at",
}  # fmt: skip


def text(value: Any) -> str:
    """A value as a feed writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """Rows as csv, every column any of them has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(columns)
        writer.writerows([text(row.get(name)) for name in columns] for row in rows)


__all__ = ["AS_OF", "ONE", "Company", "write_csv"]
