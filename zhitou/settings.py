"""Every setting of the assistant, read from the environment and checked once at the start.

The variables are listed with their meaning in ``.env.example``. A wrong value raises
:class:`SettingsError` whose one line names the variable and what is wrong with it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseSettings, Field, ValidationError, validator

PROJECT_ROOT = Path(__file__).resolve().parent.parent
"""The folder of ``config.yml`` and ``domain.yml``."""

_PREFIX = "ZHITOU_"


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message is one line for a person."""


class Settings(BaseSettings):
    """The settings of all processes of one installation."""

    home: Path = Field(Path(".zhitou"), description="folder of the database, uploads and logs")
    host: str = Field("127.0.0.1", description="address that the three servers listen on")
    rasa_port: int = Field(5005, ge=1, le=65535)
    actions_port: int = Field(5055, ge=1, le=65535)
    backend_port: int = Field(8000, ge=1, le=65535)

    database_url: str = Field("", description="SQLAlchemy async URL; empty: SQLite in `home`")
    rasa_url: str = Field("", description="where Rasa answers; empty: this machine")
    actions_url: str = Field("", description="where the action server answers; empty: this machine")
    product_url: str = Field("", description="product backend; empty: the bundled one")
    risk_profile_url: str = Field("", description="risk-profile backend; empty: the bundled one")
    portfolio_url: str = Field("", description="portfolio backend; empty: the bundled one")
    knowledge_url: str = Field("", description="knowledge backend; empty: the bundled one")
    handoff_url: str = Field("", description="hand-off backend; empty: the bundled one")

    backend_timeout: float = Field(1.5, gt=0, le=10, description="seconds for one backend call")
    app_secret: str = Field("", description="signs the app channel's customer tokens")
    rasa_token: str = Field("", description="opens Rasa's HTTP API; empty keeps it closed")
    deep_link_base: str = Field("zhitou-demo://trade", description="the bank app's trade page")
    demo: bool = Field(True, description="seed and refresh the made-up demo data")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    class Config:
        """Where pydantic reads the values."""

        env_prefix = _PREFIX
        env_file = ".env"

    @validator("home", pre=False)
    def _home_absolute(cls, value: Path) -> Path:  # noqa: N805
        return value.expanduser().resolve()

    @validator("log_level")
    def _known_log_level(cls, value: str) -> str:  # noqa: N805
        level = value.upper()
        if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return level

    @validator("app_secret", "rasa_token")
    def _long_enough(cls, value: str) -> str:  # noqa: N805
        if value and len(value) < 16:
            raise ValueError("must have at least 16 characters")
        return value

    @validator("database_url", always=True)
    def _default_database(cls, value: str, values: dict[str, Any]) -> str:  # noqa: N805
        if not value:
            return f"sqlite+aiosqlite:///{values.get('home', Path('.zhitou'))}/zhitou.db"
        if not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError("must start with sqlite+aiosqlite:// or postgresql+asyncpg://")
        return value

    @validator("rasa_url", always=True)
    def _default_rasa_url(cls, value: str, values: dict[str, Any]) -> str:  # noqa: N805
        return (value or f"http://127.0.0.1:{values.get('rasa_port')}").rstrip("/")

    @validator("actions_url", always=True)
    def _default_actions_url(cls, value: str, values: dict[str, Any]) -> str:  # noqa: N805
        return (value or f"http://127.0.0.1:{values.get('actions_port')}").rstrip("/")

    @validator(
        "product_url",
        "risk_profile_url",
        "portfolio_url",
        "knowledge_url",
        "handoff_url",
        always=True,
    )
    def _default_backend_url(cls, value: str, values: dict[str, Any]) -> str:  # noqa: N805
        return (value or f"http://127.0.0.1:{values.get('backend_port')}").rstrip("/")


def load_settings(**overrides: Any) -> Settings:
    """Read and check the settings.

    Args:
        overrides: values that win over the environment, for tests.

    Raises:
        SettingsError: one line naming each wrong variable.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        wrong = "; ".join(
            f"{_PREFIX}{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()
        )
        raise SettingsError(wrong) from error


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return load_settings()
