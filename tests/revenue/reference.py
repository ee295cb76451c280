"""A second opinion on straight lines: the rules of spreading, layer by layer, in exact fractions.

Nothing here is taken from the models: a layer is a price change with a first and a last day, every
month gets its part of every layer, and the sum to date is rounded once.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Version:
    """A version of a line sold once for its term: from when, to which last day, for what."""

    effective_on: date
    ends_on: date
    price: Decimal
    modification: str = "prospective"


@dataclass(frozen=True)
class Line:
    """A line with its versions in order; ``places`` are the decimals of its currency."""

    line_id: str
    rule: str
    method: str
    currency: str
    places: int
    starts_on: date
    versions: tuple[Version, ...]
    cancelled_on: date | None = None


def rounded(amount: Fraction, places: int) -> Decimal:
    """Half away from zero, to the minor unit."""
    unit = Fraction(1, 10**places)
    whole, rest = divmod(abs(amount), unit)
    units = int(whole) + (1 if rest * 2 >= unit else 0)
    return (Decimal(units).scaleb(-places) * (1 if amount >= 0 else -1)).quantize(
        Decimal(1).scaleb(-places), ROUND_HALF_UP
    )


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def days(first: date, last: date) -> int:
    return max(0, (last - first).days + 1)


def weights(method: str, first: date, last: date) -> dict[str, Fraction]:
    """What each month of a stretch weighs by the method."""
    found: dict[str, Fraction] = {}
    day = first
    while day <= last:
        length = calendar.monthrange(day.year, day.month)[1]
        ends = min(last, date(day.year, day.month, length))
        found[month_of(day)] = {
            "straight_line_daily": Fraction(days(day, ends)),
            "straight_line_monthly": Fraction(1),
            "straight_line_prorated": Fraction(days(day, ends), length),
        }[method]
        day = ends + DAY
    return found


def spread(method: str, amount: Fraction, first: date, last: date) -> dict[str, Fraction]:
    """An amount over the months of a stretch."""
    parts = weights(method, first, last)
    whole = sum(parts.values())
    return {month: amount * part / whole for month, part in parts.items()}


def kept_before(
    method: str, amount: Fraction, first: date, last: date, day: date
) -> dict[str, Fraction]:
    """The months of a layer that is cut at a day: equal months are whole, others count days."""
    whole = sum(weights(method, first, last).values())
    if method == "straight_line_monthly":
        gone = {m: w for m, w in weights(method, first, last).items() if m < month_of(day)}
    else:
        gone = weights(method, first, min(last, day - DAY))
    return {month: amount * part / whole for month, part in gone.items()}


def billed(line: Line, count: int, last_day: date | None = None) -> Decimal:
    """What the line bills with its first ``count`` versions, to ``last_day`` if it is cut there.

    The whole price on the first day; each later version what it makes of the rest of the term, one
    rounded bill line where both count the same days; a cancellation what it takes back.
    """
    total = rounded(Fraction(line.versions[0].price), line.places)
    earlier = line.versions[0]
    for version in line.versions[1:count]:
        gone = days(line.starts_on, version.effective_on - DAY)
        if earlier.ends_on == version.ends_on:
            total += _rest(Fraction(version.price - earlier.price), gone, version, line)
        else:
            if version.effective_on <= version.ends_on:
                total += _rest(Fraction(version.price), gone, version, line)
            if version.effective_on <= earlier.ends_on:
                total -= _rest(Fraction(earlier.price), gone, earlier, line)
        earlier = version
    if last_day and last_day < earlier.ends_on:
        total -= _rest(Fraction(earlier.price), days(line.starts_on, last_day), earlier, line)
    return total


def _rest(price: Fraction, gone: int, version: Version, line: Line) -> Decimal:
    term = days(line.starts_on, version.ends_on)
    return rounded(price, line.places) - rounded(price * gone / term, line.places)


def schedule(line: Line) -> dict[str, Decimal]:
    """The line's revenue by month. Only the last version may move the end."""
    cut = line.cancelled_on
    if cut and cut >= line.versions[-1].ends_on:
        cut = None
    count = sum(1 for v in line.versions if not cut or v.effective_on <= cut)
    layers: list[tuple[str, tuple[Fraction, date, date]]] = []
    months: dict[str, Fraction] = {}
    price = Fraction(0)
    for number, version in enumerate(line.versions[:count]):
        after = Fraction(billed(line, number + 1))
        if number and version.ends_on != line.versions[number - 1].ends_on:
            months = {}
            for booked_from, layer in layers:
                kept = kept_before(line.method, *layer, version.effective_on)
                for month, part in kept.items():
                    _add(months, {max(month, booked_from): part})
            rest = after - sum(months.values())
            last = max(version.ends_on, version.effective_on)
            _add(months, spread(line.method, rest, version.effective_on, last))
            assert number + 1 == count
            break
        caught_up = number == 0 or version.modification == "catch_up"
        first = line.starts_on if caught_up else version.effective_on
        layer = (after - price, first, version.ends_on)
        price = after
        # What falls into months past is booked in the amendment's own.
        booked_from = month_of(version.effective_on) if number else ""
        layers.append((booked_from, layer))
        for month, part in spread(line.method, *layer).items():
            _add(months, {max(month, booked_from): part})
    result: dict[str, Decimal] = {}
    to_date, running = Decimal(0), Fraction(0)
    for month in sorted(months):
        if cut and month >= month_of(cut):
            break
        running += months[month]
        result[month] = rounded(running, line.places) - to_date
        to_date += result[month]
    if cut:
        result[month_of(cut)] = billed(line, count, cut) - to_date
    return result


def _add(sums: dict[str, Fraction], parts: dict[str, Fraction]) -> None:
    for month, part in parts.items():
        sums[month] = sums.get(month, Fraction(0)) + part
