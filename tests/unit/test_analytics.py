"""Every figure follows its definition, by hand on short series and on worked cases of real data."""

import json
import math
import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.market_data import market_data
from zhitou.wealth import analytics, periods
from zhitou.wealth.total_return import Distribution, cumulative_nav, total_return_index

PRICES = arrays(float, st.integers(3, 40), elements=st.floats(0.1, 10))


def daily(values, first="2024-01-01"):
    return pd.Series(values, index=pd.bdate_range(first, periods=len(values)), dtype=float)


def test_returns_are_simple_and_one_fewer_than_the_values():
    assert analytics.simple_returns([100, 110, 99]) == pytest.approx([0.1, -0.1])


@pytest.mark.parametrize(
    "values", [[1.0], [1.0, 0.0], [1.0, -1.0], [1.0, math.nan], [1.0, math.inf]]
)
def test_a_series_with_a_hole_is_refused(values):
    with pytest.raises(ValueError):
        analytics.simple_returns(values)


def test_many_series_at_once_give_what_each_gives_alone():
    values = np.random.default_rng(1).uniform(0.9, 1.1, (50, 4)).cumprod(axis=0)
    returns = analytics.simple_returns(values)
    market = returns[:, :1]
    for figure in (
        analytics.volatility,
        analytics.sharpe,
        analytics.sortino,
        analytics.value_at_risk,
        analytics.conditional_value_at_risk,
    ):
        assert figure(returns)[2] == pytest.approx(float(figure(returns[:, 2])))
    for figure in (
        analytics.beta,
        analytics.alpha,
        analytics.correlation,
        analytics.tracking_error,
        analytics.information_ratio,
    ):
        assert figure(returns, market)[2] == pytest.approx(
            float(figure(returns[:, 2], market[:, 0]))
        )
    for figure in (analytics.annual_return, analytics.max_drawdown, analytics.calmar):
        assert figure(values)[2] == pytest.approx(float(figure(values[:, 2])))


def test_a_drawdown_names_its_peak_its_trough_and_its_recovery():
    fall = analytics.worst_drawdown(daily([1, 2, 2, 1, 1.5, 2, 3, 2.9]))
    assert fall == analytics.Drawdown(-0.5, date(2024, 1, 3), date(2024, 1, 4), date(2024, 1, 8))


def test_a_fall_that_goes_on_has_no_recovery():
    assert analytics.worst_drawdown(daily([2, 1, 1.5])).recovered is None


def test_a_series_that_only_rises_has_no_drawdown_and_no_calmar():
    assert analytics.max_drawdown([1, 2, 3]) == 0
    assert np.isnan(analytics.calmar([1, 2, 3]))


def test_a_flat_series_has_no_sharpe_instead_of_an_infinite_one():
    assert np.isnan(analytics.sharpe(np.zeros(10)))


def test_the_downside_counts_all_days_not_only_the_bad_ones():
    returns = np.array([0.01, -0.02, 0.03, 0.0])
    assert analytics.downside_deviation(returns) == pytest.approx(math.sqrt(0.0004 / 4 * 252))


def test_a_series_against_itself_has_beta_one_and_no_tracking_error():
    returns = np.array([0.01, -0.02, 0.03])
    assert analytics.beta(returns, returns) == pytest.approx(1)
    assert analytics.alpha(returns, returns) == pytest.approx(0)
    assert analytics.tracking_error(returns, returns) == 0
    assert np.isnan(analytics.information_ratio(returns, returns))


def test_comparison_uses_only_days_that_both_have():
    one, other = daily([1, 2, 3, 4]), daily([5, 6, 7, 8]).iloc[[0, 2]]
    assert [list(values) for values in analytics.common_days(one, other)] == [[1, 3], [5, 7]]


def test_a_rank_is_the_share_of_peers_at_or_below():
    ranks = analytics.peer_ranks([0.3, 0.1, math.nan, 0.2])
    assert ranks[:2] == pytest.approx([1.0, 0.0])
    assert np.isnan(ranks[2])
    assert ranks[3] == 0.5
    assert analytics.peer_ranks([0.1]) == [1.0]


def test_concentration_is_one_for_a_single_holding_and_a_quarter_for_four_equal_ones():
    assert analytics.hhi([7]) == 1
    assert analytics.hhi([1, 1, 1, 1]) == 0.25
    with pytest.raises(ValueError):
        analytics.hhi([])


@given(PRICES)
def test_a_drawdown_is_never_above_zero_nor_below_minus_one(values):
    falls = analytics.drawdowns(values)
    assert falls.max() == 0
    assert falls.min() > -1


@given(PRICES)
def test_the_tail_mean_is_never_better_than_the_tail_quantile(values):
    returns = analytics.simple_returns(values)
    assert analytics.conditional_value_at_risk(returns) <= analytics.value_at_risk(returns) + 1e-12


@pytest.mark.parametrize(
    ("as_of", "period", "start"),
    [
        (date(2024, 3, 31), "1m", date(2024, 2, 29)),
        (date(2024, 2, 29), "1y", date(2023, 2, 28)),
        (date(2024, 1, 15), "3m", date(2023, 10, 15)),
        (date(2024, 1, 15), "1w", date(2024, 1, 8)),
        (date(2024, 1, 15), "ytd", date(2023, 12, 31)),
    ],
)
def test_a_period_starts_on_the_same_day_of_the_calendar(as_of, period, start):
    assert periods.period_start(as_of, period) == start


def test_a_trailing_return_starts_from_the_last_value_on_or_before_its_start():
    series = daily(np.arange(1.0, 31.0))  # Monday 2024-01-01 to Friday 2024-02-09
    found = periods.trailing_returns(series)
    assert found["1w"] == pytest.approx(30 / 25 - 1)
    assert found["1m"] == pytest.approx(30 / 7 - 1)
    assert found["max"] == pytest.approx(29)
    assert found["3m"] is None
    assert found["ytd"] is None


def test_an_unknown_period_is_refused():
    with pytest.raises(ValueError, match="2q"):
        periods.period_start(date(2024, 1, 1), "2q")


def test_a_year_starts_from_the_last_value_of_the_year_before():
    series = pd.Series(
        [1.0, 2.0, 3.0], index=pd.to_datetime(["2022-12-30", "2023-06-01", "2023-12-29"])
    )
    assert periods.calendar_years(series) == {2022: 0.0, 2023: 2.0}


def test_rolling_returns_are_dated_by_their_last_day():
    rolled = periods.rolling_returns(daily([1, 2, 4]), 1)
    assert list(rolled) == [1.0, 1.0]


def test_a_dividend_is_reinvested_on_its_day():
    nav = daily([1.0, 1.1, 1.0, 1.2])
    paid = [Distribution(date(2024, 1, 3), "dividend", 0.1)]
    assert list(total_return_index(nav, paid)) == pytest.approx([1.0, 1.1, 1.1, 1.32])
    assert list(cumulative_nav(nav, paid)) == pytest.approx([1.0, 1.1, 1.1, 1.3])


def test_a_value_that_comes_back_is_recovered_to_the_last_digit():
    nav = daily([1.0, 1.207, 1.131, 1.013, 1.181, 1.207])
    paid = [Distribution(date(2024, 1, 2), "dividend", 0.083)]
    total = total_return_index(nav, paid)
    assert total.iloc[5] == total.iloc[1]
    assert analytics.worst_drawdown(total).recovered == date(2024, 1, 8)


def test_a_split_is_undone():
    nav = daily([2.0, 1.0, 1.1])
    split = [Distribution(date(2024, 1, 2), "split", 2.0)]
    assert list(total_return_index(nav, split)) == pytest.approx([1.0, 1.0, 1.1])
    assert list(cumulative_nav(nav, split)) == pytest.approx([2.0, 2.0, 2.2])


def test_a_distribution_outside_the_values_changes_nothing_and_one_between_counts_next():
    nav = pd.Series([1.0, 1.0], index=pd.to_datetime(["2024-01-05", "2024-01-08"]))
    outside = [
        Distribution(date(2024, 1, 5), "dividend", 1),
        Distribution(date(2024, 2, 1), "split", 2),
    ]
    assert list(total_return_index(nav, outside)) == [1.0, 1.0]
    between = [Distribution(date(2024, 1, 6), "dividend", 0.5)]
    assert list(total_return_index(nav, between)) == [1.0, 1.5]


def test_the_worked_case_agrees_to_eight_places():
    expected = json.loads(market_data("V1_expected.json").read_text())
    data = pd.read_csv(
        market_data("V1_110022_vs_csi300.csv"), index_col="date", parse_dates=["date"]
    )
    nav, returns = data["nav"], analytics.simple_returns(data["nav"])
    market = analytics.simple_returns(data["csi300"])
    fall = analytics.worst_drawdown(nav)
    found = {
        "n_prices": len(nav),
        "n_returns": len(returns),
        "total_return": analytics.total_return(nav),
        "ann_return_252_by_n": analytics.annual_return(nav),
        "cagr_365.25_calendar": analytics.cagr(nav),
        "ann_vol_252_ddof1": analytics.volatility(returns),
        "sharpe_rf0": analytics.sharpe(returns),
        "sharpe_rf1.5pct_simple_daily": analytics.sharpe(returns, 0.015),
        "downside_dev_252_mar0": analytics.downside_deviation(returns),
        "sortino_mar0": analytics.sortino(returns),
        "max_drawdown": fall.depth,
        "calmar_252": analytics.calmar(nav),
        "var95_hist_daily": analytics.value_at_risk(returns),
        "cvar95_hist_daily": analytics.conditional_value_at_risk(returns),
        "best_day": returns.max(),
        "worst_day": returns.min(),
        "pct_positive_days": analytics.positive_days(returns),
        "current_drawdown": analytics.drawdowns(nav)[-1],
        "beta": analytics.beta(returns, market),
        "correlation": analytics.correlation(returns, market),
        "alpha_capm_rf0_compounded_252": analytics.alpha(returns, market),
        "tracking_error_252": analytics.tracking_error(returns, market),
        "information_ratio_252": analytics.information_ratio(returns, market),
        "bench_total_return": analytics.total_return(data["csi300"]),
    }
    for name, value in found.items():
        assert float(value) == pytest.approx(expected[name], abs=1e-8), name
    assert str(fall.peak) == expected["mdd_peak"]
    assert str(fall.trough) == expected["mdd_trough"]
    assert str(fall.recovered) == expected["mdd_recovered"]
    years = {str(year): value for year, value in periods.calendar_years(nav).items()}
    assert years == pytest.approx(expected["calendar_year_returns"], abs=1e-8)


def published(code, first, last):
    """Unit values and distributions of a real fund in the layout of its publisher."""
    table = pd.read_csv(market_data(f"nav/{code}.csv"), index_col="净值日期", parse_dates=True)
    table = table.sort_index().loc[first:last]
    notes = table["分红送配"].dropna().items()
    return table, [
        Distribution(
            day.date(),
            "dividend" if "派现金" in words else "split",
            float(re.findall(r"[\d.]+", words)[0]),
        )
        for day, words in notes
    ]


def test_a_real_fund_earned_more_than_its_unit_value_shows():
    table, paid = published("110011", "2015", "2020")
    unit = table["单位净值"]
    assert float(analytics.total_return(total_return_index(unit, paid))) == pytest.approx(
        3.9847, abs=5e-5
    )
    assert float(analytics.total_return(unit)) == pytest.approx(3.0872, abs=5e-5)
    gap = cumulative_nav(unit, paid) - table["累计净值"]
    assert gap.max() - gap.min() < 1e-9


@pytest.mark.parametrize("code", ["159919", "001938", "460300"])
def test_daily_growth_is_what_real_funds_publish_through_dividends_and_splits(code):
    table, paid = published(code, "2018", "2020")
    growth = analytics.simple_returns(total_return_index(table["单位净值"], paid))
    said = table["日增长率"].str.rstrip("%").astype(float).to_numpy()[1:] / 100
    assert np.nanmax(np.abs(growth - said)) < 2e-4
