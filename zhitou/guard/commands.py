"""``zhitou guard …``: what the guard says of texts in a file, one text a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import IO

import click

from zhitou.guard.compliance import SPEAKERS, check
from zhitou.guard.signals import scan
from zhitou.rulebook import RulesError


@click.group()
def command() -> None:
    """Check texts before a customer sees them; scan customers' words for signals."""


@command.command("check")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--speaker", type=click.Choice(SPEAKERS), default="bot", show_default=True)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="the day whose rules count  [default: today]"
)
@click.option("--json", "as_json", is_flag=True, help="print one JSON object a line")
def check_command(file: IO[str], speaker: str, on: datetime | None, as_json: bool) -> None:
    """Say of each line of FILE (- for standard input) whether it may be sent to a customer."""
    try:
        for text in _lines(file):
            verdict = check(text, speaker, on.date() if on else None)
            if as_json:
                rules = [asdict(rule) for rule in verdict.rules]
                _print({"text": text, "decision": verdict.decision, "rules": rules})
            else:
                told = ", ".join(f"{rule.id}（{rule.evidence}）" for rule in verdict.rules)
                click.echo(f"{verdict.decision:<6}{text}  {told}".rstrip())
    except RulesError as error:
        raise click.ClickException(str(error)) from error


@command.command("scan")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--json", "as_json", is_flag=True, help="print one JSON object a line")
def scan_command(file: IO[str], as_json: bool) -> None:
    """Say of each line of FILE (- for standard input) which signal it gives, if any."""
    try:
        for text in _lines(file):
            found = scan(text)
            if as_json:
                _print({"text": text, "signal": found.signal, "evidence": found.evidence})
            else:
                click.echo(f"{found.signal or '-':<11}{text}  {found.evidence}".rstrip())
    except RulesError as error:
        raise click.ClickException(str(error)) from error


def _lines(file: IO[str]) -> Iterator[str]:
    try:
        for line in file:
            yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not UTF-8 text") from error


def _print(answer: dict[str, object]) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False))
