"""``zhitou train``: train the dialogue model where its data has changed since the last time."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import sys
import time
import warnings
from pathlib import Path

import click

from zhitou.conversation.server import MODEL, QUIET
from zhitou.nlu.lean import leave_out_tensorflow
from zhitou.nlu.training_data import problems
from zhitou.settings import PROJECT_ROOT

FINGERPRINT = MODEL.with_suffix("").with_suffix(".json")
"""Beside the model: of what it was trained, and when."""

_PLAIN = {"RASA_MAX_CACHE_SIZE": "0", "LOG_LEVEL": "ERROR"}
"""No copy of every step's output on disk, since the fingerprint is enough; no progress bars."""

_TRAINED_FROM = ("config.yml", "domain.yml", "data/**/*.yml", "data/lexicon/*", "zhitou/nlu/**/*")


@click.command()
@click.option("--check", is_flag=True, help="only tell whether training is needed (exit code 1)")
@click.option("--force", is_flag=True, help="train even where nothing has changed")
def command(check: bool, force: bool) -> None:
    """Train ``models/zhitou.tar.gz`` unless it is up to date."""
    wanted = fingerprint()
    current = MODEL.is_file() and trained_fingerprint() == wanted
    if check:
        click.echo("模型是最新的" if current else "需要训练：数据有变化，或还没有模型")
        sys.exit(0 if current else 1)
    if current and not force:
        click.echo("model: up to date")
        return
    os.environ.update({**QUIET, **_PLAIN})
    started = time.monotonic()
    click.echo("model: training …")
    train()
    FINGERPRINT.write_text(
        json.dumps({"fingerprint": wanted, "trained_at": time.time()}), encoding="utf-8"
    )
    click.echo(f"model: trained in {time.monotonic() - started:.0f} s")


def fingerprint(root: Path = PROJECT_ROOT) -> str:
    """Hash of everything that the model is made of."""
    digest = hashlib.sha256()
    for pattern in _TRAINED_FROM:
        for file in sorted(root.glob(pattern)):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(root).as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def trained_fingerprint() -> str | None:
    """Hash of what the present model was made of, or None where that is not known."""
    try:
        return str(json.loads(FINGERPRINT.read_text(encoding="utf-8"))["fingerprint"])
    except (OSError, ValueError, KeyError):
        return None


def train() -> None:
    """Train with Rasa; wrong data ends the process with one line in the designer's language."""
    wrong = problems(PROJECT_ROOT)
    if wrong:
        more = f"（另有 {len(wrong) - 1} 处）" if len(wrong) > 1 else ""
        raise click.ClickException(f"训练数据有问题，没有训练：{wrong[0]}{more}")
    _be_quiet()
    leave_out_tensorflow(PROJECT_ROOT / "config.yml")
    import rasa.model_training
    from rasa.shared.exceptions import RasaException

    MODEL.parent.mkdir(exist_ok=True)
    try:
        result = rasa.model_training.train(
            domain=str(PROJECT_ROOT / "domain.yml"),
            config=str(PROJECT_ROOT / "config.yml"),
            training_files=str(PROJECT_ROOT / "data"),
            output=str(MODEL.parent),
            fixed_model_name=MODEL.name.removesuffix(".tar.gz"),
            force_training=True,
        )
    except (RasaException, ValueError) as error:
        raise click.ClickException(f"训练数据有问题，没有训练：{_one_line(error)}") from error
    if result.model is None:
        raise click.ClickException("训练没有产生模型，请看上面的提示")


def _be_quiet() -> None:
    """Leave Rasa's chatter out, but for the name of each component whose training begins."""
    import structlog

    warnings.simplefilter("ignore")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for noisy in ("rasa", "matplotlib", "tensorflow"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    steps = logging.getLogger("rasa.engine.training.hooks")
    steps.setLevel(logging.INFO)
    steps.addHandler(_Progress())
    steps.propagate = False


class _Progress(logging.Handler):
    """Says which component is being trained."""

    def emit(self, record: logging.LogRecord) -> None:
        begun = re.search(r"Starting to train component '(\w+)'", record.getMessage())
        if begun:
            click.echo(f"model: {begun[1]} …")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
