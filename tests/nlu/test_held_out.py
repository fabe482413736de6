"""The trained model understands customers it has never read: held-out messages against a floor."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

from zhitou.conversation.server import MODEL
from zhitou.nlu.normalise import normalise
from zhitou.nlu.parse import parse

FLOOR_ACCURACY = 0.90
FLOOR_MACRO_F1 = 0.90
FLOOR_WITHOUT_FALLBACK = 0.90
"""Of the messages that the model takes to be understood, at least this share is."""


def examples_in(file):
    for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
        for line in block["examples"].splitlines():
            if line.startswith("- "):
                yield line[2:].strip(), block["intent"]


def held_out():
    """Messages with their intent; one that was trained on as well, like 你好, proves nothing."""
    here = Path(__file__).parent
    trained = {
        normalise(text)
        for file in (here.parent.parent / "data").glob("*/nlu.yml")
        for text, _ in examples_in(file)
    }
    for text, intent in examples_in(here / "held_out.yml"):
        if normalise(text) not in trained:
            yield text, intent


@pytest.fixture(scope="module")
def judged():
    if not MODEL.is_file():
        pytest.fail("no model: run `zhitou train` first")
    examples = list(held_out())
    parsed = list(parse(text for text, _ in examples))
    assert [each["text"] for each in parsed] == [text for text, _ in examples]
    return [(intent, each["intent"]) for (_, intent), each in zip(examples, parsed, strict=True)]


def report(judged):
    """Right, wanted and given counts of each intent, worst first, and where it went wrong."""
    wrong = defaultdict(Counter)
    for wanted, given in judged:
        if wanted != given:
            wrong[wanted][given] += 1
    wanted_counts = Counter(wanted for wanted, _ in judged)
    lines = [
        f"{intent}: {1 - sum(wrong[intent].values()) / count:.2f} of {count}, "
        f"wrong: {dict(wrong[intent].most_common(3))}"
        for intent, count in wanted_counts.items()
    ]
    return "\n".join(sorted(lines, key=lambda line: line.split(": ")[1]))


def macro_f1(judged):
    scores = []
    for intent in {wanted for wanted, _ in judged}:
        right = sum(wanted == given == intent for wanted, given in judged)
        involved = sum((wanted == intent) + (given == intent) for wanted, given in judged)
        scores.append(2 * right / involved if involved else 0.0)
    return sum(scores) / len(scores)


def test_at_least_three_hundred_messages_are_held_out_that_nobody_trained_on():
    assert len(list(held_out())) >= 300


def test_most_messages_get_the_right_intent(judged):
    accuracy = sum(wanted == given for wanted, given in judged) / len(judged)
    f1 = macro_f1(judged)
    print(f"\nheld-out accuracy {accuracy:.3f}, macro F1 {f1:.3f} on {len(judged)} messages")
    assert accuracy >= FLOOR_ACCURACY, report(judged)
    assert f1 >= FLOOR_MACRO_F1, report(judged)


def test_what_is_taken_as_understood_mostly_is(judged):
    sure = [(wanted, given) for wanted, given in judged if given != "nlu_fallback"]
    share = sum(wanted == given for wanted, given in sure) / len(sure)
    print(f"\nright where not unsure {share:.3f}, unsure {1 - len(sure) / len(judged):.3f}")
    assert share >= FLOOR_WITHOUT_FALLBACK, report(judged)
