"""Bills a second time, in Python fractions: what rated usage, periods and plans come to.

Commitments in parts and what draws them, overage, milestones, bill lines with tax, consumption
orders. Shares no code with the models.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.rating.reference import (
    EXACT,
    MINOR,
    Book,
    Row,
    days,
    month,
    month_end,
    rounded,
)  # fmt: skip

D = Decimal
ONE = timedelta(days=1)
NOUGHT = D(0)
# These name an account only where usage is rated by account, the others their contract line's.
ON_USAGE = ("usage", "overage", "maximum_cap", "minimum_true_up")


def whole(value: Fraction, places: int) -> Decimal:
    """A fraction at or above nought, rounded half up."""
    units = (2 * value * 10**places + 1) // 2
    return D(int(units)).scaleb(-places)


def places_of(book: Book, row: Row) -> int:
    return MINOR[book.contracts[row["contract_id"]]["currency"]]


# -- commitments -----------------------------------------------------------------------------------


def commitment_parts(book: Book) -> list[Row]:
    """Every part of every commitment over its whole term; a cut period weighs its days."""
    found: list[Row] = []
    for line in book.lines:
        version = book.versions(line)[0]
        if version["charge_model"] != "commitment":
            continue
        places, end = places_of(book, version), version["term_end"]
        periods = []
        for first, last in book._periods(version):
            start, stop = max(first, version["first"]), min(d for d in (last, end, date.max) if d)
            if last is None:
                periods.append((start, None, Fraction(1)))
            elif start <= stop:
                periods.append((start, stop, Fraction(days(start, stop), days(first, last))))
        total = sum((weight for *_, weight in periods), Fraction(0))
        amount, so_far = Fraction(version["commitment_amount"]), Fraction(0)
        for start, stop, weight in periods:
            before = whole(amount * so_far / total, places)
            so_far += weight
            cancelled = version["cancelled_on"]
            ends = min((d for d in (stop, cancelled) if d), default=None)
            in_arrears = version["billing_timing"] == "arrears" and stop
            found.append({
                "version": version, "first": start, "last": ends,
                "amount": whole(amount * so_far / total, places) - before,
                "begun": cancelled is None or start <= cancelled,
                "billed": month(ends if in_arrears and ends else start),
            })  # fmt: skip
    return found


class Stack:
    """What lines have drawn, one upon the other; what is given back is taken off the top."""

    def __init__(self) -> None:
        self.layers: list[tuple[Any, Decimal]] = []
        self.owed = D(0)

    def draw(self, owner: Any, amount: Decimal) -> None:
        if amount < 0:
            self.owed -= amount
            while self.layers and self.owed:
                last, height = self.layers.pop()
                taken = min(height, self.owed)
                self.owed -= taken
                if height > taken:
                    self.layers.append((last, height - taken))
        elif amount > self.owed:
            self.layers.append((owner, amount - self.owed))
            self.owed = D(0)
        else:
            self.owed -= amount

    def between(self, low: Decimal, high: Decimal) -> list[tuple[Any, Decimal]]:
        """Whose the layers are between two heights, and how much of them."""
        found, floor = [], D(0)
        for owner, height in self.layers:
            part = min(floor + height, high) - max(floor, low)
            if part > 0:
                found.append((owner, part))
            floor += height
        return found


def drawn(book: Book) -> tuple[list[Row], dict[str, list[Row]]]:
    """Overage by version and month, and the months of each plan with what they drew."""
    plans: dict[str, list[Row]] = defaultdict(list)
    for part in commitment_parts(book):
        if book.contracts[part["version"]["contract_id"]]["business_model"] == "commitment_plan":
            plans[part["version"]["contract_id"]].append(part)
    used: dict[str, dict[tuple, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    versions: dict[tuple, Row] = {}
    for key, row in sorted(book.rated.items(), key=lambda item: item[0][1]):
        if row["amount"]:
            used[row["version"]["contract_id"]][key[3], key[0], key[1]] += row["amount"]
            versions[key[:2]] = row["version"]
    for row in (row for row in book.limits if row["amount"]):
        owner = (row["version"]["contract_line_id"], row["version"]["effective_on"])
        used[row["version"]["contract_id"]][row["month"], *owner] += row["amount"]
        versions[owner] = row["version"]
    overages: list[Row] = []
    balances: dict[str, list[Row]] = {}
    for contract, row in book.contracts.items():
        if row["business_model"] != "commitment_plan":
            continue
        parts, months = plans[contract], defaultdict(Decimal)
        cut_in = row["cancelled_on"] and month(row["cancelled_on"])
        level, stack = D(0), Stack()
        beyond: dict[tuple, Decimal] = defaultdict(Decimal)
        for (when, *owner), amount in sorted(used[contract].items()):
            over = amount
            if is_drawing(parts, when):
                limit = available(parts, row, when)
                over = max(level + amount - limit, D(0)) - max(level - limit, D(0))
                level += amount
                months[when] += amount
                if cut_in is None or when < cut_in:
                    stack.draw((*owner,), amount)
            beyond[when, *owner] += over
        if parts and cut_in and cut_in <= month(book.as_of):
            # What the cancellation cuts off is of its month, used or not.
            left, whole_sum = available(parts, row, cut_in), available(parts, row, "")
            for owner, amount in stack.between(left, whole_sum):
                beyond[cut_in, *owner] += amount
        for (when, *owner), amount in beyond.items():
            version = versions[(*owner,)]
            overages.append({"version": version, "month": when, "amount": amount})
        if parts:
            balances[contract] = balance(book, parts, row, months)
    return overages, balances


def is_drawing(parts: list[Row], when: str) -> bool:
    """Whether a month lies in the commitment's term."""
    if not parts or when < month(min(part["first"] for part in parts)):
        return False
    ends = [part["last"] for part in parts]
    return None in ends or when <= month(max(end for end in ends if end))


def available(parts: list[Row], contract: Row, when: str) -> Decimal:
    """From the month of a cancellation on, the commitment is what was begun."""
    cut = contract["cancelled_on"] and when >= month(contract["cancelled_on"])
    return sum((part["amount"] for part in parts if part["begun"] or not cut), D(0))


def balance(book: Book, parts: list[Row], contract: Row, used: dict[str, Decimal]) -> list[Row]:
    """The plan's months with what was granted, drawn and expired."""
    rows: list[Row] = []
    day = min(part["first"] for part in parts).replace(day=1)
    ends = [part["last"] for part in parts]
    last = None if None in ends else max(end for end in ends if end)
    opening = granted_before = used_to_date = drawn_before = D(0)
    while day <= min(d for d in (last, book.as_of) if d):
        when = month(day)
        granted, used_to_date = available(parts, contract, when), used_to_date + used[when]
        drawn_to_date = min(used_to_date, granted)
        left = granted - drawn_to_date
        over = last is not None and when == month(last) and last <= book.as_of
        rows.append({
            "month": when, "opening": opening, "granted": granted - granted_before,
            "drawn": drawn_to_date - drawn_before, "expired": left if over else D(0),
            "closing": D(0) if over else left,
        })  # fmt: skip
        opening, granted_before, drawn_before = left, granted, drawn_to_date
        day = month_end(day) + ONE
    return rows


# -- milestones ------------------------------------------------------------------------------------


def completed(book: Book) -> list[Row]:
    """The first completion of each milestone that is not rejected, unless the contract was over."""
    verdict: dict[str, tuple[Any, str]] = {}
    owner = {c["document_id"]: book.milestones[c["milestone_id"]] for c in book.completions}
    for row in book.approvals:
        version = book.versions(owner[row["document_id"]]["contract_line_id"])[0]
        entity = book.contracts[version["contract_id"]]["entity_id"]
        if row["decided_at"].astimezone(ZoneInfo(book.zones[entity])).date() > book.known_on:
            continue
        known = verdict.get(row["document_id"])
        if known is None or row["decided_at"] > known[0]:
            verdict[row["document_id"]] = (row["decided_at"], row["decision"])
    first: dict[str, Row] = {}
    for row in sorted(book.completions, key=lambda r: (r["dated_on"], r["document_id"])):
        if row["dated_on"] > book.as_of or row["milestone_id"] in first:
            continue
        if verdict.get(row["document_id"], (None, ""))[1] != "rejected":
            first[row["milestone_id"]] = row
    found = []
    for name, row in first.items():
        version = book.versions(book.milestones[name]["contract_line_id"])[0]
        if version["cancelled_on"] is None or row["dated_on"] <= version["cancelled_on"]:
            found.append(
                {
                    "version": version,
                    "on": row["dated_on"],
                    "amount": book.milestones[name]["amount"],
                }
            )
    return found


# -- bills -----------------------------------------------------------------------------------------


def bill_lines(book: Book) -> dict[tuple, list[Decimal]]:
    """Net and tax by bill, contract line, account, kind and service month."""
    lines: dict[tuple, list[Decimal]] = {}

    def bill(version: Row, kind: str, billed: str, served: str, amount: Decimal,
             quantity: Decimal = NOUGHT, account: str = "") -> None:  # fmt: skip
        if billed > month(book.as_of):
            return
        contract, product = (
            book.contracts[version["contract_id"]],
            book.products[version["product_id"]],
        )
        rate, places = book.rates[product["tax_code"]], MINOR[contract["currency"]]
        with localcontext(EXACT):
            net, tax = amount, rounded(amount * rate, places)
            if contract["prices_include_tax"]:
                net = rounded(amount / (1 + rate), places)
                tax = amount - net
        if net or tax or quantity:
            name = f"{version['contract_id']}/{product['product_line']}/{billed}"
            named = account if kind in ON_USAGE else version["account_id"]
            key = (name, version["contract_line_id"], named, kind, served)
            kept = lines.setdefault(key, [D(0), D(0)])
            kept[0] += net
            kept[1] += tax

    planned = {c for c, row in book.contracts.items() if row["business_model"] == "commitment_plan"}
    for key, row in book.rated.items():
        if row["version"]["contract_id"] not in planned and row["amount"] is not None:
            quantity = row["quantity"]
            bill(row["version"], "usage", key[3], key[3], row["amount"], quantity, key[2])
    for row in book.limits:
        if row["version"]["contract_id"] not in planned:
            bill(row["version"], row["kind"], row["month"], row["month"], row["amount"])
    for row in drawn(book)[0]:
        bill(row["version"], "overage", row["month"], row["month"], row["amount"])
    for part in commitment_parts(book):
        if part["begun"]:
            served = month(part["first"])
            bill(part["version"], "commitment", part["billed"], served, part["amount"], D(1))
    for row in completed(book):
        version, on = row["version"], month(row["on"])
        bill(version, "milestone", on, on, rounded(row["amount"], places_of(book, version)), D(1))
    for charge in book.fixed():
        version, places = charge["version"], places_of(book, charge["version"])
        amount = charge["amount"]
        if amount is None:
            amount = book._difference(charge["parts"], places)
        quantity = version["quantity"] if charge["key"][3] else D(0)
        served = month(charge["key"][2])
        amount = rounded(amount, places)
        bill(version, "fixed", charge["billing_month"], served, amount, quantity)
    return lines


def bills(book: Book) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """Net, tax and gross by bill."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [D(0), D(0)])
    for key, (net, tax) in bill_lines(book).items():
        sums[key[0]][0] += net
        sums[key[0]][1] += tax
    return {name: (net, tax, net + tax) for name, (net, tax) in sums.items()}


def consumption_orders(book: Book) -> dict[tuple, tuple[Decimal, Decimal]]:
    """Quantity and amount by contract, account, product, month, by largest remainder."""
    found: dict[tuple, list[Decimal]] = defaultdict(lambda: [D(0), D(0)])
    for key, row in book.rated.items():
        version, shares = row["version"], row["by_account"]
        contract = book.contracts[version["contract_id"]]
        if contract["business_model"] != "on_demand" or not shares or row["amount"] is None:
            continue
        places = MINOR[contract["currency"]]
        units = int(abs(row["amount"]).scaleb(places))
        weights = {name: Fraction(max(quantity, D(0))) for name, quantity in shares.items()}
        if not any(weights.values()):
            weights = dict.fromkeys(shares, Fraction(1))
        total = sum(weights.values(), Fraction(0))
        exact = {name: units * weight / total for name, weight in weights.items()}
        parts = {name: int(value) for name, value in exact.items()}
        by_rest = sorted(exact, key=lambda name: (parts[name] - exact[name], name))
        for name in by_rest[: units - sum(parts.values())]:
            parts[name] += 1
        for name, quantity in shares.items():
            kept = found[version["contract_id"], name, version["product_id"], key[3]]
            kept[0] += quantity
            kept[1] += D(parts[name]).scaleb(-places) * (-1 if row["amount"] < 0 else 1)
    return {key: (quantity, amount) for key, (quantity, amount) in found.items()}
