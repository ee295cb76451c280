"""The jobs that the schedules, the sensor and the commands run, and what starts them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

import dagster as dg

from ingestion.settings import Settings
from orchestration.defs.close.assets import CLOSED_MONTH, ENTITY_NAMES, MONTH_NAMES
from orchestration.home import first_time_zone, today
from orchestration.resources import alert_on_failure

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(CLOSED_MONTH),
    hooks={alert_on_failure},
    executor_def=dg.in_process_executor,
    description="Ingest what is new, build, check, publish, carry out close requests.",
)

close = dg.define_asset_job(
    "close",
    selection=dg.AssetSelection.assets(CLOSED_MONTH),
    hooks={alert_on_failure},
    executor_def=dg.in_process_executor,
    description="Build as of the month's last day, pass every gate, post the month, publish.",
)


@dg.schedule(
    job=nightly,
    cron_schedule="0 3 * * *",
    execution_timezone=str(first_time_zone()),
    description="Every night at three, where the first entity keeps its books.",
)
def every_night(_context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One nightly run as of the day it starts on."""
    return dg.RunRequest(tags={"closebook/as_of": today().isoformat()})


@dg.schedule(
    job=close,
    cron_schedule="0 5 5 * *",
    execution_timezone=str(first_time_zone()),
    description="On the fifth at five, last month of every entity. A blocked close posts nothing.",
)
def every_month(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    """One close a known entity for the month before."""
    first: date = today().replace(day=1)
    month = (first - timedelta(days=1)).strftime("%Y-%m")
    instance = context.instance
    instance.add_dynamic_partitions(MONTH_NAMES, [month])
    for entity in instance.get_dynamic_partitions(ENTITY_NAMES):
        key = dg.MultiPartitionKey({"month": month, "entity": entity})
        yield dg.RunRequest(run_key=f"{month} {entity}", partition_key=key)


@dg.sensor(
    job=nightly,
    minimum_interval_seconds=60,
    description="Starts a nightly run when the inbox holds files it did not hold before.",
)
def inbox(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Compares path, size and time of the inbox's files with those of the last look."""
    from ingestion.landing import Inbox

    files = Inbox(Settings().inbox_url).files()
    seen = f"{len(files)} {hash_of(files)}"
    if not files or seen == context.cursor:
        return dg.SkipReason("nothing new in the inbox")
    context.update_cursor(seen)
    return dg.RunRequest(run_key=seen)


def hash_of(files: list) -> str:
    """One mark of what an inbox holds: path, size and time of each file."""
    text = "\n".join(f"{file.path} {file.size} {file.mark}" for file in files)
    return hashlib.sha256(text.encode()).hexdigest()
