"""Which products may be shown or sold to whom, rule by rule, and the command that tells it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from itertools import product

import pytest
import yaml
from click.testing import CliRunner

from zhitou.rulebook import Node, RulesError
from zhitou.wealth import suitability
from zhitou.wealth.commands.suitability import command
from zhitou.wealth.suitability import Profile, Purchase, decide, higher_grade, span
from zhitou.wealth.suitability_rules import CUSTOMER_LEVELS, PRODUCT_LEVELS, load_rules, parse_rules

TODAY = date(2026, 11, 22)
BEFORE_ORDER_7 = date(2026, 1, 31)
C3 = Profile("c", "valid", "C3", age=42)


def rules_file() -> dict:
    return yaml.safe_load(
        files("zhitou.wealth.rules").joinpath("suitability.yml").read_text("utf-8")
    )


def test_each_level_reaches_as_far_as_its_number() -> None:
    for number, level in enumerate(CUSTOMER_LEVELS, start=1):
        assert load_rules().allows(level) == PRODUCT_LEVELS[:number]
    assert load_rules().allows(None) == ()
    assert load_rules().allows("C9") == ()


@pytest.mark.parametrize(
    ("level", "product_level", "kind", "by"),
    product(CUSTOMER_LEVELS, PRODUCT_LEVELS, ("fund", "wealth", "insurance"), ("customer", "bank")),
)
@pytest.mark.parametrize("on", [TODAY, BEFORE_ORDER_7])
def test_the_whole_table_of_levels(
    level: str, product_level: str, kind: str, by: str, on: date
) -> None:
    decision = decide(Profile("c", "valid", level), product_level, kind, by, on)
    if int(product_level[1]) <= int(level[1]):
        assert decision.decision == "allow"
    elif kind == "fund" and by == "customer":
        assert decision.decision == "warn"
    else:
        assert decision.decision == "block"
    assert decision.source
    assert decision.rule
    assert (decision.customer_level, decision.product_level) == (level, product_level)


@pytest.mark.parametrize("kind", ["fund", "wealth", "insurance"])
@pytest.mark.parametrize("product_level", PRODUCT_LEVELS[1:])
@pytest.mark.parametrize("level", CUSTOMER_LEVELS)
def test_the_lowest_class_never_gets_more_than_r1_even_on_insistence(
    kind: str, product_level: str, level: str
) -> None:
    lowest = Profile("c", "valid", level, lowest_class=True)
    decision = decide(lowest, product_level, kind, "customer", TODAY)
    assert decision.decision == "block"
    assert decision.rule.startswith("lowest_class.")
    assert decide(lowest, "R1", kind, "customer", TODAY).decision == "allow"


@pytest.mark.parametrize("kind", ["fund", "wealth", "insurance"])
@pytest.mark.parametrize("product_level", ["R4", "R5"])
def test_from_65_on_a_high_risk_product_is_at_least_a_warning(
    kind: str, product_level: str
) -> None:
    at_65 = decide(Profile("c", "valid", "C5", age=65), product_level, kind, "bank", TODAY)
    assert at_65.decision == "warn"
    assert "senior" in at_65.rule
    at_64 = decide(Profile("c", "valid", "C5", age=64), product_level, kind, "bank", TODAY)
    assert at_64.decision == "allow"


def test_age_never_softens_a_block() -> None:
    old = Profile("c", "valid", "C3", age=70)
    assert decide(old, "R4", "wealth", "customer", TODAY).decision == "block"


@pytest.mark.parametrize(
    ("status", "rule"),
    [
        ("none", "assessment.none"),
        ("needs_identity", "assessment.none"),
        ("expired", "assessment.expired"),
    ],
)
def test_without_a_valid_assessment_nothing_is_sold(status: str, rule: str) -> None:
    decision = decide(Profile("c", status, "C5"), "R1", "fund", "customer", TODAY)
    assert (decision.decision, decision.rule) == ("block", rule)


def test_a_level_that_does_not_exist_counts_as_none() -> None:
    assert (
        decide(Profile("c", "valid", "C6"), "R1", "fund", "bank", TODAY).rule == "assessment.none"
    )


def test_of_two_grades_the_higher_counts_and_is_shown() -> None:
    decision = decide(C3, "R3", "wealth", "bank", TODAY, issuer_level="R4")
    assert (decision.decision, decision.product_level) == ("block", "R4")
    assert higher_grade("R2", None) == "R2"
    assert higher_grade("R2", "R9") is None


@pytest.mark.parametrize("grade", [None, "R6", "low", ""])
def test_a_product_without_a_grade_is_not_offered(grade: str | None) -> None:
    assert decide(C3, grade, "fund", "customer", TODAY).rule == "product.unrated"


@pytest.mark.parametrize(("kind", "expected"), [("wealth", "block"), ("fund", "warn")])
def test_money_beyond_the_customers_means(kind: str, expected: str) -> None:
    customer = replace(C3, liquid_assets=Decimal(100_000))
    too_much = Purchase(amount=Decimal("100000.01"))
    decision = decide(customer, "R2", kind, "customer", TODAY, purchase=too_much)
    assert decision.decision == expected
    assert decision.rule.endswith("beyond_means")
    enough = Purchase(amount=Decimal(100_000))
    assert decide(customer, "R2", kind, "customer", TODAY, purchase=enough).decision == "allow"


@pytest.mark.parametrize(
    ("purchase", "rule"),
    [
        (Purchase(single_premium=Decimal(400_001)), "insurance.single_premium"),
        (Purchase(annual_premium=Decimal(20_001)), "insurance.annual_premium"),
        (Purchase(annual_premium=Decimal(1), payment_years=33), "insurance.payment_age"),
        (
            Purchase(annual_premium=Decimal(15_000), budget=Decimal(10_000)),
            "insurance.over_budget",
        ),
    ],
)
def test_premiums_that_need_a_signed_declaration(purchase: Purchase, rule: str) -> None:
    customer = replace(C3, annual_income=Decimal(100_000))
    decision = decide(customer, "R2", "insurance", "customer", TODAY, purchase=purchase)
    assert (decision.decision, decision.rule) == ("warn", rule)
    guaranteed = replace(purchase, guaranteed=True)
    decision = decide(customer, "R2", "insurance", "customer", TODAY, purchase=guaranteed)
    assert decision.decision == "allow"
    before = decide(customer, "R2", "insurance", "customer", BEFORE_ORDER_7, purchase=purchase)
    assert before.decision == "allow"


@pytest.mark.parametrize("on", [TODAY, BEFORE_ORDER_7])
def test_rules_are_those_of_the_day(on: date) -> None:
    rule = decide(C3, "R4", "wealth", "bank", on).rule
    assert rule == ("bank.above_level" if on == TODAY else "bank.above_level_before_2026")


def test_where_no_rule_meets_the_case_it_is_blocked() -> None:
    assert decide(C3, "R1", "crypto", "bank", TODAY).rule == "no_rule_in_force"
    assert decide(C3, "R1", "fund", "bank", date(2010, 1, 1)).rule == "no_rule_in_force"


def test_where_the_rules_cannot_be_loaded_it_is_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RulesError("zhitou/wealth/rules/suitability.yml: rules: must be a list")

    monkeypatch.setattr(suitability, "load_rules", broken)
    decision = decide(Profile("c", "valid", "C5"), "R1", "fund", "customer", TODAY)
    assert (decision.decision, decision.rule) == ("block", "rules_unavailable")


def test_texts_promise_nothing_and_name_both_levels() -> None:
    text = decide(C3, "R4", "fund", "customer", TODAY).text
    assert "C3" in text
    assert "R4" in text
    assert "R1至R3" in text
    assert span(()) == "无"
    assert span(("R1",)) == "R1"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda r: r.pop("rules"), "'rules' is missing"),
        (lambda r: r["rules"][0].update(decision="maybe"), "rules[0].decision"),
        (lambda r: r["rules"][0].update(effective_from="soon"), "rules[0].effective_from"),
        (lambda r: r["rules"][0].update(effective_to=date(2000, 1, 1)), "rules[0].effective_to"),
        (lambda r: r["rules"][0]["when"].update(mood="good"), "rules[0].when"),
        (lambda r: r["rules"][0].pop("source"), "rules[0]"),
        (lambda r: r["rules"][0].update(text="{price}"), "rules[0].text"),
        (lambda r: r["rules"].append(dict(r["rules"][0])), "twice"),
        (lambda r: r["levels"]["C1"].update(highest_product_level="R7"), "levels.C1.highest"),
        (lambda r: r["assessment"].update(most_per_day=0), "assessment.most_per_day"),
        (lambda r: r.update(rules=[]), "rules"),
        (lambda r: r.update(rules={}), "rules"),
    ],
)
def test_a_wrong_rules_file_is_told_with_file_and_key(change, key: str) -> None:
    content = rules_file()
    change(content)
    with pytest.raises(RulesError) as told:
        parse_rules(Node(content, "suitability.yml"))
    assert "suitability.yml: " in str(told.value)
    assert key in str(told.value)


def test_the_command_prints_one_json_object() -> None:
    arguments = "--level C3 --product-level R4 --product-kind fund --initiated-by customer --json"
    answer = CliRunner().invoke(command, arguments.split())
    told = json.loads(answer.output)
    assert answer.exit_code == 0
    assert (told["decision"], told["rule"]) == ("warn", "fund.above_level_requested")
    assert "第十九条" in told["source"]


def test_the_command_takes_the_bank_as_the_one_who_asks_unless_told() -> None:
    arguments = "--level C3 --product-level R4 --product-kind fund --json"
    told = json.loads(CliRunner().invoke(command, arguments.split()).output)
    assert told["decision"] == "block"


def test_the_command_reads_for_people_too() -> None:
    arguments = "--level C1 --product-level R2 --product-kind fund --lowest-class --age 68"
    output = CliRunner().invoke(command, arguments.split()).output
    assert output.startswith("block  lowest_class.above_r1\n")


def test_the_command_refuses_what_it_does_not_know() -> None:
    arguments = "--level C6 --product-level R2 --product-kind fund"
    answer = CliRunner().invoke(command, arguments.split())
    assert answer.exit_code == 2
    assert "C6" in answer.output


def test_deciding_imports_nothing_heavy() -> None:
    program = (
        "import sys, zhitou.wealth.commands.suitability\n"
        "heavy = {'rasa', 'sqlalchemy', 'pydantic', 'numpy', 'sanic'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
