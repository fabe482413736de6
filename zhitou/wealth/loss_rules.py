"""``rules/loss.yml`` as a checked object: what is looked at in a fall, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from zhitou.rulebook import Node, read
from zhitou.wealth.observations import placeholders
from zhitou.wealth.ways_on import parse_actions

_TEXTS: Mapping[str, frozenset[str]] = {
    "fall_since_peak": frozenset({"name", "from", "to", "fall"}),
    "fall_in_period": frozenset({"name", "period", "from", "to", "fall"}),
    "rose_in_period": frozenset({"name", "period", "from", "to", "rise"}),
    "own_loss": frozenset({"amount", "gain_rate"}),
    "market_worse": frozenset({"index", "change"}),
    "market_alike": frozenset({"index", "change"}),
    "market_better": frozenset({"index", "change", "difference"}),
    "market_rose": frozenset({"index", "change"}),
    "usual": frozenset({"years", "share", "deepest", "now"}),
    "usual_seldom": frozenset({"years", "share", "deepest", "now"}),
    "usual_rare": frozenset({"years", "share", "deepest", "now"}),
    "recovery": frozenset({"count", "shortest", "longest", "rise"}),
    "recovery_once": frozenset({"longest", "rise"}),
    "recovery_none": frozenset({"rise"}),
    "share": frozenset({"share", "amount"}),
    "share_small": frozenset({"share", "amount"}),
}
"""The texts of findings and what each may use."""


@dataclass(frozen=True)
class Period:
    """A stretch of time that a customer may speak of."""

    days: int
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class LossRules:
    """The rules file, checked; the comments in it say what each entry means."""

    version: str
    least_fall: float
    least_short_fall: float
    products_named: int
    alike: float
    rare: float
    seldom: float
    periods: tuple[Period, ...]
    comfort: tuple[tuple[tuple[str, ...], str], ...]
    findings: Mapping[str, str]
    small_share: float
    alike_band: float
    suggestions: tuple[str, ...]
    no_loss: str
    not_held: str
    nothing_held: str
    general: str
    disclosure: str
    actions: tuple[Mapping[str, str], ...]

    def period_of(self, text: str) -> Period | None:
        """The stretch of time in a customer's words, if any."""
        said = text.lower()
        return next((one for one in self.periods if any(word in said for word in one.words)), None)

    def comfort_for(self, text: str) -> str:
        """The first sentence for a customer's words."""
        said = text.lower()
        return next(
            (
                sentence
                for words, sentence in self.comfort
                if not words or any(word in said for word in words)
            ),
            "",
        )


@lru_cache(maxsize=1)
def loss_rules() -> LossRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_loss_rules(read("zhitou.wealth.rules", "loss.yml"))


def parse_loss_rules(node: Node) -> LossRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something is missing, unknown or of the wrong kind.
    """
    node.only(*LossRules.__annotations__)
    texts = node["findings"].only(*_TEXTS)
    for name, allowed in _TEXTS.items():
        for word in placeholders(texts[name].text()):
            if word not in allowed:
                texts[name].fail(f"unknown placeholder {{{word}}}")
    comfort = tuple(
        (
            tuple(word.lower() for word in one.only("words", "text")["words"].texts()),
            one["text"].text(),
        )
        for one in node["comfort"]
    )
    if not comfort or comfort[-1][0]:
        node["comfort"].fail("the last entry must be without words")
    return LossRules(
        version=node["version"].text(),
        least_fall=float(node["least_fall"].number(0)),
        least_short_fall=float(node["least_short_fall"].number(0)),
        products_named=node["products_named"].integer(1),
        alike=float(node["alike"].number(0)),
        rare=float(node["rare"].number(0)),
        seldom=float(node["seldom"].number(0)),
        periods=tuple(
            Period(
                one.only("days", "name", "words")["days"].integer(1),
                one["name"].text(),
                tuple(word.lower() for word in one["words"].texts()),
            )
            for one in node["periods"]
        ),
        comfort=comfort,
        findings={name: texts[name].text() for name in _TEXTS},
        small_share=float(node["small_share"].number(0)),
        alike_band=float(node["alike_band"].number(0)),
        suggestions=node["suggestions"].texts(),
        no_loss=node["no_loss"].text(),
        not_held=node["not_held"].text(),
        nothing_held=node["nothing_held"].text(),
        general=node["general"].text(),
        disclosure=node["disclosure"].text(),
        actions=parse_actions(node["actions"]),
    )
