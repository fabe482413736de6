"""A backend that is away or slow never ends a conversation."""

import re
import socket
import threading
import time
from contextlib import contextmanager
from uuid import uuid4

import httpx
import pytest

from zhitou.conversation.stack import running_stack


@contextmanager
def silent_server():
    """A server that accepts connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        held = []

        def accept():
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    for connection in held:
        connection.close()


@pytest.fixture(scope="module")
def crippled():
    """An assistant whose knowledge backend is slow and whose portfolio backend is down."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with silent_server() as slow:
        environment = {"ZHITOU_KNOWLEDGE_URL": slow, "ZHITOU_PORTFOLIO_URL": down}
        with running_stack(environment) as stack:
            yield stack


def say(stack, message, sender):
    started = time.monotonic()
    response = httpx.post(
        f"{stack.rasa}/webhooks/app/webhook",
        json={"sender": sender, "message": message, "metadata": {"customer_id": "demo-3"}},
        timeout=30,
        trust_env=False,
    )
    assert response.status_code == 200
    return response.json(), time.monotonic() - started


@pytest.mark.parametrize("message", ["什么是最大回撤", "我一共赚了多少"])
def test_the_customer_gets_a_true_sentence_an_error_id_and_a_way_on(crippled, message):
    messages, seconds = say(crippled, message, uuid4().hex)
    assert seconds < 5
    text = " ".join(each["text"] for each in messages)
    error_id = re.search(r"[0-9a-f]{12}", text)
    assert error_id, text
    assert "Traceback" not in text
    assert any(each.get("buttons") for each in messages)
    logged = (crippled.home / "run.log").read_text(encoding="utf-8")
    assert error_id.group() in logged


def test_the_conversation_goes_on_with_what_still_works(crippled):
    sender = uuid4().hex
    say(crippled, "什么是最大回撤", sender)
    messages, _ = say(crippled, "我是什么风险等级", sender)
    assert any("C3" in each["text"] for each in messages)
