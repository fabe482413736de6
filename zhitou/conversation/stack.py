"""A whole assistant for tests and benchmarks: fresh state, free ports, stopped at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from zhitou.settings import PROJECT_ROOT

START_SECONDS = 180.0


@dataclass(frozen=True)
class Stack:
    """Addresses of a running assistant.

    Attributes:
        rasa: base address of Rasa.
        actions: base address of the action server.
        backend: base address of the backends and pages.
        home: folder of its state; ``run.log`` in it holds what the processes printed.
        seconds: how long it took from start to ready.

    """

    rasa: str
    actions: str
    backend: str
    home: Path
    seconds: float


class StackFailed(Exception):
    """The assistant did not become ready; the message ends with what it printed last."""


@contextmanager
def running_stack(environment: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """Start ``zhitou run`` on free ports in a temporary home, and stop it at the end.

    Args:
        environment: settings for it beside ports and home, by their variables.

    """
    with tempfile.TemporaryDirectory(prefix="zhitou-") as folder:
        home = Path(folder)
        rasa, actions, backend = free_ports(3)
        process_environment = {
            **os.environ,
            "ZHITOU_HOME": str(home),
            "ZHITOU_RASA_PORT": str(rasa),
            "ZHITOU_ACTIONS_PORT": str(actions),
            "ZHITOU_BACKEND_PORT": str(backend),
            **(environment or {}),
        }
        log = home / "run.log"
        started = time.monotonic()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "zhitou.cli", "run"],
                cwd=PROJECT_ROOT,
                env=process_environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait_until_ready(process, f"http://127.0.0.1:{backend}/readyz", log)
            yield Stack(
                rasa=f"http://127.0.0.1:{rasa}",
                actions=f"http://127.0.0.1:{actions}",
                backend=f"http://127.0.0.1:{backend}",
                home=home,
                seconds=time.monotonic() - started,
            )
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StackFailed(f"it ended with code {process.returncode}:\n{_tail(log)}")
        try:
            if httpx.get(address, timeout=3, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise StackFailed(f"not ready after {START_SECONDS:.0f} s:\n{_tail(log)}")


def _tail(log: Path, lines: int = 30) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def free_ports(count: int) -> list[int]:
    """Ports on this machine that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
