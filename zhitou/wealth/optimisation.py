"""Mean-variance and risk-parity portfolios under bounds, on numpy and SLSQP.

* :func:`min_volatility`, :func:`max_sharpe`, :func:`risk_parity`, :func:`efficient_return`,
  :func:`max_utility`: weights that sum to 1 within bounds
* :func:`describe`: return, volatility, Sharpe ratio and risk contributions of given weights

``mean`` is a vector of yearly returns, ``covariance`` a symmetric matrix of yearly ones (see
:mod:`zhitou.wealth.covariance`); weights are fractions. Definitions as in Markowitz (1952), Sharpe
(1966), Maillard, Roncalli and Teïletche (2010) for equal risk contributions.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from zhitou.wealth.covariance import Matrix, Vector

Bounds = Sequence[tuple[float, float]]
"""Least and greatest weight of each asset."""

_TOLERANCE = 1e-9

# SLSQP steps over a bound by a rounding error, clips it itself and says so each time.
warnings.filterwarnings("ignore", "Values in x were outside bounds", RuntimeWarning)


class Infeasible(ValueError):
    """No weights meet the bounds and the target; the message says which of them cannot hold."""


@dataclass(frozen=True)
class Portfolio:
    """What given weights amount to, per year."""

    weights: Vector
    expected_return: float
    volatility: float
    sharpe: float | None
    """None where the volatility is nil."""
    risk_contribution: Vector
    """Share of the variance that each asset brings; sums to 1."""


def describe(
    weights: Vector, mean: Vector, covariance: Matrix, risk_free: float = 0.0
) -> Portfolio:
    """Return, volatility, Sharpe ratio and risk contributions of ``weights``."""
    variance = float(weights @ covariance @ weights)
    expected = float(weights @ mean)
    volatility = float(np.sqrt(max(variance, 0.0)))
    contribution = (
        weights * (covariance @ weights) / variance if variance > 0 else np.zeros_like(weights)
    )
    sharpe = (expected - risk_free) / volatility if volatility > 0 else None
    return Portfolio(weights, expected, volatility, sharpe, contribution)


def min_volatility(covariance: Matrix, bounds: Bounds) -> Vector:
    """The weights of least variance.

    Raises:
        Infeasible: the bounds leave no weights that sum to 1.
    """
    return _quadratic(covariance, np.zeros(len(covariance)), bounds)


def efficient_return(mean: Vector, covariance: Matrix, bounds: Bounds, target: float) -> Vector:
    """The weights of least variance among those whose return is at least ``target``.

    Raises:
        Infeasible: the bounds leave no weights, or none that reach the target.
    """
    best = _most_return(mean, bounds)
    reachable = float(best @ mean)
    if target > reachable + _TOLERANCE:
        raise Infeasible(
            f"no weights within the bounds reach {target:.4%} a year; at most {reachable:.4%}"
        )
    reach = {
        "type": "ineq",
        "fun": lambda weights: float(weights @ mean) - target,
        "jac": lambda weights: mean,
    }
    return _quadratic(covariance, np.zeros(len(mean)), bounds, [reach], start=best)


def max_sharpe(mean: Vector, covariance: Matrix, bounds: Bounds, risk_free: float) -> Vector:
    """The weights of the greatest (return - risk_free) / volatility.

    Solved as the least variance for an excess return of one, rescaled afterwards (Cornuéjols and
    Tütüncü, "Optimization Methods in Finance", 8.2), which is convex where the ratio is not.

    Raises:
        Infeasible: the bounds leave no weights, or none with a return above ``risk_free``.
    """
    excess = mean - risk_free
    best = _most_return(mean, bounds)
    if float(best @ excess) <= 0:
        raise Infeasible(
            f"no weights within the bounds return more than the risk-free rate {risk_free:.4%}"
        )
    # In units of the best weights' excess return, so that the scaled weights stay near 1.
    unit = float(best @ excess)
    low, high = (np.array(side) for side in zip(*bounds, strict=True))
    identity = np.eye(len(mean))
    scale = _scale(covariance)
    above = identity - low[:, None]
    below = high[:, None] - identity
    result = minimize(
        lambda y: float(y @ covariance @ y) / scale,
        best,
        jac=lambda y: 2 * covariance @ y / scale,
        bounds=[(0 if least >= 0 else None, None) for least, _ in bounds],
        constraints=[
            {
                "type": "eq",
                "fun": lambda y: float(y @ excess) / unit - 1,
                "jac": lambda y: excess / unit,
            },
            {"type": "ineq", "fun": lambda y: above @ y, "jac": lambda y: above},
            {"type": "ineq", "fun": lambda y: below @ y, "jac": lambda y: below},
        ],
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    return _checked(result.x / result.x.sum(), bounds, result)


def risk_parity(covariance: Matrix, bounds: Bounds) -> Vector:
    """Weights that all bring the same share of the variance, as nearly as the bounds allow.

    Without binding bounds the solution is unique (least ½ w'Σw - Σ ln w / n, rescaled; Spinu,
    2013). Where a bound binds, the squared differences of the shares are made least.

    Raises:
        Infeasible: the bounds leave no weights that sum to 1.
    """
    assets = len(covariance)
    start = _start(bounds)
    if (np.diag(covariance) <= 0).any():
        raise Infeasible("risk cannot be shared where an asset never moves")
    scaled = covariance / _scale(covariance)
    result = minimize(
        lambda w: 0.5 * float(w @ scaled @ w) - float(np.log(w).sum()) / assets,
        1 / np.sqrt(np.diag(scaled)) / np.sqrt(assets),
        jac=lambda w: scaled @ w - 1 / w / assets,
        bounds=[(1e-9, None)] * assets,
        method="L-BFGS-B",
        options={"ftol": 1e-16, "gtol": 1e-12, "maxiter": 5000},
    )
    weights = _newton(scaled, result.x)
    weights = weights / weights.sum()
    if all(
        low - _TOLERANCE <= w <= high + _TOLERANCE
        for w, (low, high) in zip(weights, bounds, strict=True)
    ):
        return np.asarray(weights)

    def unevenness(w: Vector) -> float:
        parts = w * (scaled @ w)
        return float(((parts / parts.sum() - 1 / assets) ** 2).sum())

    def slope(w: Vector) -> Vector:
        pull = scaled @ w
        parts, whole = w * pull, float(w @ pull)
        off = 2 * (parts / whole - 1 / assets)
        steps: Vector = (pull * off + scaled @ (w * off)) / whole
        return steps - 2 * float(off @ parts) / whole**2 * pull

    bounded = _minimise(unevenness, slope, start, bounds)
    return _checked(bounded.x, bounds, bounded)


def max_utility(
    mean: Vector, covariance: Matrix, bounds: Bounds, aversion: float, most_volatility: float
) -> Vector:
    """The weights of the greatest return - ½ · aversion · variance below a volatility.

    Raises:
        Infeasible: the bounds leave no weights, or none below ``most_volatility``.
    """
    calmest = min_volatility(covariance, bounds)
    least = float(np.sqrt(calmest @ covariance @ calmest))
    if least > most_volatility + _TOLERANCE:
        raise Infeasible(
            f"no weights within the bounds stay below a volatility of {most_volatility:.4%}; "
            f"at least {least:.4%}"
        )
    ceiling = {
        "type": "ineq",
        "fun": lambda w: 1 - float(w @ covariance @ w) / most_volatility**2,
        "jac": lambda w: -2 * covariance @ w / most_volatility**2,
    }
    return _quadratic(aversion / 2 * covariance, -mean, bounds, [ceiling], start=calmest)


def _quadratic(
    quadratic: Matrix,
    linear: Vector,
    bounds: Bounds,
    constraints: Sequence[dict[str, Any]] = (),
    start: Vector | None = None,
) -> Vector:
    """The weights of least w'Qw + c'w within the bounds."""
    first = _start(bounds) if start is None else start
    scale = max(_scale(quadratic), float(np.abs(linear).max(initial=0.0)))
    result = _minimise(
        lambda w: (float(w @ quadratic @ w) + float(linear @ w)) / scale,
        lambda w: (2 * quadratic @ w + linear) / scale,
        first,
        bounds,
        constraints,
    )
    return _checked(result.x, bounds, result)


def _minimise(
    value: Callable[[Vector], float],
    gradient: Callable[[Vector], Vector] | None,
    start: Vector,
    bounds: Bounds,
    constraints: Sequence[dict[str, Any]] = (),
) -> Any:
    whole = {"type": "eq", "fun": lambda w: float(w.sum()) - 1, "jac": np.ones_like}
    return minimize(
        value,
        start,
        jac=gradient,
        bounds=list(bounds),
        constraints=[whole, *constraints],
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )


def _scale(matrix: Matrix) -> float:
    """A positive size of the matrix: SLSQP stops by absolute change."""
    return float(np.abs(np.diag(matrix)).mean()) or 1.0


def _start(bounds: Bounds) -> Vector:
    """Weights within the bounds that sum to 1: the rest above the minima, spread by the room.

    Raises:
        Infeasible: there are none.
    """
    low, high = (np.array(side, dtype=float) for side in zip(*bounds, strict=True))
    if not np.isfinite([low, high]).all():
        raise Infeasible("least and greatest weights must be numbers")
    if (low > high).any():
        raise Infeasible("a least weight lies above its greatest weight")
    if low.sum() > 1 + _TOLERANCE:
        raise Infeasible(f"the least weights sum to {low.sum():.4f}, more than 1")
    if high.sum() < 1 - _TOLERANCE:
        raise Infeasible(f"the greatest weights sum to {high.sum():.4f}, less than 1")
    room = high - low
    rest = 1 - low.sum()
    spread: Vector = low + room * (rest / room.sum() if room.sum() > 0 else 0)
    return spread


def _most_return(mean: Vector, bounds: Bounds) -> Vector:
    """The weights of the greatest return: the best assets filled up first."""
    _start(bounds)
    weights: Vector = np.array([low for low, _ in bounds], dtype=float)
    for index in np.argsort(-mean, kind="stable"):
        weights[index] += min(bounds[index][1] - bounds[index][0], 1 - weights.sum())
    return weights


def _newton(covariance: Matrix, weights: Vector) -> Vector:
    """A few Newton steps that bring the risk-parity condition Σw = 1/(n w) to rounding error."""
    assets = len(weights)
    for _ in range(20):
        gradient = covariance @ weights - 1 / weights / assets
        step = np.linalg.solve(covariance + np.diag(1 / weights**2 / assets), gradient)
        following = weights - step
        if (following <= 0).any() or np.abs(gradient).max() < 1e-15:
            break
        weights = following
    return weights


def _checked(weights: Vector, bounds: Bounds, result: Any) -> Vector:
    """The weights without rounding noise beyond the bounds.

    Raises:
        Infeasible: the solver found none.
    """
    low, high = np.array(bounds, dtype=float).T
    outside = (weights < low - 1e-6).any() or (weights > high + 1e-6).any()
    if not np.isfinite(weights).all() or abs(weights.sum() - 1) > 1e-6 or outside:
        raise Infeasible(f"no solution within the bounds was found: {result.message}")
    return np.asarray(np.clip(weights, low, high), dtype=np.float64)
