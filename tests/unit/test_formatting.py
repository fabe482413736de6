"""Numbers, dates and choices read as Chinese customers write them."""

from datetime import date

import pytest

from actions.formatting import date_text, duration_text, money_text, percent_text, value_text


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        (0, "0元"),
        (50, "50元"),
        ("99.5", "99.5元"),
        (9999, "9999元"),
        (10000, "1万元"),
        (12345, "1.23万元"),
        ("500000.00", "50万元"),
        (-50, "-50元"),
        ("-18769.45", "-1.88万元"),
        (123456789, "1.23亿元"),
    ],
)
def test_money_is_written_in_units_people_speak(yuan, text):
    assert money_text(yuan) == text


def test_a_gain_carries_its_plus_and_nothing_carries_none():
    assert money_text(1200, signed=True) == "+1200元"
    assert money_text(0, signed=True) == "0元"


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.0512, "5.12%"),
        (-0.3128, "-31.28%"),
        ("0.05", "5.00%"),
        (0.00005, "0.01%"),
        (1, "100.00%"),
    ],
)
def test_a_fraction_is_written_as_per_cent(fraction, text):
    assert percent_text(fraction) == text


def test_a_rise_is_signed_and_a_missing_figure_is_said_to_be_missing():
    assert percent_text(0.0512, signed=True) == "+5.12%"
    assert percent_text(None) == "暂无"


def test_shares_of_a_plan_need_no_decimals():
    assert percent_text(0.25, places=0) == "25%"


def test_a_day_is_written_out_from_a_date_or_from_text():
    assert date_text(date(2026, 1, 5)) == "2026年1月5日"
    assert date_text("2026-01-05") == "2026年1月5日"
    assert date_text("2026-11-23T00:00:00+08:00") == "2026年11月23日"


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        ("P3Y", "3年"),
        ("P18M", "18个月"),
        ("P2W", "2周"),
        ("P90D", "90天"),
        ("P0D", "随时可用"),
        ("long", "长期"),
        ("MAX", "成立以来"),
        ("退休前", "退休前"),
    ],
)
def test_a_duration_is_written_in_its_unit(duration, text):
    assert duration_text(duration) == text


@pytest.mark.parametrize(
    ("slot", "value", "text"),
    [
        ("amount", 50000, "5万元"),
        ("percentage", 0.05, "5.00%"),
        ("horizon", "P3Y", "3年"),
        ("risk_preference", "steady", "稳健"),
        ("product_type", "certificate_of_deposit", "大额存单"),
        ("sector", "medicine", None),
    ],
)
def test_what_was_corrected_is_repeated_in_words(slot, value, text):
    assert value_text(slot, value) == text
