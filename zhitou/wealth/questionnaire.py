"""The risk questionnaire: its questions as data, and the score, level and reasons of its answers.

A questionnaire is a file ``zhitou/wealth/rules/questionnaire_<version>.yml`` of any length. The
score is the weighted mean of the chosen options' scores, 0 to 100. An option marked as a gate
(no full civil capacity, no tolerance of any loss) puts the customer into the lowest class,
level C1, whatever the score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from zhitou.rulebook import Node, RulesError, names, read
from zhitou.wealth.suitability_rules import CUSTOMER_LEVELS, SuitabilityRules

_PACKAGE = "zhitou.wealth.rules"
_PREFIX = "questionnaire_"
UNITS = ("yuan", "percent", "year")
_NOTABLE = Decimal(25)
"""How far from the mean an option's score must lie to be named as a reason."""
_MOST_REASONS = 3
_EXPLANATIONS = ("scored", "raised", "lowered", "lowest_class", "changed", "declined")


@dataclass(frozen=True)
class Option:
    """One answer of a question; ``score`` 0 to 100, ``low`` ≤ figure < ``high`` in its unit."""

    id: str
    text: str
    score: Decimal
    lowest_class: bool = False
    also: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    has_range: bool = False


@dataclass(frozen=True)
class Question:
    """One question; a weight of 0 makes it a gate only."""

    id: str
    topic: str
    text: str
    weight: Decimal
    options: tuple[Option, ...]
    unit: str | None = None

    def option(self, option_id: str) -> Option | None:
        """The option of that id."""
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True)
class Questionnaire:
    """One edition of the questionnaire."""

    version: str
    effective_from: date
    source: str
    cut_offs: Mapping[str, Decimal]
    explanation: Mapping[str, str]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Result:
    """What the answers say: score 0 to 100, level, and the gates that decided, if any."""

    score: Decimal
    level: str
    lowest_class: bool
    gates: tuple[Option, ...]
    raised: tuple[str, ...]
    lowered: tuple[str, ...]


def evaluate(questionnaire: Questionnaire, answers: Mapping[str, str]) -> Result:
    """Score a complete set of answers.

    Args:
        questionnaire: the edition that was answered.
        answers: question id → id of the chosen option.

    Raises:
        ValueError: a question has no answer, or one that it does not offer.
    """
    chosen: list[tuple[Question, Option]] = []
    for question in questionnaire.questions:
        option = question.option(answers.get(question.id, ""))
        if option is None:
            raise ValueError(f"{question.id}: has no valid answer")
        chosen.append((question, option))
    weights = sum((question.weight for question, _ in chosen), Decimal(0))
    total = sum((question.weight * option.score for question, option in chosen), Decimal(0))
    exact = total / weights if weights else Decimal(0)
    score = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    gates = tuple(option for _, option in chosen if option.lowest_class)
    level = "C1" if gates else level_of(questionnaire, score)
    weighed = sorted(
        ((question, option.score - exact) for question, option in chosen if question.weight),
        key=lambda pair: -abs(pair[1] * pair[0].weight),
    )
    return Result(
        score=score,
        level=level,
        lowest_class=bool(gates),
        gates=gates,
        raised=tuple(q.topic for q, gap in weighed if gap >= _NOTABLE)[:_MOST_REASONS],
        lowered=tuple(q.topic for q, gap in weighed if gap <= -_NOTABLE)[:_MOST_REASONS],
    )


def level_of(questionnaire: Questionnaire, score: Decimal) -> str:
    """The highest level whose cut-off the score reaches."""
    reached = [level for level in CUSTOMER_LEVELS if score >= questionnaire.cut_offs[level]]
    return reached[-1]


def explain(questionnaire: Questionnaire, result: Result, rules: SuitabilityRules) -> str:
    """Why the result is what it is, in words for the customer."""
    level = rules.levels[result.level]
    texts = questionnaire.explanation
    score = f"{result.score.normalize():f}"
    if result.gates:
        options = "”和“".join(option.text for option in result.gates)
        return texts["lowest_class"].format(option=options, score=score)
    parts = [
        texts["scored"].format(
            score=score,
            level=result.level,
            name=level.name,
            meaning=level.meaning,
            low=f"{questionnaire.cut_offs[result.level].normalize():f}",
        )
    ]
    if result.raised:
        parts.append(texts["raised"].format(topics="、".join(result.raised)))
    if result.lowered:
        parts.append(texts["lowered"].format(topics="、".join(result.lowered)))
    return "".join(parts)


@lru_cache(maxsize=32)
def questionnaire_on(on: date) -> Questionnaire:
    """The newest edition in force on a day.

    Raises:
        RulesError: there is none, or it cannot be used.
    """
    editions = [load_questionnaire(version) for version in versions()]
    in_force = [edition for edition in editions if edition.effective_from <= on]
    if not in_force:
        raise RulesError(f"{_PACKAGE.replace('.', '/')}: no questionnaire is in force on {on}")
    return max(in_force, key=lambda edition: edition.effective_from)


def versions() -> list[str]:
    """The versions that are packaged."""
    return [name[len(_PREFIX) : -len(".yml")] for name in names(_PACKAGE, _PREFIX)]


@lru_cache(maxsize=32)
def load_questionnaire(version: str) -> Questionnaire:
    """The edition of that version.

    Raises:
        RulesError: it is missing or cannot be used; the message names file and key.
    """
    node = read(_PACKAGE, f"{_PREFIX}{version}.yml")
    questionnaire = parse_questionnaire(node)
    if questionnaire.version != version:
        node["version"].fail(f"must be {version}, as the file's name says")
    return questionnaire


def parse_questionnaire(node: Node) -> Questionnaire:
    """Check a questionnaire file and take it over.

    Raises:
        RulesError: something in it is missing, unknown or of the wrong kind.
    """
    node.only("version", "effective_from", "source", "cut_offs", "explanation", "questions")
    cut_offs = {
        level: node["cut_offs"].only(*CUSTOMER_LEVELS)[level].number(0) for level in CUSTOMER_LEVELS
    }
    ordered = list(cut_offs.values())
    if ordered[0] != 0 or ordered != sorted(set(ordered)) or ordered[-1] > 100:
        node["cut_offs"].fail("must start at 0, rise, and stay within 100")
    texts = node["explanation"].only(*_EXPLANATIONS)
    questions = tuple(_parse_question(question) for question in node["questions"])
    ids = [question.id for question in questions]
    if not questions or len(set(ids)) != len(ids):
        node["questions"].fail("must hold questions, each id once")
    if not any(question.weight for question in questions):
        node["questions"].fail("at least one question must have a weight")
    return Questionnaire(
        version=node["version"].text(),
        effective_from=node["effective_from"].day(),
        source=node["source"].text(),
        cut_offs=cut_offs,
        explanation={key: texts[key].text() for key in _EXPLANATIONS},
        questions=questions,
    )


def _parse_question(node: Node) -> Question:
    node.only("id", "topic", "weight", "text", "unit", "options")
    weight = node["weight"].number(0) if node.has("weight") else Decimal(0)
    options = tuple(_parse_option(option, scored=weight > 0) for option in node["options"])
    ids = [option.id for option in options]
    if len(options) < 2 or len(set(ids)) != len(ids):
        node["options"].fail("must hold two or more options, each id once")
    unit = node["unit"].one_of(*UNITS) if node.has("unit") else None
    if unit is None and any(option.has_range for option in options):
        node.fail("'unit' is missing: an option has a range")
    return Question(
        id=node["id"].text(),
        topic=node["topic"].text(),
        text=node["text"].text(),
        weight=weight,
        options=options,
        unit=unit,
    )


def _parse_option(node: Node, scored: bool) -> Option:
    node.only("id", "text", "score", "lowest_class", "also", "range")
    score = node["score"].number(0) if scored else Decimal(0)
    if score > 100:
        node["score"].fail("must be at most 100")
    low, high = _parse_range(node["range"]) if node.has("range") else (None, None)
    return Option(
        id=node["id"].text(),
        text=node["text"].text(),
        score=score,
        lowest_class=node.get("lowest_class", False).flag(),
        also=node.get("also", []).texts(),
        low=low,
        high=high,
        has_range=node.has("range"),
    )


def _parse_range(node: Node) -> tuple[Decimal | None, Decimal | None]:
    ends = list(node)
    if len(ends) != 2:
        node.fail("must be [from, below]")
    low, high = (None if end.value is None else end.number() for end in ends)
    if low is not None and high is not None and low >= high:
        node.fail("must rise")
    return low, high
