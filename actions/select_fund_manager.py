"""A fund manager suggested; nothing has to be asked for it."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.heard import Heard
from actions.skill import Domain, Events, SkillAction
from actions.suggestion import WHOLE_KINDS, suggest


class SelectFundManager(SkillAction):
    """Suggest managers, for a sector or a type of fund where the customer named one."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_select_fund_manager"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """Suggest by what the message holds."""
        heard = Heard.latest(tracker)
        wishes = {name: heard.value(name) for name in ("sector", "product_type", "risk_preference")}
        criteria = {k: v for k, v in wishes.items() if v is not None and v not in WHOLE_KINDS}
        return await suggest(dispatcher, tracker, "select_fund_manager", "manager", criteria)
