"""The checks of a feed's rows as SQL expressions, made from the contract in ``schemas.py``.

A value is taken as it stands: no spaces around it, no thousands separators, no exponent; a leading
sign is allowed, trailing zeros are no digits, and nothing is ever rounded to fit. An empty or blank
cell is no value. Each column gives a list of problems, tried in the contract's order; the first
that holds is the row's reason.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingestion.schemas import Column, FeedObject

_CURRENCIES = Path(__file__).parents[1] / "seeds" / "currencies.csv"

# What a decimal holds: digits before the point and after it. Money: what a mart's money holds.
_DIGITS = {"quantity": (16, 12), "price": (10, 10), "rate": (8, 12), "money": (16, 10)}

_PAIR_COLUMNS = ("from_currency", "to_currency")

_DECIMAL = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
_INTEGER = r"[+-]?[0-9]+(\.0*)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])"
# Fourteen hours is as far as any clock on earth is from UTC (Kiritimati), and the bound that XML
# Schema sets: beyond it an offset is a slip of the pen that would move the event by days.
_OFFSET = r"[+-]((0[0-9]|1[0-3])(:?[0-5][0-9])?|14(:?00)?)"
_TIMESTAMP = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    rf"([Tt ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,9}}0*)?)?([Zz]|{_OFFSET})?)?"
)
TRUE, FALSE = "'true', '1', 'yes'", "'false', '0', 'no'"


@dataclass(frozen=True)
class Source:
    """Where a column's value stands in the staged file: an SQL expression and its DuckDB type."""

    sql: str
    sql_type: str = "VARCHAR"


@dataclass(frozen=True)
class Problem:
    """``when`` is true for a bad row; ``{value}`` in ``reason`` is the cell's text."""

    column: str
    when: str
    reason: str
    remedy: str


def quoted(text: str) -> str:
    """``text`` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def literal(value: str | int | list[str] | None) -> str:
    """``value`` in SQL. Binding a parameter makes DuckDB's client import pandas: half a second."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    return quoted(value) if isinstance(value, str) else str(value)


def identifier(name: str) -> str:
    """``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@lru_cache(maxsize=1)
def minor_units() -> dict[str, int]:
    """ISO 4217 code to digits after the point, from ``seeds/currencies.csv``."""
    with _CURRENCIES.open(encoding="utf-8-sig", newline="") as file:
        return {row["currency"]: int(row["minor_units"]) for row in csv.DictReader(file)}


class UnreadableColumnError(Exception):
    """A column's binary type cannot hold what the contract says; ``remedy`` says what to send."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


class RowChecks:
    """The checks of one object over one staged file whose columns stand at ``sources``."""

    def __init__(self, obj: FeedObject, sources: dict[str, Source]) -> None:
        self.obj = obj
        self._values: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self.problems: list[Problem] = []
        currency = next((name for name in ("currency",) if name in obj.by_name), None)
        self._currency = sources[currency].sql if currency and currency in sources else None
        for column in obj.columns:
            source = sources.get(column.name)
            if source is None:
                self._values[column.name] = f"cast(null as {column.sql_type})"
                self._texts[column.name] = "cast(null as varchar)"
                if column.required:
                    self._add(column, "true", "is required and the file has no such column")
                continue
            self._check(column, source)
        if obj.feed == "usage" and "is_deleted" in sources:
            # What deletes an event is a revision that cancels it.
            quantity = self._values["quantity"]
            deleted = self._values["is_deleted"]
            self._values["quantity"] = f"case when {deleted} then 0 else {quantity} end"
        self._check_row(sources)

    def value(self, name: str) -> str:
        """The typed value of a column; may fail for a row that has a problem."""
        return self._values[name]

    def text(self, name: str) -> str:
        """The cell of a column as text."""
        return self._texts[name]

    def tried(self, name: str) -> str:
        """The typed value where the column is in good form, else null."""
        bad = " or ".join(f"({p.when})" for p in self.problems if p.column == name)
        return (
            f"case when {bad} then null else {self._values[name]} end" if bad else self.value(name)
        )

    def problem(self) -> str:
        """The number of the first problem of a row, or null."""
        if not self.problems:
            return "cast(null as integer)"
        cases = " ".join(f"when {p.when} then {no}" for no, p in enumerate(self.problems))
        return f"case {cases} end"

    def key_text(self) -> str:
        """The key in canonical text joined by ``|``; a part in bad form stands as it came."""
        tried = {name: self.tried(name) for name in self.obj.by_name}
        return _key_text(self.obj, tried, {name: self.text(name) for name in self.obj.by_name})

    def _add(self, column: Column, when: str, reason: str, remedy: str = "") -> None:
        remedy = remedy or f"send the row again with {column.name} in good form"
        self.problems.append(Problem(column.name, when, f"{column.name} {reason}", remedy))

    def _check(self, column: Column, source: Source) -> None:
        text = source.sql if source.sql_type == "VARCHAR" else f"cast({source.sql} as varchar)"
        self._texts[column.name] = text
        if column.required:
            self._add(column, f"{source.sql} is null", "is required and empty")
        if column.type in _DIGITS:
            self._decimal(column, source, text)
        else:
            getattr(self, f"_{column.type}")(column, source, text)

    def _text(self, column: Column, source: Source, text: str) -> None:
        self._values[column.name] = text
        if column.name in _PAIR_COLUMNS:
            # A rate of a currency that nobody keeps books in is of no use and no harm.
            when = f"not regexp_full_match({text}, '[A-Z]{{3}}')"
            self._add(column, when, "'{value}' is no ISO 4217 code")
        if column.name == "currency":
            known = ", ".join(quoted(code) for code in sorted(minor_units()))
            self._add(
                column,
                f"{text} not in ({known})",
                "'{value}' is no currency in seeds/currencies.csv",
                "send an ISO 4217 code, or add the currency to seeds/currencies.csv and rebuild",
            )

    def _enum(self, column: Column, source: Source, text: str) -> None:
        self._values[column.name] = text
        allowed = ", ".join(quoted(value) for value in column.allowed)
        self._add(
            column,
            f"{text} not in ({allowed})",
            "'{value}' is none of " + ", ".join(column.allowed),
        )

    def _month(self, column: Column, source: Source, text: str) -> None:
        self._values[column.name] = text
        self._add(column, f"not regexp_full_match({text}, '{_MONTH}')", "'{value}' is no YYYY-MM")

    def _boolean(self, column: Column, source: Source, text: str) -> None:
        if source.sql_type == "BOOLEAN":
            self._values[column.name] = source.sql
            return
        self._values[column.name] = f"(lower({text}) in ({TRUE}))"
        self._add(
            column,
            f"lower({text}) not in ({TRUE}, {FALSE})",
            "'{value}' is neither true nor false",
        )

    def _integer(self, column: Column, source: Source, text: str) -> None:
        # Days and months of a term: more than four digits is a typing error no calendar holds.
        width = 4 if column.name.endswith(("_days", "_months")) else 18
        self._values[column.name] = f"cast(regexp_replace({text}, '\\.0*$', '') as bigint)"
        self._add(
            column,
            f"not regexp_full_match({text}, '{_INTEGER}')",
            "'{value}' is no whole number",
        )
        self._add(
            column,
            f"not regexp_full_match({text}, '[+-]?0*[0-9]{{1,{width}}}(\\.0*)?')",
            f"'{{value}}' has more than {width} digits",
        )

    def _date(self, column: Column, source: Source, text: str) -> None:
        if source.sql_type == "DATE":
            self._values[column.name] = source.sql
            when = f"{source.sql} not between date '0001-01-01' and date '9999-12-31'"
            self._add(column, when, "'{value}' is no day of the calendar")
            return
        if source.sql_type.startswith("TIMESTAMP") and "ZONE" not in source.sql_type:
            self._values[column.name] = f"cast({source.sql} as date)"
            when = f"{source.sql} <> date_trunc('day', {source.sql})"
            self._add(column, when, "'{value}' has a time of day, a date was expected")
            return
        self._values[column.name] = f"cast({text} as date)"
        when = (
            f"not regexp_full_match({text}, '{_DATE}') or {text} < '0001'"
            f" or ({text} is not null and try_cast({text} as date) is null)"
        )
        self._add(column, when, "'{value}' is no date YYYY-MM-DD")

    def _timestamp(self, column: Column, source: Source, text: str) -> None:
        if source.sql_type == "TIMESTAMP WITH TIME ZONE":
            native = f"timezone('UTC', {source.sql})"
        elif source.sql_type in (
            "TIMESTAMP",
            "TIMESTAMP_NS",
            "TIMESTAMP_MS",
            "TIMESTAMP_S",
            "DATE",
        ):
            native = source.sql
        else:
            native = None
        if native is not None:
            # A cast out of range is an error even where it is only tried.
            within = f"{native} between timestamp '1678-01-01' and timestamp '2262-01-01'"
            self._values[column.name] = (
                f"case when {within} then cast({native} as timestamp_ns) end"
            )
            when = f"({source.sql} is not null and not ({within}))"
            self._add(column, when, "'{value}' is outside the years 1678 to 2261")
            return
        read = _readable_timestamp(text)
        self._values[column.name] = f"cast({read} as timestamp_ns)"
        when = (
            f"not regexp_full_match({text}, '{_TIMESTAMP}')"
            f" or ({text} is not null and try_cast({read} as timestamp_ns) is null)"
        )
        self._add(column, when, "'{value}' is no ISO 8601 timestamp")

    def _decimal(self, column: Column, source: Source, text: str) -> None:
        whole, places = _DIGITS[column.type]
        native = native_digits(source.sql_type)
        if source.sql_type in ("FLOAT", "DOUBLE"):
            raise UnreadableColumnError(
                f"column {column.name} is a binary float, which cannot hold decimals exactly",
                f"write {column.name} as a decimal or as text",
            )
        if native and native[0] <= whole and native[1] <= places:
            # The file's own decimal fits: nothing to check but the currency's digits.
            self._values[column.name] = f"cast({source.sql} as {column.sql_type})"
        else:
            self._values[column.name] = _cast_text(text, column.sql_type)
            self._add(
                column,
                f"not regexp_full_match({text}, '{_DECIMAL}')",
                "'{value}' is no plain decimal number",
            )
            fits = f"[+-]?0*[0-9]{{0,{whole}}}(\\.[0-9]{{0,{places}}}0*)?"
            self._add(
                column,
                f"not regexp_full_match({text}, '{fits}')",
                f"'{{value}}' has more than {whole} digits before or {places} after the point",
            )
        if column.type == "money" and self._currency is not None:
            self._minor_unit(column, text)
        if column.allowed == (">0",):
            self._add(column, f"{self._values[column.name]} <= 0", "'{value}' is not above zero")

    def _minor_unit(self, column: Column, text: str) -> None:
        by_digits: dict[int, list[str]] = {}
        for code, digits in sorted(minor_units().items()):
            by_digits.setdefault(digits, []).append(quoted(code))
        for digits, codes in sorted(by_digits.items()):
            within = f"[^.]*(\\.[0-9]{{0,{digits}}}0*)?"
            self._add(
                column,
                f"{self._currency} in ({', '.join(codes)})"
                f" and not regexp_full_match({text}, '{within}')",
                f"'{{value}}' has more than the {digits} decimals of its currency",
            )

    def _check_row(self, sources: dict[str, Source]) -> None:
        """What one row must hold beyond its columns one by one."""
        name = (self.obj.feed, self.obj.name)
        if name == ("operations", "close_requests"):
            when = f"{self.text('action')} = 'reopen' and {self.text('reason')} is null"
            self._add(self.obj.by_name["reason"], when, "is required to reopen a month")
        if name == ("operations", "credit_grants"):
            given = [self.text(column) for column in ("amount", "points", "point_value")]
            when = f"{given[0]} is null and ({given[1]} is null or {given[2]} is null)"
            self._add(self.obj.by_name["amount"], when, "or points and point_value are required")


def accepted_key_texts(obj: FeedObject) -> list[str]:
    """The same key text for a row of the object's raw table, in each way it may have been told."""
    values = {name: f'"{name}"' for name in obj.by_name}
    texts = [_key_text(obj, values, {})]
    if "effective_on" in obj.key and "starts_on" in obj.by_name:
        # A first version whose start was in bad form has not said when it takes effect.
        undated = values | {"effective_on": "''", "starts_on": "''"}
        first = "coalesce(effective_on, starts_on) = starts_on"
        texts.append(f"case when {first} then {_key_text(obj, undated, {})} end")
    return texts


def _key_text(obj: FeedObject, values: dict[str, str], texts: dict[str, str]) -> str:
    parts = []
    for name in obj.key:
        found = [f"cast({values[name]} as varchar)"]
        if name == "bank_account":
            # Spaces in an account number are ignored.
            found = [f"replace({values[name]}, ' ', '')"]
        if name in texts:
            found.append(texts[name])
        if obj.by_name[name].default is not None:
            found.append(quoted(obj.by_name[name].default or ""))
        elif name == "effective_on" and "starts_on" in obj.by_name:
            # A line without one takes effect when it starts.
            found.append(f"cast({values['starts_on']} as varchar)")
        parts.append(f"coalesce({', '.join(found)}, '')")
    return " || '|' || ".join(parts)


def native_digits(sql_type: str) -> tuple[int, int] | None:
    """Digits before and after the point of a binary number type, None for anything else."""
    if sql_type.startswith("DECIMAL("):
        width, scale = sql_type[8:-1].split(",")
        return int(width) - int(scale), int(scale)
    whole = {"TINYINT": 3, "UTINYINT": 3, "SMALLINT": 5, "USMALLINT": 5, "INTEGER": 10}
    digits = whole | {"UINTEGER": 10, "BIGINT": 19, "UBIGINT": 20, "HUGEINT": 39, "UHUGEINT": 39}
    return (digits[sql_type], 0) if sql_type in digits else None


def _readable_timestamp(text: str) -> str:
    """A timestamp as DuckDB reads it: capitals, seconds before a zone, nine digits of one."""
    with_seconds = f"regexp_replace(upper({text}), '^(.{{13}}:[0-9]{{2}})([Z+-])', '\\1:00\\2')"
    # Zeros beyond the ninth digit of a second are no digits.
    short = f"regexp_replace({with_seconds}, '(\\.[0-9]{{9}})0+', '\\1')"
    # Nearly every program writes what needs none of this; four signs tell it faster than a pattern.
    usual = (
        f"{text}[17] in ('', ':') and {text}[11] <> 't' and {text}[-1] <> 'z' and {text}[30] <> '0'"
    )
    return f"case when {usual} then {text} else {short} end"


def _cast_text(text: str, sql_type: str) -> str:
    """Text to decimal: narrow where it fits, a cast to 64 bits is a hundred times faster."""
    scale = int(sql_type.rstrip(")").split(",")[1])
    narrow = [(12, 6)] + ([(6, 12)] if scale == 12 else [(8, 10)])
    cases = " ".join(
        f"when regexp_full_match({text}, '[+-]?[0-9]{{1,{whole}}}(\\.[0-9]{{0,{places}}})?')"
        f" then cast({text} as decimal(18,{places}))::{sql_type}"
        for whole, places in narrow
    )
    return f"case {cases} else cast({text} as {sql_type}) end"
