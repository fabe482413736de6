"""The simulated market looks real, is the same every day it is made, and reaches to last night."""

from dataclasses import replace
from datetime import date, datetime, timezone

import numpy as np
import pandas as pd
import pytest

from zhitou.backends.database import Base, Database
from zhitou.backends.demo import market as demo
from zhitou.backends.demo.simulation import parameters, simulate
from zhitou.backends.product import repository
from zhitou.backends.product.catalogue import Catalogue, load_catalogue
from zhitou.clock import fixed_clock
from zhitou.wealth import analytics
from zhitou.wealth.fund_metrics import shelf_metrics
from zhitou.wealth.total_return import cumulative_nav, total_return_index

AS_OF = date(2026, 5, 20)
CODES = ("988001", "988201", "988401", "988402", "988601")
"""A money fund, a bond fund, both classes of a mixed fund, an index fund."""


@pytest.fixture(scope="module")
def shelf():
    """Five products that have daily values and one that has none."""
    whole = load_catalogue()
    chosen = tuple(item for item in whole.products if item.code in (*CODES, "ZTBX040"))
    managers = [
        replace(manager, tenures=tuple(t for t in manager.tenures if t.product_code in CODES))
        for manager in whole.managers
    ]
    return Catalogue(chosen, tuple(m for m in managers if m.tenures), "small")


@pytest.fixture(scope="module")
def market():
    return simulate(load_catalogue().products, AS_OF, parameters())


@pytest.fixture
async def database(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/market.db")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield database
    await database.close()


def clock(day, hour=13):
    return fixed_clock(datetime(2026, 5, day, hour, tzinfo=timezone.utc))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 5, 20, 11, 59, tzinfo=timezone.utc), date(2026, 5, 19)),
        (datetime(2026, 5, 20, 12, 0, tzinfo=timezone.utc), date(2026, 5, 20)),
        (datetime(2026, 5, 22, 16, 30, tzinfo=timezone.utc), date(2026, 5, 22)),
        (datetime(2026, 5, 24, 12, 0, tzinfo=timezone.utc), date(2026, 5, 22)),
        (datetime(2026, 5, 25, 1, 0, tzinfo=timezone.utc), date(2026, 5, 22)),
    ],
)
def test_the_data_date_is_the_last_trading_day_published(moment, day):
    assert demo.data_date(fixed_clock(moment)) == day


def test_tomorrow_has_the_same_history_and_one_day_more(shelf):
    today = simulate(shelf.products, AS_OF, parameters()).total_return
    tomorrow = simulate(shelf.products, date(2026, 5, 21), parameters()).total_return
    common = today.index.intersection(tomorrow.index)
    assert tomorrow.index[-1] == pd.Timestamp("2026-05-21")
    pd.testing.assert_frame_equal(today.loc[common], tomorrow.loc[common])


def test_another_fund_on_the_shelf_changes_no_other(shelf, market):
    alone = simulate(shelf.products[:1], AS_OF, parameters()).total_return
    assert (alone["988001"] == market.total_return["988001"]).all()


def test_five_years_of_days_are_there_for_every_fund(market):
    assert market.unit_nav.shape[1] == 348
    assert market.unit_nav.notna().all().all()
    assert market.unit_nav.index[0] <= pd.Timestamp(AS_OF) - pd.DateOffset(years=5)
    assert set(market.unit_nav.index.dayofweek) == {0, 1, 2, 3, 4}


def test_total_return_and_cumulative_value_follow_from_what_is_published(market):
    for code in market.unit_nav.columns:
        unit, paid = market.unit_nav[code], market.distributions[code]
        if (unit == 1).all():
            continue
        total, cumulative = market.total_return[code], market.cumulative_nav[code]
        assert np.allclose(total / total.iloc[0], total_return_index(unit, paid), rtol=1e-9)
        gained = cumulative_nav(unit, paid) - unit.iloc[0]
        units_before = (cumulative.iloc[-1] - cumulative.iloc[0]) / gained.iloc[-1]
        assert np.allclose(cumulative - cumulative.iloc[0], units_before * gained, atol=1e-8)


def test_some_funds_pay_dividends_and_some_split(market):
    kinds = [item.kind for items in market.distributions.values() for item in items]
    assert kinds.count("dividend") > 50
    assert kinds.count("split") >= 3


def test_money_funds_gain_every_day_and_their_unit_stays_at_one(market):
    codes = [f"{code}" for code in range(988001, 988021)]
    assert (market.unit_nav[codes] == 1).all().all()
    assert (analytics.simple_returns(market.total_return[codes]) > 0).all()


def test_types_differ_as_their_risk_does(market):
    types = {item.code: item.type for item in load_catalogue().products}
    returns = analytics.simple_returns(market.total_return)
    spread = pd.Series(analytics.volatility(returns), index=market.total_return.columns)
    typical = spread.groupby(types).median()
    order = ["money_fund", "short_bond_fund", "bond_fund", "mixed_bond_fund", "fof", "mixed_fund"]
    assert list(typical[order].sort_values().index) == order
    falls = pd.Series(analytics.max_drawdown(market.total_return), index=spread.index)
    assert -0.65 < falls.groupby(types).median()["stock_fund"] < -0.2
    assert falls.groupby(types).min()["bond_fund"] > -0.06


def test_sectors_move_with_the_market_and_bonds_do_not(market):
    related = market.indices.pct_change().corr()["equity"]
    assert 0.5 < related["liquor"] < 0.9
    assert 0.4 < related["hong_kong"] < 0.8
    assert abs(related["bond"]) < 0.2
    assert abs(related["gold"]) < 0.2


def test_classes_of_one_fund_differ_by_their_fee_alone(market):
    a, c = (market.total_return[code].pct_change().dropna() for code in ("988401", "988402"))
    assert a.corr(c) > 0.99
    assert (a - c).mean() * 252 == pytest.approx(0.005, abs=0.001)


def test_unit_values_stay_in_a_range_that_funds_have(market):
    assert market.unit_nav.min().min() > 0.1
    assert market.unit_nav.max().max() < 12


def test_metrics_agree_with_the_figures_computed_one_by_one(market):
    total = market.total_return[["988001", "988401"]]
    types = {"988001": "money_fund", "988401": "mixed_fund"}
    found = shelf_metrics(
        total, market.unit_nav[["988001", "988401"]], types, {"988401": market.indices["equity"]}
    )
    last = total["988401"].loc["2025-05-20":]
    assert found["988401"]["return_1y"] == pytest.approx(float(analytics.total_return(last)))
    assert found["988401"]["max_drawdown_1y"] == pytest.approx(float(analytics.max_drawdown(last)))
    returns = analytics.simple_returns(last)
    levels = analytics.simple_returns(market.indices["equity"].loc["2025-05-20":])
    assert found["988401"]["beta_1y"] == pytest.approx(float(analytics.beta(returns, levels)))
    assert found["988001"]["sharpe_1y"] is None
    assert 0.005 < found["988001"]["yield_7d"] < 0.03
    assert found["988401"]["rank_1y"] == 1.0


def test_a_young_fund_has_no_figures_of_periods_it_did_not_see(market):
    total = market.total_return[["988401"]].copy()
    total.iloc[:-200] = np.nan
    found = shelf_metrics(total, total, {"988401": "mixed_fund"}, {})["988401"]
    assert found["return_6m"] is not None
    assert found["return_1y"] is found["sharpe_1y"] is found["rank_1y"] is None


async def test_seeding_fills_the_store_and_a_second_time_does_nothing(database, shelf):
    await demo.seed(database, clock(20), shelf)
    async with database.transaction() as session:
        first = await repository.navs(session, "988401")
        fund = await repository.product(session, "988401")
        levels = await repository.index_levels(session, ["equity", "liquor"])
        people = await repository.managers(session)
        assert await repository.dataset(session)
    await demo.seed(database, clock(20), shelf)
    async with database.transaction() as session:
        again = await repository.navs(session, "988401", start=date(2026, 5, 1))
    assert first.index[-1].date() == fund.as_of == AS_OF
    assert fund.metrics["unit_nav"] == first["unit_nav"].iloc[-1]
    assert fund.managers == ("江书恒",)
    assert {item.name for item in people} >= {"江书恒"}
    assert list(levels.columns) == ["equity", "liquor"]
    pd.testing.assert_frame_equal(again, first.loc["2026-05-01":])


async def test_the_next_day_adds_a_day_and_drops_what_is_too_old(database, shelf):
    await demo.seed(database, clock(20), shelf)
    async with database.transaction() as session:
        before = await repository.navs(session, "988201")
    await demo.seed(database, clock(25), shelf)
    async with database.transaction() as session:
        after = await repository.navs(session, "988201")
        fund = await repository.product(session, "988201")
    assert [day.day for day in after.index[-4:]] == [20, 21, 22, 25]
    assert after.index[0] > before.index[0]
    common = before.index.intersection(after.index)
    pd.testing.assert_frame_equal(before.loc[common], after.loc[common])
    assert fund.as_of == date(2026, 5, 25)


async def test_another_shelf_or_a_clock_set_back_writes_everything_anew(database, shelf):
    await demo.seed(database, clock(20), shelf)
    smaller = Catalogue(shelf.products[:2], (), "smaller")
    await demo.seed(database, clock(19), smaller)
    async with database.transaction() as session:
        assert [item.code for item in await repository.products(session)] == ["988001", "988201"]
        assert (await repository.navs(session, "988401")).empty
        assert (await repository.navs(session, "988001")).index[-1].date() == date(2026, 5, 19)


async def test_a_product_without_daily_values_has_an_empty_table(database, shelf):
    await demo.seed(database, clock(20), shelf)
    async with database.transaction() as session:
        assert (await repository.navs(session, "ZTBX040")).empty
        assert (await repository.total_returns(session, ["ZTBX040"])).empty
        assert await repository.product(session, "000000") is None
        assert len(await repository.products(session, "insurance")) == 1
        both = await repository.total_returns(session, ["988001", "988401"], date(2026, 5, 1))
        assert both.shape == (14, 2)


async def test_a_proof_comes_back_as_it_was_stored(database):
    proof = repository.Recommendation(
        id="r-1",
        created_at=datetime(2026, 5, 20, 1, 2, 3, tzinfo=timezone.utc),
        customer_id="demo-3",
        kind="fund",
        inputs={"sector": "医药"},
        data_date=AS_OF,
        rule_version="2026-05",
        weights_version="1",
        output={"codes": ["988401"]},
    )
    async with database.transaction() as session:
        await repository.store_recommendation(session, proof)
    async with database.transaction() as session:
        assert await repository.recommendation(session, "r-1") == proof
        assert await repository.latest_recommendation(session, "demo-3") == proof
        assert await repository.latest_recommendation(session, "demo-1") is None
        assert await repository.recommendation(session, "r-2") is None
