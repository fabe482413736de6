"""``make bench``: this project beside stock Rasa, from one run on one machine.

Both are trained on the same examples and stories and are asked the same messages over their
channel, with the same action server and backends behind them.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import psutil

from bench.server import RasaServer, turn_seconds
from zhitou.conversation.stack import running_stack
from zhitou.settings import PROJECT_ROOT

ROUNDS = 5
MESSAGES = (
    "你好",
    "什么是最大回撤",
    "帮我看看我的持仓",
    "现在应该买哪只基金",
    "半年",
    "换一批",
    "我的基金为什么连续下跌",
    "我是什么风险等级",
    "今天大盘怎么样",
    "我一共赚了多少",
    "谢谢",
)
"""One conversation of a known customer; most turns call the action server and a backend."""


@dataclass
class Side:
    """One of the two that are compared, and what was measured of it."""

    name: str
    config: Path
    channel: str
    training: float = 0.0
    start: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    memory: float = 0.0
    accuracy: float = 0.0
    macro_f1: float = 0.0


@click.command()
@click.option(
    "--examples",
    default=25,
    show_default=True,
    help="examples an intent that both are trained on; 0 takes all (stock then trains for hours)",
)
@click.option("--rounds", default=ROUNDS, show_default=True, help="conversations timed each")
def main(examples: int, rounds: int) -> None:
    """Print the table; everything that is trained and started here is removed again."""
    sides = [
        Side("zhitou", PROJECT_ROOT / "config.yml", "app"),
        Side("stock Rasa", PROJECT_ROOT / "bench" / "stock.yml", "rest"),
    ]
    with tempfile.TemporaryDirectory(prefix="zhitou-bench-") as folder:
        work = Path(folder)
        count = sample(PROJECT_ROOT / "data", work / "data", examples)
        for side in sides:
            click.echo(f"training {side.name} on {count} examples …", err=True)
            model = work / side.channel / "model.tar.gz"
            side.training = train(side.config, work / "data", model)
            side.accuracy, side.macro_f1 = score(model)
        click.echo("starting the action server and the backends …", err=True)
        with running_stack() as stack:
            for side in sides:
                model = work / side.channel / "model.tar.gz"
                click.echo(f"measuring {side.name} …", err=True)
                with RasaServer(model, side.channel, stack) as server:
                    side.start = server.seconds
                    turns = turn_seconds(server, MESSAGES, rounds)
                    side.memory = psutil.Process(server.process.pid).memory_info().rss / 2**20
                side.p50, side.p95 = quantile(turns, 0.5), quantile(turns, 0.95)
    click.echo(table(sides, count))


def sample(source: Path, target: Path, examples: int) -> int:
    """Copy the training data with at most ``examples`` an intent (0: all); return their number.

    Takes every n-th example of a file, so that the choice is spread and always the same.
    """
    import yaml

    taken = 0
    for file in sorted(source.rglob("*.yml")):
        if "lexicon" in file.parts:
            continue
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for item in content.get("nlu") or []:
            lines = [line for line in item.get("examples", "").splitlines() if line.strip()]
            if examples and len(lines) > examples:
                lines = [lines[index * len(lines) // examples] for index in range(examples)]
            if "intent" in item:
                item["examples"] = "\n".join(lines) + "\n"
                taken += len(lines)
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return taken


def train(config: Path, data: Path, model: Path) -> float:
    """Train in a process of its own, and return the seconds it took."""
    started = time.monotonic()
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.train", str(config), str(data), str(model)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
    )
    if finished.returncode:
        raise click.ClickException(f"training with {config} failed:\n{finished.stderr[-2000:]}")
    return time.monotonic() - started


def score(model: Path) -> tuple[float, float]:
    """Accuracy and macro F1 on the held-out set, in a process of its own."""
    printed = subprocess.run(
        [sys.executable, "-m", "bench.score", str(model)],
        cwd=PROJECT_ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    scores = json.loads(printed.splitlines()[-1])
    return scores["accuracy"], scores["macro_f1"]


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(sides: Sequence[Side], examples: int) -> str:
    """The figures as a Markdown table, with the machine named."""
    ours, stock = sides
    rows = [
        ("start to first answer, s", ours.start, stock.start, "{:.1f}", True),
        ("turn p50, ms", ours.p50 * 1000, stock.p50 * 1000, "{:.1f}", True),
        ("turn p95, ms", ours.p95 * 1000, stock.p95 * 1000, "{:.1f}", True),
        ("resident memory, MB", ours.memory, stock.memory, "{:.0f}", True),
        ("training, s", ours.training, stock.training, "{:.0f}", True),
        ("held-out accuracy", ours.accuracy, stock.accuracy, "{:.3f}", False),
        ("held-out macro F1", ours.macro_f1, stock.macro_f1, "{:.3f}", False),
    ]
    lines = [
        f"{machine()}; both trained on the same {examples} examples",
        "",
        f"| | {ours.name} | {stock.name} | |",
        "|---|---|---|---|",
    ]
    for name, mine, other, form, ratio in rows:
        compared = f"{other / mine:.1f} times" if ratio else f"{(mine - other) * 100:+.1f} points"
        lines.append(f"| {name} | {form.format(mine)} | {form.format(other)} | {compared} |")
    return "\n".join(lines)


def machine() -> str:
    """Name the machine: processor, cores, memory, system."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    memory = psutil.virtual_memory().total / 2**30
    return f"{model}, {psutil.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"


if __name__ == "__main__":
    main()
