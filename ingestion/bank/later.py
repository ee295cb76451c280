"""Formats that are told by their content and not read: the refusal names them."""

from __future__ import annotations

import re
from pathlib import Path

from ingestion.bank import BankFileError, BankStatement

_FORMATS = {
    "OFX": re.compile(rb"OFXHEADER|<OFX[ >]", re.IGNORECASE),
    "BAI2": re.compile(rb"\A\s*01,[^,\r\n]*,[^,\r\n]*,\d{6},"),
}


def _format(head: bytes) -> str | None:
    return next((name for name, mark in _FORMATS.items() if mark.search(head)), None)


def matches(head: bytes, name: str) -> bool:
    """Is this OFX, BAI2 or a CSV file?"""
    return _format(head) is not None or name.lower().endswith(".csv")


def read(path: Path) -> list[BankStatement]:
    """Always raises :class:`BankFileError`, naming the format."""
    with path.open("rb") as file:
        kind = _format(file.read(65536)) or "CSV"
    raise BankFileError(
        f"{kind} statements are told by their content but not read",
        "send camt.053 or MT940",
    )
