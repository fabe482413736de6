"""How a portfolio would have gone with today's weights: aligned histories, path, worst episodes.

A history shorter than asked for is lengthened with the index its product is measured by, scaled to
meet it, so that a young fund does not hide the falls its kind went through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from zhitou.wealth import analytics
from zhitou.wealth.covariance import Matrix, Vector


@dataclass(frozen=True)
class History:
    """Total-return values on common days: a row a day, a column a product or index."""

    days: pd.DatetimeIndex
    codes: tuple[str, ...]
    values: Matrix

    @property
    def returns(self) -> Matrix:
        """Daily returns, one row fewer."""
        return analytics.simple_returns(self.values)

    def tail(self, days: int) -> History:
        """The last ``days`` returns (all, where there are fewer)."""
        return History(self.days[-days - 1 :], self.codes, self.values[-days - 1 :])


@dataclass(frozen=True)
class Path:
    """What a mix with weights kept all the time went through."""

    start: date
    end: date
    annual_return: float
    volatility: float
    max_drawdown: float
    """Zero or negative."""
    values: Vector


@dataclass(frozen=True)
class Episode:
    """A stretch of days in which something fell most."""

    name: str
    start: date
    end: date
    change: float


def align(
    series: Mapping[str, pd.Series | None], stand_ins: Mapping[str, pd.Series], days: int
) -> History:
    """Histories on the days of the stand-ins.

    Args:
        series: code → total-return series; None where there is none.
        stand_ins: code → series of the index that stands in, at least one for each code.
        days: how many returns are wanted at most.

    Raises:
        ValueError: no code, or stand-ins without two days.
    """
    if not series:
        raise ValueError("there is nothing to align")
    longest = max((stand_ins[code] for code in series), key=len)
    calendar = longest.index[-days - 1 :]
    if len(calendar) < 2:
        raise ValueError("a history needs at least two days")
    columns = [_on(calendar, own, stand_ins[code]) for code, own in series.items()]
    return History(calendar, tuple(series), np.column_stack(columns))


def path_of(history: History, weights: Mapping[str, float]) -> Path:
    """The path of a mix that is brought back to its weights every day."""
    mix = np.array([weights.get(code, 0.0) for code in history.codes])
    mix = mix / mix.sum()
    values = np.concatenate([[1.0], np.cumprod(1 + history.returns @ mix)])
    return Path(
        start=history.days[0].date(),
        end=history.days[-1].date(),
        annual_return=float(analytics.annual_return(values)),
        volatility=float(analytics.volatility(analytics.simple_returns(values))),
        max_drawdown=float(analytics.max_drawdown(values)),
        values=values,
    )


def worst_episode(name: str, index: pd.Series, length: int) -> Episode | None:
    """The ``length`` trading days in which an index fell most; None where it never fell so long."""
    values = index.to_numpy(dtype=np.float64)
    if len(values) <= length:
        return None
    changes = values[length:] / values[:-length] - 1
    worst = int(np.argmin(changes))
    if changes[worst] >= 0:
        return None
    days = index.index
    return Episode(name, days[worst].date(), days[worst + length].date(), float(changes[worst]))


def change_during(history: History, weights: Mapping[str, float], episode: Episode) -> float:
    """What a mix bought at the start of an episode would have changed by its end."""
    first = int(history.days.searchsorted(pd.Timestamp(episode.start)))
    last = int(history.days.searchsorted(pd.Timestamp(episode.end), side="right")) - 1
    moves = history.values[last] / history.values[min(first, last)] - 1
    return float(sum(weights.get(code, 0.0) * moves[at] for at, code in enumerate(history.codes)))


def clusters(history: History, codes: Sequence[str], least: float) -> list[tuple[set[str], float]]:
    """Groups of products that move together, by returns of five days.

    Two groups are joined while the average correlation between their members is at least
    ``least`` (average linkage).

    Returns:
        Groups of at least two with their average correlation, largest first.
    """
    places = [history.codes.index(code) for code in codes]
    weekly = history.values[::-1][::5][::-1][:, places]
    if len(places) < 2 or len(weekly) < 20:
        return []
    returns = analytics.simple_returns(weekly)
    moving = returns.std(axis=0) > 1e-12
    names = [code for code, moves in zip(codes, moving, strict=True) if moves]
    if len(names) < 2:
        return []
    table = np.corrcoef(returns[:, moving], rowvar=False)
    distances = squareform(np.clip(1 - table, 0, 2), checks=False)
    labels = fcluster(linkage(distances, "average"), 1 - least, "distance")
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    found = []
    for group in groups:
        if len(group) > 1:
            inside = table[np.ix_(group, group)][np.triu_indices(len(group), 1)]
            found.append(({names[at] for at in group}, float(inside.mean())))
    return sorted(found, key=lambda one: -len(one[0]))


def _on(calendar: Any, own: pd.Series | None, stand_in: pd.Series) -> Vector:
    """A series on some days: last known value, and before its first day the stand-in's moves."""
    index: Vector = stand_in.reindex(calendar, method="ffill").bfill().to_numpy(dtype=np.float64)
    if own is None or len(own) < 2:
        return index
    values: Vector = own.reindex(calendar, method="ffill").to_numpy(dtype=np.float64).copy()
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return index
    first = int(known[0])
    values[:first] = index[:first] * (values[first] / index[first])
    return values
