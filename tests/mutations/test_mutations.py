"""Each mutation breaks one thing in a copy of the books and names the check that must go red."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration import dbt_project
from tests.books import ROOT, Books

MUTATIONS = yaml.safe_load((Path(__file__).parent / "mutations.yml").read_text(encoding="utf-8"))
PARTS = ("dbt_project.yml", "profiles.yml", "dbt_project", "seeds")
FAILED = """
    select check_name, entity_id, currency, expected, actual
    from close.reconciliations
    where not passed
"""


@pytest.fixture(scope="module")
def kept_parse(closed_books: Books) -> Path:
    """The program's parse of the project: a copy of it reads again only what was changed."""
    return dbt_project.PROJECT.parsed


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation["name"])
def test_mutation(
    mutation: dict[str, Any], closed_books: Books, kept_parse: Path, tmp_path: Path
) -> None:
    books = Books(tmp_path / "home")
    books.home.mkdir()
    shutil.copyfile(closed_books.warehouse, books.warehouse)
    if "sql" in mutation:
        with duckdb.connect(str(books.warehouse)) as con:
            assert con.execute(mutation["sql"]).fetchall() != [(0,)], "nothing was broken"
    if "command" in mutation:
        shutil.copytree(closed_books.home / "landing", books.home / "landing")
        outcome = books.command(mutation["command"])
        assert outcome.code == 5, outcome.text
        assert mutation["red"] in outcome.text
        return
    project = tmp_path / "project"
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile
        project.mkdir(exist_ok=True)
        copy(ROOT / part, project / part)
    if "replace" in mutation:
        path = project / mutation["replace"]["file"]
        text = path.read_text(encoding="utf-8")
        assert text.count(mutation["replace"]["old"]) == 1, "what is to be broken has changed"
        path.write_text(text.replace(mutation["replace"]["old"], mutation["replace"]["new"]))
    before = set(closed_books.query(FAILED))
    _rebuild(project, kept_parse, books.warehouse, mutation["select"])
    red = {row[0] for row in set(books.query(FAILED)) - before}
    assert mutation["red"] in red, f"red: {sorted(red)}"


def _rebuild(project: Path, kept_parse: Path, warehouse: Path, select: str) -> None:
    """Run the models behind what was broken, without the tests that would stop them."""
    target = project / "target"
    target.mkdir()
    shutil.copy(kept_parse / "partial_parse.msgpack", target)
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "build", "--select", select, "--quiet",
         "--resource-type", "model", "--resource-type", "seed",
         "--project-dir", project, "--profiles-dir", project, "--target-path", target,
         "--log-path", project / "logs"],
        env=os.environ | {"CLOSEBOOK_WAREHOUSE": str(warehouse)}, cwd=project, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
