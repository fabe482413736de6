"""Scores a model's intents on the held-out set: `python -m bench.score MODEL` prints JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from zhitou.conversation.server import QUIET
from zhitou.settings import PROJECT_ROOT

HELD_OUT = PROJECT_ROOT / "tests" / "nlu" / "held_out.yml"


async def understood(model: Path, texts: list[str]) -> list[str]:
    """The intent that the model gives each text; a fallback counts as what it is."""
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    return [(await agent.parse_message(text))["intent"]["name"] for text in texts]


def main() -> None:
    """Print accuracy and macro F1."""
    os.environ.update(QUIET)
    import yaml
    from sklearn.metrics import accuracy_score, f1_score

    held_out = yaml.safe_load(HELD_OUT.read_text(encoding="utf-8"))["nlu"]
    pairs = [
        (line.removeprefix("-").strip(), item["intent"])
        for item in held_out
        for line in item["examples"].splitlines()
        if line.strip()
    ]
    expected = [intent for _, intent in pairs]
    found = asyncio.run(understood(Path(sys.argv[1]), [text for text, _ in pairs]))
    labels = sorted(set(expected))
    scores = {
        "examples": len(pairs),
        "accuracy": accuracy_score(expected, found),
        "macro_f1": f1_score(expected, found, labels=labels, average="macro", zero_division=0),
    }
    print(json.dumps(scores))


if __name__ == "__main__":
    main()
