"""CRM objects from a SQL database: what a pull reads is landed as a file like any other.

Tables (or views) of the contract's names, read forward by ``updated_at``. Every pull reads a day
back again, for transactions that committed late, and leaves out the rows it has landed before: they
are told by their content. Losing the cursor (``crm_cursor.json``) costs one full pull, no more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from ingestion.landing import Landing, LedgerEntry
from ingestion.schemas import OBJECTS
from ingestion.settings import Settings

_PAGE = 50_000
_OVERLAP = timedelta(days=1)


class CrmDatabaseError(Exception):
    """The CRM database does not answer. The message holds no secret."""


def pull(settings: Settings, page: int = _PAGE) -> list[LedgerEntry]:
    """Land what is new in each CRM table, one JSON lines file a table; nothing where nothing is.

    Raises :class:`CrmDatabaseError` when the database still fails after retries.
    """
    if settings.crm_url is None:
        return []
    secret = settings.crm_url.get_secret_value()
    try:
        url = sa.make_url(secret)
        engine = sa.create_engine(url)
    except Exception as error:
        raise CrmDatabaseError(f"CLOSEBOOK_CRM_URL: {type(error).__name__}") from None
    cursor = _Cursor(settings.home_path / "crm_cursor.json", url)
    landing = Landing(settings.landing_path)
    landed = []
    try:
        for name in _tables(engine):
            rows = _Rows(engine, name, cursor.of(name), page)
            entry = landing.land_bytes(f"crm/{name}/database-{{number:06}}.jsonl", rows)
            if entry is not None:
                landed.append(entry)
            cursor.keep(name, rows.state())
    except exc.SQLAlchemyError as error:
        raise CrmDatabaseError(_without_secrets(str(error), url)) from None
    finally:
        engine.dispose()
    return landed


_again = retry(
    retry=retry_if_exception_type((exc.OperationalError, exc.InterfaceError)),
    wait=wait_random_exponential(multiplier=0.5, max=10),
    stop=stop_after_attempt(4),
    reraise=True,
)


@_again
def _tables(engine: sa.Engine) -> list[str]:
    found = sa.inspect(engine)
    present = {*found.get_table_names(), *found.get_view_names()}
    return [name for feed, name in OBJECTS if feed == "crm" and name in present]


@_again
def _page(engine: sa.Engine, table: str, since: Any, limit: int) -> list[dict[str, Any]]:
    """The next rows by ``updated_at``, from ``since`` on; with None, those that have none first.

    The statement names no types: a value comes as the driver gives it, decimals as decimals.
    """
    updated_at: Any = sa.column("updated_at")
    query = sa.select(sa.text("*")).select_from(sa.table(table))
    if since is not None:
        query = query.where(sa.or_(updated_at >= since, updated_at.is_(None)))
    # Rows without a time stand first: the loader has to see them, to say that they lack it.
    first = sa.case((updated_at.is_(None), 0), else_=1)
    with engine.connect() as connection:
        found = connection.execute(query.order_by(first, updated_at).limit(limit))
        return [dict(row) for row in found.mappings()]


class _Rows:
    """The new rows of one table as lines of JSON; iterated once, then asked for its state."""

    def __init__(self, engine: sa.Engine, table: str, state: dict[str, Any], page: int) -> None:
        self._engine, self._table, self._page = engine, table, page
        self._since = _since(state.get("updated_at"))
        self._seen: dict[str, str | None] = dict(state.get("seen", {}))
        self._latest: Any = None
        self._latest_text: str | None = state.get("updated_at")

    def __iter__(self) -> Iterator[bytes]:
        since, limit = self._since, self._page
        while True:
            rows = _page(self._engine, self._table, since, limit)
            for row in rows:
                line = _line(row)
                digest = hashlib.sha256(line).hexdigest()[:32]
                known = digest in self._seen
                self._seen[digest] = _text(row.get("updated_at"))
                if not known:
                    yield line
            times = [row["updated_at"] for row in rows if row.get("updated_at") is not None]
            if times:
                self._latest, self._latest_text = times[-1], _text(times[-1])
            if len(rows) < limit:
                return
            if not times or times[-1] == since:
                limit *= 2  # more rows than a page share one time
            since = times[-1] if times else since

    def state(self) -> dict[str, Any]:
        """Where the next pull begins, and the rows it will meet again."""
        since = _since(self._latest_text)
        floor = _text(since) if since is not None else ""
        seen = {d: at for d, at in self._seen.items() if at is None or at >= (floor or "")}
        return {"updated_at": self._latest_text, "seen": seen}


class _Cursor:
    """How far each table of one database has been read."""

    def __init__(self, path: Path, url: sa.URL) -> None:
        self._path = path
        # Without the password: changing it is no reason to read everything again.
        name = url.set(password=None).render_as_string()
        self._database = hashlib.sha256(name.encode()).hexdigest()[:16]
        try:
            kept = json.loads(path.read_bytes())
        except (OSError, ValueError):
            kept = {}
        self._kept = kept if isinstance(kept, dict) else {}

    def of(self, table: str) -> dict[str, Any]:
        return self._kept.get(self._database, {}).get(table, {})

    def keep(self, table: str, state: dict[str, Any]) -> None:
        """Written after the rows have landed: a crash in between reads them once more."""
        self._kept.setdefault(self._database, {})[table] = state
        self._path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._path.with_suffix(".tmp")
        scratch.write_text(json.dumps(self._kept))
        scratch.replace(self._path)


def _since(text: str | None) -> Any:
    """A day before ``text``; as text again where a driver gives times as text (the day sorts right
    before whatever time of day follows it)."""
    if text is None:
        return None
    kind, _, value = text.partition(":")
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    if kind == "datetime":
        return at - _OVERLAP
    if kind == "date":
        return (at - _OVERLAP).date()
    return (at - _OVERLAP).date().isoformat()


def _text(value: Any) -> str | None:
    """A time with the kind it came as, so that the next pull asks in the same terms."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return f"datetime:{value.isoformat()}"
    if isinstance(value, date):
        return f"date:{value.isoformat()}"
    return f"text:{value}"


def _line(row: dict[str, Any]) -> bytes:
    cells = {name: _cell(value) for name, value in row.items()}
    return json.dumps(cells, ensure_ascii=True, sort_keys=True).encode() + b"\n"


def _cell(value: Any) -> str | None:
    """A value as the feed contract writes it; a float as its shortest text of at most 15 digits."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(format(value, ".15g")), "f")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "backslashreplace")
    return str(value)


def _without_secrets(text: str, url: sa.URL) -> str:
    """The first line of a driver's message, without whatever the URL holds that nobody may read."""
    line = (text.strip().splitlines() or [""])[0]
    secrets = [str(url.password or ""), *(str(value) for value in url.query.values())]
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        line = line.replace(secret, "***")
    return f"the CRM database fails: {line}"
