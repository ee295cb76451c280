"""Rating and billing a second time, in Python decimals, sharing no code with the models.

The rules' own words, one contract line and one day at a time; slow and plain on purpose. What a
commitment draws, what milestones and consumption orders come to, stands in ``billing_reference``.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import UTC, date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
D = Decimal
Row = dict[str, Any]
USAGE_MODELS = (
    "per_unit", "graduated", "volume", "package", "percentage", "graduated_percentage",
)  # fmt: skip
MONTHS = {"monthly": 1, "quarterly": 3, "annual": 12}
MINOR = {"JPY": 0, "USD": 2, "CNY": 2, "EUR": 2, "KWD": 3, "AUD": 2, "SGD": 2}


def rounded(value: Decimal, places: int) -> Decimal:
    with localcontext(EXACT):
        return value.quantize(D(1).scaleb(-places), ROUND_HALF_UP)


def month(day: date) -> str:
    return day.isoformat()[:7]


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def plus_months(day: date, count: int) -> date:
    year, index = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, index + 1, min(day.day, calendar.monthrange(year, index + 1)[1]))


def days(first: date, last: date) -> int:
    return (last - first).days + 1


ONE = timedelta(days=1)


class Book:
    """The feeds of a random company, and what must come of them as of a day."""

    def __init__(
        self, as_of: date, entities: dict[str, str], rates: dict[str, Decimal],
        known_on: date | None = None,
    ) -> None:  # fmt: skip
        self.known_on = known_on or as_of
        self.as_of, self.zones, self.rates = as_of, entities, rates
        self.customers: dict[str, Row] = {}
        self.accounts: dict[str, Row] = {}
        self.products: dict[str, Row] = {}
        self.contracts: dict[str, Row] = {}
        self.lines: dict[str, list[Row]] = defaultdict(list)
        self.tiers: dict[tuple[str, date], list[Row]] = defaultdict(list)
        self.events: list[Row] = []
        self.milestones: dict[str, Row] = {}
        self.completions: list[Row] = []
        self.approvals: list[Row] = []
        self._versions: dict[str, list[Row]] = {}

    def versions(self, line_id: str) -> list[Row]:
        """Versions of a line in order, with their first and last day."""
        if line_id not in self._versions:
            self._versions[line_id] = self._version_list(line_id)
        return self._versions[line_id]

    def _version_list(self, line_id: str) -> list[Row]:
        found: list[Row] = []
        for row in sorted(self.lines[line_id], key=lambda r: r["effective_on"]):
            terms = {k: v for k, v in row.items() if k not in ("effective_on", "starts_on")}
            terms["ends_on"] = row["ends_on"] or self.contracts[row["contract_id"]]["ends_on"]
            terms["tiers"] = [sorted(t.items()) for t in self.tiers[line_id, row["effective_on"]]]
            if found and found[-1]["terms"] == terms:
                continue
            found.append(row | {"terms": terms})
        for row, later in zip(found, [*found[1:], None], strict=True):
            contract = self.contracts[row["contract_id"]]
            row["first"] = max(row["effective_on"], found[0]["starts_on"])
            row["term_end"] = row["ends_on"] or contract["ends_on"]
            row["cancelled_on"] = contract["cancelled_on"]
            row["next"] = later["effective_on"] if later else None
            ends = [row["term_end"], row["cancelled_on"], row["next"] and row["next"] - ONE]
            row["last"] = min((e for e in ends if e), default=None)
            row["line_start"] = found[0]["starts_on"]
            row["is_bad"] = self._is_bad(row)
        return found

    def _is_bad(self, row: Row) -> bool:
        """Tiers must rise to exactly one open one, the last."""
        if row["charge_model"] not in ("graduated", "volume", "graduated_percentage"):
            return False
        tiers = self.tiers[row["contract_line_id"], row["effective_on"]]
        bounds = [t["up_to"] for t in sorted(tiers, key=lambda t: t["tier_no"])]
        if not bounds or bounds.pop() is not None or None in bounds:
            return True
        return any(high <= low for low, high in zip([D(0), *bounds], bounds, strict=False))

    # -- usage ---------------------------------------------------------------------------------

    def effective_events(self) -> list[Row]:
        """Highest revision of each event; copies are equal and revisions keep their event."""
        best: dict[str, Row] = {}
        for event in self.events:
            kept = best.get(event["event_id"])
            if kept is None or event["revision"] > kept["revision"]:
                best[event["event_id"]] = event
        return list(best.values())

    @cached_property
    def rated(self) -> dict[tuple, Row]:
        """Rated lines by contract line, version, account and month; None where not priced."""
        versions = [v for line in self.lines for v in self.versions(line)]
        usage = [v for v in versions if v["charge_model"] in USAGE_MODELS]
        sold: dict[tuple, list[Row]] = defaultdict(list)
        for version in usage:
            owner = self.contracts[version["contract_id"]]["customer_id"]
            sold[owner, version["product_id"]].append(version)
        self.unrated: dict[tuple, list[Decimal]] = defaultdict(list)
        taken: dict[tuple, list[Row]] = defaultdict(list)
        for event in self.effective_events():
            self._take(event, sold, taken)
        lines: dict[tuple, Row] = {}
        self.passed: dict[str, list[tuple]] = defaultdict(list)
        for version in usage:
            last = min(d for d in (version["last"], self.as_of) if d)
            first = version["first"]
            while first <= last:
                until = min(d for d in (month_end(first), version["last"]) if d)
                self._rate_month(version, first, until, taken, lines)
                first = month_end(first) + ONE
        self._price_all(lines)
        return lines

    def _take(self, event: Row, sold: dict[tuple, list[Row]], taken: dict[tuple, Any]) -> None:
        instant = event["occurred_at"]
        account = self.accounts.get(event["account_id"])
        product = self.products.get(event["product_id"])
        line = None
        if account and product:
            customer = self.customers[account["customer_id"]]
            local = instant.astimezone(ZoneInfo(self.zones[customer["entity_id"]])).date()
            fitting = [
                v for v in sold[account["customer_id"], event["product_id"]]
                if v["account_id"] in ("", event["account_id"])
                and v["first"] <= local and (v["last"] is None or local <= v["last"])
            ]  # fmt: skip
            fitting.sort(key=lambda v: v["contract_line_id"])
            fitting.sort(key=lambda v: (v["account_id"] != "", v["starts_on"]), reverse=True)
            line = fitting[0] if fitting else None
            if line:
                if local <= self.as_of:
                    pool = event["account_id"] if line["aggregate_by"] == "account" else ""
                    key = (line["contract_line_id"], line["effective_on"], pool, month(local))
                    taken[key].append(event)
                return
        day = instant.astimezone(UTC).date()
        if day <= self.as_of and event["quantity"]:
            reason = "no_contract_line"
            if not account:
                reason = "unknown_account"
            elif not product:
                reason = "unknown_product"
            key = (event["account_id"], event["product_id"], day, reason)
            self.unrated[key].append(event["quantity"])

    @cached_property
    def owned(self) -> dict[str, list[str]]:
        """Accounts by customer."""
        found: dict[str, list[str]] = defaultdict(list)
        for account, row in self.accounts.items():
            found[row["customer_id"]].append(account)
        return found

    def _rate_month(
        self, version: Row, first: date, until: date,
        taken: dict[tuple, list[Row]], lines: dict[tuple, Row],
    ) -> None:  # fmt: skip
        key = (version["contract_line_id"], version["effective_on"])
        pools = [""]
        if version["aggregate_by"] == "account":
            customer = self.contracts[version["contract_id"]]["customer_id"]
            pools = [a for a in self.owned[customer] if (*key, a, month(first)) in taken]
        told = [taken.get((*key, pool, month(first)), []) for pool in pools]
        self.passed[key[0]].append((month(first), key[1], first, [e for es in told for e in es]))
        for pool, events in zip(pools, told, strict=True):
            real = [e for e in events if e["quantity"]]
            lines[(*key, pool, month(first))] = {
                "events": len(real),
                "quantity": sum((e["quantity"] for e in real), D(0)),
                "total": self._aggregated(version, real),
                "first": first,
                "service_to": until,
                "version": version,
                "by_account": by_account(real),
            }

    def _price_all(self, lines: dict[tuple, Row]) -> None:
        for key, row in lines.items():
            version = row["version"]
            contract = self.contracts[version["contract_id"]]
            with localcontext(EXACT):
                if version["accumulate_over"] == "month":
                    share = rounded(
                        version["included_quantity"]
                        * days(row["first"], row["service_to"])
                        / D(month_end(row["first"]).day),
                        12,
                    )
                    billable = less_included(row["total"], share)
                    amount = self._price(version, billable, row["events"])
                else:
                    before = self._before(key, version)
                    quantity = sum((u[0] for u in before), D(0))
                    events = sum(u[1] for u in before)
                    included = version["included_quantity"]
                    billable = less_included(quantity + row["total"], included)
                    amount = self._price(version, billable, events + row["events"])
                    if before:
                        earlier = less_included(quantity, included)
                        billable -= earlier
                        amount -= self._price(version, earlier, events)
                row["billable_quantity"] = billable
                unrounded = rounded(amount * (100 - version["discount_percent"]) / 100, 18)
            bad, places = version["is_bad"], MINOR[contract["currency"]]
            row["amount_unrounded"] = None if bad else unrounded
            row["amount"] = None if bad else rounded(unrounded, places)

    def _before(self, key: tuple, version: Row) -> list[tuple[Decimal, int]]:
        """Quantity and events of each earlier month and version of the year or term.

        Of all accounts where the line pools them, else of its own, however they were pooled then.
        """
        line, effective, pool, when = key
        found = []
        for then, other, _, events in self.passed[line]:
            by_year = version["accumulate_over"] == "contract_year"
            if (then, other) >= (when, effective) or (
                by_year and self._year(version, then) != self._year(version, when)
            ):
                continue
            own = [e for e in events if pool in ("", e["account_id"])]
            real = [e for e in own if e["quantity"]]
            if own or not pool:
                found.append((self._aggregated(version, real), len(real)))
        return found

    def _year(self, version: Row, when: str) -> int:
        """The contract year that the month's first covered day falls in."""
        first = min(p[2] for p in self.passed[version["contract_line_id"]] if p[0] == when)
        starts, years = self.contracts[version["contract_id"]]["starts_on"], 0
        while plus_months(starts, 12 * years + 12) <= first:
            years += 1
        return years

    @cached_property
    def limits(self) -> list[Row]:
        """What maximum and minimum make of each line and month."""
        rated: dict[tuple, Decimal] = defaultdict(Decimal)
        for key, row in self.rated.items():
            rated[key[0], key[1], key[3]] += row["amount"] or 0
        months: dict[tuple, list[tuple[Row, date, date]]] = defaultdict(list)
        for line in self.lines:
            for version in self.versions(line):
                if version["charge_model"] not in USAGE_MODELS or version["is_bad"]:
                    continue
                last = min(d for d in (version["last"], self.as_of) if d)
                first = version["first"]
                while first <= last:
                    until = min(d for d in (month_end(first), version["last"]) if d)
                    months[line, month(first)].append((version, first, until))
                    first = month_end(first) + ONE
        found: list[Row] = []
        for (line, billed), covered in months.items():
            version = covered[-1][0]
            places = MINOR[self.contracts[version["contract_id"]]["currency"]]
            sums = {"minimum_amount": D(0), "maximum_amount": D(0)}
            usage = capped = D(0)
            for part, first, until in covered:
                own = rated[line, part["effective_on"], billed]
                usage += own
                capped += own if part["maximum_amount"] is not None else 0
                for name in sums:
                    sums[name] += (part[name] or 0) * days(first, until)
            full = D(month_end(covered[0][1]).day)
            with localcontext(EXACT):
                top = rounded(sums["maximum_amount"] / full, places)
                floor = rounded(sums["minimum_amount"] / full, places)
            has_top = any(part["maximum_amount"] is not None for part, _, _ in covered)
            cap = min(top - capped, D(0)) if has_top else D(0)
            has_floor = any(part["minimum_amount"] is not None for part, _, _ in covered)
            lift = max(floor - usage - cap, D(0)) if has_floor else D(0)
            for kind, amount in (("maximum_cap", cap), ("minimum_true_up", lift)):
                found.append({"version": version, "month": billed, "amount": amount, "kind": kind})
        return found

    def _aggregated(self, version: Row, real: list[Row]) -> Decimal:
        ordered = sorted(real, key=lambda e: (e["occurred_at"], e["event_id"]))
        quantities = [e["quantity"] for e in ordered]
        return {
            "sum": sum(quantities, D(0)),
            "count": D(len(quantities)),
            "max": max(quantities, default=D(0)),
            "latest": quantities[-1] if quantities else D(0),
            "unique_count": D(len({e["dimension"] for e in ordered if e["dimension"]})),
        }[self.products[version["product_id"]]["aggregation"]]

    def _price(self, version: Row, q: Decimal, events: int) -> Decimal:
        model = version["charge_model"]
        if model == "per_unit":
            return q * version["unit_price"]
        if model == "percentage":
            return q * version["rate"] + events * version["fixed_fee"]
        q = max(q, D(0))
        if model == "package":
            whole, rest = divmod(q, version["package_size"])
            return (whole + (1 if rest else 0)) * version["unit_price"]
        tiers = self.tiers[version["contract_line_id"], version["effective_on"]]
        amount, lower = D(0), D(0)
        for position, tier in enumerate(sorted(tiers, key=lambda t: t["tier_no"])):
            upper = tier["up_to"]
            price = tier["rate"] if model == "graduated_percentage" else tier["unit_price"]
            entered = q > lower or (position == 0 and q == 0 and version["flat_at_zero"])
            inside = (q if upper is None else min(q, upper)) - lower
            if model == "volume":
                entered = entered and (upper is None or q <= upper)
                inside = q if entered else D(0)
            if entered:
                amount += max(inside, D(0)) * price + tier["flat_amount"]
            lower = upper if upper is not None else lower
        return amount

    # -- fixed charges -------------------------------------------------------------------------

    def fixed(self) -> list[Row]:
        """Charges of fixed lines billed by the as-of month: one row a bill line."""
        charges: list[Row] = []
        for line in self.lines:
            versions = self.versions(line)
            if versions[0]["charge_model"] == "fixed":
                for at, version in enumerate(versions):
                    if version["billing_timing"] == "advance":
                        self._advance(versions, at, charges)
                    else:
                        self._arrears(versions, at, charges)
        return [c for c in charges if c["billing_month"] <= month(self.as_of)]

    def _periods(self, version: Row) -> list[tuple[date, date | None]]:
        if version["billing_frequency"] == "once":
            return [(version["line_start"], version["term_end"])]
        step = MONTHS[version["billing_frequency"]]
        anchor = version["line_start"]
        if version["billing_anchor"] == "calendar":
            anchor = anchor.replace(month=(anchor.month - 1) // step * step + 1, day=1)
        horizon = version["term_end"] or month_end(self.as_of)
        found: list[tuple[date, date | None]] = []
        while plus_months(anchor, len(found) * step) <= horizon:
            n = len(found)
            found.append(
                (plus_months(anchor, n * step), plus_months(anchor, n * step + step) - ONE)
            )
        return found

    def _total(self, version: Row) -> Decimal:
        with localcontext(EXACT):
            amount = version["quantity"] * version["unit_price"]
            return rounded(amount * (100 - version["discount_percent"]) / 100, 18)

    def _covered(self, versions: list[Row], period: tuple[date, date | None]) -> date:
        return max(period[0], versions[0]["first"])

    def _difference(
        self, parts: list[tuple[Decimal, date, date, date, int]], places: int
    ) -> Decimal:
        """Σ over (total, covered from, first, last, days in period) of a share.

        What shares one period is rounded as one; a version over a term of its own by itself.
        """
        amount = D(0)
        with localcontext(EXACT):
            for whole in sorted({full for *_, full in parts}):
                own = [part for part in parts if part[4] == whole]
                before = sum((t * (days(c, f) - 1) for t, c, f, _, _ in own), D(0)) / whole
                to_date = sum((t * days(c, la) for t, c, _, la, _ in own), D(0)) / whole
                amount += rounded(to_date, places) - rounded(before, places)
        return amount

    def _advance(self, versions: list[Row], at: int, charges: list[Row]) -> None:
        version = versions[at]
        previous = versions[at - 1] if at else None
        joined = (
            previous is not None
            and previous["last"] == version["first"] - ONE
            and previous["first"] <= previous["last"]
        )
        if version["last"] and version["last"] < version["first"]:
            return
        total = self._total(version)
        following = versions[at + 1] if version["next"] else None
        for period in self._periods(version):
            if period[1] is None:
                if not (joined and stands_alone(previous, version)):
                    self._charge(version, version["first"], None, total, charges)
                continue
            start = max(period[0], version["first"])
            end = min(d for d in (period[1], version["term_end"]) if d)
            if start > end or (version["last"] and start > version["last"]):
                continue
            full = days(*period)
            covered = self._covered(versions, period)
            part = (total, covered, start, end, full)
            if joined and stands_alone(previous, version):
                pass
            elif joined and period[0] < version["first"]:
                self._charge(version, start, end, None, charges, [part])
            else:
                self._charge(version, start, end, None, charges, [part], whole=True)
            if version["last"] and version["last"] < end:
                cut = version["last"] + ONE
                later = following if version["next"] == cut else None
                in_force = version["last"] != version["cancelled_on"]
                if later and in_force and stands_alone(version, later):
                    continue
                back = (-total, covered, cut, end, full)
                self._charge(
                    later or version, cut, end, None, charges, [back],
                    billed=cut if later else version["last"],
                )  # fmt: skip

    def _arrears(self, versions: list[Row], at: int, charges: list[Row]) -> None:
        version = versions[at]
        if version["last"] and version["last"] < version["first"]:
            return
        total = self._total(version)
        line_last = max((v["last"] or date.max) for v in versions)
        for period in self._periods(version):
            if period[1] is None:
                begun = (v for v in versions if v["last"] is None or v["first"] <= v["last"])
                if version is next(begun):
                    self._charge(version, version["first"], None, total, charges)
                continue
            start = max(period[0], version["first"])
            end = min(d for d in (period[1], version["last"], version["term_end"]) if d)
            if start > end:
                continue
            part = (total, self._covered(versions, period), start, end, days(*period))
            came = version["last"] if version["last"] == version["term_end"] else None
            ends = min(d for d in (period[1], came, line_last) if d)
            self._charge(version, start, end, None, charges, [part], whole=True, billed=ends)

    def _charge(
        self, version: Row, first: date, last: date | None, amount: Decimal | None,
        charges: list[Row], parts: list[tuple] | None = None,
        whole: bool = False, billed: date | None = None,
    ) -> None:  # fmt: skip
        key = (version["contract_line_id"], version["effective_on"], first, whole or last is None)
        known = next((c for c in charges if c["key"] == key and not key[3]), None)
        if known:
            known["parts"] += parts or []
            return
        charges.append({
            "key": key, "version": version, "parts": parts or [], "amount": amount,
            "billing_month": month(billed or first), "service_to": last or first,
        })  # fmt: skip


def stands_alone(previous: Row | None, version: Row) -> bool:
    """`once` without an end is never shared: the `once` version beside it makes no difference."""
    return (
        previous is not None
        and previous["billing_frequency"] == version["billing_frequency"] == "once"
        and (previous["term_end"] is None or version["term_end"] is None)
    )


def by_account(events: list[Row]) -> dict[str, Decimal]:
    """Quantity by account."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for event in events:
        found[event["account_id"]] += event["quantity"]
    return found


def less_included(quantity: Decimal, included: Decimal) -> Decimal:
    """A negative quantity takes nothing of what is included."""
    return quantity if quantity < 0 else max(quantity - included, D(0))
