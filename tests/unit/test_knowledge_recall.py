"""How well new questions find their entry, with the real encoder and the demo's knowledge."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml

from zhitou.backends.demo import knowledge
from zhitou.backends.knowledge.encoder import SentenceEncoder
from zhitou.backends.knowledge.index import Index, Match, normalised
from zhitou.backends.knowledge.service import load_rules

QUESTIONS = yaml.safe_load(
    Path(__file__).with_name("knowledge_questions.yml").read_text(encoding="utf-8")
)
RULES = load_rules()


@pytest.fixture(scope="module")
async def found() -> list[tuple[str, list[Match]]]:
    """(the right entry or nothing, the three best matches) of every question."""
    entries = knowledge.load(date(2026, 1, 5))
    encoder = SentenceEncoder()
    vectors = await encoder.encode([text for entry in entries for text in entry.texts])
    index = Index(entries, np.asarray(vectors), RULES.meaning_weight)
    cases = [(item["text"], item["entry"]) for item in QUESTIONS["known"]]
    cases += [(text, "") for text in QUESTIONS["unknown"]]
    asked = await encoder.encode([text for text, _ in cases])
    return [
        (right, index.search(text, vector, 3))
        for (text, right), vector in zip(cases, asked, strict=True)
    ]


@pytest.fixture(scope="module")
def event_loop():
    import asyncio

    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_the_questions_are_new_and_meant_for_entries_that_exist() -> None:
    entries = knowledge.load(date(2026, 1, 5))
    known = {normalised(text) for entry in entries for text in entry.texts}
    ids = {entry.id for entry in entries}
    assert len(QUESTIONS["known"]) >= 60
    assert not known & {normalised(item["text"]) for item in QUESTIONS["known"]}
    assert {item["entry"] for item in QUESTIONS["known"]} <= ids


async def test_the_right_entry_is_first_or_among_the_first_three(
    found: list[tuple[str, list[Match]]],
) -> None:
    known = [(right, [match.entry.id for match in best]) for right, best in found if right]
    first = sum(best[0] == right for right, best in known) / len(known)
    among_three = sum(right in best for right, best in known) / len(known)
    assert first >= 0.84
    assert among_three >= 0.93


async def test_a_given_answer_is_seldom_the_wrong_one(
    found: list[tuple[str, list[Match]]],
) -> None:
    given = [
        right == best[0].entry.id for right, best in found if right and RULES.outcome(best) == "ok"
    ]
    assert len(given) >= 60
    assert sum(given) / len(given) >= 0.9


async def test_few_good_questions_are_turned_away(
    found: list[tuple[str, list[Match]]],
) -> None:
    turned_away = [right for right, best in found if right and RULES.outcome(best) == "unknown"]
    assert len(turned_away) <= 5


async def test_no_question_of_another_kind_gets_an_answer_as_if_it_were_sure(
    found: list[tuple[str, list[Match]]],
) -> None:
    answered = [
        best[0].entry.id for right, best in found if not right and RULES.outcome(best) == "ok"
    ]
    assert not answered
