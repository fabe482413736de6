"""``zhitou e2e``: hold the dialogues of ``tests/e2e`` with a whole assistant and compare."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import httpx

from zhitou.conversation.dialogue_file import BadTestFile, TestCase, load, said, turns
from zhitou.conversation.dialogue_test import Turn, assertion_failures, broken, failures
from zhitou.conversation.pattern import Kept
from zhitou.conversation.server import QUIET
from zhitou.conversation.stack import running_stack
from zhitou.settings import PROJECT_ROOT, load_settings

TURN_SECONDS = 20.0


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--live", is_flag=True, help="talk to the assistant that is running already")
@click.option("--verbose", "-v", is_flag=True, help="print every dialogue as it was held")
def command(paths: tuple[Path, ...], live: bool, verbose: bool) -> None:
    """Hold the dialogues in PATHS (default: tests/e2e) and exit 1 when one of them fails."""
    try:
        cases = _cases(paths or (PROJECT_ROOT / "tests" / "e2e",))
    except BadTestFile as error:
        raise click.ClickException(str(error)) from error
    if not cases:
        raise click.ClickException("no test case was found")
    with _assistant(live) as (rasa, home):
        failed = asyncio.run(_hold_all(cases, rasa, home, verbose))
    click.echo(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def _cases(paths: tuple[Path, ...]) -> list[TestCase]:
    """The dialogues by file; those that change a customer's record come after all others."""
    cases: list[TestCase] = []
    for path in paths:
        for file in sorted(path.rglob("*.yml")) if path.is_dir() else [path]:
            cases += load(file)
    return sorted(cases, key=lambda case: case.changes_customer)


@contextmanager
def _assistant(live: bool) -> Iterator[tuple[str, Path]]:
    if live:
        settings = load_settings()
        yield settings.rasa_url, settings.home
        return
    click.echo("starting an assistant with fresh demo data …")
    with running_stack() as stack:
        yield stack.rasa, stack.home


async def _hold_all(cases: list[TestCase], rasa: str, home: Path, verbose: bool) -> int:
    trackers = _tracker_store(home)
    failed = 0
    async with httpx.AsyncClient(timeout=TURN_SECONDS, trust_env=False) as client:
        for case in cases:
            started = time.monotonic()
            problems = await _hold(case, client, rasa, trackers, verbose)
            failed += bool(problems)
            mark = "FAIL" if problems else "ok  "
            name = f"{_shown(case.file)}: {case.name}"
            click.echo(f"{mark} {name} ({time.monotonic() - started:.1f} s)")
            for problem in problems:
                click.echo(f"       {problem}")
    return failed


async def _hold(
    case: TestCase, client: httpx.AsyncClient, rasa: str, trackers: Any, verbose: bool
) -> list[str]:
    """Hold one dialogue up to its first wrong turn, and tell what was wrong."""
    sender = f"e2e-{re.sub(r'[^a-z0-9]+', '-', case.name.lower())[:40]}-{uuid4().hex[:8]}"
    known_events = 0
    kept: Kept = {}
    for step, expected in turns(case):
        text = said(step)
        try:
            response = await client.post(
                f"{rasa}/webhooks/app/webhook",
                json={"sender": sender, "message": text, "metadata": case.metadata},
            )
        except httpx.HTTPError as error:
            return [f"«{text[:80]}»: no answer: {type(error).__name__} {error}"]
        if response.status_code != 200:
            return [f"«{text[:80]}»: status {response.status_code}: {response.text[:200]}"]
        turn, known_events = await _turn(trackers, sender, known_events, response.json())
        if verbose:
            _print_turn(text, turn)
        found = broken(turn) + assertion_failures(step.get("assertions") or [], turn, kept)
        found += failures(expected, turn, kept)
        if found:
            return [f"«{text[:80]}»: {problem}" for problem in found]
    return []


def _print_turn(text: str, turn: Turn) -> None:
    click.echo(f"  > {text[:200]}")
    for message in turn.messages:
        card = (message.get("custom") or {}).get("type")
        click.echo(f"  < {message.get('text')}" + (f" [{card}]" if card else ""))


async def _turn(
    trackers: Any, sender: str, known_events: int, messages: list[dict[str, Any]]
) -> tuple[Turn, int]:
    """Join what the channel answered with what the tracker recorded of this turn."""
    from rasa.shared.core.events import ActionExecuted, BotUttered

    tracker = await trackers.retrieve_full_tracker(sender)
    events = list(tracker.events) if tracker else []
    fresh = events[known_events:]
    uttered = [event for event in fresh if isinstance(event, BotUttered)]
    names: list[Mapping[str, Any]] = [event.metadata or {} for event in uttered]
    for message, metadata in zip(messages, names, strict=False):
        message["utter_action"] = metadata.get("utter_action")
    turn = Turn(
        messages=messages,
        actions=[event.action_name for event in fresh if isinstance(event, ActionExecuted)],
        slots=dict(tracker.current_slot_values()) if tracker else {},
    )
    return turn, len(events)


def _tracker_store(home: Path) -> Any:
    """Open the tracker store that the assistant writes, by the same ``endpoints.yml``."""
    os.environ.update(QUIET)
    warnings.simplefilter("ignore")
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.core.domain import Domain

    os.environ["ZHITOU_HOME"] = str(home)
    os.environ.setdefault("ZHITOU_ACTIONS_URL", "http://127.0.0.1")
    endpoints = AvailableEndpoints.read_endpoints(str(PROJECT_ROOT / "endpoints.yml"))
    domain = Domain.load(str(PROJECT_ROOT / "domain.yml"))
    return TrackerStore.create(endpoints.tracker_store, domain)


def _shown(path: Path) -> Path:
    try:
        return path.resolve().relative_to(PROJECT_ROOT)
    except ValueError:
        return path
