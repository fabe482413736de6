"""What every form shares: which messages answer its question, corrections, patience, leaving.

A message that asks something else is refused, so that the rule of its intent answers it; after
that the policy runs the form again, which repeats its question.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backend import BackendUnavailable
from actions.formatting import value_text
from actions.heard import ANSWERS, Heard
from actions.skill import Domain, Events

Values = dict[str, Any]

PATIENCE = 3
"""Misunderstood answers to one question after which a person is offered."""

OFFERED = -1
"""Value of ``misunderstood`` while the offer of a person stands."""

ENTITIES: Mapping[str, tuple[str, ...]] = {
    "horizon": ("horizon", "period"),
    "products": ("product", "fund_manager", "product_type", "sector"),
}
"""Slot → the entities that fill it when it is asked for; else the entity of its own name."""


class Moment(Enum):
    """Why a form runs."""

    OPENED = "the customer's wish opened it"
    CONTINUED = "another action opened it again; what is known stays"
    ANSWERED = "the customer said something to its question"
    RESUMED = "an interruption was answered; the question comes again"


class SkillForm(FormValidationAction):
    """Validation of one form; a skill says what it asks for and how it reads what is special.

    Attributes:
        intents: the wishes that open the form; such a message may also answer it.
        asks: slots to be known, in the order in which they are asked for.
        takes: slots that are read where they are said, and never asked for.
        free_text: slots whose value is the whole message.
        unsure: slot → the value when the customer cannot say.

    """

    intents: ClassVar[frozenset[str]]
    asks: ClassVar[tuple[str, ...]]
    takes: ClassVar[tuple[str, ...]] = ()
    free_text: ClassVar[frozenset[str]] = frozenset()
    unsure: ClassVar[Mapping[str, Any]] = {}

    @property
    @abstractmethod
    def form(self) -> str:
        """Name of the form in the domain."""

    def name(self) -> str:
        """Name in the domain."""
        return f"validate_{self.form}"

    async def wanted(self, tracker: Tracker, values: Values) -> Sequence[str]:
        """The slots to ask for, given what is known; none ends the form."""
        return self.asks

    def read(self, slot: str, heard: Heard, tracker: Tracker, requested: bool) -> Any:
        """The value of ``slot`` in what was heard, or None."""
        names = ENTITIES.get(slot, (slot,)) if requested else (slot,)
        found = next((v for v in map(heard.value, names) if v is not None), None)
        if found is None and requested and slot in self.free_text:
            return heard.text
        return found

    async def check(
        self, slot: str, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> Any:
        """What is kept of a value just read; None after saying why it cannot be taken."""
        return value

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Act as the moment demands; a backend that is away leaves the form as it is."""
        moment = self._moment(tracker)
        try:
            return await self.validate_moment(dispatcher, tracker, moment)
        except BackendUnavailable as unavailable:
            dispatcher.utter_message(
                response="utter_backend_unavailable", error_id=unavailable.error_id
            )
            fresh = moment in {Moment.OPENED, Moment.CONTINUED}
            requested = None if fresh else tracker.get_slot("requested_slot")
            return [SlotSet("misunderstood", 0), SlotSet("requested_slot", requested)]

    async def validate_moment(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, moment: Moment
    ) -> Events:
        """Read the message as this moment demands, and choose what to ask next.

        Raises:
            BackendUnavailable: a backend that is needed did not answer.
        """
        heard = Heard.latest(tracker)
        known = {slot: tracker.get_slot(slot) for slot in (*self.asks, *self.takes)}
        requested = tracker.get_slot("requested_slot")
        if moment is Moment.ANSWERED and requested:
            return await self._answered(dispatcher, tracker, heard, known, requested)
        if moment is Moment.RESUMED:
            return await self._ask(tracker, known, {})
        start: Values = dict.fromkeys(known)
        if moment is Moment.CONTINUED or self._corrects(tracker, heard):
            start = {}
        kept = await self._checked(self._read_all(heard, tracker, None), dispatcher, tracker)
        return await self._ask(tracker, known, {**start, **kept, "misunderstood": 0})

    def _corrects(self, tracker: Tracker, heard: Heard) -> bool:
        """Whether the wish changes what this skill did last ("改成每月1000元")."""
        last = tracker.get_slot("last_selection") or {}
        return heard.has("correction") and self.form == f"{last.get('skill')}_form"

    def repeated(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, requested: str, hint: str | None
    ) -> Events:
        """The same question again after a hint; a person is offered when patience ends."""
        times = max(0, int(tracker.get_slot("misunderstood") or 0)) + 1
        if times >= PATIENCE:
            dispatcher.utter_message(response="utter_offer_human")
            times = OFFERED
        elif hint:
            dispatcher.utter_message(response=hint)
        return [SlotSet("misunderstood", times), SlotSet("requested_slot", requested)]

    def taken_up(self, tracker: Tracker, heard: Heard, requested: str) -> Events | None:
        """What follows a yes or a no to the person offered; None where neither was said to it."""
        if tracker.get_slot("misunderstood") != OFFERED or heard.intent not in {"affirm", "deny"}:
            return None
        settled = SlotSet("misunderstood", 0)
        if heard.intent == "deny":
            return [settled, SlotSet("requested_slot", requested)]
        return [settled, ActionExecutionRejected(self.form), FollowupAction("action_request_human")]

    async def _answered(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        heard: Heard,
        known: Values,
        requested: str,
    ) -> Events:
        read = self._read_all(heard, tracker, requested)
        taken_up = None if read else self.taken_up(tracker, heard, requested)
        if taken_up is not None:
            return taken_up
        if not self._answers(tracker, heard, requested, read):
            events: Events = [ActionExecutionRejected(self.form)]
            if requested in read and heard.opens_with(*ENTITIES.get(requested, (requested,))):
                kept = await self._checked({requested: read[requested]}, dispatcher, tracker)
                events += [SlotSet(slot, value) for slot, value in kept.items()]
            return events
        if not read and heard.intent not in self.intents:
            return self.repeated(dispatcher, tracker, requested, "utter_not_an_answer")
        kept = await self._checked(read, dispatcher, tracker)
        if kept and not any(value is not None for value in kept.values()):
            return self.repeated(dispatcher, tracker, requested, None)
        if requested not in kept:
            self._noted(dispatcher, known, kept)
        return await self._ask(tracker, known, {**kept, "misunderstood": 0})

    def _noted(self, dispatcher: CollectingDispatcher, known: Values, kept: Values) -> None:
        """Repeat what was said beside the question, so that the customer sees it was heard."""
        texts = {slot: value_text(slot, value) for slot, value in kept.items() if value is not None}
        said = [text for slot, text in texts.items() if text and known.get(slot) != kept[slot]]
        if said:
            corrected = any(known.get(slot) is not None for slot in texts)
            name = "utter_corrected" if corrected else "utter_noted"
            dispatcher.utter_message(response=name, values="、".join(said))

    def _answers(self, tracker: Tracker, heard: Heard, requested: str, read: Values) -> bool:
        """Whether a message said to our question is an answer, not another wish."""
        if heard.intent in {"cancel", "request_human", "report_fraud"}:
            return False
        if heard.is_short and heard.has("stop") and not read:
            return False
        if heard.intent == "deny":
            return bool(read) or heard.has("unsure")
        if heard.intent in ANSWERS | self.intents | {"refine_selection", "nlu_fallback"}:
            return True
        if requested in self.free_text:
            return not heard.is_question
        if read and heard.is_short and heard.has("correction"):
            return not heard.is_question
        entities = ENTITIES.get(requested, (requested,))
        return requested in read and not heard.is_question and heard.is_only(*entities)

    def _read_all(self, heard: Heard, tracker: Tracker, requested: str | None) -> Values:
        read: Values = {}
        for slot in (*self.asks, *self.takes):
            value = self.read(slot, heard, tracker, slot == requested)
            if value is None and slot == requested and heard.has("unsure"):
                value = self.unsure.get(slot)
            if value is not None:
                read[slot] = value
        return read

    async def _checked(
        self, read: Values, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> Values:
        return {
            slot: await self.check(slot, value, dispatcher, tracker) for slot, value in read.items()
        }

    async def _ask(self, tracker: Tracker, known: Values, changes: Values) -> Events:
        values = {**known, **changes}
        missing = (s for s in await self.wanted(tracker, values) if values.get(s) is None)
        changes = {**changes, "requested_slot": next(missing, None)}
        return [SlotSet(slot, value) for slot, value in changes.items()]

    def _moment(self, tracker: Tracker) -> Moment:
        """Tell from the events since the customer's message why the form runs."""
        opened = False
        acted = -1  # Rasa adds one execution of this form before it asks for validation
        for event in reversed(tracker.events):
            if event["event"] == "user":
                break
            opened = opened or (event["event"] == "active_loop" and event["name"] == self.form)
            acted += event["event"] == "action"
        if opened:
            wished = Heard.latest(tracker).intent in self.intents and acted == 0
            return Moment.OPENED if wished else Moment.CONTINUED
        return Moment.RESUMED if acted > 0 else Moment.ANSWERED
