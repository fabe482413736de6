"""How returns move together: the sample's covariance, and one that chance has shaped less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zhitou.wealth.analytics import PERIODS_PER_YEAR

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


def sample_covariance(returns: Matrix) -> Matrix:
    """Sample covariance (divisor N - 1) of daily returns, a column an asset, times 252."""
    covariance: Matrix = np.atleast_2d(np.cov(returns, rowvar=False, ddof=1)) * PERIODS_PER_YEAR
    return covariance


def shrunk_covariance(returns: Matrix) -> tuple[Matrix, float]:
    """Covariance pulled towards constant correlation, so that chance extremes count less.

    The target keeps each variance and gives all pairs the average correlation; the intensity is
    estimated from the data (Ledoit and Wolf, "Honey, I Shrunk the Sample Covariance Matrix",
    2004).

    Args:
        returns: daily returns of at least two assets over more than two days.

    Returns:
        The yearly covariance and the intensity, 0 (sample) to 1 (target).
    """
    days, assets = returns.shape
    centred = returns - returns.mean(axis=0)
    sample = centred.T @ centred / days
    deviation = np.sqrt(np.diag(sample))
    if (deviation == 0).any():
        return sample * PERIODS_PER_YEAR, 0.0
    correlation = sample / np.outer(deviation, deviation)
    average = (correlation.sum() - assets) / (assets * (assets - 1))
    target = average * np.outer(deviation, deviation)
    np.fill_diagonal(target, np.diag(sample))

    squares = centred**2
    spread = squares.T @ squares / days - sample**2
    cubes = (centred**3).T @ centred / days - np.diag(sample)[:, None] * sample
    np.fill_diagonal(cubes, 0.0)
    ratio = np.outer(1 / deviation, deviation)
    rho = np.trace(spread) + average * float((ratio * cubes).sum())
    distance = float(((sample - target) ** 2).sum())
    intensity = 1.0 if distance == 0 else (float(spread.sum()) - rho) / distance / days
    intensity = float(min(1.0, max(0.0, intensity)))
    return (intensity * target + (1 - intensity) * sample) * PERIODS_PER_YEAR, intensity
