"""A bank wealth product, deposit or cash product suggested."""

from __future__ import annotations

from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.form import SkillForm, Values
from actions.skill import Domain, Events, SkillAction
from actions.suggestion import ANY, criteria_of, may_be_advised, suggest


class SelectWealthProductForm(SkillForm):
    """How long the money may stay; type and sum are taken where they are said."""

    form = "select_wealth_product_form"
    intents = frozenset({"select_wealth_product"})
    asks = ("horizon",)
    takes = ("product_type", "risk_preference", "amount")
    unsure = {"horizon": ANY}  # noqa: RUF012

    async def wanted(self, tracker: Tracker, values: Values) -> Sequence[str]:
        """Ask nothing of someone whom nothing may be recommended to yet."""
        return self.asks if await may_be_advised(tracker) else ()


class SelectWealthProduct(SkillAction):
    """Suggest wealth products."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_select_wealth_product"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Suggest by what the form knows."""
        form = SelectWealthProductForm
        criteria = criteria_of(tracker, *form.asks, *form.takes)
        return await suggest(dispatcher, tracker, "select_wealth_product", "wealth", criteria)
