"""What is suggested is suitable, fits the wish, is varied, and says why with numbers."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from time import perf_counter
from typing import Any

import pytest

from tests.products import ON, customer, deposit, fund, manager, policy, shelf, wealth
from zhitou.rulebook import Node, RulesError, read
from zhitou.wealth.filters import unmet_wishes
from zhitou.wealth.manager_selection import select_managers
from zhitou.wealth.offers import allowed_levels, purchase_of
from zhitou.wealth.selection import Selection, select
from zhitou.wealth.selection_rules import load_selection_rules, parse_selection_rules
from zhitou.wealth.shelf import Shelf
from zhitou.wealth.suitability import Profile
from zhitou.wealth.wish import WishError, read_wish

RULES = load_selection_rules()


def choose(
    products: Shelf,
    kind: str = "fund",
    who: Profile | None = None,
    *,
    limit: int = 3,
    exclude: tuple[str, ...] = (),
    **criteria: Any,
) -> Selection:
    who = who or customer()
    wish = read_wish(kind, criteria, RULES, who.age)  # type: ignore[arg-type]
    return select(products, wish, who, ON, exclude=exclude, limit=limit)


def codes(selection: Selection) -> list[str]:
    return [pick.product.code for pick in selection.picks]


# --- suitability first ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("C1", {"1"}),
        ("C2", {"1", "2"}),
        ("C3", {"1", "2", "3"}),
        ("C4", {"1", "2", "3", "4"}),
        ("C5", {"1", "2", "3", "4", "5"}),
    ],
)
def test_nothing_above_the_level_is_suggested(level: str, seen: set[str]) -> None:
    products = shelf(*(fund(str(n), risk_level=f"R{n}") for n in range(1, 6)))
    assert set(codes(choose(products, who=customer(level), limit=5))) == seen


def test_the_higher_of_two_grades_counts() -> None:
    products = shelf(fund("1", risk_level="R2", terms={"issuer_risk_level": "R4"}))
    assert codes(choose(products, who=customer("C3"))) == []


def test_the_lowest_class_sees_r1_only() -> None:
    products = shelf(fund("1", risk_level="R1"), fund("2", risk_level="R2"))
    who = customer("C1", lowest_class=True)
    assert codes(choose(products, who=who)) == ["1"]


def test_what_needs_a_warning_is_not_suggested_to_a_customer_of_65() -> None:
    products = shelf(*(fund(str(n), risk_level=f"R{n}") for n in range(1, 6)))
    assert allowed_levels(customer("C5", age=65), "fund", ON) == ("R1", "R2", "R3")
    assert set(codes(choose(products, who=customer("C5", age=65), limit=5))) == {"1", "2", "3"}
    assert len(codes(choose(products, who=customer("C5", age=64), limit=5))) == 5


def test_a_profile_that_covers_less_than_its_level_counts() -> None:
    who = replace(customer("C5"), allows=("R1", "R2"))
    assert allowed_levels(who, "fund", ON) == ("R1", "R2")


def test_an_expired_level_allows_nothing() -> None:
    who = replace(customer("C5"), status="expired", allows=())
    assert allowed_levels(who, "fund", ON) == ()


def test_bank_products_beyond_the_means_are_not_suggested() -> None:
    found = choose(shelf(wealth("1")), "wealth", amount=2_000_000)
    assert (found.outcome, found.reason[0], found.picks) == ("nothing_suitable", "beyond_means", ())
    assert "超出" in found.reason[1]


def test_a_fund_beyond_the_means_carries_the_warning() -> None:
    found = choose(shelf(fund("1")), amount=2_000_000)
    assert "不要借钱投资" in found.picks[0].cautions[0]


# --- hard filters --------------------------------------------------------------------------------


def test_the_wished_sector_type_and_manager_are_met() -> None:
    products = shelf(
        fund("tech", sector="technology"),
        fund("bond", type="bond_fund", risk_level="R2"),
        fund("lin", managers=("林知夏",)),
    )
    assert codes(choose(products, sector="technology")) == ["tech"]
    assert codes(choose(products, product_type="bond_fund")) == ["bond"]
    assert codes(choose(products, fund_manager="林知夏")) == ["lin"]


def test_a_word_for_several_types_means_all_of_them() -> None:
    products = shelf(fund("1", type="short_bond_fund"), fund("2", type="bond_fund"), fund("3"))
    assert set(codes(choose(products, product_type="bond_fund"))) == {"1", "2"}


def test_cash_asked_for_among_wealth_products_means_cash_management() -> None:
    products = shelf(wealth("1", type="cash_management"), wealth("2"))
    assert codes(choose(products, "wealth", product_type="money_fund")) == ["1"]


def test_money_needed_sooner_than_the_lock_up_does_not_go_in() -> None:
    products = shelf(wealth("90"), wealth("180", terms={"lock_up_days": 180}))
    assert codes(choose(products, "wealth", horizon="P3M")) == ["90"]


def test_about_three_months_takes_91_days_too() -> None:
    assert codes(choose(shelf(deposit("1")), "wealth", horizon="P3M")) == ["1"]


@pytest.mark.parametrize(("horizon", "seen"), [("P6M", []), ("P1Y", ["1"]), ("P3Y", ["1"])])
def test_shares_are_not_for_money_needed_within_a_year(horizon: str, seen: list[str]) -> None:
    found = choose(shelf(fund("1", type="stock_fund")), horizon=horizon)
    assert codes(found) == (seen if found.outcome == "ok" else codes(found))
    assert (found.outcome == "ok") == bool(seen)


def test_the_sum_must_reach_the_minimum_and_stay_below_a_daily_limit() -> None:
    products = shelf(
        fund("dear", terms={"min_amount": "100000"}),
        fund("limited", terms={"subscription": "limited", "daily_limit": "1000"}),
        fund("open"),
    )
    assert codes(choose(products, amount=5000)) == ["open"]


def test_a_stated_preference_caps_the_level_below_the_customers_own() -> None:
    products = shelf(*(fund(str(n), risk_level=f"R{n}") for n in range(1, 6)))
    assert set(codes(choose(products, who=customer("C5"), risk_preference="steady"))) == {"1", "2"}


def test_suspended_young_and_unmeasured_funds_are_left_out() -> None:
    products = shelf(
        fund("suspended", terms={"subscription": "suspended"}),
        fund("young", inception=date(2026, 3, 1)),
        fund("unmeasured", metrics={"return_1y": None}),
        fund("fit"),
    )
    assert codes(choose(products)) == ["fit"]


def test_insurance_takes_the_insured_person_and_the_age() -> None:
    products = shelf(
        policy("young"),
        policy("old", terms={"insured": ["elder"], "entry_age_min": 61, "entry_age_max": 75}),
    )
    assert codes(choose(products, "insurance", insured="child")) == ["young"]
    assert codes(choose(products, "insurance", insured="parents")) == ["old"]
    assert codes(choose(products, "insurance", insured="parents", age=80)) == []
    assert codes(choose(products, "insurance", insured="parents", age=66)) == ["old"]


def test_a_policy_up_to_60_is_not_for_parents_though_it_says_elder() -> None:
    products = shelf(policy("1", terms={"insured": ["adult", "elder"], "entry_age_max": 60}))
    assert codes(choose(products, "insurance", insured="parents")) == []


def test_the_premium_shown_and_weighed_is_that_of_the_insured_age() -> None:
    examples = [
        {"age": 5, "gender": "男", "premium": "700", "years": 1},
        {"age": 35, "gender": "男", "premium": "300", "years": 1},
        {"age": 66, "gender": "女", "premium": "2000", "years": 1},
    ]
    terms = {"premium_examples": examples, "entry_age_max": 75}
    products = shelf(policy("1", terms=terms | {"insured": ["child", "adult", "elder"]}))
    for insured, premium in (("child", 700), ("spouse", 300), ("parents", 2000)):
        pick = choose(products, "insurance", insured=insured).picks[0]
        assert pick.values["premium"] == premium
    assert choose(products, "insurance", insured="parents", amount=1000).outcome != "ok"
    assert choose(products, "insurance", insured="child", amount=1000).outcome == "ok"


def test_insurance_for_oneself_goes_by_ones_own_age() -> None:
    products = shelf(policy("adult"))
    assert codes(choose(products, "insurance", insured="self")) == ["adult"]
    assert codes(choose(products, "insurance", customer(age=70), insured="self")) == []


def test_a_budget_bears_a_tenth_more() -> None:
    products = shelf(policy("1"))  # 700 a year
    assert choose(products, "insurance", amount=640).outcome == "ok"
    assert choose(products, "insurance", amount=600).outcome == "nothing_suitable"


def test_what_is_not_wished_is_no_filter() -> None:
    wish = read_wish("fund", {}, RULES)
    assert unmet_wishes(shelf(fund("1")), wish, RULES) == {}


# --- score ---------------------------------------------------------------------------------------


def test_better_risk_adjusted_return_wins_between_equals() -> None:
    products = shelf(
        fund("worse", metrics={"sharpe_1y": 0.2, "sharpe_3y": 0.2}),
        fund("better", metrics={"sharpe_1y": 1.2, "sharpe_3y": 1.2}),
    )
    assert codes(choose(products)) == ["better", "worse"]


@pytest.mark.parametrize(
    "change",
    [
        {"metrics": {"max_drawdown_1y": -0.3, "max_drawdown_3y": -0.4}},
        {"fees": {"management": 0.02}},
        {"size": Decimal(60_000_000)},
        {"metrics": {"volatility_1y": 0.3, "volatility_3y": 0.3, "rank_1y": 0.1}},
    ],
    ids=["drawdown", "fees", "size", "stability"],
)
def test_each_part_counts(change: dict[str, Any]) -> None:
    assert codes(choose(shelf(fund("worse", **change), fund("better")))) == ["better", "worse"]


def test_tenure_counts() -> None:
    runs = {"long": date(2015, 1, 1), "short": date(2026, 1, 1)}
    managers = tuple(manager(code, code, {code: since}) for code, since in runs.items())
    products = shelf(
        fund("short", managers=("short",)), fund("long", managers=("long",)), managers=managers
    )
    assert codes(choose(products)) == ["long", "short"]


def test_short_term_performance_changes_nothing() -> None:
    short = {
        "return_1w": 0.3,
        "return_1m": 0.5,
        "return_3m": 0.8,
        "return_6m": 1.0,
        "day_return": 1,
    }
    before = choose(shelf(fund("1"), fund("2")))
    after = choose(shelf(fund("1"), fund("2", metrics=short)))
    assert codes(before) == codes(after)
    assert [pick.score for pick in before.picks] == [pick.score for pick in after.picks]


def test_peers_are_of_the_same_type_only() -> None:
    bonds = [fund(f"b{n}", type="bond_fund", metrics={"sharpe_3y": 3.0 + n}) for n in range(3)]
    products = shelf(fund("1", metrics={"sharpe_3y": 0.9}), fund("2"), *bonds)
    standing = products.standing("sharpe_3y")
    assert (standing.share[0], standing.beaten[0], standing.peers[0]) == (1.0, 1, 2)


def test_the_score_is_the_sum_of_its_parts() -> None:
    pick = choose(shelf(fund("1"), fund("2", metrics={"sharpe_3y": 2.0}))).picks[0]
    assert pick.score == pytest.approx(sum(part.points for part in pick.parts), abs=0.01)
    assert sum(part.weight for part in pick.parts) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("criteria", "goal"),
    [
        ({"horizon": "P3M"}, "liquidity"),
        ({"horizon": "P3M", "risk_preference": "aggressive"}, "liquidity"),
        ({"risk_preference": "steady"}, "preserve"),
        ({"risk_preference": "growth"}, "growth"),
        ({"horizon": "P3Y"}, "balanced"),
        ({}, "balanced"),
    ],
)
def test_the_goal_follows_horizon_and_preference(criteria: dict[str, Any], goal: str) -> None:
    assert choose(shelf(fund("1")), who=customer("C5"), **criteria).goal == goal


def test_a_short_horizon_aims_at_calm_products() -> None:
    cash = fund("cash", type="money_fund", risk_level="R1")
    products = shelf(cash, fund("bond", type="bond_fund", risk_level="R2"))
    assert codes(choose(products, horizon="P3M"))[0] == "cash"


def test_the_cheaper_share_class_depends_on_the_horizon() -> None:
    a = fund("A", type="bond_fund", terms={"family": "f", "share_class": "A"})
    c = fund(
        "C",
        type="bond_fund",
        terms={"family": "f", "share_class": "C"},
        fees={"sales_service": 0.004, "subscription": 0.0, "redemption": [[7, 0.015], [None, 0.0]]},
    )
    assert codes(choose(shelf(a, c), horizon="P3M")) == ["C"]
    assert codes(choose(shelf(a, c), horizon="P3Y")) == ["A"]


def test_protection_comes_before_saving_in_insurance() -> None:
    saving = policy("saving", type="annuity", terms={"design": "guaranteed"})
    found = choose(shelf(saving, policy("medical")), "insurance", insured="adult")
    assert codes(found) == ["medical", "saving"]
    assert any("先看保障" in reason for reason in found.picks[0].reasons)


# --- variety and going on ------------------------------------------------------------------------


def test_not_three_of_one_company_or_sector() -> None:
    same = [fund(f"s{n}", company="一家", sector="technology") for n in range(4)]
    products = shelf(*same, fund("x", company="二家"), fund("y", company="三家"))
    assert set(codes(choose(products, who=customer("C5")))) == {"s0", "x", "y"}


def test_a_sector_that_is_asked_for_may_fill_the_list() -> None:
    products = shelf(*(fund(f"s{n}", sector="technology") for n in range(4)))
    assert len(choose(products, sector="technology").picks) == 3


def test_variety_gives_way_when_there_is_nothing_else() -> None:
    products = shelf(*(fund(f"s{n}", company="一家") for n in range(3)))
    assert len(choose(products).picks) == 3


def test_two_share_classes_of_a_fund_never_stand_side_by_side() -> None:
    products = shelf(fund("A", terms={"family": "f"}), fund("C", terms={"family": "f"}))
    assert len(choose(products).picks) == 1


def test_the_next_round_leaves_out_what_was_shown_and_its_share_classes() -> None:
    products = shelf(
        fund("A", terms={"family": "f"}), fund("C", terms={"family": "f"}), fund("other")
    )
    assert codes(choose(products, exclude=("A",))) == ["other"]


def test_when_all_was_shown_it_is_said() -> None:
    found = choose(shelf(fund("1")), exclude=("1",))
    assert (found.outcome, found.reason[0]) == ("nothing_suitable", "all_shown")


def test_the_same_question_has_the_same_answer() -> None:
    products = shelf(*(fund(f"{n}") for n in range(9)))
    assert codes(choose(products)) == codes(choose(products)) == ["0", "1", "2"]


# --- reasons -------------------------------------------------------------------------------------


def test_every_reason_is_made_from_a_number_with_its_date() -> None:
    others = [fund(f"{n}", metrics={"sharpe_3y": 0.1, "max_drawdown_3y": -0.5}) for n in range(5)]
    pick = choose(shelf(fund("best", metrics={"sharpe_3y": 1.61}), *others)).picks[0]
    level, sharpe = pick.reasons[0], next(r for r in pick.reasons if "夏普" in r)
    assert level == "风险等级R3，在您C3可选的R1至R3之内"
    assert sharpe == "近3年夏普比率1.61，6只同类里高于其中5只（截至2026-11-20）"
    assert all("2026-11-20" in reason for reason in pick.reasons[1:])


def test_a_figure_of_the_worse_half_is_no_reason() -> None:
    good = [fund(f"{n}", metrics={"sharpe_3y": 2.0, "sharpe_1y": 2.0}) for n in range(5)]
    found = choose(shelf(fund("poor", sector="gold"), *good), sector="gold")
    assert not any("夏普" in reason for reason in found.picks[0].reasons)


@pytest.mark.parametrize(
    ("product", "words"),
    [
        (fund("1", metrics={"max_drawdown_3y": -0.3}), "最多跌过30.00%"),
        (fund("1", size=Decimal(60_000_000)), "清盘"),
        (fund("1", terms={"lock_up_days": 365}), "最短要放1年"),
    ],
)
def test_what_speaks_against_is_said_too(product: Any, words: str) -> None:
    assert any(words in caution for caution in choose(shelf(product)).picks[0].cautions)


def test_shares_for_one_year_come_with_a_caution() -> None:
    pick = choose(shelf(fund("1")), horizon="P1Y").picks[0]
    assert any("放不够3年" in caution for caution in pick.cautions)


def test_the_funnel_counts() -> None:
    products = shelf(fund("1"), fund("2", risk_level="R5"), fund("3", sector="gold"), policy("4"))
    found = choose(products, sector="gold")
    assert found.funnel == {"shelf": 3, "suitable": 2, "matching": 1}


# --- nothing suitable ----------------------------------------------------------------------------


def test_what_is_too_risky_is_named_and_the_closest_are_within_the_level() -> None:
    products = shelf(fund("hot", sector="semiconductor", risk_level="R5"), fund("calm"))
    found = choose(products, sector="semiconductor")
    assert (found.outcome, found.reason[0]) == ("nothing_suitable", "above_level")
    assert "C3" in found.reason[1]
    assert "半导体" in found.reason[1]
    assert codes(found) == ["calm"]
    assert (found.picks[0].misses, found.picks[0].misses_text) == (("sector",), "不是半导体方向")


def test_the_closest_give_up_the_cheapest_wish_first() -> None:
    products = shelf(
        fund("sector", sector=None, terms={"min_amount": "1"}),
        fund("sum", sector="gold", terms={"min_amount": "100000"}),
    )
    found = choose(products, sector="gold", amount=1000)
    assert codes(found) == ["sector", "sum"]
    assert found.picks[1].misses_text == "起点是10万元，高于您说的1000元"


@pytest.mark.parametrize(
    ("product", "criteria", "words"),
    [
        (fund("1"), {"product_type": "bond_fund"}, "不是纯债基金，是偏股混合基金"),
        (fund("1"), {"horizon": "P1M"}, "建议至少放1年"),
        (fund("1", risk_level="R3"), {"risk_preference": "steady"}, "风险等级R3"),
        (fund("1", terms={"daily_limit": "1000"}), {"amount": 5000}, "每天最多买1000元"),
        (fund("1"), {"fund_manager": "林知夏"}, "不是林知夏管理的"),
        (wealth("1"), {"horizon": "P1M"}, "最短持有90天"),
    ],
)
def test_each_given_up_wish_is_told(product: Any, criteria: dict[str, Any], words: str) -> None:
    found = choose(shelf(product), product.kind, **criteria)
    assert found.outcome == "nothing_suitable"
    assert words in found.picks[0].misses_text


def test_an_empty_shelf_has_no_answer_but_says_so() -> None:
    found = choose(shelf())
    assert (found.outcome, found.reason[0], found.picks) == ("nothing_suitable", "no_wish", ())


# --- managers ------------------------------------------------------------------------------------


def managed(products: Shelf, who: Profile | None = None, **criteria: Any) -> Any:
    wish = read_wish("manager", criteria, RULES)
    return select_managers(products, wish, who or customer(), ON)


def ids(selection: Any) -> list[str]:
    return [pick.manager.id for pick in selection.picks]


LONG, NEW = date(2015, 1, 1), date(2026, 6, 1)


def test_managers_are_judged_by_the_funds_that_suit_the_customer() -> None:
    products = shelf(
        fund("calm", managers=("甲",)),
        fund("hot", risk_level="R5", managers=("乙",), metrics={"sharpe_3y": 9.0}),
        managers=(manager("M1", "甲", {"calm": LONG}), manager("M2", "乙", {"hot": LONG})),
    )
    assert ids(managed(products)) == ["M1"]
    assert ids(managed(products, customer("C5")))[0] == "M2"


def test_a_fund_run_for_less_than_a_year_does_not_count() -> None:
    products = shelf(fund("1", managers=("甲",)), managers=(manager("M1", "甲", {"1": NEW}),))
    assert ids(managed(products)) == []


def test_three_year_figures_count_only_for_those_who_ran_it_so_long() -> None:
    products = shelf(
        fund("1", managers=("甲",), metrics={"sharpe_3y": 3.0, "sharpe_1y": -1.0}),
        fund("2", managers=("乙",), metrics={"sharpe_3y": 1.0, "sharpe_1y": 0.9}),
        managers=(manager("M1", "甲", {"1": date(2025, 6, 1)}), manager("M2", "乙", {"2": LONG})),
    )
    found = managed(products)
    assert ids(found) == ["M2", "M1"]
    assert found.picks[1].values["return_3y"] is None
    assert "更早的表现不是其管理的" in found.picks[1].cautions[0]


def test_large_funds_weigh_more_and_share_classes_count_once() -> None:
    big = fund("A", terms={"family": "f"}, size=Decimal(9_000_000_000), managers=("甲",))
    products = shelf(
        replace(big, metrics=dict(big.metrics) | {"return_1y": 0.10}),
        fund("C", terms={"family": "f"}, size=Decimal(10), managers=("甲",)),
        fund("B", size=Decimal(1_000_000_000), managers=("甲",), metrics={"return_1y": 0.0}),
        managers=(manager("M1", "甲", {"A": LONG, "C": LONG, "B": LONG}),),
    )
    pick = managed(products).picks[0]
    assert pick.values["funds_run"] == 2
    assert pick.values["return_1y"] == pytest.approx(0.09)
    assert [product.code for product in pick.products] == ["A", "B"]


def test_a_manager_of_another_sector_is_the_closest() -> None:
    products = shelf(fund("1", managers=("甲",)), managers=(manager("M1", "甲", {"1": LONG}),))
    found = managed(products, sector="gold")
    assert (found.outcome, found.reason[0]) == ("nothing_suitable", "no_match")
    assert found.picks[0].misses_text == "不是黄金方向"


# --- wishes and rules ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("horizon", "days"),
    [
        ("P0D", 0),
        ("P2W", 14),
        ("P3M", 90),
        ("P1Y", 365),
        ("P1Y6M", 545),
        ("p18m", 540),
        ("long", 1825),
        ("short", 90),
    ],
)
def test_horizons_are_understood(horizon: str, days: int) -> None:
    assert read_wish("fund", {"horizon": horizon}, RULES).horizon_days == days


@pytest.mark.parametrize(
    ("criteria", "field"),
    [
        ({"horizon": "soon"}, "horizon"),
        ({"horizon": "P"}, "horizon"),
        ({"product_type": "car"}, "product_type"),
        ({"risk_preference": "wild"}, "risk_preference"),
        ({"insured": "dog"}, "insured"),
        ({"amount": Decimal(-1)}, "amount"),
    ],
)
def test_what_means_nothing_is_refused_by_its_field(criteria: dict[str, Any], field: str) -> None:
    with pytest.raises(WishError) as refused:
        read_wish("fund", criteria, RULES)
    assert refused.value.field == field


def test_a_wish_is_told_in_words() -> None:
    criteria = {"product_type": "mixed_fund", "horizon": "P3Y", "amount": 50000}
    wish = read_wish("fund", criteria | {"risk_preference": "balanced"}, RULES)
    assert wish.text(RULES) == "偏股混合基金、放3年、5万元、平衡"
    assert wish.criteria()["amount"] == "50000"


def test_an_annuity_paid_at_once_is_a_single_premium() -> None:
    example = {"age": 50, "gender": "女", "premium": "50000", "years": 1}
    terms = {"premium_examples": [example], "design": "participating"}
    purchase = purchase_of(policy("1", type="annuity", terms=terms), None)
    assert (purchase.single_premium, purchase.annual_premium) == (Decimal(50000), None)
    assert not purchase.guaranteed


def edited(path: str, value: Any) -> Node:
    node = read("zhitou.wealth.rules", "selection.yml")
    changed = deepcopy(node.value)
    place = changed
    *way, last = path.split(".")
    for key in way:
        place = place[int(key)] if isinstance(place, list) else place[key]
    place[last] = value
    return Node(changed, "selection.yml")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("parts.risk_adjusted.measures", {"return_1m": 1}, "six months or less"),
        ("parts.risk_adjusted.measures", {"return_ytd": 1}, "six months or less"),
        ("parts.risk_adjusted.measures", {"day_return": 1}, "no better side"),
        ("parts.risk_adjusted.measures", {"charm": 1}, "not in figures.yml"),
        ("parts.size.curve", [[5, 1], [1, 0]], "rise"),
        ("parts.drawdown.text", "{oops}", "{oops}"),
        ("goals.0.weights.market", {"charm": 1}, "unknown part"),
        ("goals.0.weights.market", {"match": 0}, "above zero"),
        ("goals.3.when", {"horizon_days_up_to": 9}, "must hold always"),
        ("preference_levels.steady", "R9", "R9"),
        ("least_history_days", 30, "at least 183"),
        ("surprise", 1, "surprise"),
    ],
)
def test_wrong_rules_are_refused_with_file_and_key(path: str, value: Any, words: str) -> None:
    with pytest.raises(RulesError) as refused:
        parse_selection_rules(edited(path, value))
    assert words in str(refused.value)
    assert "selection.yml" in str(refused.value)


def test_a_product_manager_changes_the_order_by_a_weight() -> None:
    products = shelf(
        fund("cheap", fees={"management": 0.001}),
        fund("clever", metrics={"sharpe_3y": 2.0, "sharpe_1y": 2.0}),
    )
    wish = read_wish("fund", {}, RULES)
    only_fees = parse_selection_rules(edited("goals.3.weights.market", {"fees": 1}))
    assert codes(select(products, wish, customer(), ON)) == ["clever", "cheap"]
    assert codes(select(products, wish, customer(), ON, rules=only_fees)) == ["cheap", "clever"]


def test_thousands_of_products_are_chosen_from_in_a_moment() -> None:
    products = shelf(
        *(
            fund(f"{n}", metrics={"sharpe_3y": n % 97 / 50, "max_drawdown_3y": -(n % 89) / 100})
            for n in range(3000)
        )
    )
    choose(products, horizon="P3Y", amount=50_000)
    started = perf_counter()
    choose(products, horizon="P3Y", amount=50_000)
    assert perf_counter() - started < 0.2  # a tenth of it on an idle machine
