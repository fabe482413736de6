"""Every message type's text is made of its data, and its responses find all they need in it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import CollectingDispatcher

from actions.messages import LINES, VERSION, send

ROOT = Path(__file__).parent.parent.parent
EXAMPLES: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("message_examples.yml").read_text(encoding="utf-8")
)
RESPONSES: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))[
    "responses"
]
CARRIED = [(kind, name) for kind, example in EXAMPLES.items() for name in example["responses"]]
_PLACEHOLDER = re.compile(r"{(\w+)}")

FOLLOWED = {"utter_noted", "utter_corrected", "utter_report_fraud_warning"}
"""Responses after which the same turn says more."""

BUTTONS_WITH_THE_DATA = re.compile(
    r"utter_(assess_risk_(question|resumed)|diagnose_portfolio_ok|explain_loss_\w+"
    r"|complain_ok|default_fallback)"
)
"""Responses whose way on the backend sends along: options, actions, a place in a queue."""


def said(kind: str, response: str) -> dict[str, Any]:
    dispatcher = CollectingDispatcher()
    example = EXAMPLES[kind]
    send(dispatcher, response, kind, example["data"], **example.get("variables", {}))
    return dispatcher.messages[0]


def test_every_type_with_a_text_has_an_example():
    assert set(EXAMPLES) == set(LINES)


@pytest.mark.parametrize(("kind", "response"), CARRIED)
def test_a_response_finds_all_its_variables(kind: str, response: str):
    message = said(kind, response)
    for variation in RESPONSES[response]:
        missing = set(_PLACEHOLDER.findall(variation["text"])) - set(message)
        assert missing == set()


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_text_tells_what_the_data_holds(kind: str):
    response = EXAMPLES[kind]["responses"][0]
    message = said(kind, response)
    variables = {key: value for key, value in message.items() if isinstance(value, str)}
    text = RESPONSES[response][0]["text"].format(**variables)
    for words in EXAMPLES[kind]["expected"]:
        assert words in text


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_card_goes_out_as_the_backend_sent_it(kind: str):
    message = said(kind, EXAMPLES[kind]["responses"][0])
    assert message["custom"] == {"type": kind, "version": VERSION, "data": EXAMPLES[kind]["data"]}


def test_a_plan_for_another_level_says_so_and_hardly_any_loss_is_called_small():
    plan = {**EXAMPLES["allocation"]["data"], "level_used": "C1"}
    plan["expected"] = {**plan["expected"], "max_drawdown": -0.0002}
    variables = LINES["allocation"](plan)
    assert variables["leaning"] == "（照您的想法，按C1来配）"
    assert variables["deepest"] == "跌得很少"


def test_only_the_first_reasons_are_told_the_card_has_the_rest():
    assert "第三条理由" not in said("product_list", "utter_select_fund_ok")["lines"]


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_no_payload_is_a_command(name: str):
    for variation in RESPONSES[name]:
        for button in variation.get("buttons", []):
            assert not button["payload"].startswith("/")


@pytest.mark.parametrize(
    "name", sorted(name for name in RESPONSES if not name.startswith("utter_ask_"))
)
def test_every_response_leaves_a_way_on(name: str):
    """A button, a question, or a hint what to say; what follows another message needs none."""
    leads_on = re.compile(r"[？?]|“|说|告诉我|回复|\b(?:say|choose|tell me)\b", re.IGNORECASE)
    for variation in RESPONSES[name]:
        led = variation.get("buttons") or leads_on.search(variation["text"])
        assert led or name in FOLLOWED or BUTTONS_WITH_THE_DATA.fullmatch(name)
