"""``zhitou run``: prepare what is missing, start the three processes, say when they are ready."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import click

from zhitou.settings import PROJECT_ROOT, Settings, SettingsError, load_settings

READY_SECONDS = 120.0
"""How long the processes may take until they answer; after that the start has failed."""


class StartError(Exception):
    """The start is impossible; the message is one line that says why and what to do."""


@click.command()
def command() -> None:
    """Start the backends, the action server and Rasa, and stop them all with Ctrl-C."""
    try:
        settings = load_settings()
        check_home(settings)
        check_ports(settings)
        prepare()
    except (SettingsError, StartError) as error:
        click.echo(f"zhitou: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(run_processes(settings))


def check_home(settings: Settings) -> None:
    """Make the folder of the state, and see that it can be written."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartError(
            f"cannot write to {settings.home} ({error.strerror}); "
            "set ZHITOU_HOME to a folder that can be written"
        ) from error


def check_ports(settings: Settings) -> None:
    """See that nobody else listens on the three ports."""
    for name in ("backend_port", "actions_port", "rasa_port"):
        port = getattr(settings, name)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError as error:
                raise StartError(
                    f"port {port} on {settings.host} cannot be used ({error.strerror}); "
                    f"stop what uses it or set ZHITOU_{name.upper()}"
                ) from error


def prepare() -> None:
    """Bring the database up to date and train where needed, both at once."""
    steps = {
        "database": [sys.executable, "-m", "zhitou.cli", "database", "upgrade", "--seed"],
        "model": [sys.executable, "-m", "zhitou.cli", "train"],
    }
    running = {
        name: subprocess.Popen(arguments, cwd=PROJECT_ROOT)  # noqa: S603
        for name, arguments in steps.items()
    }
    try:
        failed = [name for name, process in running.items() if process.wait() != 0]
    except KeyboardInterrupt:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait()
        raise
    if failed:
        raise StartError(f"preparing the {' and the '.join(failed)} failed; see the lines above")


def run_processes(settings: Settings) -> int:
    """Run the Procfile until Ctrl-C or until one process ends, and return the exit code."""
    from honcho.environ import parse_procfile
    from honcho.manager import Manager

    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        "ZHITOU_HOME": str(settings.home),
    }
    manager = Manager()
    procfile = parse_procfile((PROJECT_ROOT / "Procfile").read_text(encoding="utf-8"))
    for name, process in procfile.processes.items():
        manager.add_process(name, f"exec {process}", env=environment, cwd=str(PROJECT_ROOT))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    threading.Thread(target=_announce, args=(settings,), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode == 130 else int(manager.returncode or 0)


def _announce(settings: Settings) -> None:
    """Print the addresses and ``ready`` once everything answers."""
    import httpx

    base = f"http://{settings.host}:{settings.backend_port}"
    started = time.monotonic()
    while time.monotonic() - started < READY_SECONDS:
        try:
            if httpx.get(f"{base}/readyz", timeout=3, trust_env=False).status_code == 200:
                click.echo(
                    f"\n  chat     {base}/chat\n"
                    f"  docs     {base}/docs\n"
                    f"  channel  {settings.rasa_url}/webhooks/app/webhook\n"
                    f"  state    {settings.home}\n\nready"
                )
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    click.echo(f"zhitou: not ready after {READY_SECONDS:.0f} s; see {base}/readyz", err=True)
    os.kill(os.getpid(), signal.SIGTERM)
