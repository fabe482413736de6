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
        """Read for whom by words, and the need by its kind or by the worry behind it."""
        if slot == "insured":
            bare = requested and heard.text.strip("，。！!. ").lower() in _self_words()
            return "self" if bare else heard.choice("insured")
        value = super().read(slot, heard, tracker, requested)
        if slot == "product_type" and value in (None, "insurance"):
            return heard.choice("needs")
        return value

    def _answers(self, tracker: Tracker, heard: Heard, requested: str, read: Values) -> bool:
        """Words in a few characters answer too, whatever else they might mean."""
        told = requested in read and heard.is_short and not heard.is_question
        return told or super()._answers(tracker, heard, requested, read)


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
