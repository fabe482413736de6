"""A regular investing plan: how much, into what, and what the past would have made of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.form import Values
from actions.heard import Heard
from actions.plan_allocation import lay_out
from actions.product_form import AskProduct, ProductForm
from actions.products_in_focus import product_meant
from actions.skill import Domain, Events, SkillAction
from actions.suggestion import ANY, criteria_of, may_be_advised

_DAY = re.compile(r"(?:每月|每个月|月)?(\d{1,2})[号日]")


class PlanAutoInvestForm(ProductForm):
    """How much each time, and for how long; product and day are taken where they are said.

    A product is asked for only where the one that was named is not clear.
    """

    form = "plan_auto_invest_form"
    intents = frozenset({"plan_auto_invest"})
    asks = ("amount", "horizon")
    takes = ("product", "day", "risk_preference")
    unsure = {"horizon": ANY}  # noqa: RUF012

    async def wanted(self, tracker: Tracker, values: Values) -> Sequence[str]:
        """Ask nothing of someone whom nothing may be recommended to yet."""
        if not await may_be_advised(tracker):
            return ()
        unclear = tracker.slots.get("product_choices") is not None
        return ("product", *self.asks) if unclear else self.asks

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Read the day of the month, and the product named or pointed at."""
        if slot == "day":
            found = _DAY.search(heard.text)
            return int(found[1]) if found and 1 <= int(found[1]) <= 28 else None
        if slot == "product" and not requested:
            return product_meant(tracker, heard, elliptic=False)
        if slot == "product" and heard.has("unsure"):
            return ANY
        return super().read(slot, heard, tracker, requested)

    async def check(
        self, slot: str, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> Any:
        """Leave the product open where the customer does."""
        if slot == "product" and value == ANY:
            tracker.slots["product_choices"] = None
            return value
        return await super().check(slot, value, dispatcher, tracker)


class AskInvestedProduct(AskProduct):
    """Ask which product was meant."""

    form = "plan_auto_invest_form"


class PlanAutoInvest(SkillAction):
    """Lay out the regular plan."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_plan_auto_invest"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the portfolio backend and say its plan."""
        form = PlanAutoInvestForm
        criteria = criteria_of(tracker, *form.asks, *form.takes)
        return await lay_out(dispatcher, tracker, "plan_auto_invest", "/auto-invest", criteria)
