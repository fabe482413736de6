"""Finds, suggests, compares, examines and explains products; checks trades, and never makes one."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from zhitou.backends.database import Database
from zhitou.backends.errors import BadRequest, Unavailable
from zhitou.backends.product import inquiries
from zhitou.backends.product.advice import advise, explained, weights_version
from zhitou.backends.product.lookup import MOST_FOUND, ProductLookup
from zhitou.backends.product.proofs import DIAGNOSIS, Proofs, profile_inputs
from zhitou.backends.product.shelves import Shelves
from zhitou.backends.product.views import outcome
from zhitou.backends.risk_profile.remote import RiskProfiles
from zhitou.clock import Clock, system_clock
from zhitou.rulebook import RulesError
from zhitou.settings import Settings
from zhitou.wealth.comparison_rules import load_comparison_rules
from zhitou.wealth.product import Product
from zhitou.wealth.product_diagnosis import load_diagnosis_rules
from zhitou.wealth.selection_rules import load_selection_rules
from zhitou.wealth.suitability import Profile
from zhitou.wealth.suitability_rules import load_rules
from zhitou.wealth.trading import Side
from zhitou.wealth.wish import WishError, WishKind, read_wish

NO_LEVEL: Mapping[str, str] = {
    "needs_identity": "needs_identity",
    "none": "needs_assessment",
    "expired": "assessment_expired",
}
"""Status of a profile without a valid level → outcome."""


class ProductService(ProductLookup):
    """The bundled product service.

    Args:
        database: the store.
        clock: tells the time.
        settings: where the bank's app is.
        risk_profile: whose level counts.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock = system_clock,
        *,
        settings: Settings,
        risk_profile: RiskProfiles,
    ) -> None:
        super().__init__(database, clock)
        self._deep_link_base = settings.deep_link_base
        self._risk_profile = risk_profile
        self._proofs = Proofs(database, clock)

    async def select(
        self,
        customer_id: str | None,
        kind: WishKind,
        criteria: Mapping[str, Any],
        exclude: Collection[str] = (),
        limit: int = 3,
    ) -> dict[str, Any]:
        """Suggest products or managers; every suggestion is stored.

        Returns:
            ``ok`` or ``nothing_suitable``; without a valid level ``needs_identity``,
            ``needs_assessment`` or ``assessment_expired``.

        Raises:
            BadRequest: a criterion that means nothing.
        """
        rules = load_selection_rules()
        profile = await self._profile(customer_id)
        try:
            wish = read_wish(kind, criteria, rules, profile.age)
        except WishError as error:
            raise BadRequest(f"criteria.{error}") from error
        if profile.status in NO_LEVEL:
            until = profile.valid_until
            return outcome(
                NO_LEVEL[profile.status],
                {
                    "kind": kind,
                    "criteria": wish.criteria(),
                    "criteria_text": wish.text(rules),
                    "level": profile.level,
                    "valid_until": until.isoformat() if until else None,
                },
            )
        shelf = (await self._keeper.current()).shelf
        today = self._today()
        word, data, output = await asyncio.to_thread(
            advise, shelf, wish, profile, today, exclude, limit
        )
        data["recommendation_id"] = await self._proofs.store(
            customer_id=customer_id,
            kind=kind,
            inputs={
                "criteria": wish.criteria(),
                "exclude": list(exclude),
                "limit": limit,
                "on": today.isoformat(),
                "profile": profile_inputs(profile),
            },
            output=output,
            data_date=shelf.as_of,
            rule_version=load_rules().version,
            weights_version=weights_version(),
        )
        return outcome(word, data)

    async def explain(
        self,
        customer_id: str | None,
        recommendation_id: str | None = None,
        product: str | None = None,
        ordinal: int | None = None,
    ) -> dict[str, Any]:
        """Explain a stored suggestion, or the item of it that ``product`` or ``ordinal`` means.

        Returns:
            ``ok``, or ``nothing_to_explain`` where the customer has none or it has no such item.
        """
        proof = (
            await self._proofs.suggestion(customer_id, recommendation_id) if customer_id else None
        )
        if proof is None or not proof.output["items"]:
            return outcome("nothing_to_explain")
        items = proof.output["items"]
        item = None
        if product:
            codes = {product, *(one.code for one in (await self.find(product)).products)}
            item = next((one for one in items if one["code"] in codes), None)
            item = item or next((one for one in items if product in one["name"]), None)
        elif ordinal is not None and ordinal != 0 and -len(items) <= ordinal <= len(items):
            item = items[ordinal - 1 if ordinal > 0 else ordinal]
        if item is None and (product or ordinal is not None):
            return outcome("nothing_to_explain", {"query": product or str(ordinal)})
        answer, evidence = explained(proof, item)
        return outcome("ok", {**answer, "proof": evidence, "as_of": evidence["data_date"]})

    async def compare(self, customer_id: str | None, products: Sequence[str]) -> dict[str, Any]:
        """Set two to five products, managers or types side by side.

        Returns:
            ``ok``, ``too_few``, ``too_many``, ``ambiguous_product`` or ``unknown_product``.
        """
        rules = load_comparison_rules()
        asked = list(dict.fromkeys(text.strip() for text in products if text.strip()))
        if len(asked) > rules.most:
            return outcome("too_many", {"given": len(asked), "most": rules.most})
        shelves = await self._keeper.current()
        profile = await self._profile(customer_id)
        on = self._today()
        meant = await asyncio.to_thread(inquiries.meant, shelves, asked, profile, on)
        if not isinstance(meant, list):
            return meant
        if len(meant) < rules.least:
            return outcome(
                "too_few", {"items": [one.data() for one in meant], "least": rules.least}
            )
        data = await inquiries.comparison(self._database, shelves.shelf, meant)
        level = profile.level if profile.status == "valid" else None
        return outcome("ok", {**data, "customer_level": level})

    async def diagnose(self, customer_id: str | None, product: str | None) -> dict[str, Any]:
        """Examine one product; every diagnosis is stored.

        Returns:
            ``ok``, ``needs_product``, ``ambiguous_product`` or ``unknown_product``.
        """
        shelves = await self._keeper.current()
        found = await self._one(shelves, product)
        if not isinstance(found, Product):
            return found
        profile = await self._profile(customer_id)
        on = self._today()
        series = await self.total_return(found.code)
        data = await asyncio.to_thread(
            inquiries.diagnosis, shelves.shelf, found, series, profile, on
        )
        data["diagnosis_id"] = await self._proofs.store(
            customer_id=customer_id,
            kind=DIAGNOSIS,
            inputs={"product": found.code, "profile": profile_inputs(profile)},
            output=data,
            data_date=shelves.shelf.as_of,
            rule_version=load_rules().version,
            weights_version=load_diagnosis_rules().version,
        )
        return outcome("ok", data)

    async def ask(
        self,
        customer_id: str | None,
        product: str | None,
        text: str,
        topic: str | None = None,
    ) -> dict[str, Any]:
        """Answer a question about one product; without ``product`` the text must name it.

        Returns:
            ``ok``, ``needs_product``, ``ambiguous_product`` or ``unknown_product``.
        """
        shelves = await self._keeper.current()
        found = await self._one(shelves, product) if product else await self._named(shelves, text)
        if not isinstance(found, Product):
            return found
        asked = inquiries.topic(text, topic)
        profile = await self._profile(customer_id) if inquiries.asks_for_level(asked) else None
        paid = await inquiries.distributions(self._database, found, asked)
        return outcome(
            "ok",
            inquiries.fact(shelves.shelf, found, text, asked, profile, paid, self._today()),
        )

    async def trade(
        self,
        customer_id: str | None,
        product: str | None,
        side: Side,
        amount: Decimal | None = None,
    ) -> dict[str, Any]:
        """Check whether a trade suits the customer and hand over the link; never a trade.

        Returns:
            ``ok``, ``warned`` or ``blocked``; ``needs_identity``, ``needs_assessment``,
            ``assessment_expired`` (only to buy), ``needs_product``, ``ambiguous_product`` or
            ``unknown_product``.
        """
        shelves = await self._keeper.current()
        found = await self._one(shelves, product)
        if not isinstance(found, Product):
            return found
        return await inquiries.trade(
            self._risk_profile,
            shelves.shelf,
            customer_id,
            found,
            side,
            amount,
            self._deep_link_base,
        )

    async def market(self, sector: str | None = None) -> dict[str, Any]:
        """What the simulated market did; nothing about what it will do."""
        return outcome("ok", inquiries.market(await self._keeper.current(), sector))

    async def _profile(self, customer_id: str | None) -> Profile:
        try:
            return await self._risk_profile.profile(customer_id)
        except RulesError as error:
            raise Unavailable("the suitability rules cannot be read; nothing is sold") from error

    async def _one(self, shelves: Shelves, text: str | None) -> Product | dict[str, Any]:
        """The product that words mean, or the outcome that says why there is none."""
        if not text or not text.strip():
            return outcome("needs_product")
        found = await asyncio.to_thread(inquiries.find, shelves, text, None, MOST_FOUND)
        return inquiries.settled(found, text)

    async def _named(self, shelves: Shelves, text: str) -> Product | dict[str, Any]:
        """The product that a question names somewhere in it."""
        found = await asyncio.to_thread(inquiries.find, shelves, text, None, MOST_FOUND)
        return (
            outcome("needs_product")
            if found.outcome == "unknown"
            else inquiries.settled(found, text)
        )
