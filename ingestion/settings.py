"""Settings of the program, from the environment or ``.env``, each with a default that works."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting is ``CLOSEBOOK_<NAME>``; an empty one counts as not set.

    ``home`` holds ``landing/``, ``warehouse.duckdb`` and ``published/``. ``inbox`` is a local path
    or any fsspec URL. ``memory_limit`` is a DuckDB size: what does not fit is spilled beside the
    warehouse, and more than the default makes nothing faster. ``crm_url`` and
    ``alert_command`` may hold secrets: they print as stars.
    """

    model_config = SettingsConfigDict(
        env_prefix="CLOSEBOOK_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    home: Path = Path("var")
    inbox: str = ""
    crm_url: SecretStr | None = None
    target: Literal["duckdb"] = "duckdb"
    threads: int | None = Field(default=None, ge=1)
    memory_limit: str = "3GB"
    account_dimension: Literal["customer", "product_line"] = "product_line"
    group_currency: str | None = None
    alert_command: SecretStr | None = None

    @cached_property
    def home_path(self) -> Path:
        """``home``, absolute: a later change of the working directory does not move it."""
        return self.home.expanduser().absolute()

    @property
    def inbox_url(self) -> str:
        """Where feeds are looked for: ``inbox``, by default ``inbox/`` under ``home``."""
        return self.inbox or str(self.home_path / "inbox")

    @property
    def landing_path(self) -> Path:
        return self.home_path / "landing"

    @property
    def warehouse_path(self) -> Path:
        return self.home_path / "warehouse.duckdb"

    @property
    def published_path(self) -> Path:
        return self.home_path / "published"

    @property
    def logs_path(self) -> Path:
        return self.home_path / "logs"
