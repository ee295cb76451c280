"""The dbt project as Dagster sees it: one described asset a model, one check a data test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import default_asset_check_fn

from closing.publish import SCHEMAS, published_models
from orchestration.dbt_project import PROJECT, NodeResult

StepEvent = (
    dg.MaterializeResult | dg.AssetCheckResult | dg.AssetMaterialization | dg.AssetCheckEvaluation
)

_ASSETS = ("model", "seed")
_FAILED = ("fail", "error", "runtime error", "warn")


class ClosebookTranslator(DagsterDbtTranslator):
    """Keys are schema and name; groups are the rooms; descriptions are the models' own."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        schema = dbt_resource_props["schema"]
        return schema if schema in SCHEMAS or schema == "seeds" else dbt_resource_props["fqn"][1]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return dbt_resource_props["description"].strip() or dbt_resource_props["name"]

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        columns = [
            dg.TableColumn(
                name=column["name"],
                type=column.get("data_type") or "?",
                description=column.get("description") or None,
            )
            for column in dbt_resource_props["columns"].values()
        ]
        return {"dagster/column_schema": dg.TableSchema(columns=columns)} if columns else {}


@cache
def _translator() -> ClosebookTranslator:
    return ClosebookTranslator()


@cache
def asset_specs() -> dict[str, dg.AssetSpec]:
    """Asset spec of every model and seed by dbt's unique id."""
    manifest = PROJECT.manifest
    return {
        unique_id: _translator().get_asset_spec(manifest, unique_id, None)
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in _ASSETS
        and node.get("config", {}).get("materialized") != "ephemeral"
    }


@cache
def check_specs() -> dict[str, dg.AssetCheckSpec]:
    """Check spec of every data test that belongs to one asset, by dbt's unique id."""
    manifest = PROJECT.manifest
    keys = {spec.key: spec for spec in asset_specs().values()}
    specs = {}
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] != "test":
            continue
        for parent in _attached(node):
            spec = default_asset_check_fn(
                manifest, _translator(), asset_specs()[parent].key, unique_id, None
            )
            if spec is not None and spec.asset_key in keys:
                specs[unique_id] = spec
                break
    return specs


def _attached(node: Mapping[str, Any]) -> list[str]:
    parents = [node.get("attached_node"), *node["depends_on"]["nodes"]]
    return [parent for parent in dict.fromkeys(parents) if parent in asset_specs()]


def materializations(results: Iterable[NodeResult]) -> Iterator[dg.AssetMaterialization]:
    """Dagster's event for every table that was built, outside the step that owns it."""
    for result in results:
        spec = asset_specs().get(result.unique_id)
        if spec is not None and result.status == "success":
            yield dg.AssetMaterialization(spec.key, metadata={"seconds": result.seconds})


def evaluations(results: Iterable[NodeResult]) -> Iterator[dg.AssetCheckEvaluation]:
    """Dagster's event for every data test that ran, outside the step that owns it."""
    for result in results:
        spec = check_specs().get(result.unique_id)
        if spec is not None:
            yield dg.AssetCheckEvaluation(
                check_name=spec.name,
                passed=result.status not in _FAILED,
                metadata=_measured(result),
                severity=_severity(result),
                asset_key=spec.asset_key,
            )


def step_events(
    results: Iterable[NodeResult],
) -> Iterator[StepEvent]:
    """What the step that owns all models and tests yields.

    Only what a later step waits for, the published tables and their checks, is an output of the
    step; the rest is told as plain events. An output costs Dagster several times what an event
    does, and there are hundreds.
    """
    results = list(results)
    awaited = {model["unique_id"] for model in published_models(PROJECT.manifest)}
    awaited_keys = {asset_specs()[unique_id].key for unique_id in awaited}
    for result in results:
        if result.unique_id in awaited and result.status == "success":
            yield dg.MaterializeResult(
                asset_key=asset_specs()[result.unique_id].key,
                metadata={"seconds": result.seconds},
            )
    yield from materializations(result for result in results if result.unique_id not in awaited)
    for evaluation in evaluations(results):
        if evaluation.asset_key in awaited_keys:
            yield dg.AssetCheckResult(
                asset_key=evaluation.asset_key,
                check_name=evaluation.check_name,
                passed=evaluation.passed,
                severity=evaluation.severity,
                metadata=evaluation.metadata,
            )
        else:
            yield evaluation


def _measured(result: NodeResult) -> dict[str, Any]:
    return {"rows found": result.failures or 0, "seconds": result.seconds}


def _severity(result: NodeResult) -> dg.AssetCheckSeverity:
    warns = result.status in ("warn", "pass")
    return dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR
