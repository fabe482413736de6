"""What is said when a customer wants to trade, and the link into the bank's app; never a trade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from urllib.parse import urlencode

from zhitou.rulebook import Node, read
from zhitou.wealth.facts_rules import Answer, load_facts_rules, parse_answer
from zhitou.wealth.observations import filled, template
from zhitou.wealth.product import Product
from zhitou.wealth.product_words import product_figures, product_words
from zhitou.wealth.shelf import Shelf

Side = Literal["buy", "redeem", "convert", "cancel"]
SIDES: tuple[Side, ...] = ("buy", "redeem", "convert", "cancel")

_FIGURES: Mapping[str, str] = {"below_minimum": "count"}


@dataclass(frozen=True)
class TradeRules:
    """The rules file, checked."""

    version: str
    names: Mapping[str, str]
    paths: Mapping[str, str]
    leaving: Mapping[str, str]
    leaving_rule: str
    leaving_source: str
    notes: Mapping[str, tuple[Answer, ...]]
    most_notes: int


@lru_cache(maxsize=1)
def load_trade_rules() -> TradeRules:
    """The packaged rules.

    Raises:
        RulesError: they cannot be used; the message names file and key.
    """
    return parse_trade_rules(read("zhitou.wealth.rules", "trade.yml"))


def parse_trade_rules(node: Node) -> TradeRules:
    """Check a rules file and take it over.

    Raises:
        RulesError: something in it is missing, unknown or of the wrong kind.
    """
    node.only(
        "version", "sides", "leaving", "leaving_rule", "leaving_source", "notes", "most_notes"
    )
    sides = node["sides"].only(*SIDES)
    notes = node["notes"].only(*SIDES)
    leaving = node["leaving"].only(*SIDES[1:])
    return TradeRules(
        version=node["version"].text(),
        names={side: sides[side]["name"].text() for side in SIDES},
        paths={side: sides[side]["path"].text(empty=True) for side in SIDES},
        leaving={side: template(text, {"name", "holding"}) for side, text in leaving.items()},
        leaving_rule=node["leaving_rule"].text(),
        leaving_source=node["leaving_source"].text(),
        notes={side: tuple(parse_answer(one, _FIGURES) for one in notes[side]) for side in SIDES},
        most_notes=node["most_notes"].integer(0),
    )


def leaving_text(shelf: Shelf, product: Product, side: Side) -> str:
    """What is said of getting out of a product, which needs no level."""
    words = product_words(shelf, product, load_facts_rules())
    return load_trade_rules().leaving[side].format(name=words["name"], holding=words["holding"])


def trade_notes(
    shelf: Shelf, product: Product, side: Side, amount: Decimal | None
) -> tuple[str, ...]:
    """What the customer should know before this trade: limits, terms, fees.

    Args:
        shelf: all products.
        product: one of them.
        side: what the customer wants to do.
        amount: in yuan, where it is known.
    """
    rules = load_trade_rules()
    words = product_words(shelf, product, load_facts_rules())
    figures = product_figures(shelf, product)
    least = figures.get("min_amount")
    too_little = amount is not None and least is not None and float(amount) < least
    figures["below_minimum"] = float(too_little)
    said = [
        filled(note.text, figures, words)
        for note in rules.notes[side]
        if note.fits(product) and note.holds(figures)
    ]
    return tuple(note for note in said if note)[: rules.most_notes]


def deep_link(base: str, product: Product, side: Side, amount: Decimal | None) -> str:
    """The page of the bank's app where the customer itself can trade.

    Args:
        base: the app's trade page, from the settings.
        product: what is traded.
        side: what the customer wants to do.
        amount: in yuan, where it is known.
    """
    path = str(product.terms.get("deep_link_path") or f"/{product.kind}/{product.code}")
    query: dict[str, str] = {"side": side}
    if amount is not None:
        query["amount"] = f"{amount.normalize():f}"
    return f"{base.rstrip('/')}{path}{load_trade_rules().paths[side]}?{urlencode(query)}"
