"""Log lines: one shape, personal data masked, also in what libraries and tracebacks say."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhitou import logs
from zhitou.settings import load_settings


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """The file that this process logs to while the test runs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(load_settings(home=tmp_path), "test")
    yield tmp_path / "logs" / "test.log"
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level


def test_a_line_has_time_level_logger_message_and_facts(written: Path) -> None:
    logging.getLogger("zhitou.x").info("done", extra={"facts": {"ms": 3, "why": "two words"}})
    line = written.read_text(encoding="utf-8").splitlines()[-1]
    stamp, rest = line.split(" ", 1)
    assert stamp.endswith("Z")
    assert stamp[10] == "T"
    assert rest == 'INFO zhitou.x done ms=3 why="two words"'


def test_the_trace_id_of_the_request_is_on_the_line(written: Path) -> None:
    token = logs.trace_id.set("abc123")
    logging.getLogger("zhitou.x").info("done")
    logs.trace_id.reset(token)
    assert written.read_text(encoding="utf-8").rstrip().endswith("done trace=abc123")


def test_personal_data_is_masked_in_message_arguments_and_facts(written: Path) -> None:
    logging.getLogger("some.library").warning(
        "call %s", "13812345678", extra={"facts": {"said": "我叫李雷"}}
    )
    text = written.read_text(encoding="utf-8")
    assert "13812345678" not in text
    assert "138******78" in text
    assert "said=我叫李*" in text


def test_personal_data_is_masked_in_tracebacks(written: Path) -> None:
    try:
        raise ValueError("card 6222021234567890")
    except ValueError:
        logging.getLogger("zhitou.x").exception("failed")
    text = written.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "6222021234567890" not in text


def test_a_message_cannot_start_a_line_of_its_own(written: Path) -> None:
    logging.getLogger("zhitou.x").info("a\n2026-01-01T00:00:00.000Z ERROR faked", extra={})
    assert len(written.read_text(encoding="utf-8").splitlines()) == 1


def test_only_the_wanted_levels_are_written(written: Path) -> None:
    logging.getLogger("zhitou.x").debug("detail")
    logging.getLogger("httpx").info("chatter")
    assert written.read_text(encoding="utf-8") == ""


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(OSError):
        logs.configure(load_settings(home=tmp_path / "home"), "test")
