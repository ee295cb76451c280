"""Great Expectations over raw: one suite a feed object, and Data Docs kept with a close.

Only this module knows Great Expectations, which takes seconds to import: it is imported when an
object has changed since it was last validated, or when a close wants its documents.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingestion.schemas import OBJECTS, FeedObject


class _Dialect(str):
    """A dialect's name, in the two ways Great Expectations asks for it."""

    value = "duckdb"


@dataclass(frozen=True)
class SuiteResult:
    """What became of one object's suite: expectations in it, and how many held."""

    table: str
    expected: int
    held: int


def suites(con: duckdb.DuckDBPyConnection) -> dict[str, FeedObject]:
    """Objects that hold rows, by their table's name."""
    names = {obj.stored: obj for obj in OBJECTS.values()}
    sizes = dict(
        con.execute(
            "select schema_name || '.' || table_name, estimated_size from duckdb_tables() "
            "where schema_name = 'raw'"
        ).fetchall()
    )
    return {table: obj for table, obj in sorted(names.items()) if sizes.get(table)}


def validate(
    con: duckdb.DuckDBPyConnection, objects: Iterable[FeedObject], documents: Path | None
) -> list[SuiteResult]:
    """Validate the raw tables of ``objects``; write Data Docs to ``documents`` if given."""
    objects = list(objects)
    if not objects:
        return []
    gx, engine = _great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    if documents is not None:
        context.add_data_docs_site(
            site_name="closebook",
            site_config={
                "class_name": "SiteBuilder",
                "store_backend": {
                    "class_name": "TupleFilesystemStoreBackend",
                    "base_directory": str(documents),
                },
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            },
        )
    source = context.data_sources.add_sql(
        "raw",
        connection_string="duckdb:///:memory:",
        create_temp_table=False,
        kwargs={"creator": lambda: engine.ConnectionWrapper(_cursor(con))},
    )
    results = []
    for obj in objects:
        table = obj.stored.split(".")[1]
        asset = source.add_table_asset(table, table_name=table)
        batch = asset.add_batch_definition_whole_table("all")
        suite = context.suites.add(
            gx.ExpectationSuite(name=table, expectations=_expectations(gx, con, obj))
        )
        definition = context.validation_definitions.add(
            gx.ValidationDefinition(name=table, data=batch, suite=suite)
        )
        checkpoint = context.checkpoints.add(
            gx.Checkpoint(name=table, validation_definitions=[definition])
        )
        outcome = next(iter(checkpoint.run().run_results.values()))
        held = sum(bool(result.success) for result in outcome.results)
        results.append(SuiteResult(obj.stored, len(outcome.results), held))
    if documents is not None:
        context.build_data_docs(site_names=["closebook"])
    return results


def _cursor(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A cursor that looks into raw: a sample of a table is asked for without its schema."""
    cursor = con.cursor()
    cursor.execute("set schema = 'raw'")
    return cursor


def _expectations(gx: Any, con: duckdb.DuckDBPyConnection, obj: FeedObject) -> list[Any]:
    expect = gx.expectations
    accepted = con.execute(
        "select coalesce(sum(rows_accepted), 0) from raw.files "
        f"where feed = '{obj.feed}' and object = '{obj.name}' "
        "and file_no not in (select file_no from raw.usage_in_place)"
    ).fetchone()
    wanted: list[Any] = []
    if accepted and accepted[0] and obj.feed != "operations":
        wanted.append(expect.ExpectTableRowCountToEqual(value=int(accepted[0])))
    required = [column.name for column in obj.columns if column.required]
    for name in dict.fromkeys([*obj.key, *required, "file_no", "row_no"]):
        if obj.by_name.get(name) is None or obj.by_name[name].required:
            wanted.append(expect.ExpectColumnValuesToNotBeNull(column=name))
    wanted += [
        expect.ExpectColumnValuesToBeInSet(column=column.name, value_set=list(column.allowed))
        for column in obj.columns
        if column.type == "enum"
    ]
    wanted += [
        expect.ExpectColumnValuesToBeBetween(column=column.name, min_value=0, strict_min=True)
        for column in obj.columns
        if column.allowed == (">0",)
    ]
    wanted.append(expect.ExpectColumnMinToBeBetween(column="file_no", min_value=1))
    return wanted


def _great_expectations() -> tuple[Any, Any]:
    """Great Expectations, made to keep its DuckDB connection while it fetches results.

    Without it nearly every expectation fails with "list index out of range". The name is private,
    so the version is pinned and a test holds it.
    """
    warnings.filterwarnings("ignore", module="great_expectations|duckdb_engine|marshmallow")
    import duckdb_engine
    import great_expectations as gx
    from great_expectations.execution_engine import sqlalchemy_execution_engine

    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.ERROR)
    dialects = sqlalchemy_execution_engine._PERSISTED_CONNECTION_DIALECTS
    if "duckdb" not in dialects:
        sqlalchemy_execution_engine._PERSISTED_CONNECTION_DIALECTS = (  # type: ignore[assignment]
            *dialects,
            _Dialect("duckdb"),
        )
    return gx, duckdb_engine
