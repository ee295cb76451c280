"""What SQLFluff's templater lacks of dbt: ``adapter.dispatch`` and ``return``, as plain text."""

from collections.abc import Callable
from typing import Any


class _Adapter:
    """A dispatched macro reads as a call of a function of its name."""

    @staticmethod
    def dispatch(name: str, package: str = "") -> Callable[..., str]:
        return lambda *args: f"{name}({', '.join(str(arg) for arg in args)})"


adapter = _Adapter()


def _unchanged(value: Any) -> Any:
    return value


globals()["return"] = _unchanged
