"""Each mutation breaks one thing in a copy of the books and names the check that must go red.

What is broken in a model or a seed is broken in the very SQL that the program ran, and everything
behind it is built again up to the checks; then all of it is taken back.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.dbt_project import PROJECT
from tests.books import ROOT, Books

MUTATIONS = yaml.safe_load((Path(__file__).parent / "mutations.yml").read_text(encoding="utf-8"))
CHECKS = "model.closebook.reconciliations"
FAILED = """
    select check_name, entity_id, currency, expected, actual
    from close.reconciliations
    where not passed
"""


@pytest.fixture(scope="module")
def warehouse(
    closed_books: Books, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the closed books, in which one transaction after another is taken back."""
    copy = tmp_path_factory.mktemp("mutations") / closed_books.warehouse.name
    shutil.copyfile(closed_books.warehouse, copy)
    with duckdb.connect(str(copy)) as con:
        yield con


@pytest.fixture(scope="module")
def rendered(closed_books: Books) -> dict[str, str]:
    """The SQL of each model by its unique id, as the closed books were built with it."""
    return json.loads((PROJECT.parsed / "rendered.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "mutation", [m for m in MUTATIONS if "command" not in m], ids=lambda mutation: mutation["name"]
)
def test_mutation(
    mutation: dict[str, Any], warehouse: duckdb.DuckDBPyConnection, rendered: dict[str, str]
) -> None:
    before = set(warehouse.execute(FAILED).fetchall())
    warehouse.begin()
    try:
        red = {row[0] for row in set(_failed_after(mutation, warehouse, rendered)) - before}
    finally:
        warehouse.rollback()
    assert mutation["red"] in red, f"red: {sorted(red)}"
    assert set(warehouse.execute(FAILED).fetchall()) == before


def _failed_after(
    mutation: dict[str, Any], con: duckdb.DuckDBPyConnection, rendered: dict[str, str]
) -> list[tuple]:
    if "sql" in mutation:
        assert con.execute(mutation["sql"]).fetchall() != [(0,)], "nothing was broken"
    broken: dict[str, str] = {}
    if "replace" in mutation:
        path = ROOT / mutation["replace"]["file"]
        old, new = mutation["replace"]["old"], mutation["replace"]["new"]
        assert path.read_text(encoding="utf-8").count(old) == 1, "what is to be broken has changed"
        if path.suffix == ".csv":
            _load_seed(con, path, old, new)
        else:
            name = f"model.closebook.{path.stem}"
            assert rendered[name].count(old) == 1, "what is to be broken is not in the SQL run"
            broken[name] = rendered[name].replace(old, new)
    for unique_id in _between(mutation["from"]):
        if unique_id.startswith("model."):
            _build(con, unique_id, broken.get(unique_id) or rendered[unique_id])
    return con.execute(FAILED).fetchall()


def _load_seed(con: duckdb.DuckDBPyConnection, path: Path, old: str, new: str) -> None:
    """The rows of an edited seed, in the table that dbt has made for it."""
    text = path.read_text(encoding="utf-8").replace(old, new)
    header, *rows = csv.reader(text.splitlines())
    con.execute(f"truncate seeds.{path.stem}")
    con.executemany(
        f"insert into seeds.{path.stem} ({', '.join(header)}) "
        f"values ({', '.join('?' * len(header))})",
        [[value or None for value in row] for row in rows],
    )


def _between(name: str) -> list[str]:
    """A seed or model and all behind it that the checks stand on, in the order of building."""
    nodes, children = PROJECT.manifest["nodes"], PROJECT.manifest["child_map"]
    first = next(uid for uid, node in nodes.items() if node["name"] == name)
    order: list[str] = []

    def leads_on(unique_id: str) -> bool:
        """Whether the checks stand on a node; those that they do are listed, the last first."""
        if unique_id in order or unique_id == CHECKS:
            if unique_id not in order:
                order.append(unique_id)
            return True
        # Every child is asked: a list, so that none is left out once one has led on.
        led = [leads_on(child) for child in children[unique_id] if child in models]
        if any(led):
            order.append(unique_id)
        return any(led)

    models = {uid for uid, node in nodes.items() if node["resource_type"] == "model"}
    assert leads_on(first), f"no check stands on {name}"
    return order[::-1]


def _build(con: duckdb.DuckDBPyConnection, unique_id: str, sql: str) -> None:
    """Run a model as the program runs it: names and types of its contract are kept."""
    node = PROJECT.manifest["nodes"][unique_id]
    table = f'"{node["schema"]}"."{node["alias"]}"'
    if node["config"]["materialized"] == "view":
        con.execute(f"create or replace view {table} as {sql}")
        return
    if node["config"]["materialized"] == "accumulated":
        found = list(node["config"].get("finds", {}))[-1:]
        for name in found:
            con.execute(f"create or replace temp table {name} as select null as event_id limit 0")
        sql = _whole(sql)
    if node["config"]["contract"]["enforced"]:
        casts = [f"cast({c['name']} as {c['data_type']}) as {c['name']}"
                 for c in node["columns"].values()]  # fmt: skip
        sql = f"select {', '.join(casts)} from ({sql})"
    con.execute(f"create or replace table {table} as {sql}")


def _whole(sql: str) -> str:
    """A model that grows, over all files at once."""
    tokens = {
        "rows_newly_taken__": "true",
        "rows_taken_before__": "false",
        "in_files_found__": "false",
    }
    for name, value in tokens.items():
        sql = sql.replace(name, value)
    return sql


def test_a_posted_row_tampered_with(closed_books: Books, tmp_path: Path) -> None:
    """The chain of the closes is proved by a command, from warehouse and landing."""
    mutation = next(m for m in MUTATIONS if "command" in m)
    books = Books(tmp_path / "home")
    books.home.mkdir()
    shutil.copyfile(closed_books.warehouse, books.warehouse)
    shutil.copytree(closed_books.home / "landing", books.home / "landing")
    with duckdb.connect(str(books.warehouse)) as con:
        assert con.execute(mutation["sql"]).fetchall() != [(0,)], "nothing was broken"
    outcome = books.command(mutation["command"])
    assert outcome.code == 5, outcome.text
    assert mutation["red"] in outcome.text
