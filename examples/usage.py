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


@dataclass(frozen=True)
class Stream:
    """What one account uses of one product. ``starts_at``: the UTC instant of its first day."""

    account_id: str
    product_id: str
    starts_at: datetime
    measure: str  # "calls" (whole numbers, now and then negative) or "hours" (six decimals)


def write_usage(
    out: Path,
    streams: Sequence[Stream],
    events: int,
    seed: int,
    months: Sequence[tuple[date, date]],
) -> None:
    """Write ``events`` events (before copies and revisions) below ``out``, by month or by day.

    ``months`` are the first and last days of the delivery months, in order. Memory does not grow
    with ``events``: files are written one after the other.
    """
    if not streams or not events:
        return
    out.mkdir(parents=True, exist_ok=True)
    first, last = months[0][0], months[-1][1]
    days = (last - first).days + 1
    con = duckdb.connect()
    con.execute("set threads = 2; set memory_limit = '2GB'")
    con.execute(
        "create table streams (stream_no ubigint, account_id varchar, product_id varchar, "
        "starts_at timestamp, measure varchar)"
    )
    con.executemany(
        "insert into streams values (?, ?, ?, ?, ?)",
        [
            (number, s.account_id, s.product_id, s.starts_at, s.measure)
            for number, s in enumerate(streams)
        ],
    )
    con.execute(_events_macro(len(streams), events, days, seed))
    if events > SMALL:
        spans = [(first + timedelta(n), first + timedelta(n)) for n in range(days)]
    else:
        spans = list(months)
    for number, (begin, end) in enumerate(spans):
        low, high = (begin - first).days, (end - first).days + 1
        query = _arrived_sql(low, high, events, days)
        if events > SMALL:
            _copy(con, query, out / f"{begin:%Y-%m}" / f"{begin}.parquet", "format parquet")
            continue
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
    con.close()


def _events_macro(streams: int, events: int, days: int, seed: int) -> str:
    """``demo_events(low, high, revision_no, copied)``: the events numbered from low up to high.

    ``copied`` below zero takes all of them, else the one in three hundred with that mark.
    """
    return f"""
    create macro demo_events(low, high, revision_no, copied) as table
    with numbered as (
        select i, hash(i, {seed}) as h
        from range(low, high) as t (i)
        where copied < 0 or (hash(i, {seed}) >> 3) % 300 = copied
    ),
    placed as (
        select
            i,
            h,
            ((h % {streams}) * ((h >> 20) % {streams})) // {streams} as stream_no,
            i * {days} // {events} as day_no,
            case when (h >> 11) % 100 = 0 then 1 + (h >> 30) % 40 else 0 end as days_late
        from numbered
    )
    select
        'ev-' || lpad(cast(i as varchar), 12, '0') as event_id,
        account_id,
        product_id,
        starts_at
        + to_days(cast(greatest(day_no - days_late, 0) as integer))
        + to_microseconds(cast((h >> 13) % 86400000000 as bigint)) as occurred_at,
        -- In millionths, so that the product stays within 64 bits.
        cast(case
            when revision_no = 2 and (h >> 41) % 3 = 0 then 0
            when measure = 'hours' then 1 + (h >> 7) % (4000000 * revision_no)
            when (h >> 9) % 400 = 0 then (-1 - cast((h >> 17) % 20 as bigint)) * 1000000
            else (1 + (h >> 7) % (90 * revision_no)) * 1000000
        end as decimal(12, 0)) * cast(0.000001 as decimal(6, 6))
            as quantity,
        revision_no as revision
    from placed
    join streams using (stream_no)
    """


def _arrived_sql(low: int, high: int, events: int, days: int) -> str:
    """What arrives on the days from ``low`` up to ``high``, numbered from the first."""

    def span(lag: int) -> str:
        return ", ".join(str(-(-max(day - lag, 0) * events // days)) for day in (low, high))

    columns = (
        "event_id, account_id, product_id, "
        "cast(occurred_at as timestamp) as occurred_at, "
        "cast(quantity as decimal(18, 6)) as quantity, revision"
    )
    return f"""
        select {columns} from demo_events({span(0)}, 1, -1)
        union all select {columns} from demo_events({span(0)}, 1, 1)
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
