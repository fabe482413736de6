"""A Rasa server under measurement, ours or the stock one, and the time its turns take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from uuid import uuid4

import httpx

from zhitou.conversation.server import QUIET
from zhitou.conversation.stack import Stack, free_ports
from zhitou.settings import PROJECT_ROOT

CUSTOMER = "demo-3"
START_SECONDS = 300


class RasaServer:
    """A server process that serves ``model``; a context manager that stops it at the end.

    Args:
        model: the trained model.
        channel: ``app`` starts our server, ``rest`` starts ``rasa run``.
        stack: whose action server and backends it uses.

    Attributes:
        seconds: from the start of the process to its first answer.

    """

    def __init__(self, model: Path, channel: str, stack: Stack) -> None:
        self.model = model
        self.channel = channel
        self.stack = stack
        self.port = free_ports(1)[0]
        self.seconds = 0.0

    def __enter__(self) -> RasaServer:
        """Start it and wait for its first answer."""
        home = self.model.parent / "home"
        home.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            **QUIET,
            "ZHITOU_HOME": str(home),
            "ZHITOU_RASA_PORT": str(self.port),
            "ZHITOU_ACTIONS_URL": self.stack.actions,
        }
        started = time.monotonic()
        self.process = subprocess.Popen(
            self._command(),
            cwd=PROJECT_ROOT,
            env=environment,
            stdout=(home / "output.log").open("wb"),
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self.seconds = time.monotonic() - started
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def say(self, client: httpx.Client, sender: str, message: str) -> list[dict[str, object]]:
        """Send one message over the channel and return what came back."""
        response = client.post(
            f"http://127.0.0.1:{self.port}/webhooks/{self.channel}/webhook",
            json={"sender": sender, "message": message, "metadata": {"customer_id": CUSTOMER}},
        )
        response.raise_for_status()
        answer: list[dict[str, object]] = response.json()
        return answer

    def _command(self) -> list[str]:
        if self.channel == "app":
            return [sys.executable, "-m", "zhitou.conversation.server", str(self.model)]
        settings = {
            "--model": str(self.model),
            "--port": str(self.port),
            "--interface": "127.0.0.1",
            "--endpoints": "endpoints.yml",
            "--credentials": "bench/stock_credentials.yml",
        }
        flat = [part for pair in settings.items() for part in pair]
        return [sys.executable, "-m", "rasa", "run", *flat]

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        with httpx.Client(timeout=60, trust_env=False) as client:
            while time.monotonic() < deadline:
                if self.process.poll() is not None:
                    raise RuntimeError(f"the server ended with code {self.process.returncode}")
                try:
                    if self.say(client, uuid4().hex, "你好"):
                        return
                except httpx.HTTPError:
                    pass
                time.sleep(0.1)
        raise RuntimeError(f"no answer within {START_SECONDS} s")


def turn_seconds(server: RasaServer, messages: Sequence[str], rounds: int) -> list[float]:
    """Hold the conversation ``rounds`` times after one unmeasured time, and time every turn."""
    times: list[float] = []
    with httpx.Client(timeout=60, trust_env=False) as client:
        for number in range(rounds + 1):
            sender = uuid4().hex
            for message in messages:
                started = time.perf_counter()
                server.say(client, sender, message)
                if number:
                    times.append(time.perf_counter() - started)
    return times
