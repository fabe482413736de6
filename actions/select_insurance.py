"""An insurance product suggested: for whom, and against what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.form import SkillForm, Values
from actions.heard import Heard, phrases
from actions.skill import Domain, Events, SkillAction
from actions.suggestion import ANY, criteria_of, may_be_advised, suggest


class SelectInsuranceForm(SkillForm):
    """For whom, and which need comes first; the budget is taken where it is said."""

    form = "select_insurance_form"
    intents = frozenset({"select_insurance"})
    asks = ("insured", "product_type")
    takes = ("amount",)
    unsure = {"insured": ANY, "product_type": ANY}  # noqa: RUF012

    async def wanted(self, tracker: Tracker, values: Values) -> Sequence[str]:
        """Ask nothing of someone whom nothing may be recommended to yet."""
        return self.asks if await may_be_advised(tracker) else ()

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Read for whom by words, and no need from "insurance" alone."""
        if slot == "insured":
            bare = requested and heard.text.strip("，。！!. ").lower() in _self_words()
            return "self" if bare else heard.choice("insured")
        value = super().read(slot, heard, tracker, requested)
        return None if value == "insurance" else value


class SelectInsurance(SkillAction):
    """Suggest insurance."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_select_insurance"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Suggest by what the form knows."""
        form = SelectInsuranceForm
        criteria = criteria_of(tracker, *form.asks, *form.takes)
        return await suggest(dispatcher, tracker, "select_insurance", "insurance", criteria)


def _self_words() -> tuple[str, ...]:
    return phrases()["self_words"].texts()
