"""The close: what a month posts, and the requests of people to close one."""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from orchestration.books import Books, CloseOutcome
from orchestration.defs.publish.assets import PUBLISHED
from orchestration.graph import evaluations, materializations

MONTH_NAMES, ENTITY_NAMES = "month", "entity"
MONTHS = dg.DynamicPartitionsDefinition(name=MONTH_NAMES)
ENTITIES = dg.DynamicPartitionsDefinition(name=ENTITY_NAMES)
CLOSES = dg.MultiPartitionsDefinition({"month": MONTHS, "entity": ENTITIES})
CLOSED_MONTH = dg.AssetKey(["closes", "month"])


class CloseRequest(dg.Config):
    """How a month is closed. ``all_entities``: with the partition's, every entity in use."""

    known_on: str = ""
    through: bool = False
    all_entities: bool = False
    requested_by: str = "dagster"


class Blocked(dg.Failure):
    """A gate blocks; nothing was posted."""


@dg.asset(
    key=CLOSED_MONTH,
    deps=[
        dg.AssetKey(["close", "reconciliations"]),
        dg.AssetKey(["close", "exceptions"]),
        dg.AssetKey(["close", "periods"]),
    ],
    partitions_def=CLOSES,
    group_name="closing",
    required_resource_keys={"books"},
    check_specs=[
        dg.AssetCheckSpec(
            "gates_passed",
            asset=CLOSED_MONTH,
            description="Every reconciliation of the entity and month holds to the cent.",
        )
    ],
    description="One closed month of one entity: built as of its last day, every gate passed, its "
    "rows written to landing, its manifest chained to the one before. `posted` tables are "
    "what these rows are loaded into.",
)
def closed_month(
    context: dg.AssetExecutionContext, config: CloseRequest
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
    """Closes the partition's month, then builds and publishes as of the known-on day."""
    books: Books = context.resources.books
    month, entity = split_partition(context.partition_key)
    outcome = books.close(
        month,
        entity=None if config.all_entities else entity,
        known_on=date.fromisoformat(config.known_on) if config.known_on else None,
        through=config.through,
        requested_by=config.requested_by,
    )
    books.outcome = outcome
    record_build(context, books)
    yield dg.AssetCheckResult(
        check_name="gates_passed",
        passed=not outcome.failed,
        metadata={
            f"{check.entity_id} {check.check_name} {check.currency}".strip(): (
                f"{check.expected} against {check.actual}"
            )
            for check in outcome.failed
        },
    )
    if outcome.failed:
        raise Blocked(description=_sentence(outcome), allow_retries=False)
    _record_other_partitions(context, outcome, month, entity)
    yield dg.MaterializeResult(metadata=_figures(outcome))


@dg.asset(
    key=["closes", "requests"],
    deps=[PUBLISHED],
    group_name="closing",
    required_resource_keys={"books"},
    description="The close requests of people, carried out in order at the end of a night. A "
    "refusal is listed and blocks nothing.",
)
def close_requests(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Carries out what ``close_requests`` asks for and has not got."""
    books: Books = context.resources.books
    carried_out = books.carry_out_requests()
    if any(request["result"] != "already closed" for request in carried_out):
        record_build(context, books)
    return dg.MaterializeResult(metadata={row["request_id"]: row["result"] for row in carried_out})


def split_partition(key: str) -> tuple[str, str]:
    """Month and entity of a partition key."""
    keys = key.keys_by_dimension if isinstance(key, dg.MultiPartitionKey) else None
    if keys is None:
        entity, month = key.split("|", 1)
        return month, entity
    return keys["month"], keys["entity"]


def record_build(context: dg.AssetExecutionContext, books: Books) -> None:
    """Show the tables and tests of the last build in Dagster, whoever built them."""
    for event in materializations(books.results):
        context.log_event(event)
    for event in evaluations(books.results):
        context.log_event(event)  # type: ignore[arg-type]


def _record_other_partitions(
    context: dg.AssetExecutionContext, outcome: CloseOutcome, month: str, entity: str
) -> None:
    for manifest in outcome.closed:
        if (manifest["month"], manifest["entity_id"]) == (month, entity):
            continue
        key = dg.MultiPartitionKey({"month": manifest["month"], "entity": manifest["entity_id"]})
        context.log_event(dg.AssetMaterialization(CLOSED_MONTH, partition=key))


def _figures(outcome: CloseOutcome) -> dict[str, str | int]:
    figures: dict[str, str | int] = {}
    for manifest in outcome.closed:
        name = f"{manifest['month']} {manifest['entity_id']}"
        figures[f"{name} rows"] = sum(table["rows"] for table in manifest["tables"].values())
        figures[f"{name} chain"] = manifest["chain_hash"]
    return figures


def _sentence(outcome: CloseOutcome) -> str:
    failed = outcome.failed
    names = ", ".join(sorted({check.check_name for check in failed}))
    return f"close {failed[0].month} is blocked by {len(failed)} checks: {names}"
