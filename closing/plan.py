"""What a close posts, read from the models' own YAML: ``config.meta.posted`` and its types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

_PERIODS = """
    close_no bigint, month varchar, entity_id varchar, action varchar, closed_at timestamp,
    requested_by varchar, known_on date, last_file_no integer, seeds_hash varchar,
    code_version varchar, row_hash varchar, chain_hash varchar, figures varchar
"""


@dataclass(frozen=True)
class PostedMart:
    """A mart whose rows a close keeps: where it is, what names its month and entity, columns."""

    name: str
    relation: str
    month: str
    entity: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]

    @property
    def table(self) -> str:
        return f"posted.{self.name}"


def read_plan(manifest: Mapping[str, Any]) -> list[PostedMart]:
    """Posted marts named by a dbt manifest (``manifest.json`` as a mapping), in order of name."""
    plan = []
    for node in manifest["nodes"].values():
        posted = (node.get("config", {}).get("meta") or {}).get("posted")
        if node["resource_type"] != "model" or not posted:
            continue
        types = {name: column["data_type"] for name, column in node["columns"].items()}
        kept = posted.get("columns") or list(types)
        plan.append(
            PostedMart(
                name=node["name"],
                relation=f"{node['schema']}.{node['alias']}",
                month=posted["month"],
                entity=posted.get("entity", "entity_id"),
                key=tuple(posted["key"]),
                columns=tuple((name, types[name]) for name in kept),
            )
        )
    return sorted(plan, key=lambda mart: mart.name)


def create_posted(con: duckdb.DuckDBPyConnection, plan: list[PostedMart]) -> None:
    """Create the posted tables that are missing and add columns that a mart has gained since."""
    con.execute("create schema if not exists posted")
    con.execute(f"create table if not exists posted.periods ({_PERIODS})")
    for mart in plan:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in mart.columns)
        con.execute(f"create table if not exists {mart.table} ({columns}, close_no bigint)")
        for name, kind in mart.columns:
            con.execute(f'alter table {mart.table} add column if not exists "{name}" {kind}')
