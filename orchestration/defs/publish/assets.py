"""From the warehouse to its readers."""

from datetime import timedelta

import dagster as dg

from closing.publish import published_models
from orchestration.books import Books
from orchestration.dbt_project import PROJECT
from orchestration.graph import asset_specs

PUBLISHED = dg.AssetKey(["published", "closebook"])


@dg.asset(
    key=PUBLISHED,
    deps=[asset_specs()[model["unique_id"]].key for model in published_models(PROJECT.manifest)],
    group_name="publish",
    required_resource_keys={"books"},
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=timedelta(days=3), warn_window=timedelta(days=1, hours=6)
    ),
    description="The marts and reports as one read-only DuckDB file and as Parquet, swapped in "
    "whole. BI tools open this copy, never the working file.",
)
def published(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Swaps in a fresh copy."""
    books: Books = context.resources.books
    tables = books.publish()
    books.alert_late_feeds()
    return dg.MaterializeResult(metadata={"tables": tables})
