"""A suggestion of products: asked of the product backend, told with a card, and remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.form import Values
from actions.identity import customer_id
from actions.messages import send
from actions.skill import Events, say_outcome

ANY = "any"
"""Value of a slot that the customer leaves open; the backend is not told of it."""

NEEDS_LEVEL = frozenset({"needs_identity", "needs_assessment", "assessment_expired"})

WHOLE_KINDS = frozenset({"fund", "insurance"})
"""Values of ``product_type`` that say no more than the skill does."""

SHOWN_AT_ONCE = 3


async def may_be_advised(tracker: Tracker) -> bool:
    """Whether the customer has a valid risk level, so that asking for wishes makes sense.

    Where the backend is away the answer is no: the skill's action then says what is the matter.
    """
    customer = customer_id(tracker)
    if not customer:
        return False
    try:
        return (await backend.risk_profile.get(f"/{customer}")).outcome == "valid"
    except backend.BackendUnavailable:
        return False


def criteria_of(tracker: Tracker, *slots: str) -> Values:
    """The customer's wishes, without those that are open."""
    wishes = {slot: tracker.get_slot(slot) for slot in slots}
    if wishes.get("product_type") in WHOLE_KINDS:
        wishes["product_type"] = None
    return {slot: value for slot, value in wishes.items() if value not in (None, ANY)}


async def suggest(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    skill: str,
    kind: str,
    criteria: Mapping[str, Any],
    shown: Sequence[str] = (),
) -> Events:
    """Suggest products of ``kind`` and remember them for what the customer says next.

    Args:
        dispatcher: collects what is said.
        tracker: the conversation.
        skill: names the responses ``utter_<skill>_<outcome>``.
        kind: ``fund``, ``manager``, ``insurance`` or ``wealth``.
        criteria: the customer's wishes.
        shown: codes shown before, not to come again.

    Raises:
        BackendUnavailable: the product backend did not answer.

    """
    reply = await backend.product.post(
        "/select",
        {
            "customer_id": customer_id(tracker),
            "kind": kind,
            "criteria": dict(criteria),
            "exclude": list(shown),
            "limit": SHOWN_AT_ONCE,
        },
    )
    if reply.outcome in NEEDS_LEVEL:
        say_outcome(dispatcher, skill, reply)
        form = "action_select_fund_manager" if kind == "manager" else f"{skill}_form"
        return [SlotSet("after_assessment", form)]
    found = reply.outcome == "ok"
    items = reply.data["items"] if found else reply.data.get("closest") or []
    if items:
        name = f"utter_{skill}_ok" if found else "utter_closest"
        send(dispatcher, name, "product_list", {**reply.data, "items": items})
    elif shown:
        dispatcher.utter_message(response="utter_refine_selection_nothing_more")
        return []
    else:
        say_outcome(dispatcher, skill, reply)
        return [SlotSet("after_assessment", None)]
    codes = [str(item["code"]) for item in items]
    selection = {
        "skill": skill,
        "kind": kind,
        "criteria": dict(criteria),
        "level": reply.data.get("level"),
        "shown": [*shown, *codes],
    }
    return [
        SlotSet("last_products", codes),
        SlotSet("last_selection", selection),
        SlotSet("recommendation_id", reply.data.get("recommendation_id")),
        SlotSet("product", codes[0] if len(codes) == 1 else None),
        SlotSet("after_assessment", None),
    ]
