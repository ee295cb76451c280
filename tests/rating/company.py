"""A random company for the rating proof, deterministic by seed: feeds and a reference book.

What is drawn at random: every charge model with every aggregation it can have; `accumulate_over`
and `aggregate_by`, changed by amendments too; included quantity, discount, minimum, maximum, flat
amounts at zero, tiers that are bad; amendments in mid-month, some of them equal to what they amend,
some that change frequency, anchor, timing or account; versions superseded before their line begins;
lines and contracts with and without an end, cancelled or not; fixed lines of every frequency,
anchor and timing from any day of a month; commitment plans with usage lines and overage; milestones
with approvals; prices with tax inside; four currencies of nought, two and three decimals; seven
time zones, usage crowding round the ends of months; negative, zero and twelve-decimal quantities,
revisions, copies, unknown accounts and products; rows of terms and tiers corrected later, by
`updated_at` or by load order, and amendments deleted again.

What is not: closes (``tests/posting``), rates of tax that change, `books_start_on`, credits.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tests.rating.reference import ONE, Book

D = Decimal
ZONES = {
    "CN01": "Asia/Shanghai",
    "US01": "America/New_York",
    "GB01": "Europe/London",
    "AU01": "Australia/Sydney",
    "DE01": "Europe/Berlin",
    "JP01": "Asia/Tokyo",
    "SG01": "Asia/Singapore",
}
RATES = {"NONE": D(0), "CN_VAT_6": D("0.06"), "DE_VAT_19": D("0.19")}
AS_OF = date(2025, 6, 18)
START = date(2024, 5, 1)


BY_USAGE = ("per_unit", "graduated", "volume", "package", "percentage", "graduated_percentage")
AGGREGATIONS = ("sum", "sum", "sum", "count", "max", "latest", "unique_count", "sum")


class Company:
    """Draws customers, terms and events; ``book`` knows them as values, ``write`` as files."""

    def __init__(self, seed: int, contracts: int, events: int) -> None:
        self.rng = random.Random(seed)
        self.book = Book(AS_OF, ZONES, RATES)
        self.stale: dict[str, list[dict[str, Any]]] = {"lines": [], "tiers": [], "contracts": []}
        self.deleted: list[dict[str, Any]] = []
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
        model = rng.choice(["on_demand"] * 6 + ["commitment_plan"] * 2 + ["professional_services"])
        if model == "commitment_plan":
            ends = self.day(starts, date(2026, 3, 31))
            cancelled = min(cancelled, ends) if cancelled else None
        book.contracts[contract] = {
            "contract_id": contract, "customer_id": customer, "entity_id": entity,
            "business_model": model, "currency": currency, "signed_on": starts,
            "starts_on": starts, "ends_on": ends,
            "status": "cancelled" if cancelled else "active", "cancelled_on": cancelled,
            "prices_include_tax": rng.random() < 0.3,
        }  # fmt: skip
        if rng.random() < 0.1:
            wrong = {"prices_include_tax": rng.random() < 0.5, "ends_on": None, "status": "active"}
            self.stale["contracts"].append(book.contracts[contract] | wrong)
        for index in range(rng.randint(1, 4)):
            self._line(contract, f"{contract}-L{index}", starts)
        for index in range({"commitment_plan": rng.choice([1, 1, 2])}.get(model, 0)):
            self._commitment(contract, f"{contract}-C{index}", starts)
        if model == "professional_services":
            self._milestones(contract, f"{contract}-M", starts)

    def _commitment(self, contract: str, line: str, starts: date) -> None:
        rng = self.rng
        first = starts + timedelta(rng.choice([0, 0, 0, 17]))
        self.book.lines[line].append(PLAIN | {
            "contract_line_id": line, "contract_id": contract,
            "product_id": f"P{rng.randrange(24)}", "starts_on": first, "effective_on": first,
            "charge_model": "commitment", "revenue_rule": "COMMITMENT",
            "commitment_amount": self.some(0, 3000, rng.choice([0, 0, 2, 5])),
            "billing_frequency": rng.choice(["once", "monthly", "quarterly", "annual"]),
            "billing_anchor": rng.choice(["start", "calendar"]),
            "billing_timing": rng.choice(["advance", "arrears"]),
        })  # fmt: skip

    def _milestones(self, contract: str, line: str, starts: date) -> None:
        rng, book = self.rng, self.book
        book.lines[line].append(PLAIN | {
            "contract_line_id": line, "contract_id": contract,
            "product_id": f"P{rng.randrange(24)}", "starts_on": starts, "effective_on": starts,
            "charge_model": "milestone", "revenue_rule": "MILESTONE",
        })  # fmt: skip
        for number in range(rng.randint(1, 4)):
            name = f"{line}{number}"
            book.milestones[name] = {
                "milestone_id": name, "contract_line_id": line, "milestone_no": number,
                "amount": self.some(0, 900, rng.choice([0, 2, 3, 4])),
            }  # fmt: skip
            for copy in range(rng.choice([0, 1, 1, 2])):
                document = f"{name}-{copy}"
                book.completions.append({
                    "document_id": document, "contract_line_id": line, "milestone_id": name,
                    "dated_on": self.day(starts, AS_OF + timedelta(5)),
                })  # fmt: skip
                for _ in range(rng.choice([0, 0, 1, 2])):
                    hours = rng.randint(-400, 30)
                    midnight = datetime(AS_OF.year, AS_OF.month, AS_OF.day, tzinfo=UTC)
                    book.approvals.append({
                        "document_type": "source", "document_id": document,
                        "decision": rng.choice(["approved", "rejected"]),
                        "decided_at": midnight + timedelta(hours=hours, seconds=number),
                        "decided_by": "someone",
                    })  # fmt: skip

    def _line(self, contract: str, line: str, starts: date) -> None:
        rng, book = self.rng, self.book
        customer = book.contracts[contract]["customer_id"]
        own = [a for a, row in book.accounts.items() if row["customer_id"] == customer]
        base = PLAIN | {
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
                "charge_model": rng.choice(BY_USAGE),
                "aggregate_by": rng.choice(["contract_line", "account"]),
                "billing_frequency": "monthly", "billing_anchor": "start",
                "billing_timing": "arrears", "revenue_rule": "USAGE",
            }  # fmt: skip
        effective = base["starts_on"] - timedelta(rng.choice([0, 0, 0, 0, 60]))
        for version in range(rng.choice([1, 1, 2, 3])):
            if version:
                effective += timedelta(rng.randint(1, 150))
            if version and base["charge_model"] == "fixed" and base["billing_frequency"] != "once":
                base |= self._other_periods()
            if version and base["charge_model"] == "fixed" and rng.random() < 0.2:
                base |= {"account_id": rng.choice([*own, ""])}
            if version and base["charge_model"] != "fixed" and rng.random() < 0.3:
                base |= self._other_counting(own)
            self._version(base, effective)

    def _other_counting(self, own: list[str]) -> dict[str, Any]:
        return {
            "aggregate_by": self.rng.choice(["contract_line", "account"]),
            "charge_model": self.rng.choice(BY_USAGE),
            "account_id": self.rng.choice([*own, ""]),
        }

    def _other_periods(self) -> dict[str, Any]:
        if self.rng.random() < 0.8:
            return {}
        return {
            "billing_frequency": self.rng.choice(["monthly", "quarterly", "annual"]),
            "billing_anchor": self.rng.choice(["start", "calendar"]),
            "billing_timing": self.rng.choice(["advance", "arrears"]),
        }

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
        fixed_end = row["charge_model"] == "fixed" and (
            row["billing_frequency"] != "once" or row["billing_timing"] == "advance"
        )
        if rng.random() < 0.2 and fixed_end:
            row["ends_on"] = max(effective, row["starts_on"]) + timedelta(rng.randint(10, 400))
        elif rng.random() < 0.05 and row["charge_model"] != "fixed":
            row["ends_on"] = max(effective, row["starts_on"]) + timedelta(rng.randint(0, 200))
        book.lines[row["contract_line_id"]].append(row)
        if row["charge_model"] in ("graduated", "volume", "graduated_percentage"):
            self._tiers(row["contract_line_id"], effective)
        self._correct(row)

    def _tiers(self, line: str, effective: date) -> None:
        rng, tiers = self.rng, self.book.tiers[line, effective]
        bound = D(0)
        for number in range(1, rng.randint(2, 5)):
            bound += self.some(1, 60, rng.choice([0, 2, 12]))
            tiers.append(self._tier(number, bound))
        tiers.append(self._tier(9, None))
        if rng.random() < 0.05:
            rng.choice(tiers)["up_to"] = rng.choice([None, D(0), D(20)])
        for tier in tiers:
            if rng.random() < 0.05:
                wrong = {"contract_line_id": line, "effective_on": effective}
                self.stale["tiers"].append(wrong | self._tier(tier["tier_no"], D(7)))

    def _correct(self, row: dict[str, Any]) -> None:
        """Now and then the row was wrong at first, or there was one that is deleted again."""
        if self.rng.random() < 0.1:
            wrong = {"unit_price": D(77), "discount_percent": D(5), "maximum_amount": D(1)}
            self.stale["lines"].append(row | wrong)
        if self.rng.random() < 0.05:
            later = row["effective_on"] + timedelta(self.rng.randint(300, 420))
            gone = row | {"effective_on": later, "unit_price": D(1)}
            taken = {r["effective_on"] for r in self.book.lines[row["contract_line_id"]]}
            if gone["effective_on"] not in taken:
                self.deleted.append(gone)

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
        ends = [
            datetime(
                2024 + n // 12, n % 12 + 1, monthrange(2024 + n // 12, n % 12 + 1)[1], tzinfo=UTC
            )
            for n in range(4, 17)
        ]
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
            if rng.random() < 0.3:
                hours = timedelta(hours=rng.randint(8, 40), seconds=rng.choice([-1, 0, 0, 0]))
                event["occurred_at"] = rng.choice(ends) + hours
            book.events.append(event)
            if rng.random() < 0.05:
                book.events.append(dict(event))
            for revision in range(2, rng.choice([2] * 18 + [3, 4, 5])):
                changed = self.some(0, 30, 2) if rng.random() < 0.7 else D(0)
                again = {"quantity": changed, "dimension": rng.choice(["", "a", "e"])}
                book.events.append(event | {"revision": revision} | again)
        rng.shuffle(book.events)

    def write(self, inbox: Path) -> None:
        """The company as feeds, events over three files of three formats."""
        book = self.book
        stamp = {"updated_at": "2024-08-01T00:00:00Z"}
        older = {"updated_at": "2024-07-31T23:59:59Z"}
        crm = inbox / "crm"
        for name in ("customers", "accounts", "products", "contracts"):
            rows = [row | stamp for row in getattr(book, name).values()]
            if name == "contracts":
                rows += [row | older for row in self.stale["contracts"]]
            write_csv(crm / f"{name}.random.csv", rows)
        milestones = [row | stamp for row in book.milestones.values()]
        write_csv(crm / "milestones.random.csv", milestones)
        completions = [row | stamp for row in book.completions]
        write_csv(inbox / "operations" / "milestone_completions.random.csv", completions)
        write_csv(inbox / "operations" / "approvals.random.csv", book.approvals)
        # Of rows told at the same time the one loaded last stands: files that come together are
        # numbered by path.
        first = [row | stamp for row in self.stale["lines"][::2]]
        write_csv(crm / "contract_lines.first.csv", [*map(line_columns, first)])
        write_csv(crm / "price_tiers.first.csv", [row | stamp for row in self.stale["tiers"]])
        lines = [row | stamp for rows in book.lines.values() for row in rows]
        lines += [row | older for row in [*self.stale["lines"][1::2], *self.deleted]]
        lines += [row | stamp | {"is_deleted": True} for row in self.deleted]
        lines = [*map(line_columns, lines)]
        self.rng.shuffle(lines)
        write_csv(crm / "contract_lines.random.csv", lines)
        tiers = [
            {"contract_line_id": line, "effective_on": day} | tier | stamp
            for (line, day), rows in book.tiers.items()
            for tier in rows
        ]
        write_csv(crm / "price_tiers.random.csv", tiers)
        # Every third event in a format of its own; some come again in another.
        write_csv(inbox / "usage" / "random-0.csv", book.events[::3])
        write_jsonl(inbox / "usage" / "random-1.jsonl.gz", book.events[1::3] + book.events[:600])
        write_csv(inbox / "usage" / "random-2.csv", book.events[2::3] + book.events[1:600])
        in_parquet(inbox / "usage" / "random-2.csv")


def line_columns(row: dict[str, Any]) -> dict[str, Any]:
    """A contract line's row as the feed has it."""
    return {name: row[name] for name in row if name in LINE_COLUMNS}


# What a line that does not say otherwise has; the columns every line of the reference may be asked.
PLAIN: dict[str, Any] = {
    "account_id": "", "ends_on": None, "quantity": D(1), "unit_price": None,
    "included_quantity": D(0), "discount_percent": D(0), "minimum_amount": None,
    "maximum_amount": None, "accumulate_over": "month", "aggregate_by": "contract_line",
    "flat_at_zero": False, "billing_frequency": "monthly", "billing_anchor": "start",
    "billing_timing": "arrears",
}  # fmt: skip

LINE_COLUMNS = {
    "contract_line_id", "contract_id", "product_id", "account_id", "effective_on", "starts_on",
    "ends_on", "charge_model", "billing_frequency", "billing_anchor", "billing_timing", "quantity",
    "unit_price", "included_quantity", "package_size", "fixed_fee", "rate", "discount_percent",
    "aggregate_by", "flat_at_zero", "minimum_amount", "maximum_amount", "accumulate_over",
    "revenue_rule", "commitment_amount", "updated_at", "is_deleted",
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


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> None:
    """Rows as gzipped JSON lines, every value as text."""
    lines = (json.dumps({name: text(value) for name, value in row.items()}) for row in rows)
    path.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))


def in_parquet(path: Path) -> None:
    """A usage file as Parquet of typed columns in its place."""
    typed = """
        event_id, account_id, product_id, cast(occurred_at as timestamp) as occurred_at,
        cast(quantity as decimal(28, 12)) as quantity, cast(revision as integer) as revision,
        dimension
    """
    source = f"read_csv('{path}', all_varchar = true)"
    target = path.with_suffix(".parquet")
    duckdb.sql(f"copy (select {typed} from {source}) to '{target}' (format parquet)")
    path.unlink()


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """Rows as csv, every column any of them has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(columns)
        writer.writerows([text(row.get(name)) for name in columns] for row in rows)


__all__ = ["AS_OF", "ONE", "Company", "write_csv"]
