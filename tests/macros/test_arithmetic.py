"""The macros of amounts against Python's decimals: 100,000 random rows, compiled and run once."""

from __future__ import annotations

import csv
import random
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal, localcontext
from pathlib import Path

import duckdb
import pytest

from tests.books import run_dbt

EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
D = Decimal
ROWS = 100_000

EXPRESSIONS = {
    "money": "{{ round_money('amount', 'minor_units') }}",
    "share": "{{ share_as_money(part_of_total('amount', 'part'), 'whole', 'minor_units') }}",
    "share_unrounded": "{{ share_as_unrounded(part_of_total('amount', 'part'), 'whole') }}",
    "share_quantity": "{{ share_of_quantity('quantity', 'part', 'whole') }}",
    "net": "{{ net_inside(round_money('amount', 'minor_units'), 'rate', 'minor_units') }}",
    "product": "{{ times_price('quantity', 'price') }}",
    "discounted": "{{ less_percent(times_price('quantity', 'price'), 'percent') }}",
    "packages": "{{ packages_begun('quantity', 'size') }}",
}


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(D(1).scaleb(-places), ROUND_HALF_UP)


def random_row(rng: random.Random) -> dict[str, Decimal]:
    def some(digits: int, places: int) -> Decimal:
        wide = rng.randint(1, digits)
        return D(rng.randint(-(10**wide), 10**wide)).scaleb(-rng.randint(0, min(places, wide)))

    whole = rng.choice([28, 29, 30, 31, 90, 91, 92, 365, 366, 3653])
    # Half of the amounts end in a half of the minor unit, where rounding shows.
    amount = some(15, 6) if rng.random() < 0.5 else some(9, 2) + D("0.005") * rng.choice([-1, 1])
    return {
        "amount": amount, "part": D(rng.randint(0, whole)), "whole": D(whole),
        "minor_units": D(rng.choice([0, 2, 3])), "quantity": some(15, 12),
        "price": some(9, 10),
        "percent": abs(some(6, 4)) % 100, "rate": abs(some(5, 5)) % 1,
        "size": abs(some(4, 3)) + 1,
    }  # fmt: skip


def expected(row: dict[str, Decimal]) -> dict[str, Decimal]:
    places = int(row["minor_units"])
    money = rounded(row["amount"], places)
    product = row["quantity"] * row["price"]
    size = row["size"]
    return {
        "money": money,
        "share": rounded(row["amount"] * row["part"] / row["whole"], places),
        "share_unrounded": rounded(row["amount"] * row["part"] / row["whole"], 18),
        "share_quantity": rounded(row["quantity"] * row["part"] / row["whole"], 12),
        "net": rounded(money / (1 + row["rate"]), places),
        "product": product,
        "discounted": rounded(product * (100 - row["percent"]) / 100, 18),
        "packages": (max(row["quantity"], D(0)) / size).to_integral_value(ROUND_CEILING),
    }


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The expressions as the warehouse runs them."""
    home = tmp_path_factory.mktemp("macros")
    columns = ", ".join(f"{sql} as {name}" for name, sql in EXPRESSIONS.items())
    query = f"select row_no, {columns} from pairs order by row_no"
    printed = run_dbt(home, "compile", "--inline", query)
    return printed[printed.index("select row_no") :]


def test_amounts_equal_python_decimals(compiled: str, tmp_path: Path) -> None:
    rng = random.Random(7)
    rows = [random_row(rng) for _ in range(ROWS)]
    with (tmp_path / "pairs.csv").open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["row_no", *rows[0]])
        writer.writerows([i, *(f"{v:f}" for v in row.values())] for i, row in enumerate(rows))
    with duckdb.connect() as con:
        con.execute(f"""
            create table pairs as select cast(row_no as integer) as row_no,
                cast(amount as decimal(38, 18)) as amount, cast(part as bigint) as part,
                cast(whole as bigint) as whole, cast(minor_units as integer) as minor_units,
                cast(quantity as decimal(28, 12)) as quantity,
                cast(price as decimal(20, 10)) as price,
                cast(percent as decimal(20, 12)) as percent,
                cast(rate as decimal(20, 12)) as rate, cast(size as decimal(28, 12)) as size
            from read_csv('{tmp_path / "pairs.csv"}', all_varchar = true)
        """)
        found = con.execute(compiled).fetchall()
    wrong, tiny = [], D("0.0000000001")
    with localcontext(EXACT):
        for row, (_, *values) in zip(rows, found, strict=True):
            for (name, wanted), value in zip(expected(row).items(), values, strict=True):
                # Beyond what money can hold nothing is priced.
                if (
                    value is None
                    and (abs(row["quantity"]) + 1) * (abs(row["price"]) + tiny) > 10**12
                ):
                    continue
                if value is None or D(value) != wanted:
                    wrong.append((name, row, value, wanted))
    assert not wrong, f"{len(wrong)} differ, as {wrong[:3]}"
