"""Quick checks of what designers write, before minutes of training: read, named, not contradictory.

Each problem is one line in the designers' language with the file it is in. Rasa's own
``rasa data validate`` looks deeper and takes longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from zhitou.nlu import lexicon
from zhitou.nlu.normalise import normalise

FEWEST_EXAMPLES = 5
"""An intent with fewer examples cannot be told from others."""


def problems(root: Path) -> list[str]:
    """What is wrong with the domain, the examples and the lexicon under ``root``."""
    found: list[str] = []
    contents: dict[Path, Mapping[str, Any]] = {}
    for file in (root / "config.yml", root / "domain.yml", *sorted(root.glob("data/*/*.yml"))):
        if file.parent.name == "lexicon":
            continue
        try:
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            found.append(f"{file.relative_to(root)}：读不了（{error}）")
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f"第 {mark.line + 1} 行" if mark else "某处"
            found.append(f"{file.relative_to(root)}：{line} 不是合法的 YAML")
        else:
            contents[file] = content if isinstance(content, dict) else {}
    try:
        lexicon.read(root / "data/lexicon")
    except lexicon.LexiconError as error:
        found.append(f"data/lexicon：{error}")
    return found or list(_contradictions(contents, root))


def _contradictions(contents: Mapping[Path, Mapping[str, Any]], root: Path) -> Iterator[str]:
    declared = {
        str(next(iter(intent)) if isinstance(intent, dict) else intent)
        for intent in contents[root / "domain.yml"].get("intents") or []
    }
    counts: dict[str, int] = {}
    seen: dict[str, str] = {}
    for file, content in contents.items():
        for block in content.get("nlu") or []:
            intent = str(block.get("intent"))
            where = file.relative_to(root)
            if intent not in counts and intent not in declared:
                yield f"{where}：意图 {intent} 没有写进 domain.yml"
            for example in _examples(block):
                counts[intent] = counts.get(intent, 0) + 1
                other = seen.setdefault(normalise(example), intent)
                if other != intent:
                    yield f"{where}：“{example}”同时属于 {other} 和 {intent}"
    for intent, count in counts.items():
        if count < FEWEST_EXAMPLES:
            yield f"意图 {intent} 只有 {count} 个例句，至少要 {FEWEST_EXAMPLES} 个"


def _examples(block: Mapping[str, Any]) -> Iterator[str]:
    for line in str(block.get("examples") or "").splitlines():
        if line.startswith("- "):
            yield line[2:].strip()
