"""``zhitou suitability``: whether a product suits a customer of some level, and by which rule."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime

import click

from zhitou.clock import today_in_shanghai
from zhitou.wealth.suitability import Profile, decide
from zhitou.wealth.suitability_rules import CUSTOMER_LEVELS, PRODUCT_KINDS, PRODUCT_LEVELS


@click.command()
@click.option("--level", type=click.Choice(CUSTOMER_LEVELS), required=True, help="the customer's")
@click.option("--product-level", type=click.Choice(PRODUCT_LEVELS), required=True)
@click.option("--product-kind", type=click.Choice(PRODUCT_KINDS), required=True)
@click.option(
    "--issuer-level",
    type=click.Choice(PRODUCT_LEVELS),
    help="the higher of both counts",
)
@click.option("--lowest-class", is_flag=True, help="the customer is of the lowest class")
@click.option("--age", type=click.IntRange(0, 150), help="the customer's age in years")
@click.option(
    "--initiated-by",
    type=click.Choice(("customer", "bank")),
    default="bank",
    show_default=True,
    help="who brought the product up",
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="the day whose rules count  [default: today in Shanghai]",
)
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
def command(
    level: str,
    product_level: str,
    product_kind: str,
    issuer_level: str | None,
    lowest_class: bool,
    age: int | None,
    initiated_by: str,
    on: datetime | None,
    as_json: bool,
) -> None:
    """Decide by the rules in force: allow, warn or block, with the rule and its source.

    Where the rules cannot be read the decision is block.
    """
    profile = Profile(None, "valid", level, lowest_class=lowest_class, age=age)
    day: date = on.date() if on else today_in_shanghai()
    decision = decide(
        profile, product_level, product_kind, initiated_by, day, issuer_level=issuer_level
    )
    if as_json:
        click.echo(json.dumps(asdict(decision), ensure_ascii=False))
    else:
        click.echo(f"{decision.decision}  {decision.rule}\n{decision.text}\n{decision.source}")
