"""Who takes over which conversation, when they are there, how long the wait is."""

from __future__ import annotations

from datetime import datetime

import pytest

from zhitou.backends.handoff.routing import (
    is_open,
    next_opening,
    opening_words,
    route,
    wait_minutes,
)
from zhitou.backends.handoff.rules import TRIGGERS, load_rules, parse_rules
from zhitou.backends.handoff.states import TRANSITIONS, Status, Step, StepRefused, after
from zhitou.clock import SHANGHAI
from zhitou.rulebook import Node, RulesError, read

RULES = load_rules()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of January 2026 in Shanghai; the 5th is a Monday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("trigger", "text", "tier", "queue", "priority"),
    [
        ("request", "转人工", None, "general", "medium"),
        ("request", "转人工", "VIP", "expert", "high"),
        ("request", "想问问家族信托", "VIP", "family_office", "medium"),
        ("complaint", "我要投诉", "standard", "risk", "high"),
        ("complaint", "我要投诉", "vip", "risk", "urgent"),
        ("fraud", "有人让我转账", None, "risk", "urgent"),
        ("request", "我的卡被盗刷了", None, "risk", "urgent"),
        ("fallback", "", None, "general", "low"),
        ("anger", "你们就是一群骗子", None, "risk", "urgent"),
        ("anger", "什么玩意", None, "general", "high"),
        ("distress", "亏得睡不着", "vip", "expert", "high"),
        ("distress", "亏光了，我不想活了", "vip", "risk", "urgent"),
        ("request", "I want to KILL MYSELF", None, "risk", "urgent"),
    ],
)
def test_a_conversation_goes_to_the_queue_that_fits_it(
    trigger: str, text: str, tier: str | None, queue: str, priority: str
) -> None:
    rule = route(RULES, trigger, text, tier)
    assert (rule.queue, rule.priority) == (queue, priority)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_every_trigger_finds_a_rule(trigger: str) -> None:
    assert route(RULES, trigger, "", None).queue in RULES.queues


def test_there_are_four_queues_and_somebody_watches_for_fraud_day_and_night() -> None:
    assert set(RULES.queues) == {"general", "expert", "risk", "family_office"}
    assert RULES.queues["risk"].always_open
    assert is_open(RULES.queues["risk"], at(11, 3))


@pytest.mark.parametrize(
    ("queue", "moment", "opening", "said"),
    [
        ("general", at(5, 7), at(5, 8, 30), "今天 08:30"),
        ("general", at(5, 21), at(6, 8, 30), "明天 08:30"),
        ("general", at(5, 12), at(5, 12), "现在"),
        ("family_office", at(9, 18), at(12, 9), "1月12日（周一）09:00"),
        ("family_office", at(11, 10), at(12, 9), "明天 09:00"),
        ("risk", at(10, 3), at(10, 3), "现在"),
    ],
)
def test_a_closed_queue_tells_when_it_opens(
    queue: str, moment: datetime, opening: datetime, said: str
) -> None:
    assert next_opening(RULES.queues[queue], moment) == opening
    assert opening_words(RULES.queues[queue], moment).zh == said


def test_the_wait_grows_with_the_place_and_shrinks_with_the_people() -> None:
    queue = RULES.queues["general"]
    assert wait_minutes(queue, position=1, free=2, capacity=14) == 1
    assert wait_minutes(queue, position=3, free=0, capacity=2) == 9
    assert wait_minutes(queue, position=3, free=0, capacity=4) == 5
    assert wait_minutes(queue, position=2, free=0, capacity=0) == 12


def test_only_the_steps_of_the_table_exist() -> None:
    assert after(Status.BOT, Step.HAND_OVER) == (Status.QUEUED, "conversation.bot_handoff")
    for status in Status:
        for step in Step:
            if (status, step) not in TRANSITIONS:
                with pytest.raises(StepRefused, match=status.value):
                    after(status, step)


def test_every_state_can_be_left_and_leads_back_to_the_bot() -> None:
    reached = {Status.BOT}
    while True:
        more = {start for (start, _), (end, _) in TRANSITIONS.items() if end in reached}
        if more <= reached:
            break
        reached |= more
    assert reached == set(Status)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("queues", "general", "hours", "to"), "08:00", "queues.general.hours.to: must be later"),
        (("queues", "general", "hours", "days"), [8], "queues.general.hours.days"),
        (("rules", 0, "queue"), "nobody", r"rules\[0\].queue: must be one of"),
        (("rules", 0, "told", "zh"), "{name}", r"rules\[0\].told.zh: unknown placeholder"),
        (("rules", 0, "when", "triggers"), ["shout"], r"rules\[0\].when.triggers\[0\]"),
        (("rules", -1, "when", "words"), ["x"], "the last rule must have no conditions"),
        (("callback_prefix",), "cb", "callback_prefix: must be two capital letters"),
        (("requests", "family_trust", "fields", "amount", "kind"), "choice", "choices"),
    ],
)
def test_a_wrong_rules_file_is_refused_with_its_key(
    path: tuple[str | int, ...], value: object, message: str
) -> None:
    root = read("zhitou.backends.handoff", "handoff.yml")
    node = root.value
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    with pytest.raises(RulesError, match=message) as refused:
        parse_rules(Node(root.value, root.file))
    assert "handoff.yml" in str(refused.value)


def test_a_queue_that_closes_needs_words_for_it() -> None:
    root = read("zhitou.backends.handoff", "handoff.yml")
    del root.value["rules"][-1]["told_closed"]
    with pytest.raises(RulesError, match="told_closed"):
        parse_rules(root)


FORBIDDEN = ("保本", "稳赚", "无风险", "最佳", "一定", "保证", "立即解决")


def test_nothing_the_customer_is_told_promises_anything() -> None:
    for rule in (*RULES.rules, *RULES.requests.values()):
        texts = [rule.told.zh, getattr(rule, "told_closed", None) or rule.told]
        assert not [word for word in FORBIDDEN if any(word in str(text) for text in texts)]
