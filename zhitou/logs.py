"""One shape for every log line: time, level, logger, message, trace; personal data masked.

``configure`` is called once by each process. Lines go to standard error and to
``<home>/logs/<process>.log``. Extra facts are passed as ``extra={"facts": {"status": 200}}`` and
appear as ``status=200``.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import Any

from zhitou.guard.personal_data import mask
from zhitou.settings import Settings

trace_id: ContextVar[str] = ContextVar("trace_id", default="-")
"""The trace id of the request that is being answered in this context."""

_CHATTY = ("sanic.root", "httpx", "alembic")
"""Libraries whose INFO lines tell a person nothing."""

_FILE_BYTES = 5_000_000
_FILES_KEPT = 4


class PersonalDataFilter(logging.Filter):
    """Masks names, numbers and addresses in a record's message, facts and traceback.

    It changes the record in place and lets every record pass. Put it on handlers, so that it
    also sees what libraries log.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask ``record``; always true."""
        record.msg = mask(record.getMessage())
        record.args = None
        facts = getattr(record, "facts", None)
        if isinstance(facts, Mapping):
            record.facts = {
                key: mask(value) if isinstance(value, str) else value
                for key, value in facts.items()
            }
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = mask(logging.Formatter().formatException(record.exc_info))
        return True


class LineFormatter(logging.Formatter):
    """Formats ``2026-01-02T03:04:05.678Z INFO logger message key=value trace=…``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, followed by the traceback where there is one."""
        moment = datetime.fromtimestamp(record.created, timezone.utc)
        stamp = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        parts = [stamp, record.levelname, record.name, message]
        facts: Mapping[str, Any] = getattr(record, "facts", None) or {}
        parts += [f"{key}={_quoted(value)}" for key, value in facts.items()]
        trace = trace_id.get()
        if trace != "-":
            parts.append(f"trace={trace}")
        line = " ".join(parts)
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        return f"{line}\n{record.exc_text}" if record.exc_text else line


def _quoted(value: Any) -> str:
    text = str(value).replace("\r", "\\r").replace("\n", "\\n").replace('"', "'")
    return f'"{text}"' if " " in text or not text else text


def configure(settings: Settings, process: str) -> None:
    """Send every log line of this process to standard error and to its file.

    Args:
        settings: gives the folder and the level.
        process: the file's name, such as ``backend``.

    Raises:
        OSError: the folder of logs cannot be written.
    """
    folder = settings.home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [
        logging.StreamHandler(sys.stderr),
        logging.handlers.RotatingFileHandler(
            folder / f"{process}.log",
            maxBytes=_FILE_BYTES,
            backupCount=_FILES_KEPT,
            encoding="utf-8",
        ),
    ]
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    for handler in handlers:
        handler.addFilter(PersonalDataFilter())
        handler.setFormatter(LineFormatter())
        root.addHandler(handler)
    root.setLevel(settings.log_level)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
