"""The last suggestion again under another wish: safer, shorter, other products, another type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.explain_recommendation import PLANS
from actions.form import Values
from actions.formatting import RISK_PREFERENCES
from actions.heard import Heard
from actions.skill import Domain, Events, SkillAction
from actions.suggestion import suggest
from zhitou.wealth.product import TYPE_NAMES, types_meant_by

WISHES = ("product_type", "sector", "risk_preference", "amount", "horizon", "fund_manager")
"""Entities whose value replaces the wish of the round before."""

SKILLS = {
    "fund": "select_fund",
    "wealth": "select_wealth_product",
    "insurance": "select_insurance",
}

_TERMS = ("P0D", "P1M", "P3M", "P6M", "P1Y", "P3Y", "P5Y", "P10Y")
"""Terms that "shorter" and "longer" go through."""


class RefineSelection(SkillAction):
    """Suggest again."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_refine_selection"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Change the wish of the last round as was said, or leave out what was shown."""
        heard, last = Heard.latest(tracker), tracker.get_slot("last_selection")
        if not last:
            dispatcher.utter_message(response="utter_refine_selection_nothing")
            return []
        wish = heard.choice("wishes") or _implied(last["criteria"], heard, last.get("level"))
        criteria = refined(last["criteria"], heard, wish, last.get("level"))
        unchanged = criteria == last["criteria"]
        if wish in {"safer", "bolder"} and unchanged:
            dispatcher.utter_message(
                response=f"utter_refine_selection_not_{wish}", level=last.get("level")
            )
            return []
        if last["skill"] in PLANS and unchanged:
            dispatcher.utter_message(response="utter_refine_selection_same_plan")
            return []
        if last["skill"] in PLANS:
            kept = [SlotSet(slot, value) for slot, value in criteria.items()]
            return [*kept, FollowupAction(f"action_{last['skill']}")]
        kind = _kind(criteria.get("product_type"))
        if kind is not None and kind != last["kind"] and last["kind"] != "manager":
            kept = [SlotSet(slot, value) for slot, value in criteria.items()]
            return [*kept, FollowupAction(f"{SKILLS[kind]}_form")]
        other = unchanged or heard.leaves_out("sector") or heard.leaves_out("product_type")
        shown = last["shown"] if other else ()
        return await suggest(dispatcher, tracker, last["skill"], last["kind"], criteria, shown)


def refined(
    criteria: Mapping[str, Any], heard: Heard, wish: str | None, level: str | None
) -> Values:
    """The wishes of the next round.

    Args:
        criteria: those of the round before.
        heard: what was said.
        wish: ``safer``, ``bolder``, ``shorter``, ``longer`` or None.
        level: the customer's level C1 to C5, which is as bold as it gets.

    """
    changed = dict(criteria)
    stepped = _stepped(criteria.get("risk_preference"), heard, wish, level)
    if stepped is not None:
        changed["risk_preference"] = stepped
    for entity in WISHES:
        if entity == "risk_preference" and wish in {"safer", "bolder"}:
            continue
        if heard.leaves_out(entity):
            changed.pop(entity, None)
        elif heard.value(entity) is not None:
            changed[entity] = heard.value(entity)
    if wish in {"shorter", "longer"} and heard.value("horizon") is None:
        now = _term(str(criteria.get("horizon") or "P1Y"))
        place = max(0, now - 1) if wish == "shorter" else min(len(_TERMS) - 1, now + 1)
        changed["horizon"] = _TERMS[place]
    return changed


def _implied(criteria: Mapping[str, Any], heard: Heard, level: str | None) -> str | None:
    """``bolder`` or ``safer`` where the preference that was said lies above or below the last."""
    said = heard.value("risk_preference")
    if said is None:
        return None
    place, _ = _standing(criteria.get("risk_preference"), level)
    steps = list(RISK_PREFERENCES).index(said) - place
    return None if not steps else "bolder" if steps > 0 else "safer"


def _standing(now: str | None, level: str | None) -> tuple[int, int]:
    """Where the customer stands on the scale of preferences, and how bold the level lets be."""
    scale = list(RISK_PREFERENCES)
    boldest = int(level[1:]) - 1 if level else len(scale) - 1
    return (min(scale.index(now), boldest) if now else boldest), boldest


def _stepped(now: str | None, heard: Heard, wish: str | None, level: str | None) -> str | None:
    """One step safer or bolder than ``now``, or what was said outright; None where there is none.

    Without a preference the level itself, which is the bound, is where the customer stands.
    """
    scale = list(RISK_PREFERENCES)
    place, boldest = _standing(now, level)
    outright = None if heard.has("comparative") else heard.value("risk_preference")
    said = scale.index(outright or scale[place])
    if wish == "safer" and place > 0:
        return scale[min(place - 1, said)]
    if wish == "bolder" and place < boldest:
        return scale[min(boldest, max(place + 1, said))]
    return None


def _term(horizon: str) -> int:
    """Place of a horizon among the terms; one that is none of them counts as a year."""
    return _TERMS.index(horizon if horizon in _TERMS else "P1Y")


def _kind(product_type: str | None) -> str | None:
    """The kind that a type belongs to, or None for none or several."""
    types = types_meant_by(product_type) if product_type else frozenset()
    return next((kind for kind, names in TYPE_NAMES.items() if types and types <= set(names)), None)
