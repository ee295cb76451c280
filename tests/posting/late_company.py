"""A random company whose facts come late: what is told in each box, and the reference of it all.

Amendments, corrections, deletions, cancellations, usage, revisions, milestones and rejections are
each told before or after the close they bear on. Nothing of it is an open exception at any time, or
no month would close: usage lines are known from the start, usage ends before a cancellation.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from tests.rating.company import PLAIN, Company, line_columns, write_csv
from tests.rating.reference import USAGE_MODELS, Book

D = Decimal
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
TOLD = {1: "2025-12-01T00:00:00Z", 2: "2026-02-15T00:00:00Z", 3: "2026-03-15T00:00:00Z"}
DECIDED = {1: (2026, 2, 5), 2: (2026, 3, 5), 3: (2026, 4, 5)}
# Entities that no case uses, each with its currency: nothing here needs a rate.
ENTITIES = {"AU01": "AUD", "SG01": "SGD"}
ZONES = {"AU01": "Australia/Sydney", "SG01": "Asia/Singapore"}
RATES = {"NONE": D(0), "AU_GST_10": D("0.10"), "SG_GST_9": D("0.09")}
AGGREGATIONS = ("sum", "count", "max", "latest", "unique_count", "sum")
FOLDER = {"usage": "usage", "milestone_completions": "operations", "approvals": "operations"}


class LateCompany(Company):
    """``book`` is all that is true in the end; ``told`` holds (box, object) with its rows."""

    def __init__(self, seed: int, contracts: int, events: int) -> None:
        self.rng = random.Random(seed)
        self.book = Book(LAST, ZONES, RATES, known_on=date(2026, 4, 10))
        self.told: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
        for number, aggregation in enumerate(AGGREGATIONS):
            self.book.products[f"RP{number}"] = {
                "product_id": f"RP{number}", "product_name": f"RP{number}",
                "product_line": f"RL{number % 2}", "tax_code": self.rng.choice(list(RATES)),
                "aggregation": aggregation,
            }  # fmt: skip
        for number in range(contracts):
            self._late_contract(number)
        self._late_events(events)
        for name in ("customers", "accounts", "products"):
            for row in getattr(self.book, name).values():
                self.tell(1, name, row)

    def tell(self, box: int, name: str, row: dict[str, Any]) -> None:
        row = line_columns(row) if name == "contract_lines" else row
        stamped = {} if name in ("usage", "approvals") else {"updated_at": TOLD[box]}
        self.told[box, name].append(row | stamped)

    def tell_first(self, name: str, row: dict[str, Any], box: int, wrong: Any) -> None:
        """A row from a box on; now and then it is wrong there, and put right in a later one."""
        if box < 3 and self.rng.random() < 0.3:
            self.tell(box, name, row | wrong)
            box = self.rng.randint(box + 1, 3)
        self.tell(box, name, row)

    def _late_contract(self, number: int) -> None:
        rng, book = self.rng, self.book
        customer, contract = f"RC{number:03}", f"RK{number:03}"
        entity = rng.choice(list(ENTITIES))
        owner = {"customer_id": customer, "entity_id": entity, "currency": ENTITIES[entity]}
        book.customers[customer] = owner | {"customer_name": customer, "auto_confirm_days": 0}
        for index in range(2):
            account = f"RA{number:03}-{index}"
            book.accounts[account] = {"account_id": account, "customer_id": customer}
        model = ("on_demand", "commitment_plan", "professional_services")[number % 3]
        cancelled = self.day(date(2026, 1, 5), LAST) if rng.random() < 0.3 else None
        if model == "professional_services":
            cancelled = None
        row = owner | {
            "contract_id": contract, "business_model": model, "signed_on": FIRST,
            "starts_on": FIRST, "ends_on": self.day(date(2026, 4, 5), date(2027, 3, 1)),
            "status": "cancelled" if cancelled else "active", "cancelled_on": cancelled,
            "prices_include_tax": rng.random() < 0.3,
        }  # fmt: skip
        book.contracts[contract] = row
        self.tell(1, "contracts", row | {"status": "active", "cancelled_on": None})
        if cancelled:
            self.tell(rng.choice([2, 3]), "contracts", row)
        for index in range(rng.randint(1, 3)):
            self._late_line(contract, f"{contract}-L{index}")
        if model == "commitment_plan":
            self._commitment(contract, f"{contract}-C", FIRST)
            line = book.lines[f"{contract}-C"][0]
            line["product_id"] = f"RP{rng.randrange(6)}"
            wrong = {"commitment_amount": line["commitment_amount"] + 100}
            self.tell_first("contract_lines", line, 1, wrong)
        if model == "professional_services":
            self._late_milestones(contract, f"{contract}-M")

    def _late_milestones(self, contract: str, line: str) -> None:
        rng, book = self.rng, self.book
        row = PLAIN | {
            "contract_line_id": line, "contract_id": contract, "product_id": "RP0",
            "starts_on": FIRST, "effective_on": FIRST, "charge_model": "milestone",
            "revenue_rule": "MILESTONE",
        }  # fmt: skip
        book.lines[line].append(row)
        self.tell(1, "contract_lines", row)
        for number in range(3):
            name = f"{line}{number}"
            milestone = {
                "milestone_id": name, "contract_line_id": line, "milestone_no": number,
                "amount": self.some(1, 900, 2),
            }  # fmt: skip
            book.milestones[name] = milestone
            self.tell(1, "milestones", milestone | {"amount": self.some(1, 900, 2)})
            self.tell(rng.choice([2, 3]), "milestones", milestone)
            for copy in range(rng.choice([1, 2])):
                done = {
                    "document_id": f"{name}-{copy}", "contract_line_id": line,
                    "milestone_id": name, "dated_on": self.day(FIRST, LAST),
                }  # fmt: skip
                book.completions.append(done)
                self.tell(rng.randint(done["dated_on"].month, 3), "milestone_completions", done)
                if rng.random() < 0.5:
                    self._decide(done)

    def _decide(self, done: dict[str, Any]) -> None:
        box = self.rng.randint(done["dated_on"].month, 3)
        decision = {
            "document_type": "source", "document_id": done["document_id"],
            "decision": self.rng.choice(["approved", "rejected"]),
            "decided_at": datetime(*DECIDED[box], 12, tzinfo=UTC), "decided_by": "someone",
        }  # fmt: skip
        self.book.approvals.append(decision)
        self.tell(box, "approvals", decision)

    def _late_line(self, contract: str, line: str) -> None:
        rng, book = self.rng, self.book
        base = PLAIN | {
            "contract_line_id": line, "contract_id": contract,
            "product_id": f"RP{rng.randrange(6)}", "starts_on": FIRST,
        }  # fmt: skip
        if rng.random() < 0.5:
            base["starts_on"] = self.day(FIRST, date(2026, 2, 20))
            base |= {
                "charge_model": "fixed", "revenue_rule": "SL_DAILY",
                "billing_frequency": rng.choice(["once", "monthly", "quarterly", "annual"]),
                "billing_anchor": rng.choice(["start", "calendar"]),
                "billing_timing": rng.choice(["advance", "arrears"]),
            }  # fmt: skip
        else:
            base |= {
                "charge_model": rng.choice(USAGE_MODELS), "revenue_rule": "USAGE",
                "aggregate_by": rng.choice(["contract_line", "account"]),
            }  # fmt: skip
        effective = base["starts_on"]
        for version in range(rng.choice([1, 2, 3])):
            if version:
                effective += timedelta(rng.randint(1, 40))
            self._late_version(base, effective, version)
        if base["charge_model"] == "fixed" and rng.random() < 0.3:
            gone = book.lines[line][-1] | {
                "effective_on": effective + timedelta(rng.randint(1, 20)), "unit_price": D(9),
            }  # fmt: skip
            box = rng.choice([1, 2])
            self.tell(box, "contract_lines", gone)
            self.tell(box + 1, "contract_lines", gone | {"is_deleted": True})

    def _late_version(self, base: dict[str, Any], effective: date, number: int) -> None:
        rng, book = self.rng, self.book
        row = base | {
            "effective_on": effective, "quantity": self.some(1, 5, 0),
            "unit_price": self.some(0, 50, rng.choice([2, 10])),
            "included_quantity": self.some(0, 20, 3) if rng.random() < 0.4 else D(0),
            "discount_percent": rng.choice([D(0), D(10), D("33.333")]),
            "package_size": self.some(1, 20, 1), "rate": self.some(0, 1, 5),
            "fixed_fee": self.some(0, 2, 2), "flat_at_zero": rng.random() < 0.3,
            "minimum_amount": self.some(0, 300, 0) if rng.random() < 0.3 else None,
            "maximum_amount": self.some(300, 600, 0) if rng.random() < 0.3 else None,
        }  # fmt: skip
        adds_up = book.products[row["product_id"]]["aggregation"] in ("sum", "count")
        if adds_up and row["charge_model"] != "fixed":
            row["accumulate_over"] = rng.choice(["month", "contract_year", "term"])
        line = row["contract_line_id"]
        book.lines[line].append(row)
        # The first version of a usage line is known before its usage is.
        usage = row["charge_model"] != "fixed"
        box = 1 if number == 0 and usage else rng.randint(1, 3)
        wrong = {"unit_price": self.some(0, 50, 2), "discount_percent": D(5)}
        self.tell_first("contract_lines", row, box, wrong)
        if row["charge_model"] in ("graduated", "volume", "graduated_percentage"):
            bound = D(0)
            for position in range(1, rng.randint(2, 4)):
                bound += self.some(1, 30, rng.choice([0, 12]))
                self._late_tier(line, effective, box, self._tier(position, bound))
            self._late_tier(line, effective, box, self._tier(9, None))

    def _late_tier(self, line: str, effective: date, box: int, tier: dict[str, Any]) -> None:
        self.book.tiers[line, effective].append(tier)
        row = {"contract_line_id": line, "effective_on": effective} | tier
        self.tell_first("price_tiers", row, box, {"unit_price": D("0.5"), "flat_amount": D(3)})

    def _late_events(self, count: int) -> None:
        rng, book = self.rng, self.book
        pairs = []
        for line in book.lines.values():
            if line[0]["charge_model"] in USAGE_MODELS:
                contract = book.contracts[line[0]["contract_id"]]
                last = min(contract["cancelled_on"] or LAST, LAST)
                owned = book.owned[contract["customer_id"]]
                pairs += [(account, line[0]["product_id"], last) for account in owned]
        for number in range(count):
            account, product, last = rng.choice(pairs)
            seconds = rng.randint(86400, max((last - FIRST).days * 86400 - 86400, 86401))
            at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
            event = {
                "event_id": f"r{number}", "account_id": account, "product_id": product,
                "occurred_at": at, "quantity": self.some(1, 30, rng.choice([0, 3, 12])),
                "revision": 1, "dimension": rng.choice(["", "a", "b", "c"]),
            }  # fmt: skip
            if rng.random() < 0.08:
                event["quantity"] = -event["quantity"]
            versions = [event]
            for revision in range(2, rng.choice([2, 2, 2, 3, 4])):
                changed = self.some(0, 30, 2) if rng.random() < 0.6 else D(0)
                versions.append(event | {"revision": revision, "quantity": changed})
            if rng.random() < 0.1:
                versions.append(dict(event))
            for version in versions:
                book.events.append(version)
                self.tell(rng.randint(at.month, 3), "usage", version)

    def write(self, inbox: Path, boxes: Iterable[int] = (1, 2, 3)) -> None:
        """The files of some boxes, each under a name of its box."""
        for (box, name), rows in self.told.items():
            if box in set(boxes):
                folder = FOLDER.get(name, "crm")
                write_csv(inbox / folder / f"{name}.late{box}.csv", rows)


@cache
def late_company() -> LateCompany:
    """The one that the closed books hold."""
    return LateCompany(seed=2026, contracts=60, events=700)
