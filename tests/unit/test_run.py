"""The start names what is wrong in one line."""

import socket

import pytest

from zhitou.run import StartError, check_home, check_ports
from zhitou.settings import SettingsError, load_settings


def test_a_taken_port_is_named_with_the_variable_that_changes_it(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"port {port} .*ZHITOU_BACKEND_PORT"):
            check_ports(load_settings(home=tmp_path, backend_port=port))


def test_a_home_that_is_a_file_is_named_with_the_variable_that_changes_it(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(StartError, match="ZHITOU_HOME"):
        check_home(load_settings(home=file / "inside"))


def test_a_wrong_setting_is_one_line_with_its_variable(monkeypatch):
    monkeypatch.setenv("ZHITOU_BACKEND_PORT", "eighty")
    monkeypatch.setenv("ZHITOU_LOG_LEVEL", "loud")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert "ZHITOU_BACKEND_PORT" in message
    assert "ZHITOU_LOG_LEVEL" in message
    assert "\n" not in message


def test_every_setting_stands_in_the_example_file():
    from zhitou.settings import PROJECT_ROOT, Settings

    example = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
    missing = [name for name in Settings.__fields__ if f"ZHITOU_{name.upper()}=" not in example]
    assert missing == []
