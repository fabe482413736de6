"""What customers may be told of: kinds, limits and wording of alerts (``alerts.yml``); pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from zhitou.rulebook import Node, read
from zhitou.wealth.apportionment import percent, plain

KINDS = ("fall", "rise", "price", "maturity")

_TEXTS = (
    "fall",
    "rise",
    "price_below",
    "price_above",
    "maturity",
    "any_product",
    "stored",
    "listed",
    "none",
    "deleted",
    "nothing_deleted",
)


@dataclass(frozen=True)
class AlertKind:
    """One kind: between which thresholds, and the one that counts where none is said."""

    name: str
    least: Decimal
    greatest: Decimal
    default: Decimal | None
    limits: str


@dataclass(frozen=True)
class AlertRules:
    """The rules file, checked."""

    version: str
    most: int
    kinds: Mapping[str, AlertKind]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Alert:
    """What a customer wants to be told of."""

    kind: str
    threshold: Decimal
    name: str | None
    """The product; None for anything held."""
    base_value: Decimal | None = None
    """Unit value when it was set."""
    day: date | None = None
    """When a maturity alert is due."""


@lru_cache(maxsize=1)
def alert_rules() -> AlertRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_alert_rules(read("zhitou.wealth.rules", "alerts.yml"))


def parse_alert_rules(node: Node) -> AlertRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something is missing, unknown or of the wrong kind.
    """
    node.only("version", "most", "kinds", "texts")
    kinds = {}
    for name in KINDS:
        entry = node["kinds"].only(*KINDS)[name]
        entry.only("name", "least", "greatest", "default", "limits")
        least = entry["least"].number(0)
        greatest = entry["greatest"].number(float(least))
        default = entry["default"].number() if entry.has("default") else None
        if default is not None and not least <= default <= greatest:
            entry["default"].fail("lies outside its limits")
        kinds[name] = AlertKind(
            entry["name"].text(), least, greatest, default, entry["limits"].text()
        )
    texts = node["texts"].only(*_TEXTS)
    return AlertRules(
        version=node["version"].text(),
        most=node["most"].integer(1),
        kinds=kinds,
        texts={name: texts[name].text() for name in _TEXTS},
    )


def describe(alert: Alert, rules: AlertRules) -> str:
    """An alert in one sentence for the customer."""
    text = alert.kind
    threshold = plain(alert.threshold.normalize())
    if alert.kind == "price":
        below = alert.base_value is not None and alert.threshold < alert.base_value
        text = "price_below" if below else "price_above"
    elif alert.kind != "maturity":
        threshold = percent(float(alert.threshold))
    return rules.texts[text].format(
        name=alert.name or rules.texts["any_product"],
        threshold=threshold,
        day=alert.day.isoformat() if alert.day else "",
    )
