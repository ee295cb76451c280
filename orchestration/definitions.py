"""Everything Dagster knows: assets from feed to report, jobs, schedules, the sensor."""

from __future__ import annotations

import dagster as dg

from orchestration.defs.close.assets import close_requests, closed_month
from orchestration.defs.ingestion.assets import raw_feeds
from orchestration.defs.publish.assets import published
from orchestration.defs.warehouse.assets import control, posted_sources, warehouse
from orchestration.jobs import close, every_month, every_night, inbox, nightly
from orchestration.resources import books_resource

defs = dg.Definitions(
    assets=[
        raw_feeds,
        control,
        *posted_sources(),
        warehouse,
        published,
        closed_month,
        close_requests,
    ],
    jobs=[nightly, close],
    schedules=[every_night, every_month],
    sensors=[inbox],
    resources={"books": books_resource},
    executor=dg.in_process_executor,  # one process holds the warehouse
)
