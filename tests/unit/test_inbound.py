"""A customer's text is made safe before the assistant reads it."""

import pytest

from zhitou.channels.inbound import MAX_CHARACTERS, Rejection, read


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", "\u200b\ufeff", "<b></b>", "///"])
def test_a_text_that_says_nothing_is_empty(text):
    assert read(text).rejection is Rejection.EMPTY


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('/request_human{"a": 1}', 'request_human{"a": 1}'),
        ("/restart", "restart"),
        (" / /greet", "greet"),
        ("\x00/greet", "greet"),
        ("<b>/greet</b>", "greet"),
        ("5/6月", "5/6月"),
    ],
)
def test_a_command_typed_by_a_customer_is_only_words(typed, said):
    assert read(typed).text == said


def test_a_message_that_is_too_long_is_rejected_with_its_length():
    inbound = read("基" * 10_000)
    assert inbound.rejection is Rejection.TOO_LONG
    assert inbound.length == 10_000
    assert read("基" * MAX_CHARACTERS).rejection is None


@pytest.mark.parametrize("text", ["'; DROP TABLE customers; --", "😀亏了👍", "収益", "a\nb"])
def test_odd_but_meant_text_stays_as_it_is(text):
    assert read(text).text == text
