"""From raw to reports: the days of the run, what is measured before the build, the dbt project."""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from ingestion.schemas import OBJECTS
from orchestration.books import Books
from orchestration.dbt_project import PROJECT
from orchestration.graph import StepEvent, asset_specs, check_specs, step_events
from orchestration.home import today


class RunDays(dg.Config):
    """Both days of a run as YYYY-MM-DD; empty is today in the first entity's time zone."""

    as_of: str = ""
    known_on: str = ""

    def days(self) -> tuple[date, date]:
        """As-of day and known-on day."""
        now = today().isoformat()
        return date.fromisoformat(self.as_of or now), date.fromisoformat(self.known_on or now)


_RAW = [dg.AssetKey(obj.table.split(".")) for obj in OBJECTS.values()]


@dg.multi_asset(
    name="prepare",
    specs=[
        dg.AssetSpec(
            ["control", "run_days"],
            deps=_RAW,
            group_name="control",
            description="One row: the day the books are seen at, the day up to which decisions "
            "count.",
        ),
        dg.AssetSpec(
            ["control", "chain_check"],
            deps=_RAW,
            group_name="control",
            description="One row a posted month and table: the hash its close kept, and today's.",
        ),
        dg.AssetSpec(
            ["control", "feed_checks"],
            deps=_RAW,
            group_name="control",
            description="One row a raw expectation, with its two figures.",
        ),
        dg.AssetSpec(
            ["control", "waived_amounts"],
            deps=_RAW,
            group_name="control",
            description="One row a waiver and exception: the amount it was given for.",
        ),
    ],
    required_resource_keys={"books"},
    description="Says the days of the run and measures what a build cannot see.",
)
def control(context: dg.AssetExecutionContext, config: RunDays) -> Iterator[dg.MaterializeResult]:
    """Sets the days, compares posted rows with their hashes, checks raw."""
    books: Books = context.resources.books
    books.set_days(*config.days())
    broken = books.check_chain()
    failed = books.check_feeds()
    yield dg.MaterializeResult(asset_key=["control", "run_days"])
    yield dg.MaterializeResult(asset_key=["control", "chain_check"], metadata={"differ": broken})
    yield dg.MaterializeResult(asset_key=["control", "feed_checks"], metadata={"failed": failed})
    yield dg.MaterializeResult(asset_key=["control", "waived_amounts"])


@dg.multi_asset(
    name="build",
    specs=list(asset_specs().values()),
    check_specs=list(check_specs().values()),
    can_subset=True,
    required_resource_keys={"books"},
    description="Builds and tests the dbt project in this process: all of it, or what is selected.",
)
def warehouse(
    context: dg.AssetExecutionContext,
) -> Iterator[StepEvent]:
    """Every selected seed, model and data test of the project."""
    books: Books = context.resources.books
    selected = context.selected_asset_keys
    chosen = [uid for uid, spec in asset_specs().items() if spec.key in selected]
    yield from step_events(books.build(nodes=chosen if len(chosen) < len(asset_specs()) else None))


def posted_sources() -> list[dg.AssetSpec]:
    """The tables a close appends to: sources of the models, written by ``closes/month``."""
    return [
        dg.AssetSpec(
            ["posted", source["name"]],
            group_name="posted",
            description=source["description"] or f"What closes have posted of {source['name']}.",
        )
        for source in PROJECT.manifest["sources"].values()
        if source["source_name"] == "posted"
    ]
