"""The hand-off desk on a real database: tickets, control, requests, ratings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from zhitou.backends.database import Database
from zhitou.backends.demo import agents
from zhitou.backends.errors import BadRequest, Conflict, NotFound, Unavailable
from zhitou.backends.handoff.models import Agent, Event, Rating, Ticket
from zhitou.backends.handoff.service import HandoffService
from zhitou.backends.handoff.states import Step
from zhitou.clock import SHANGHAI


@dataclass
class Profile:
    value_tier: str | None


class Profiles:
    """Knows one VIP; cannot be reached where ``down``."""

    def __init__(self, down: bool = False) -> None:
        self.down = down

    async def profile(self, customer_id: str | None) -> Profile:
        if self.down:
            raise Unavailable("risk profile: does not answer")
        return Profile("VIP" if customer_id == "demo-5" else "standard")


class Watch:
    """A clock that the test sets."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment.astimezone(timezone.utc)

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


@pytest.fixture
def watch() -> Watch:
    return Watch(datetime(2026, 1, 5, 10, 0, tzinfo=SHANGHAI))


@pytest.fixture
async def desk(database: Database, watch: Watch) -> HandoffService:
    await agents.seed(database, watch)
    return HandoffService(database, watch, Profiles())


async def test_a_hand_over_says_queue_place_ticket_and_wait(desk: HandoffService) -> None:
    answer = await desk.open("c1", "request", "转人工")
    data = answer["data"]
    assert answer["outcome"] == "ok"
    assert data["ticket"] == "ZX20260105-0001"
    assert (data["queue"], data["priority"], data["position"]) == ("general", "medium", 1)
    assert (data["status"], data["open"], data["wait_minutes"]) == ("queued", True, 1)
    assert data["reason"] == "客户请求人工服务"
    assert "在线客服" in data["text"]
    assert "第 1 位" in data["text"]
    assert "customer service" in data["text_en"]


async def test_asking_twice_is_one_ticket(desk: HandoffService) -> None:
    first = await desk.open("c1", "request", "转人工")
    again = await desk.open("c1", "request", "人呢")
    assert again["data"]["ticket"] == first["data"]["ticket"]
    assert again["data"]["repeated"] is True
    assert first["data"]["repeated"] is False


async def test_ten_who_ask_at_once_for_one_conversation_get_one_ticket(
    desk: HandoffService, database: Database
) -> None:
    answers = await asyncio.gather(
        *(desk.open("c1", "complaint", "投诉") for _ in range(3)), return_exceptions=True
    )
    tickets = {answer["data"]["ticket"] for answer in answers if isinstance(answer, dict)}
    assert len(tickets) == 1
    async with database.transaction() as session:
        assert len((await session.execute(select(Ticket))).all()) == 1


async def test_numbers_are_never_given_twice(desk: HandoffService) -> None:
    answers = await asyncio.gather(*(desk.open(f"c{n}", "complaint", "投诉") for n in range(6)))
    numbers = sorted(answer["data"]["ticket"] for answer in answers)
    assert numbers == [f"TS20260105-000{n}" for n in range(1, 7)]
    assert sorted(answer["data"]["position"] for answer in answers)[0] == 1


async def test_what_is_more_urgent_goes_first_and_the_older_among_equals(
    desk: HandoffService, watch: Watch
) -> None:
    for name, trigger in (("a", "fallback"), ("b", "request"), ("c", "anger"), ("d", "request")):
        await desk.open(name, trigger, "")
        watch.pass_by(seconds=10)
    places = {name: (await desk.state(name))["data"]["position"] for name in "abcd"}
    assert places == {"c": 1, "b": 2, "d": 3, "a": 4}


async def test_a_fraud_reported_while_waiting_moves_the_same_ticket_up(
    desk: HandoffService,
) -> None:
    first = await desk.open("c1", "request", "转人工")
    then = await desk.open("c1", "fraud", "有人让我转到安全账户")
    assert then["data"]["ticket"] == first["data"]["ticket"]
    assert (then["data"]["queue"], then["data"]["priority"]) == ("risk", "urgent")
    assert "不要转账" in then["data"]["text"]


async def test_a_vip_reaches_the_relationship_managers(desk: HandoffService) -> None:
    answer = await desk.open("c1", "request", "转人工", customer_id="demo-5")
    assert answer["data"]["queue"] == "expert"


async def test_a_hand_over_goes_on_when_the_risk_profile_is_away(
    database: Database, watch: Watch
) -> None:
    desk = HandoffService(database, watch, Profiles(down=True))
    answer = await desk.open("c1", "request", "转人工", customer_id="demo-5")
    assert answer["data"]["queue"] == "general"


async def test_a_closed_queue_notes_a_call_back_and_the_bot_stays(
    desk: HandoffService, watch: Watch
) -> None:
    watch.moment = datetime(2026, 1, 5, 23, 0, tzinfo=SHANGHAI)
    data = (await desk.open("c1", "request", "转人工"))["data"]
    assert data["ticket"].startswith("CB20260105-")
    assert (data["status"], data["open"]) == ("bot", False)
    assert data["callback_at"] == "2026-01-06T08:30+08:00"
    assert "明天 08:30" in data["text"]
    watch.moment = datetime(2026, 1, 6, 8, 40, tzinfo=SHANGHAI)
    later = (await desk.open("c1", "request", "转人工"))["data"]
    assert (later["ticket"], later["status"]) == (data["ticket"], "queued")


async def test_times_are_the_same_when_they_are_read_again(
    desk: HandoffService, watch: Watch
) -> None:
    told = (await desk.open("c1", "request", "转人工"))["data"]
    assert told["due_at"] == "2026-01-05T10:05+08:00"
    assert (await desk.state("c1"))["data"]["due_at"] == told["due_at"]
    watch.moment = datetime(2026, 1, 5, 23, 0, tzinfo=SHANGHAI)
    told = (await desk.open("c2", "request", "转人工"))["data"]
    assert (await desk.state("c2"))["data"]["callback_at"] == told["callback_at"]


async def test_a_complaint_is_taken_at_any_hour(desk: HandoffService, watch: Watch) -> None:
    watch.moment = datetime(2026, 1, 11, 3, 0, tzinfo=SHANGHAI)
    data = (await desk.open("c1", "complaint", "投诉"))["data"]
    assert (data["status"], data["ticket"][:2]) == ("queued", "TS")


async def test_who_left_long_ago_holds_no_place_and_may_come_back(
    desk: HandoffService, watch: Watch
) -> None:
    first = (await desk.open("c1", "request", "转人工"))["data"]
    watch.pass_by(hours=3)
    other = (await desk.open("c2", "request", "转人工"))["data"]
    assert other["position"] == 1
    back = (await desk.open("c1", "request", "转人工"))["data"]
    assert back["ticket"] != first["ticket"]
    assert back["repeated"] is False


async def test_a_complaint_stays_open_when_the_customer_leaves(
    desk: HandoffService, watch: Watch, database: Database
) -> None:
    first = (await desk.open("c1", "complaint", "投诉"))["data"]
    watch.pass_by(hours=3)
    second = (await desk.open("c1", "complaint", "又要投诉"))["data"]
    assert second["ticket"] != first["ticket"]
    async with database.transaction() as session:
        tickets = (await session.execute(select(Ticket))).scalars().all()
    assert [ticket.closed_at for ticket in tickets] == [None, None]


async def test_an_unknown_conversation_is_the_bots(desk: HandoffService) -> None:
    data = (await desk.state("nobody"))["data"]
    assert (data["status"], data["ticket"], data["assignee"]) == ("bot", None, None)


async def test_a_conversation_goes_to_an_agent_and_back_to_the_bot(
    desk: HandoffService, database: Database
) -> None:
    await desk.open("c1", "request", "转人工")
    taken = (await desk.move("c1", Step.ASSIGN, "agent-01"))["data"]
    assert (taken["status"], taken["assignee"]["name"]) == ("assigned", "林晓雯")
    assert taken["position"] == 0
    await desk.move("c1", Step.RESOLVE)
    back = (await desk.move("c1", Step.RETURN))["data"]
    assert (back["status"], back["assignee"]) == ("bot", None)
    anew = (await desk.open("c1", "request", "再转人工"))["data"]
    assert anew["ticket"] == "ZX20260105-0002"
    async with database.transaction() as session:
        rows = (await session.execute(select(Event).order_by(Event.id))).scalars().all()
    assert [row.name for row in rows] == [
        "ticket.created",
        "conversation.bot_handoff",
        "assignee.changed",
        "conversation.status_changed",
        "conversation.status_changed",
        "ticket.created",
        "conversation.bot_handoff",
    ]


async def test_a_step_that_does_not_exist_is_refused(desk: HandoffService) -> None:
    with pytest.raises(NotFound):
        await desk.move("c1", Step.RESOLVE)
    await desk.open("c1", "request", "转人工")
    with pytest.raises(Conflict, match="queued cannot resolve"):
        await desk.move("c1", Step.RESOLVE)
    with pytest.raises(BadRequest, match="agent_id"):
        await desk.move("c1", Step.ASSIGN)
    with pytest.raises(NotFound, match="agent-99"):
        await desk.move("c1", Step.ASSIGN, "agent-99")
    with pytest.raises(Conflict, match="does not serve"):
        await desk.move("c1", Step.ASSIGN, "agent-07")
    assert (await desk.state("c1"))["data"]["status"] == "queued"


async def test_an_agent_takes_no_more_than_the_capacity(desk: HandoffService) -> None:
    for number in range(5):
        await desk.open(f"c{number}", "request", "转人工")
    for number in range(4):
        await desk.move(f"c{number}", Step.ASSIGN, "agent-01")
    with pytest.raises(Conflict, match="another conversation"):
        await desk.move("c4", Step.ASSIGN, "agent-01")


async def test_giving_back_to_the_queue_frees_the_agent(desk: HandoffService) -> None:
    await desk.open("c1", "request", "转人工")
    await desk.move("c1", Step.ASSIGN, "agent-01")
    data = (await desk.move("c1", Step.REQUEUE))["data"]
    assert (data["status"], data["assignee"], data["position"]) == ("queued", None, 1)


TRUST = {"purpose": "给孩子留教育金", "amount": 10000000, "beneficiaries": "两个孩子"}


async def test_a_family_trust_request_becomes_a_ticket_and_can_be_corrected(
    desk: HandoffService,
) -> None:
    data = (await desk.request("c1", "family_trust", TRUST, "demo-5"))["data"]
    assert data["ticket"] == "FT20260105-0001"
    assert (data["queue"], data["status"], data["priority"]) == ("family_office", "bot", "medium")
    assert data["fields"]["amount"] == "10000000"
    again = (await desk.request("c1", "family_trust", {**TRUST, "amount": "2e7"}))["data"]
    assert (again["ticket"], again["fields"]["amount"]) == ("FT20260105-0001", "20000000")
    assert again["repeated"] is True


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "fields.purpose: is missing"),
        ({**TRUST, "amount": "很多"}, "fields.amount: must be an amount"),
        ({**TRUST, "amount": -1}, "fields.amount: must be at least 0"),
        ({**TRUST, "amount": True}, "fields.amount"),
        ({**TRUST, "amount": "NaN"}, "fields.amount"),
        ({**TRUST, "purpose": 3}, "fields.purpose: must be a text"),
        ({**TRUST, "purpose": "长" * 5001}, "at most 5000"),
        ({**TRUST, "colour": "red"}, "fields.colour: is not known"),
    ],
)
async def test_a_wrong_field_of_a_request_is_named(
    desk: HandoffService, fields: dict[str, object], message: str
) -> None:
    with pytest.raises(BadRequest, match=message):
        await desk.request("c1", "family_trust", fields)


async def test_an_unknown_request_is_refused(desk: HandoffService) -> None:
    with pytest.raises(BadRequest, match="kind: must be one of family_trust"):
        await desk.request("c1", "mortgage", {})


async def test_a_request_does_not_stand_in_the_way_of_a_person(desk: HandoffService) -> None:
    await desk.request("c1", "family_trust", TRUST)
    data = (await desk.open("c1", "request", "转人工"))["data"]
    assert (data["queue"], data["repeated"]) == ("general", False)


async def test_a_second_rating_replaces_the_first(desk: HandoffService, database: Database) -> None:
    await desk.open("c1", "request", "转人工")
    await desk.rate("c1", 2, "慢")
    data = (await desk.rate("c1", 5, "好多了"))["data"]
    assert (data["kind"], data["score"], data["ticket"]) == ("survey", 5, "ZX20260105-0001")
    async with database.transaction() as session:
        rows = (await session.execute(select(Rating))).scalars().all()
    assert [(row.score, row.comment) for row in rows] == [(5, "好多了")]


async def test_the_demo_has_ten_agents_in_four_queues_and_seeding_twice_changes_nothing(
    desk: HandoffService, database: Database, watch: Watch
) -> None:
    await agents.seed(database, watch)
    async with database.transaction() as session:
        rows = (await session.execute(select(Agent))).scalars().all()
    assert len(rows) == 10
    assert {queue for row in rows for queue in row.queues} == {
        "general",
        "expert",
        "risk",
        "family_office",
    }
