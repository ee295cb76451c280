"""CRM objects from a SQL database: every version once, whatever fails, and no secret anywhere."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from ingestion import crm_database
from ingestion.crm_database import CrmDatabaseError, pull


@pytest.fixture
def crm(box, tmp_path):
    path = tmp_path / "crm.sqlite"
    box.settings.crm_url = SecretStr(f"sqlite:///{path}")
    con = sqlite3.connect(path)
    con.execute(
        "create table milestones (milestone_id text, contract_line_id text, milestone_no integer,"
        " amount numeric, planned_on date, updated_at text, owner text)"
    )
    con.execute("create table unrelated (x integer)")
    yield con
    con.close()


def add(con, name: str, updated_at: str | None, amount: float = 1.1) -> None:
    row = (name, "L", 1, amount, "2026-01-31", updated_at, "me")
    con.execute("insert into milestones values (?, ?, ?, ?, ?, ?, ?)", row)
    con.commit()


def test_a_pull_lands_each_version_once(box, crm):
    add(crm, "m1", "2026-01-05 10:00:00")
    add(crm, "m2", "2026-01-05 10:00:00", 0.1 + 0.2)
    add(crm, "m3", None)
    [file] = box.ingest().files
    assert (file.path, file.rows_accepted, file.rows_quarantined) == (
        "crm/milestones/database-000001.jsonl",
        2,
        1,
    )
    assert file.unknown_columns == ["owner"]
    assert not box.ingest().files
    add(crm, "m4", "2026-01-05 09:59:00")  # committed late
    add(crm, "m1", "2026-01-06 10:00:00", 2)
    box.ingest()
    assert not box.ingest().files
    assert box.rows(
        "select milestone_id, cast(amount as varchar), cast(updated_at as varchar), file_no"
        " from raw.crm__milestones order by all"
    ) == [
        ("m1", "1.1000000000", "2026-01-05 10:00:00", 1),
        ("m1", "2.0000000000", "2026-01-06 10:00:00", 2),
        ("m2", "0.3000000000", "2026-01-05 10:00:00", 1),
        ("m4", "1.1000000000", "2026-01-05 09:59:00", 2),
    ]


def test_pages_smaller_than_what_shares_one_time(box, crm):
    for at in range(25):
        add(crm, f"m{at}", "2026-01-05 10:00:00" if at < 15 else f"2026-01-{at:02} 10:00:00")
    pull(box.settings, page=4)
    [file] = box.ingest().files
    assert file.rows_accepted == 25


def test_a_lost_cursor_costs_one_pull_of_the_same_bytes(box, crm):
    add(crm, "m1", "2026-01-05 10:00:00")
    box.ingest()
    (box.settings.home_path / "crm_cursor.json").unlink()
    assert not box.ingest().landed


def test_a_database_that_fails_for_a_moment_is_asked_again(box, crm, monkeypatch):
    add(crm, "m1", "2026-01-05 10:00:00")
    monkeypatch.setattr(crm_database._page.retry, "sleep", lambda _: None)
    connect, calls = sa.Engine.connect, []

    def flaky(engine):
        calls.append(1)
        if len(calls) == 3:
            raise sa.exc.OperationalError("select", {}, Exception("gone away"))
        return connect(engine)

    monkeypatch.setattr(sa.Engine, "connect", flaky)
    assert box.ingest().rows_accepted == 1


def test_no_secret_is_told(box, monkeypatch):
    box.settings.crm_url = SecretStr("postgresql+nowhere://me:hunter2@host/crm")
    with pytest.raises(CrmDatabaseError) as error:
        pull(box.settings)
    assert "hunter2" not in repr(error.value) and error.value.__cause__ is None
    assert "hunter2" not in repr(box.settings)
    url = sa.make_url("postgresql://me:hunter2@host/crm?sslpassword=hunter3")
    told = crm_database._without_secrets("login hunter2 failed, hunter3\nmore", url)
    assert told == "the CRM database fails: login *** failed, ***"
