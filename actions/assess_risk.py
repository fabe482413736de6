"""The risk questionnaire: the backend asks, matches the answers, and knows when it is done."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import backend
from actions.backend import Reply
from actions.form import Moment, SkillForm
from actions.formatting import date_text
from actions.heard import ANSWERS, Heard
from actions.identity import customer_id
from actions.messages import send
from actions.skill import Domain, Events, SkillAction, say_outcome
from zhitou.wealth.option_matching import wants_previous

_LEAVES = frozenset({"cancel", "request_human", "complain", "report_fraud", "goodbye"})


class AssessRiskForm(SkillForm):
    """``risk_answer`` asked for again and again; a changed level has to be confirmed after it.

    ``risk_question`` keeps the question that is open, ``risk_outcome`` how the questionnaire
    ended: ``{"outcome", "data"}``.
    """

    form = "assess_risk_form"
    intents = frozenset({"assess_risk"})
    asks = ("risk_answer", "level_confirmed")

    async def validate_moment(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, moment: Moment
    ) -> Events:
        """Open the questionnaire, or bring what was said to its open question."""
        heard, requested = Heard.latest(tracker), tracker.get_slot("requested_slot")
        if moment is Moment.RESUMED:
            return [SlotSet("requested_slot", requested)]
        if moment is not Moment.ANSWERED:
            return _standing(await _start(tracker, heard))
        if requested == "level_confirmed":
            return await self._confirmed(dispatcher, tracker, heard)
        return await self._replied(dispatcher, tracker, heard)

    async def _replied(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, heard: Heard
    ) -> Events:
        if heard.intent in self.intents and not wants_previous(heard.text):
            return _standing(await _start(tracker, heard))
        question = tracker.get_slot("risk_question") or {}
        if not _may_answer(heard, question):
            taken_up = self.taken_up(tracker, heard, "risk_answer")
            return taken_up or [ActionExecutionRejected(self.form)]
        reply = await backend.risk_profile.post(
            f"{_path(tracker)}/answer", {"text": heard.text, "question_id": question.get("id")}
        )
        if reply.outcome == "no_assessment":
            reply = await _start(tracker, heard)
        if reply.outcome != "not_an_answer":
            return _standing(reply)
        if heard.intent not in ANSWERS | {"nlu_fallback"}:
            return [ActionExecutionRejected(self.form)]
        hint = "utter_assess_risk_not_an_answer"
        return self.taken_up(tracker, heard, "risk_answer") or self.repeated(
            dispatcher, tracker, "risk_answer", hint
        )

    async def _confirmed(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, heard: Heard
    ) -> Events:
        accept = {"affirm": True, "deny": False}.get(heard.intent)
        if accept is not None:
            return _standing(
                await backend.risk_profile.post(f"{_path(tracker)}/confirm", {"accept": accept})
            )
        if heard.intent not in ANSWERS | {"nlu_fallback"}:
            return [ActionExecutionRejected(self.form)]
        return self.repeated(dispatcher, tracker, "level_confirmed", "utter_not_an_answer")


class AskRiskAnswer(SkillAction):
    """Show the open question; its lettered options are buttons."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_assess_risk_form_risk_answer"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Say it, with a word before the first one and where an earlier attempt goes on."""
        question = tracker.get_slot("risk_question")
        name = "question"
        if not question["told"]:
            name = "resumed" if question["resumed"] else "begin" if question["index"] == 1 else name
        send(
            dispatcher,
            f"utter_assess_risk_{name}",
            "risk_question",
            {key: value for key, value in question.items() if key != "told"},
            buttons=[
                {"title": f"{option['id']}. {option['text']}", "payload": option["id"]}
                for option in question["options"]
            ],
        )
        return [SlotSet("risk_question", {**question, "told": True})]


class AskLevelConfirmed(SkillAction):
    """Show the result that waits for the customer's yes."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_assess_risk_form_level_confirmed"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Say level and why, and ask."""
        data = tracker.get_slot("risk_outcome")["data"]
        send(dispatcher, "utter_assess_risk_unconfirmed", "risk_result", data)
        return []


class AssessRisk(SkillAction):
    """Tell the result; go on with what waited for it."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_assess_risk"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Say how the questionnaire ended."""
        ended = tracker.get_slot("risk_outcome")
        if ended is None:
            return []
        events: Events = [SlotSet("risk_outcome", None), SlotSet("risk_question", None)]
        reply = Reply(ended["outcome"], ended["data"])
        if reply.outcome == "limit_reached":
            day = date_text(reply.data["next_possible_at"])
            dispatcher.utter_message(response="utter_assess_risk_limit_reached", day=day)
            return events
        if "level" not in reply.data:
            say_outcome(dispatcher, "assess_risk", reply)
            return events
        send(dispatcher, f"utter_assess_risk_{reply.outcome}", "risk_result", reply.data)
        waiting = tracker.get_slot("after_assessment")
        if waiting:
            events += [SlotSet("after_assessment", None), FollowupAction(waiting)]
        return events


def _path(tracker: Tracker) -> str:
    return f"/{customer_id(tracker) or 'visitor'}/assessment"


async def _start(tracker: Tracker, heard: Heard) -> Reply:
    return await backend.risk_profile.post(_path(tracker), {"restart": heard.has("afresh")})


def _standing(reply: Reply) -> Events:
    """Which question comes next after a reply of the backend, or how it ended."""
    asks = reply.outcome == "question"
    waits = reply.outcome == "result" and reply.data.get("needs_confirmation")
    ended = {"outcome": reply.outcome, "data": reply.data}
    requested = "risk_answer" if asks else "level_confirmed" if waits else None
    return [
        SlotSet("risk_question", {**reply.data, "told": False} if asks else None),
        SlotSet("risk_outcome", None if asks else ended),
        SlotSet("misunderstood", 0),
        SlotSet("requested_slot", requested),
    ]


def _may_answer(heard: Heard, question: dict[str, object]) -> bool:
    """Whether the backend is asked; another wish only where its words stand in an option."""
    if wants_previous(heard.text):
        return True
    if heard.intent in _LEAVES or (heard.is_short and heard.has("stop")):
        return False
    if heard.intent in ANSWERS | {"nlu_fallback"}:
        return True
    options: list[dict[str, str]] = question.get("options") or []  # type: ignore[assignment]
    return any(heard.text in option["text"] or option["text"] in heard.text for option in options)
