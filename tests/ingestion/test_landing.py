"""Landing: every file once, numbered by path, whatever happens while it is read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ingestion import landing as landing_module
from ingestion.landing import Inbox, Landing
from ingestion.load import ingest

HEADER = "event_id,account_id,product_id,occurred_at,quantity\n"


def event(name: str) -> str:
    return f"{HEADER}{name},a,p,2026-01-01,1\n"


def ledger(box) -> list[tuple[int, str]]:
    entries = Landing(box.settings.landing_path).ledger()
    return [(entry.file_no, entry.path) for entry in entries]


def age(path: Path) -> None:
    """Make a file look as if it had lain there for an hour."""
    status = path.stat()
    os.utime(path, (status.st_atime - 3600, status.st_mtime - 3600))


def test_files_are_numbered_by_path_and_taken_once(box):
    box.put("usage/b.csv", event("b"))
    box.put("usage/a.csv", event("a"))
    box.put("usage/copy of a.csv", event("a"))
    assert [entry.path for entry in box.ingest().landed] == ["usage/a.csv", "usage/b.csv"]
    box.put("usage/again.csv", event("b"))
    assert not box.ingest().landed
    box.put("usage/a.csv", event("new bytes"))
    box.ingest()
    assert ledger(box) == [(1, "usage/a.csv"), (2, "usage/b.csv"), (3, "usage/a.csv")]
    assert box.rows("select count(*) from raw.usage__events") == [(3,)]


def test_the_bytes_lie_under_their_hash_refused_ones_too(box):
    box.put("usage/bad.parquet", b"rubbish")
    [entry] = box.ingest().landed
    kept = box.settings.landing_path / "files" / entry.sha256[:2] / entry.sha256
    assert kept.read_bytes() == b"rubbish"
    line = json.loads((box.settings.landing_path / "ledger.jsonl").read_text())
    assert set(line) == {"file_no", "path", "sha256", "size", "landed_at"}


def test_what_is_not_looked_at(box):
    for path in (".hidden.csv", "usage/.x/a.csv", "usage/a.csv.part", "usage/a.csv.TMP"):
        box.put(path, event("x"))
    os.mkfifo(box.inbox / "usage" / "pipe.csv")
    (box.inbox / "usage" / "gone.csv").symlink_to("nowhere")
    assert not box.ingest().landed


def test_a_link_that_leads_out_of_the_inbox_is_not_read_and_said(box, tmp_path):
    """The file's own or that of a folder above it; one within the inbox is a file as any other,
    and the inbox may be a link itself."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text(event("secret"))
    box.put("usage/a.csv", event("a"))
    box.put("usage/.kept/b.csv", event("b"))
    (box.inbox / "usage" / "b.csv").symlink_to(box.inbox / "usage" / ".kept" / "b.csv")
    (box.inbox / "usage" / "out.csv").symlink_to(outside / "secret.csv")
    (box.inbox / "usage" / "up.csv").symlink_to("../../outside/secret.csv")
    (box.inbox / "usage" / "folder").symlink_to(outside)
    (tmp_path / "door").symlink_to(box.inbox)
    box.settings.inbox = str(tmp_path / "door")
    told: list[str] = []
    report = ingest(box.con, box.settings, told.append)
    assert [entry.path for entry in report.landed] == ["usage/a.csv", "usage/b.csv"]
    said = [line.partition(":")[0] for line in told if "leads out of the inbox" in line]
    assert {"usage/out.csv", "usage/up.csv"} <= {*said}
    assert box.rows("select count(*) from raw.usage__events where event_id = 'secret'") == [(0,)]


def test_a_missing_inbox_is_an_empty_one(box):
    box.inbox.rmdir()
    assert not box.ingest().landed


def test_names_are_data(box):
    names = ["usage/'; drop table raw.files; --.csv", "usage/a\nb.csv", "usage/[a-z]*?.csv"]
    for at, name in enumerate(names):
        box.put(name, event(f"e{at}"))
    odd = os.fsencode(box.inbox / "usage") + b"/\xff.csv"
    Path(os.fsdecode(odd)).write_text(event("e9"))
    assert len(box.ingest().files) == 4
    assert box.rows("select count(*) from raw.usage__events") == [(4,)]
    assert {path for (path,) in box.rows("select path from raw.files")} >= set(names)
    assert not box.ingest().landed


def test_an_unchanged_file_is_not_read_again_and_the_index_may_be_lost(box, monkeypatch):
    age(box.put("usage/a.csv", event("a")))
    box.ingest()
    reads: list[str] = []
    opened = Inbox.open
    monkeypatch.setattr(
        Inbox, "open", lambda self, file: reads.append(file.path) or opened(self, file)
    )
    box.ingest()
    assert reads == []
    (box.settings.home_path / "inbox_seen.json").write_text("{torn")
    assert not box.ingest().landed
    assert reads == ["usage/a.csv"]


@pytest.mark.parametrize("change", ["grows", "goes", "cannot be read"])
def test_a_file_that_changes_while_it_is_read_waits(box, monkeypatch, change):
    path = box.put("usage/a.csv", event("a"))
    box.put("usage/b.csv", event("b"))
    chunks = landing_module._chunks

    def disturbed(inbox, file):
        if file.path == "usage/a.csv" and change == "cannot be read":
            raise landing_module._CannotReadError
        yield from chunks(inbox, file)
        if file.path == "usage/a.csv":
            path.unlink() if change == "goes" else path.write_text(
                event("a") + "a2,a,p,2026-01-01,1\n"
            )

    monkeypatch.setattr(landing_module, "_chunks", disturbed)
    report = box.ingest()
    assert report.waiting == ["usage/a.csv"]
    assert ledger(box) == [(1, "usage/b.csv")]
    monkeypatch.undo()
    box.ingest()
    assert ledger(box)[1:] == ([] if change == "goes" else [(2, "usage/a.csv")])


def test_a_torn_last_line_of_the_ledger_is_healed_and_other_damage_is_not(box):
    box.put("usage/a.csv", event("a"))
    box.put("usage/b.csv", event("b"))
    box.ingest()
    path = box.settings.landing_path / "ledger.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    assert ledger(box) == [(1, "usage/a.csv")]
    (box.settings.home_path / "inbox_seen.json").unlink(missing_ok=True)
    assert [entry.file_no for entry in Landing(box.settings.landing_path).land(
        Inbox(box.settings.inbox_url)
    )[0]] == [2]  # fmt: skip
    path.write_bytes(b"x" + whole)
    with pytest.raises(RuntimeError, match="damaged"):
        ledger(box)


def test_any_fsspec_url_is_an_inbox(box):
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe("/box/usage/a.csv", event("a").encode())
    memory.pipe("/box/usage/a.csv.part", event("x").encode())
    box.settings.inbox = "memory://box"
    assert [entry.path for entry in box.ingest().landed] == ["usage/a.csv"]
    assert not box.ingest().landed
    memory.rm("/box", recursive=True)
