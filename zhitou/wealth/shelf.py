"""All products as columns: figures by name, and where each product stands among its peers.

Built once for a state of the catalogue, then read by many questions: a column or a standing is
computed when it is first asked for and kept.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhitou.wealth.figures import figure_book, longest_tenure, measures
from zhitou.wealth.product import Manager, Product

MOST_PARTS = 64
"""Shelves of insurance for somebody's age that are kept."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Standing:
    """Where each product stands among its peers by one figure.

    Attributes:
        share: of the other peers, those it is better than, ties counted half; alone 0.5; ``nan``
            without the figure.
        beaten: how many peers it is strictly better than.
        peers: how many products, itself included, were compared.
    """

    share: Floats
    beaten: Ints
    peers: Ints


class Shelf:
    """The products on a day.

    Args:
        products: all of them, in the order of the catalogue.
        managers: who runs the funds.
        on: the day that ages and tenures are counted to.
        age: of the person insured: premiums are those of the nearest example, and products of a
            type are peers whomever else they insure.
    """

    def __init__(
        self,
        products: Sequence[Product],
        managers: Sequence[Manager],
        on: date,
        age: int | None = None,
    ) -> None:
        self.products = tuple(products)
        self.managers = tuple(managers)
        self.on = on
        self.index = {product.code: place for place, product in enumerate(self.products)}
        self.managers_by_name = {manager.name: manager for manager in self.managers}
        self.values: tuple[Mapping[str, float | None], ...] = tuple(
            measures(product, longest_tenure(product, self.managers_by_name), on, age)
            for product in self.products
        )
        groups = [peer_group(one) if age is None else one.type for one in self.products]
        self._groups = _members(groups)
        self._columns: dict[str, Floats] = {}
        self._standings: dict[str, Standing] = {}
        self._masks: dict[tuple[str, Any], Mask] = {}
        self._parts: dict[Hashable, Shelf] = {}

    def __len__(self) -> int:
        return len(self.products)

    @property
    def as_of(self) -> date:
        """The latest day of the data; the shelf's own day where it is empty."""
        days = [product.as_of for product in self.products if product.as_of is not None]
        return max(days, default=self.on)

    def part(self, key: Hashable, members: Mask, age: int) -> Shelf:
        """The products that may insure somebody of an age, as a shelf of their own.

        Args:
            key: stands for ``members`` and ``age``, so that it is built once.
            members: which products.
            age: see the class.
        """
        if key not in self._parts:
            if len(self._parts) >= MOST_PARTS:
                self._parts.clear()
            chosen = [self.products[place] for place in np.flatnonzero(members)]
            self._parts[key] = Shelf(chosen, (), self.on, age)
        return self._parts[key]

    def column(self, name: str) -> Floats:
        """A figure of every product, ``nan`` where it has none."""
        if name not in self._columns:
            self._columns[name] = np.array(
                [np.nan if (value := row.get(name)) is None else value for row in self.values],
                dtype=np.float64,
            )
        return self._columns[name]

    def standing(self, name: str) -> Standing:
        """Where each product stands by a figure that has a better side."""
        if name not in self._standings:
            self._standings[name] = self._stand(
                self.column(name) * figure_book().figures[name].sign
            )
        return self._standings[name]

    def mask(self, attribute: str, value: Any) -> Mask:
        """Which products have ``value`` as an attribute or a term, or in one that is a list.

        Args:
            attribute: of :class:`Product`, or ``terms.<key>``.
            value: looked for.
        """
        key = (attribute, value)
        if key not in self._masks:
            term = attribute.removeprefix("terms.")
            held = [
                getattr(product, attribute) if term == attribute else product.terms.get(term)
                for product in self.products
            ]
            self._masks[key] = np.array(
                [value in one if isinstance(one, tuple | list) else one == value for one in held],
                dtype=np.bool_,
            )
        return self._masks[key]

    def mask_any(self, attribute: str, values: frozenset[str]) -> Mask:
        """Which products have any of ``values``."""
        found = np.zeros(len(self), dtype=np.bool_)
        for value in values:
            found |= self.mask(attribute, value)
        return found

    def _stand(self, values: Floats) -> Standing:
        share = np.full(len(self), np.nan)
        beaten = np.zeros(len(self), dtype=np.int64)
        peers = np.zeros(len(self), dtype=np.int64)
        for members in self._groups.values():
            known = members[np.isfinite(values[members])]
            if not len(known):
                continue
            ordered = np.sort(values[known])
            worse = np.searchsorted(ordered, values[known], side="left")
            ties = np.searchsorted(ordered, values[known], side="right") - worse - 1
            others = len(known) - 1
            share[known] = (worse + ties / 2) / others if others else 0.5
            beaten[known] = worse
            peers[known] = len(known)
        return Standing(share, beaten, peers)


def peer_group(product: Product) -> str:
    """Whom a product is compared with: its type, and in insurance whom it insures first."""
    insured = product.terms.get("insured") or ()
    return f"{product.type}:{insured[0]}" if insured else product.type


def _members(groups: Sequence[str]) -> dict[str, Ints]:
    places: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    return {group: np.array(members, dtype=np.int64) for group, members in places.items()}
