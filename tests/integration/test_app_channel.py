"""The app channel answers whatever it is sent, clearly and without a stack trace."""

from uuid import uuid4

import httpx
import pytest

WEBHOOK = "/webhooks/app/webhook"


@pytest.fixture
def client(stack):
    with httpx.Client(base_url=stack.rasa, timeout=30, trust_env=False) as client:
        yield client


def say(client, message, customer=None, sender=None):
    metadata = {"customer_id": customer} if customer else None
    body = {"sender": sender or uuid4().hex, "message": message, "metadata": metadata}
    response = client.post(WEBHOOK, json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_an_answer_is_a_list_of_messages_for_the_sender(client):
    messages = say(client, "你好", sender="somebody")
    assert messages
    assert {message["recipient_id"] for message in messages} == {"somebody"}
    assert all(message["text"] for message in messages)


@pytest.mark.parametrize("message", ["", "   ", "\x00\x07", "<p></p>"])
def test_a_message_without_words_is_answered_kindly(client, message):
    (answer,) = say(client, message)
    assert "文字" in answer["text"]


def test_ten_thousand_characters_are_answered_with_the_limit(client):
    (answer,) = say(client, "基" * 10_000)
    assert "10000" in answer["text"]
    assert "1000" in answer["text"]


@pytest.mark.parametrize(
    "message",
    [
        "😀😀😀",
        "<script>alert(1)</script>",
        "'; DROP TABLE customers; --",
        "\u202e你好\u0000",
        "{{7*7}} ${7*7}",
        "a" * 1000,
        "𠮷野家",
    ],
)
def test_odd_text_gets_an_ordinary_answer(client, message):
    messages = say(client, message)
    assert messages
    assert not any(
        "Traceback" in message["text"] or message["text"] == "49" for message in messages
    )


@pytest.mark.parametrize("escaped", ["\\ud83d\\ude00", "\\ud800"])
def test_half_a_character_in_json_does_no_harm(client, escaped):
    body = f'{{"sender": "half", "message": "{escaped}基金"}}'
    response = client.post(WEBHOOK, content=body.encode())
    assert response.status_code == 200
    assert response.json()


def test_a_command_typed_by_a_customer_is_not_obeyed(client):
    sender = uuid4().hex
    messages = say(client, '/inform{"amount": 5}', sender=sender)
    assert messages
    history = client.get("/webhooks/app/history", params={"sender": sender}).json()["messages"]
    assert not any(told["text"].startswith("/") for told in history)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"message": "你好"}, "sender"),
        ({"sender": 5, "message": "你好"}, "sender"),
        ({"sender": "", "message": "你好"}, "sender"),
        ({"sender": "s" * 200, "message": "你好"}, "sender"),
        ({"sender": "s", "message": ["你好"]}, "message"),
        ({"sender": "s", "message": "你好", "metadata": "demo-1"}, "metadata"),
        ({"sender": "s", "message": "你好", "metadata": {"customer_id": 5}}, "customer_id"),
        ([], "object"),
        ("你好", "object"),
    ],
)
def test_a_wrong_body_is_refused_with_the_field(client, body, named):
    response = client.post(WEBHOOK, json=body)
    assert response.status_code == 400
    assert named in response.json()["error"]


def test_a_body_that_is_not_json_is_refused(client):
    response = client.post(WEBHOOK, content=b"{not json")
    assert response.status_code == 400
    assert "JSON" in response.json()["error"]


def test_an_unknown_customer_is_asked_to_sign_in_not_shown_anything(client):
    messages = say(client, "我一共赚了多少", customer="nobody-9")
    assert not any(message.get("custom", {}).get("type") == "holdings" for message in messages)


def test_a_request_that_was_forwarded_is_refused_without_a_secret(client):
    response = client.post(
        WEBHOOK, json={"sender": "s", "message": "你好"}, headers={"x-forwarded-for": "192.0.2.1"}
    )
    assert response.status_code == 403


def test_the_history_tells_both_sides_in_order(client):
    sender = uuid4().hex
    say(client, "什么是最大回撤", sender=sender)
    history = client.get("/webhooks/app/history", params={"sender": sender}).json()["messages"]
    assert [told["from"] for told in history][:2] == ["customer", "bot"]
    assert history[0]["text"] == "什么是最大回撤"


def test_rasas_own_interface_stays_closed(client):
    assert client.put("/model", json={"model_file": "x"}).status_code == 404
    assert client.get("/conversations/s/tracker").status_code == 404
    assert client.get("/status").json()["model_file"] == "zhitou.tar.gz"
