"""The commands' exit codes and what they print, over books that have closed two months."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.books import PROGRAM, Books


@pytest.fixture(scope="module")
def books(closed_books: Books, tmp_path_factory: pytest.TempPathFactory) -> Books:
    """A copy of the closed books that a test may harm."""
    home = tmp_path_factory.mktemp("commands") / "home"
    shutil.copytree(closed_books.home, home, symlinks=True)
    return Books(home)


def as_json(books: Books, *words: str, code: int = 0) -> dict:
    """What a command prints for machines; progress stands on lines before."""
    text = books.command(*words, "--json", check=(code,)).text
    return json.loads(next(line for line in text.splitlines() if line.startswith("{")))


def test_every_command_says_what_it_does(tmp_path: Path) -> None:
    words = Books(tmp_path).command("--help", check=(0,)).text
    listed = ("run", "close", "status", "exceptions", "verify", "publish", "ui", "demo", "whatif")
    assert all(f" {name} " in words for name in listed)
    unbuilt = ("reopen", "trace", "rebuild", "worklist", "diff", "template", "check")
    assert not any(f"\n  {name} " in words for name in unbuilt)


def test_what_is_not_there_yet_is_said_in_one_line(tmp_path: Path) -> None:
    outcome = Books(tmp_path).command("status", check=(1,))
    assert "nothing is published" in outcome.text
    assert len(outcome.text.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [("close", "2026-13"), ("run", "--as-of", "tomorrow"), ("close", "2026-01", "--no-such")],
)
def test_a_misspelt_command_changes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    Books(tmp_path).command(*words, check=(2,))
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_status_names_months_feeds_and_exceptions(books: Books) -> None:
    status = as_json(books, "status")
    closed = {m["month"] for m in status["months"] if m["status"] == "closed"}
    assert closed == {"2026-01", "2026-02"}
    assert {"crm", "usage"} <= {feed["feed"] for feed in status["feeds"]}
    blocking = [b for b in status["blocking"] if b["check_name"] == "no_open_exceptions"]
    assert all(block["month"] == "2026-03" for block in blocking)
    listed = as_json(books, "exceptions")["exceptions"]
    assert len(listed) == sum(kind["open"] for kind in status["open_exceptions"])
    kind = "no_such_kind"
    assert as_json(books, "exceptions", "--kind", kind)["exceptions"] == []


def test_a_closed_month_closes_again_without_a_change(books: Books) -> None:
    before = sorted((books.home / "landing" / "posted").rglob("*"))
    again = as_json(books, "close", "2026-01", "--known-on", "2026-02-10")
    assert again["result"] == "already closed"
    assert sorted((books.home / "landing" / "posted").rglob("*")) == before


def test_a_day_that_all_have_closed_is_refused(books: Books) -> None:
    outcome = books.command("run", "--as-of", "2026-01-15", check=(2,))
    assert "2026-02" in outcome.text.strip().splitlines()[-1]


def test_verify_proves_the_head_of_the_chain_and_names_what_differs(books: Books) -> None:
    head = as_json(books, "verify")["chain_head"]
    books.command("verify", "--expect", head, check=(0,))
    books.command("verify", "--expect", "0" * 64, check=(5,))
    with duckdb.connect(str(books.warehouse)) as con:
        con.execute("update posted.periods set chain_hash = 'x' where close_no = 1")
    text = books.command("verify", check=(5,)).text
    assert "2026-01" in text and "periods" in text


def test_publish_alone_swaps_in_the_same_tables(books: Books) -> None:
    def tables() -> list[tuple]:
        with duckdb.connect(
            str(books.home / "published" / "closebook.duckdb"), read_only=True
        ) as con:
            return con.execute(
                "select table_schema, table_name from information_schema.tables order by all"
            ).fetchall()

    before = tables()
    books.command("publish", check=(0,))
    assert tables() == before


def test_a_build_that_fails_leaves_the_published_copy_and_says_so_in_one_object(
    closed_books: Books, tmp_path: Path
) -> None:
    books = Books(tmp_path / "home")
    shutil.copytree(closed_books.home, books.home, symlinks=True)
    published = books.home / "published"
    before = {path: path.read_bytes() for path in published.rglob("*") if path.is_file()}
    with duckdb.connect(str(books.warehouse)) as con:
        con.execute("insert into raw.bank_statements from raw.bank_statements limit 1")
    failed = subprocess.run(
        [PROGRAM, "run", "--as-of", "2026-03-31", "--known-on", "2026-04-30", "--json"],
        env=books.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert failed.returncode == 1
    told = json.loads(failed.stdout)
    assert "unique_key_stg_bank__statements" in told["message"]
    assert {path: path.read_bytes() for path in before} == before
    # What stands half built is neither published by hand nor compared with, and status says so.
    refused = as_json(books, "publish", code=1)
    assert "did not end well" in refused["message"] and "closebook run" in refused["message"]
    assert {path: path.read_bytes() for path in before} == before
    plan = tmp_path / "products.csv"
    plan.write_text(
        "product_id,product_name,product_line,tax_code,updated_at\nP,P,L,T,2026-01-01\n"
    )
    assert "did not end well" in as_json(books, "whatif", "--plan", str(plan), code=1)["message"]
    status = as_json(books, "status")
    assert "did not end well" in status["unfinished_build"]
    assert status["as_of"] == json.loads(before[published / "run.json"])["as_of"]
    with duckdb.connect(str(books.warehouse)) as con:
        con.execute("create table kept as select distinct * from raw.bank_statements")
        con.execute("delete from raw.bank_statements")
        con.execute("insert into raw.bank_statements from kept")
        con.execute("drop table kept")
    books.run("2026-03-31", "2026-04-30")
    assert as_json(books, "status")["unfinished_build"] is None
    books.command("publish", check=(0,))
    assert json.loads((published / "run.json").read_bytes())["known_on"] == "2026-04-30"
    drafts = [path for path in published.glob(".*") if not path.name.startswith(".parquet-2")]
    assert not drafts


def test_status_says_what_blocks_the_first_open_month(tmp_path: Path) -> None:
    """Exceptions up to the month's end and undated ones, of the entity or of all; 0 is shown."""
    home = Books(tmp_path)
    (home.home / "published").mkdir(parents=True)
    with duckdb.connect(str(home.home / "published" / "closebook.duckdb")) as con:
        con.execute("create schema close")
        con.execute(
            "create table close.periods as from (values ('2026-01', 'E1', 'closed'), "
            "('2026-02', 'E1', 'open'), ('2026-03', 'E1', 'open'), ('2026-03', 'E2', 'open')) "
            "t(month, entity_id, status)"
        )
        con.execute("alter table close.periods add column closed_at timestamp")
        con.execute("alter table close.periods add column chain_hash varchar")
        con.execute(
            "create table close.exceptions as from (values ('a', 'E1', date '2026-02-28', null), "
            "('a', 'E1', date '2026-03-01', null), ('a', null, null, null), "
            "('a', 'E1', date '2026-02-01', date '2026-02-02')) "
            "t(kind, entity_id, dated_on, resolved_on)"
        )
        con.execute(
            "create table close.reconciliations (month varchar, entity_id varchar, check_name "
            "varchar, currency varchar, expected decimal(20,4), actual decimal(20,4), "
            "difference decimal(20,4), passed boolean)"
        )
        con.execute(
            "insert into close.reconciliations values "
            "('2026-03', 'E1', 'no_open_exceptions', null, 0, 3, 3, false), "
            "('2026-03', 'E1', 'debits_equal_credits', 'EUR', 0, 5, 5, false)"
        )
    found = [
        (b["month"], b["entity_id"], b["check_name"], int(float(b["actual"])))
        for b in as_json(home, "status")["blocking"]
    ]
    assert found == [
        ("2026-02", "E1", "no_open_exceptions", 2),
        ("2026-03", "E1", "debits_equal_credits", 5),
        ("2026-03", "E2", "no_open_exceptions", 1),
    ]
    shown = home.command("status", check=(0,)).text
    row = next(line for line in shown.splitlines() if "debits_equal_credits" in line)
    assert "0.0000" in row.replace("5.0000", "")
