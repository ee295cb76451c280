"""What Dagster shows: every asset described, the road unbroken, the checks, the jobs."""

from __future__ import annotations

import dagster as dg
import pytest

from orchestration.dbt_project import PROJECT
from orchestration.definitions import defs
from orchestration.graph import asset_specs, check_specs


@pytest.fixture(scope="module")
def graph():
    return defs.resolve_asset_graph()


def test_every_asset_is_described_and_grouped(graph) -> None:
    bare = [
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if not graph.get(key).description or graph.get(key).group_name == "default"
    ]
    assert bare == []


def test_the_road_leads_from_feed_to_published_copy(graph) -> None:
    feed, copy = dg.AssetKey(["raw", "crm__customers"]), dg.AssetKey(["published", "closebook"])
    assert feed in graph.get_ancestor_asset_keys(copy)
    assert dg.AssetKey(["posted", "periods"]) in graph.get_ancestor_asset_keys(copy)


def test_no_model_reads_a_source_that_nothing_writes(graph) -> None:
    loose = [
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if key.path[0] in ("raw", "control") and not graph.get(key).is_executable
    ]
    assert loose == []


def test_every_data_test_of_one_model_is_a_check() -> None:
    tests = [n for n in PROJECT.manifest["nodes"].values() if n["resource_type"] == "test"]
    attached = [n for n in tests if n.get("attached_node") in asset_specs()]
    assert attached
    assert all(node["unique_id"] in check_specs() for node in attached)


def test_warnings_never_block_and_broken_keys_do() -> None:
    for unique_id, spec in check_specs().items():
        severity = PROJECT.manifest["nodes"][unique_id]["config"]["severity"].lower()
        assert spec.blocking == (severity == "error"), unique_id


def test_jobs_schedules_and_the_sensor_load() -> None:
    assert {job.name for job in defs.resolve_all_job_defs()} >= {"nightly", "close"}
    repository = defs.get_repository_def()
    assert {s.name for s in repository.schedule_defs} == {"every_night", "every_month"}
    assert {s.name for s in repository.sensor_defs} == {"inbox"}
    close = defs.resolve_job_def("close")
    assert set(close.partitions_def.partition_dimension_names) == {"month", "entity"}
