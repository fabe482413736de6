"""A sum split over asset classes: the portfolio backend computes, the customer's level bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.form import SkillForm, Values
from actions.heard import Heard
from actions.identity import customer_id
from actions.messages import send
from actions.skill import Domain, Events, SkillAction, say_outcome
from actions.suggestion import ANY, NEEDS_LEVEL, criteria_of, may_be_advised


class PlanAllocationForm(SkillForm):
    """How much, and for how long; the aim is in the words of the wish."""

    form = "plan_allocation_form"
    intents = frozenset({"plan_allocation"})
    asks = ("amount", "horizon")
    takes = ("risk_preference", "goal")
    unsure = {"horizon": ANY}  # noqa: RUF012

    async def wanted(self, tracker: Tracker, values: Values) -> Sequence[str]:
        """Ask nothing of someone whom nothing may be recommended to yet."""
        return self.asks if await may_be_advised(tracker) else ()

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """Keep the words of the wish: the backend finds the aim in them."""
        if slot == "goal":
            return heard.text if heard.intent in self.intents else None
        return super().read(slot, heard, tracker, requested)


class PlanAllocation(SkillAction):
    """Lay out the plan."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_plan_allocation"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Ask the portfolio backend and say its plan."""
        form = PlanAllocationForm
        criteria = criteria_of(tracker, *form.asks, *form.takes)
        return await lay_out(dispatcher, tracker, "plan_allocation", "/allocation", criteria)


async def lay_out(
    dispatcher: CollectingDispatcher, tracker: Tracker, skill: str, path: str, criteria: Values
) -> Events:
    """Ask the portfolio backend for a plan, say it, and remember it for what comes next.

    Raises:
        BackendUnavailable: the portfolio backend did not answer.
    """
    body = {"customer_id": customer_id(tracker), **criteria}
    reply = await backend.portfolio.post(path, body)
    if reply.outcome == "blocked":
        send(dispatcher, f"utter_{skill}_blocked", "suitability", reply.data)
        return [SlotSet("product", None)]
    if reply.outcome != "ok":
        say_outcome(dispatcher, skill, reply)
        waiting = f"{skill}_form" if reply.outcome in NEEDS_LEVEL else None
        return [SlotSet("after_assessment", waiting)]
    send(dispatcher, f"utter_{skill}_ok", "allocation", reply.data)
    selection: Values = {
        "skill": skill,
        "kind": "plan",
        "criteria": criteria,
        "level": reply.data.get("level"),
        "shown": [],
    }
    return [
        SlotSet("last_selection", selection),
        SlotSet("recommendation_id", reply.data.get("recommendation_id")),
        SlotSet("after_assessment", None),
    ]
