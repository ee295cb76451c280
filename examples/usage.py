"""Usage events of the demo company, as SQL in DuckDB: thousands or a hundred million.

An event is a function of its number and the seed, so that any file can be made by itself. The file
of a day (or of a month) holds what arrived then: the day's own events, of which one in a hundred
happened up to forty days before; an exact copy of some of them; copies of some of a week ago; and,
of some of twenty days ago, a second revision (one in three cancels its event).
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

# Above this many events a file is a day of Parquet, below it a month in one of the text formats.
SMALL = 1_000_000
_COMPRESSED = "format parquet, compression zstd"
_TEXT_ID = "'ev-' || lpad(cast(i as varchar), 12, '0')"
# Two hashes side by side as the sixteen bytes of a UUID.
_UUID = (
    "cast(cast(cast(h::uhugeint * 18446744073709551616::uhugeint + hash(i, {seed}) as bit) "
    "as blob) as uuid)"
)


@dataclass(frozen=True)
class Stream:
    """What one account uses of one product. ``starts_at``: the UTC instant of its first day."""

    account_id: str
    product_id: str
    starts_at: datetime
    measure: str  # "calls" (whole numbers, now and then negative) or "hours" (six decimals)


def open_streams(streams: Sequence[Stream]) -> duckdb.DuckDBPyConnection:
    """A database in memory with the table ``streams``: one row a stream, numbered from nought."""
    con = duckdb.connect()
    con.execute("set threads = 2; set memory_limit = '2GB'")
    con.execute(
        "create table streams (stream_no ubigint, account_id varchar, product_id varchar, "
        "starts_at timestamp, measure varchar)"
    )
    rows = [
        f"({number}, '{s.account_id}', '{s.product_id}', '{s.starts_at}', '{s.measure}')"
        for number, s in enumerate(streams)
    ]
    if rows:
        con.execute(f"insert into streams values {', '.join(rows)}")
    return con


def write_usage(
    con: duckdb.DuckDBPyConnection,
    out: Path,
    events: int,
    seed: int,
    months: Sequence[tuple[date, date]],
    days: int | None = None,
) -> None:
    """Write ``events`` events (before copies and revisions) below ``out``, by month or by day.

    ``con`` is what :func:`open_streams` gave; ``months`` are the first and last days of the
    delivery months, in order; ``days`` (default all) is on how many of them events come. Memory
    does not grow with ``events``: files are written one after the other.
    """
    first, last = months[0][0], months[-1][1]
    days = min(days or 10**6, (last - first).days + 1)
    last = first + timedelta(days - 1)
    spans = [(begin, min(end, last)) for begin, end in months if begin <= last]
    if not events or not _count(con):
        return
    out.mkdir(parents=True, exist_ok=True)
    _create_events(con, events, days, seed)
    if events > SMALL:
        for number in range(days):
            day = first + timedelta(number)
            query = _arrived_sql(number, number + 1, events, days)
            _copy(con, query, out / f"{day:%Y-%m}" / f"{day}.parquet", _COMPRESSED)
        return
    for number, (begin, end) in enumerate(spans):
        query = _arrived_sql((begin - first).days, (end - first).days + 1, events, days)
        name = f"{begin:%Y-%m}"
        if number % 3 == 0:
            _copy(con, query, out / f"{name}.csv", "format csv, header")
            _gzip(out / f"{name}.csv")
        elif number % 3 == 1:
            _copy(con, query, out / f"{name}.parquet", "format parquet")
        else:
            _copy(
                con,
                f"select * replace (cast(quantity as varchar) as quantity) from ({query})",
                out / f"{name}.jsonl",
                "format json",
            )


def write_late_day(
    con: duckdb.DuckDBPyConnection, path: Path, events: int, seed: int, days: int
) -> None:
    """Write the day after the ``days`` of a large :func:`write_usage` as one file.

    Its late events (one in a hundred) lie up to ninety days back, before the first day too; what
    comes again of earlier days is as it came then. ``con`` has written those days.
    """
    con.execute(
        _events_macro("night_events", _count(con), events, days, seed, _UUID, late=90, floor=-90)
    )
    _copy(con, _arrived_sql(days, days + 1, events, days, "night_events"), path, _COMPRESSED)


def _count(con: duckdb.DuckDBPyConnection) -> int:
    return con.execute("select count(*) from streams").fetchall()[0][0]


def _create_events(con: duckdb.DuckDBPyConnection, events: int, days: int, seed: int) -> None:
    # A table is read by all threads, a range by one of them.
    most = events if events <= SMALL else -(-events // days)
    con.execute(f"create or replace table numbers as select range as k from range({most})")
    event_id = _TEXT_ID if events <= SMALL else _UUID
    con.execute(
        _events_macro("demo_events", _count(con), events, days, seed, event_id, late=40, floor=0)
    )


def _events_macro(
    name: str,
    streams: int,
    events: int,
    days: int,
    seed: int,
    event_id: str,
    late: int,
    floor: int,
) -> str:
    """``name(low, high, revision_no, copied)``: the events numbered from low up to high.

    ``copied`` below zero takes all of them, else the one in four hundred with that mark. Late ones
    lie up to ``late`` days back, but not before the day numbered ``floor``.
    """
    return f"""
    create or replace macro {name}(low, high, revision_no, copied) as table
    with numbered as (
        select k + low as i, hash(i, {seed}) as h
        from numbers
        where k < high - low and (copied < 0 or (hash(i, {seed}) >> 3) % 400 = copied)
    ),
    placed as (
        select
            i,
            h,
            ((h % {streams}) * ((h >> 20) % {streams})) // {streams} as stream_no,
            i * {days} // {events} as day_no,
            case when (h >> 11) % 100 = 0 then 1 + cast((h >> 30) % {late} as bigint) else 0 end
                as days_late
        from numbered
    )
    select
        {event_id.format(seed=seed + 1)} as event_id,
        account_id,
        product_id,
        starts_at
        + to_days(cast(greatest(day_no - days_late, {floor}) as integer))
        + to_microseconds(cast((h >> 13) % 86400000000 as bigint)) as occurred_at,
        -- In millionths, so that all of it stays within 64 bits.
        cast(case
            when revision_no = 2 and (h >> 41) % 3 = 0 then 0
            when measure = 'hours' then 1 + cast(h >> 7 as bigint) % (4000000 * revision_no)
            when (h >> 9) % 400 = 0 then (-1 - cast((h >> 17) % 20 as bigint)) * 1000000
            else (1 + cast(h >> 7 as bigint) % (90 * revision_no)) * 1000000
        end as decimal(12, 0)) * cast(0.000001 as decimal(6, 6))
            as quantity,
        revision_no as revision
    from placed
    join streams using (stream_no)
    """


def _arrived_sql(
    low: int, high: int, events: int, days: int, own_events: str = "demo_events"
) -> str:
    """What arrives on the days from ``low`` up to ``high``, numbered from the first."""

    def span(lag: int) -> str:
        return ", ".join(str(-(-max(day - lag, 0) * events // days)) for day in (low, high))

    columns = (
        "event_id, account_id, product_id, "
        "cast(occurred_at as timestamp) as occurred_at, "
        "cast(quantity as decimal(18, 6)) as quantity, revision"
    )
    return f"""
        select {columns} from {own_events}({span(0)}, 1, -1)
        union all select {columns} from {own_events}({span(0)}, 1, 1)
        union all select {columns} from demo_events({span(7)}, 1, 2)
        union all select {columns} from demo_events({span(20)}, 2, 3)
    """


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    target = str(path).replace("'", "''")
    con.execute(f"copy ({query}) to '{target}' ({options})")


def _gzip(path: Path) -> None:
    """Compress with no time stamp: the same feed is the same bytes."""
    with (
        path.open("rb") as plain,
        path.with_name(path.name + ".gz").open("wb") as target,
        gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0) as packed,
    ):
        shutil.copyfileobj(plain, packed)
    path.unlink()
