"""What a customer holds, from trades and total returns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.portfolios import LAST, TODAY, product, series
from zhitou.wealth.positions import Position, Trade, cents, position_of, total_of, weights_of

FUND = product("f", metrics={"unit_nav": 2.0})
INDEX = series([1.0, 1.25, 1.5, 2.0, 1.8])
DAYS = [day.date() for day in INDEX.index]


def buy(amount: str, day: date, fee: str = "0", code: str = "f") -> Trade:
    return Trade(code, "buy", Decimal(amount), Decimal(fee), day)


def redeem(amount: str, day: date, fee: str = "0") -> Trade:
    return Trade("f", "redeem", Decimal(amount), Decimal(fee), day)


def held(*trades: Trade) -> Position:
    found = position_of(FUND, trades, INDEX, TODAY)
    assert found is not None
    return found


def test_a_holding_grows_with_the_total_return() -> None:
    one = held(buy("1000", DAYS[0]))
    assert (one.value, one.cost, one.gain) == (Decimal("1800.00"), 1000, Decimal("800.00"))
    assert one.gain_rate == 0.8
    assert one.bought_at == DAYS[0]
    assert one.as_of == LAST


def test_the_change_of_the_day_is_that_of_the_last_trading_day() -> None:
    assert held(buy("1000", DAYS[0])).day_change == Decimal("-200.00")


def test_what_was_bought_on_the_last_day_has_not_changed_yet() -> None:
    assert held(buy("1000", DAYS[-1])).day_change == 0


def test_the_fee_buys_nothing_but_is_paid() -> None:
    one = held(buy("1000", DAYS[0], fee="10"))
    assert (one.value, one.cost) == (Decimal("1782.00"), 1000)


def test_a_day_without_a_value_counts_as_the_next() -> None:
    saturday = date(2025, 12, 27)
    index = series([1.0, 2.0], last=date(2025, 12, 29))
    found = position_of(FUND, [buy("100", saturday)], index, TODAY)
    assert found is not None
    assert found.value == 100


def test_two_purchases_are_one_position_since_the_first() -> None:
    one = held(buy("1000", DAYS[3]), buy("1000", DAYS[0]))
    assert one.value == Decimal("2700.00")
    assert (one.cost, one.bought_at) == (2000, DAYS[0])


def test_what_is_taken_out_carries_its_share_of_the_cost() -> None:
    one = held(buy("1000", DAYS[0]), redeem("990", DAYS[3], fee="10"))
    assert one.value == Decimal("900.00")
    assert one.cost == Decimal("500.00")
    assert one.gain_rate == 0.8


def test_what_was_sold_is_not_held() -> None:
    trades = [buy("1000", DAYS[0]), redeem("2000", DAYS[3])]
    assert position_of(FUND, trades, INDEX, TODAY) is None
    assert position_of(FUND, [], INDEX, TODAY) is None


def test_units_follow_from_the_value() -> None:
    assert held(buy("1000", DAYS[0])).units == Decimal("900.00")


def test_a_deposit_earns_simple_interest_until_it_ends() -> None:
    deposit = product(
        "d",
        "certificate_of_deposit",
        kind="wealth",
        terms={"rate": 0.0365, "horizon_days": 100},
    )
    lot = [buy("10000", date(2025, 12, 6), code="d")]
    one = position_of(deposit, lot, None, TODAY)
    assert one is not None
    assert one.value == Decimal("10030.00")
    assert one.day_change == Decimal("1.00")
    ended = position_of(deposit, lot, None, date(2027, 1, 5))
    assert ended is not None
    assert ended.value == Decimal("10100.00")
    assert ended.day_change == 0


def test_a_structured_deposit_counts_its_lowest_rate() -> None:
    deposit = product(
        "d",
        "structured_deposit",
        kind="wealth",
        terms={"rate_low": 0.01, "rate_high": 0.05, "horizon_days": 365},
    )
    one = position_of(deposit, [buy("36500", date(2025, 12, 6), code="d")], None, TODAY)
    assert one is not None
    assert one.value == Decimal("36530.00")


def test_a_product_without_values_is_worth_what_it_cost() -> None:
    one = position_of(FUND, [buy("500", DAYS[0])], series([]), TODAY)
    assert one is not None
    assert (one.value, one.as_of) == (500, TODAY)


def test_the_total_adds_what_is_known() -> None:
    told = Position(FUND, Decimal(500))
    total = total_of([held(buy("1000", DAYS[0])), told])
    assert (total.value, total.cost, total.gain) == (2300, 1000, 800)
    assert total.gain_rate == 0.8
    assert (told.gain, told.gain_rate) == (None, None)
    assert total_of([]).gain_rate is None


def test_weights_sum_to_one() -> None:
    other = Position(product("g"), Decimal(600))
    weights = weights_of([held(buy("1000", DAYS[0])), other])
    assert weights == pytest.approx({"f": 0.75, "g": 0.25})
    assert weights_of([]) == {}


def test_half_a_fen_is_rounded_up() -> None:
    assert cents(0.125) == Decimal("0.13")
    assert cents(Decimal("2.675")) == Decimal("2.68")
