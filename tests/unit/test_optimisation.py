"""Optimal portfolios against closed forms, and the command that weighs a table of prices."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.market_data import market_data
from zhitou.wealth.analytics import annual_return, simple_returns
from zhitou.wealth.commands.allocate import command
from zhitou.wealth.covariance import sample_covariance, shrunk_covariance
from zhitou.wealth.optimisation import (
    Infeasible,
    describe,
    efficient_return,
    max_sharpe,
    max_utility,
    min_volatility,
    risk_parity,
)
from zhitou.wealth.price_table import BadPrices, parse_prices

FREE = [(0.0, 1.0)] * 3
DEVIATIONS = np.array([0.1, 0.2, 0.4])
UNCORRELATED = np.diag(DEVIATIONS**2)
MEAN = np.array([0.04, 0.07, 0.12])


def random_problem(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(5, 7))
    return rng.uniform(0.01, 0.15, 5), factors @ factors.T / 100


def feasible(bounds: list[tuple[float, float]], count: int = 4000) -> np.ndarray:
    drawn = np.random.default_rng(1).dirichlet(np.ones(len(bounds)), count)
    low, high = np.array(bounds).T
    return drawn[((drawn >= low) & (drawn <= high)).all(axis=1)]


def test_least_variance_of_unrelated_assets_is_by_inverse_variance() -> None:
    weights = min_volatility(UNCORRELATED, FREE)
    assert weights == pytest.approx(DEVIATIONS**-2 / (DEVIATIONS**-2).sum(), abs=1e-7)


def test_least_variance_without_bounds_is_the_textbook_formula() -> None:
    _, covariance = random_problem(3)
    inverse = np.linalg.solve(covariance, np.ones(5))
    weights = min_volatility(covariance, [(-5.0, 5.0)] * 5)
    assert weights == pytest.approx(inverse / inverse.sum(), abs=1e-6)


def test_the_greatest_sharpe_of_unrelated_assets_is_by_excess_over_variance() -> None:
    excess = (MEAN - 0.02) / DEVIATIONS**2
    weights = max_sharpe(MEAN, UNCORRELATED, FREE, 0.02)
    assert weights == pytest.approx(excess / excess.sum(), abs=1e-6)


def test_equal_risk_of_equally_correlated_assets_is_by_inverse_deviation() -> None:
    correlation = np.full((3, 3), 0.4) + 0.6 * np.eye(3)
    covariance = correlation * np.outer(DEVIATIONS, DEVIATIONS)
    weights = risk_parity(covariance, FREE)
    assert weights == pytest.approx((1 / DEVIATIONS) / (1 / DEVIATIONS).sum(), abs=1e-9)
    shares = describe(weights, MEAN, covariance).risk_contribution
    assert shares == pytest.approx([1 / 3] * 3, abs=1e-9)


def test_two_assets_reach_a_target_in_one_way_only() -> None:
    mean, covariance = np.array([0.02, 0.10]), np.diag([0.01, 0.09])
    weights = efficient_return(mean, covariance, [(0, 1)] * 2, 0.06)
    assert weights == pytest.approx([0.5, 0.5], abs=1e-7)


def test_a_target_below_the_calmest_portfolio_changes_nothing() -> None:
    weights = efficient_return(MEAN, UNCORRELATED, FREE, 0.01)
    assert weights == pytest.approx(min_volatility(UNCORRELATED, FREE), abs=1e-6)


def test_utility_of_unrelated_assets_is_the_closed_form_where_nothing_binds() -> None:
    aversion = 30.0
    inverse = 1 / DEVIATIONS**2
    price = ((MEAN * inverse).sum() - aversion) / inverse.sum()
    expected = (MEAN - price) * inverse / aversion
    weights = max_utility(MEAN, UNCORRELATED, [(-5, 5)] * 3, aversion, 1.0)
    assert weights == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("bounds", [[(0.0, 1.0)] * 5, [(0.05, 0.4)] * 5])
def test_no_portfolio_within_the_bounds_is_better(
    seed: int, bounds: list[tuple[float, float]]
) -> None:
    mean, covariance = random_problem(seed)
    others = feasible(bounds)
    variances = np.einsum("ij,jk,ik->i", others, covariance, others)
    returns = others @ mean

    calm = min_volatility(covariance, bounds)
    assert calm @ covariance @ calm <= variances.min() + 1e-9
    best = max_sharpe(mean, covariance, bounds, 0.005)
    sharpe = (best @ mean - 0.005) / np.sqrt(best @ covariance @ best)
    assert sharpe >= ((returns - 0.005) / np.sqrt(variances)).max() - 1e-7
    target = float(np.quantile(returns, 0.9))
    reached = efficient_return(mean, covariance, bounds, target)
    assert reached @ mean >= target - 1e-9
    assert reached @ covariance @ reached <= variances[returns >= target].min() + 1e-9
    utility = max_utility(mean, covariance, bounds, 4.0, 10.0)
    value = utility @ mean - 2 * utility @ covariance @ utility
    assert value >= (returns - 2 * variances).max() - 1e-9
    for weights in (calm, best, reached, utility, risk_parity(covariance, bounds)):
        assert weights.sum() == pytest.approx(1, abs=1e-9)
        assert all(low <= w <= high for w, (low, high) in zip(weights, bounds, strict=True))


def test_risk_is_shared_as_evenly_as_the_bounds_allow() -> None:
    weights = risk_parity(UNCORRELATED, [(0.0, 0.4)] * 3)
    assert weights[0] == pytest.approx(0.4, abs=1e-6)
    assert weights[1] / weights[2] > 1.5


def test_a_volatility_above_which_nothing_may_go_is_kept() -> None:
    weights = max_utility(MEAN, UNCORRELATED, FREE, 0.1, 0.15)
    assert np.sqrt(weights @ UNCORRELATED @ weights) == pytest.approx(0.15, abs=1e-6)


@pytest.mark.parametrize(
    ("bounds", "why"),
    [
        ([(0.5, 1.0)] * 3, "least weights sum"),
        ([(0.0, 0.2)] * 3, "greatest weights sum"),
        ([(0.6, 0.4)] * 3, "lies above"),
        ([(float("nan"), 1.0)] * 3, "must be numbers"),
    ],
)
def test_bounds_that_leave_nothing_are_named(bounds: list, why: str) -> None:
    with pytest.raises(Infeasible, match=why):
        min_volatility(UNCORRELATED, bounds)


def test_goals_that_cannot_be_reached_are_named() -> None:
    with pytest.raises(Infeasible, match=r"at most 12\.0000%"):
        efficient_return(MEAN, UNCORRELATED, FREE, 0.2)
    with pytest.raises(Infeasible, match="risk-free"):
        max_sharpe(MEAN, UNCORRELATED, FREE, 0.5)
    with pytest.raises(Infeasible, match="volatility"):
        max_utility(MEAN, UNCORRELATED, FREE, 3, 0.01)
    with pytest.raises(Infeasible, match="never moves"):
        risk_parity(np.diag([0.01, 0.0, 0.02]), FREE)


def test_shrinking_keeps_variances_and_pulls_correlations_together() -> None:
    rng = np.random.default_rng(7)
    returns = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 4)) / 100
    shrunk, intensity = shrunk_covariance(returns)
    sample = sample_covariance(returns)
    assert 0 < intensity <= 1
    assert np.diag(shrunk) == pytest.approx(np.diag(sample) * 59 / 60)

    def spread(covariance: np.ndarray) -> float:
        deviation = np.sqrt(np.diag(covariance))
        return float((covariance / np.outer(deviation, deviation))[np.triu_indices(4, 1)].std())

    assert spread(shrunk) < spread(sample)
    assert np.linalg.eigvalsh(shrunk).min() > 0


def test_an_asset_that_never_moves_does_not_break_the_covariance() -> None:
    returns = np.column_stack([np.zeros(50), np.random.default_rng(1).normal(size=50)])
    covariance, intensity = shrunk_covariance(returns)
    assert intensity == 0
    assert np.isfinite(covariance).all()


def prices_file(folder: Path, rows: list[str], header: str = "date,a,b") -> Path:
    file = folder / "prices.csv"
    file.write_text("\n".join([header, *rows]), "utf-8")
    return file


def calm_rows(count: int = 40) -> list[str]:
    rng = np.random.default_rng(4)
    a = 100 * np.cumprod(1 + rng.normal(0.001, 0.01, count))
    b = 50 * np.cumprod(1 + rng.normal(0.0005, 0.02, count))
    start = date(2025, 1, 1)
    days = (start + timedelta(days=place) for place in range(count))
    return [f"{day},{x:.6f},{y:.6f}" for day, x, y in zip(days, a, b, strict=True)]


def run(*arguments: str) -> dict:
    result = CliRunner().invoke(command, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_the_command_prints_weights_and_what_they_amount_to(tmp_path: Path) -> None:
    file = prices_file(tmp_path, calm_rows())
    table = parse_prices(file.read_bytes(), date(2026, 1, 5))
    covariance = sample_covariance(simple_returns(table.prices))
    mean = annual_return(table.prices)
    printed = run(str(file), "--objective", "min_volatility", "--risk-free", "0.01")
    assert list(printed["weights"]) == ["a", "b"]
    weights = np.array(list(printed["weights"].values()))
    assert weights == pytest.approx(min_volatility(covariance, [(0, 1)] * 2))
    expected = describe(weights, mean, covariance, 0.01)
    assert printed["expected_return"] == pytest.approx(expected.expected_return)
    assert printed["volatility"] == pytest.approx(expected.volatility)
    assert printed["sharpe"] == pytest.approx(expected.sharpe)
    assert sum(printed["risk_contribution"].values()) == pytest.approx(1)


@pytest.mark.parametrize("objective", ["min_volatility", "max_sharpe", "risk_parity"])
def test_the_command_keeps_bounds_on_real_prices(objective: str) -> None:
    file = market_data("five_assets.csv")
    printed = run(
        str(file), "--objective", objective, "--max-weight", "0.4", "--min-weight", "0.05"
    )
    assert sum(printed["weights"].values()) == pytest.approx(1, abs=1e-9)
    assert all(0.05 <= weight <= 0.4 for weight in printed["weights"].values())


def test_order_of_rows_encoding_and_full_width_digits_do_not_matter(tmp_path: Path) -> None:
    rows = calm_rows()
    plain = parse_prices("\n".join(["date,甲,乙", *rows]).encode(), date(2026, 1, 5))
    shuffled = "\n".join(["date,甲,乙", *rows[::-1]]).replace("1", "１").encode("gb18030")
    other = parse_prices(shuffled, date(2026, 1, 5))
    marked = parse_prices(b"\xef\xbb\xbf" + "\n".join(["date,甲,乙", *rows]).encode(), date.max)
    assert plain.days == other.days == marked.days
    assert (plain.prices == other.prices).all()
    assert other.assets == ("甲", "乙")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2025-03-01,,1", "line 42, column a: '' is not a price above zero"),
        ("2025-03-01,0,1", "line 42, column a: '0' is not a price"),
        ("2025-03-01,-1,1", "line 42, column a"),
        ("2025-03-01,nan,1", "line 42, column a"),
        ("2025-01-05,100,50", "line 42: 2025-01-05 stands already in line 6"),
        ("2025-13-01,100,50", "line 42: '2025-13-01' is not a date"),
        ("2027-01-01,100,50", "line 42: 2027-01-01 lies in the future"),
        ("2025-03-01,100", "line 42: has 2 cells instead of 3"),
        ("2025-03-01,1000,50", "line 42, column a: moves"),
    ],
)
def test_a_bad_price_is_told_with_line_and_column(row: str, why: str) -> None:
    data = "\n".join(["date,a,b", *calm_rows(), row]).encode()
    with pytest.raises(BadPrices, match=why.replace("(", r"\(")):
        parse_prices(data, date(2026, 1, 5))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"date,a\n2025-01-01,1", "too few"),
        (b"date\n2025-01-01", "header"),
        (b"date,a,a\n2025-01-01,1,1", "twice"),
        (b"\xff\xff\xff", "neither"),
    ],
)
def test_a_table_that_is_none_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(BadPrices, match=why):
        parse_prices(data, date(2026, 1, 5))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--objective", "efficient_return"], "--target belongs"),
        (["--objective", "min_volatility", "--target", "0.1"], "--target belongs"),
        (["--objective", "min_volatility", "--max-weight", "nan"], "must be numbers"),
        (["--objective", "min_volatility", "--max-weight", "0.4"], "greatest weights sum"),
        (["--objective", "best"], "Invalid value"),
    ],
)
def test_the_command_refuses_in_one_line(tmp_path: Path, arguments: list[str], why: str) -> None:
    result = CliRunner().invoke(command, [str(prices_file(tmp_path, calm_rows())), *arguments])
    assert result.exit_code != 0
    assert why in result.output
    assert "Traceback" not in result.output


def test_help_loads_no_numerics() -> None:
    code = (
        "import sys; from zhitou.wealth.commands.allocate import command; "
        "print({'numpy', 'pandas', 'scipy'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert printed.stdout.strip() == "set()", printed.stderr
