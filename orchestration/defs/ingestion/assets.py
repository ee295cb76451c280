"""From the inbox to raw: landing, loading, quarantine."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg
import sqlalchemy.exc

from ingestion.schemas import OBJECTS
from orchestration.books import Books, StepError
from orchestration.dbt_project import PROJECT

# Yesterday's feeds are expected by now; a month without any is a failure of the sender.
_FRESH = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(days=35), warn_window=timedelta(days=2)
)


def _specs() -> list[dg.AssetSpec]:
    described = {
        obj.table.split(".")[1]: f"One row per version of {obj.feed} {obj.name}, as it came."
        for obj in OBJECTS.values()
    }
    for source in PROJECT.manifest["sources"].values():
        if source["source_name"] == "raw":
            text = source["description"] or f"What ingestion keeps of {source['name']}."
            described.setdefault(source["name"], text)
    return [
        dg.AssetSpec(
            ["raw", name], description=text, group_name="ingestion", freshness_policy=_FRESH
        )
        for name, text in described.items()
    ]


@dg.multi_asset(
    name="ingest",
    specs=_specs(),
    required_resource_keys={"books"},
    description="Lands every new file of the inbox under its SHA-256 and loads its rows to raw.",
)
def raw_feeds(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Restores posted months the warehouse lacks, then takes in what is new.

    What a network or a disk refused is tried again; a fault of the program is not.
    """
    books: Books = context.resources.books
    books.restore()
    try:
        books.ingest()
    except StepError as cause:
        if isinstance(cause.__cause__, OSError | sqlalchemy.exc.OperationalError):
            raise dg.RetryRequested(max_retries=2, seconds_to_wait=5) from cause
        raise
    for spec in _specs():
        yield dg.MaterializeResult(asset_key=spec.key)
