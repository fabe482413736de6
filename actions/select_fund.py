"""A fund suggested: what is missing is asked, the backend chooses by the customer's level."""

from __future__ import annotations

from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.form import SkillForm, Values
from actions.skill import Domain, Events, SkillAction
from actions.suggestion import ANY, criteria_of, may_be_advised, suggest


class SelectFundForm(SkillForm):
    """How long the money may stay; everything else is taken where it is said."""

    form = "select_fund_form"
    intents = frozenset({"select_fund"})
    asks = ("horizon",)
    takes = ("product_type", "sector", "risk_preference", "amount", "fund_manager")
    unsure = {"horizon": ANY}  # noqa: RUF012

    async def wanted(self, tracker: Tracker, values: Values) -> Sequence[str]:
        """Ask nothing of someone whom nothing may be recommended to yet."""
        return self.asks if await may_be_advised(tracker) else ()


class SelectFund(SkillAction):
    """Suggest funds."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_select_fund"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Suggest by what the form knows."""
        criteria = criteria_of(tracker, *SelectFundForm.asks, *SelectFundForm.takes)
        return await suggest(dispatcher, tracker, "select_fund", "fund", criteria)
