"""Where a close or a publication may be cut off. Tests put a kill here; production does nothing."""

from __future__ import annotations


def reached(point: str) -> None:
    """Called after each durable step, with its name."""
