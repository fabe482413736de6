"""``zhitou parse``: print what the trained model understands, a message a line.

    zhitou parse messages.txt --json
    echo 我要赎回 | zhitou parse - --json

With ``--json`` each line of the input becomes one JSON object a line (``text``, ``intent``,
``confidence``, ``entities``), in the same order; an empty line keeps its place, its intent is null.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import click

from zhitou.channels import inbound
from zhitou.conversation.server import MODEL, QUIET
from zhitou.nlu.lean import leave_out_tensorflow

_BATCH = 64
"""Messages that go through the model together; the results are those of one at a time."""


@click.command()
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"))
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
@click.option(
    "--model", type=click.Path(path_type=Path), default=MODEL, help="another trained model"
)
def command(file: TextIO, as_json: bool, model: Path) -> None:
    """Parse each line of FILE (- is standard input) as the live server would."""
    if not model.is_file():
        raise click.ClickException(f"没有训练好的模型 {model}，请先运行 zhitou train")
    for parsed in parse(file, model):
        click.echo(json.dumps(parsed, ensure_ascii=False) if as_json else _for_people(parsed))


def parse(lines: Iterable[str], model: Path = MODEL) -> Iterator[dict[str, Any]]:
    """What the model understands of each line.

    Args:
        lines: messages, with or without line ends.
        model: the archive that ``zhitou train`` wrote.

    Yields:
        ``text``, ``intent``, ``confidence`` and ``entities`` (``entity``, ``value``, ``start``,
        ``end`` in ``text``) for each line.
    """
    understand = _load(model)
    batch: list[str] = []
    for line in lines:
        batch.append(line.rstrip("\r\n"))
        if len(batch) == _BATCH:
            yield from understand(batch)
            batch = []
    if batch:
        yield from understand(batch)


def _load(model: Path) -> Callable[[Sequence[str]], list[dict[str, Any]]]:
    """Load the model; the function returned understands several messages at once."""
    os.environ.update(QUIET)
    warnings.simplefilter("ignore")
    logging.getLogger("rasa").setLevel(logging.ERROR)
    leave_out_tensorflow(model)
    folder = tempfile.TemporaryDirectory()

    from rasa.core.channels.channel import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
    from rasa.engine.loader import load_predict_graph_runner
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.shared.core.trackers import DialogueStateTracker

    metadata, runner = load_predict_graph_runner(
        Path(folder.name), model, LocalModelStorage, DaskGraphRunner
    )

    def understand(lines: Sequence[str]) -> list[dict[str, Any]]:
        read = [inbound.read(line) for line in lines]
        results = runner.run(
            inputs={
                PLACEHOLDER_MESSAGE: [UserMessage(each.text) for each in read],
                PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("parse", []),
            },
            targets=[metadata.nlu_target],
        )
        messages = results[metadata.nlu_target]
        return [
            _described(line, each.text, message.as_dict(only_output_properties=True))
            for line, each, message in zip(lines, read, messages, strict=True)
        ]

    return understand


def _described(line: str, text: str, message: dict[str, Any]) -> dict[str, Any]:
    """The output for one line, whose cleaned ``text`` was understood as ``message``."""
    if not text:
        return {"text": line, "intent": None, "confidence": 0.0, "entities": []}
    places = _places(text, line)
    intent = message.get("intent") or {}
    return {
        "text": line,
        "intent": intent.get("name"),
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
        "entities": [
            {
                "entity": entity["entity"],
                "value": entity["value"],
                "start": places[entity["start"]],
                "end": places[entity["end"] - 1] + 1,
            }
            for entity in message.get("entities") or []
        ],
    }


def _places(text: str, line: str) -> list[int]:
    """Where each character of the cleaned ``text`` stands in the ``line`` it was made from."""
    places: list[int] = []
    position = 0
    for character in text:
        found = line.find(character, position)
        places.append(max(found, 0) if found >= 0 else min(position, max(len(line) - 1, 0)))
        position = found + 1 if found >= 0 else position
    return places


def _for_people(parsed: dict[str, Any]) -> str:
    entities = ", ".join(f"{each['entity']}={each['value']}" for each in parsed["entities"])
    return f"{parsed['intent'] or '-':24} {parsed['confidence']:.2f}  {parsed['text']}  {entities}"
