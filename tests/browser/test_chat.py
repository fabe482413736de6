"""A customer on the chat page, in a real browser."""

import pytest

TURN = 20_000


def become(page, customer):
    page.select_option("#customer", customer)
    page.wait_for_selector(".starters")


def say(page, text):
    """Type a message, send it, and wait until the assistant has answered it."""
    before = page.locator(".turn.bot:not(.typing)").count()
    page.fill("#input", text)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "n => document.querySelectorAll('.turn.bot:not(.typing)').length > n "
        "&& !document.querySelector('.typing')",
        arg=before,
        timeout=TURN,
    )


def last(page):
    return page.locator(".turn.bot").last


CARDS = [
    ("demo-3", ["现在应该买哪只基金", "三年"], "product_list"),
    ("demo-3", ["帮我看看我的持仓有没有问题"], "diagnosis"),
    ("demo-4", ["我的基金为什么连续下跌"], "diagnosis"),
    ("demo-3", ["我一共赚了多少"], "holdings"),
    ("demo-3", ["我有50万想放三年，怎么配置"], "allocation"),
    ("demo-2", ["我是什么风险等级"], "risk_result"),
    ("", ["什么是最大回撤"], "answer"),
    ("", ["转人工"], "handoff"),
]


@pytest.mark.parametrize(("customer", "messages", "kind"), CARDS, ids=[c[2] + c[0] for c in CARDS])
def test_a_result_is_shown_as_its_card(phone, keep_screenshot, customer, messages, kind):
    if customer:
        become(phone, customer)
    for message in messages:
        say(phone, message)
    phone.wait_for_selector(f".card.{kind}", timeout=TURN)
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "the page must not scroll sideways on a phone"
    keep_screenshot(phone)


def test_the_questionnaire_is_answered_with_the_mouse_to_its_end(phone, keep_screenshot):
    become(phone, "demo-8")
    say(phone, "我要做风险测评")
    keep_screenshot(phone, "-question")
    for _ in range(40):
        if phone.locator(".card.risk_result").count():
            break
        options = phone.locator(".option:not(:disabled)")
        options.nth(min(2, options.count() - 1)).click()
        phone.wait_for_function(
            "() => !document.querySelector('.typing') && (document.querySelector('.risk_result') "
            "|| document.querySelector('.option:not(:disabled)'))",
            timeout=TURN,
        )
    assert phone.locator(".card.risk_result .level-mark").last.inner_text().startswith("C")
    keep_screenshot(phone)


def test_a_fund_shows_its_course_when_asked(phone, keep_screenshot):
    become(phone, "demo-3")
    say(phone, "推荐一只基金")
    say(phone, "三年")
    phone.locator(".card.product_list .row button").first.click()
    phone.wait_for_selector(".chart svg, .chart canvas", timeout=TURN)
    keep_screenshot(phone)


def test_the_page_comes_back_with_the_conversation(phone):
    say(phone, "什么是最大回撤")
    phone.reload()
    phone.wait_for_selector(".turn.customer")
    assert "什么是最大回撤" in phone.locator(".turn.customer").first.inner_text()
    assert phone.locator(".turn.bot").count() >= 1


def test_a_message_that_was_not_sent_is_kept_and_sent_again(phone, keep_screenshot):
    phone.route("**/chat/**", lambda route: route.abort())
    phone.fill("#input", "什么是最大回撤")
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".unsent", timeout=TURN)
    assert phone.locator("#banner").is_visible()
    keep_screenshot(phone)
    phone.unroute("**/chat/**")
    phone.wait_for_selector("#banner", state="hidden", timeout=TURN)
    phone.locator(".unsent button").click()
    phone.wait_for_selector(".card.answer", timeout=TURN)
    phone.problems.clear()  # the browser reports the requests that were cut off on purpose


def test_the_page_speaks_english_when_asked(phone, keep_screenshot):
    phone.click("#language")
    assert phone.locator("#send").inner_text() == "Send"
    assert phone.evaluate("document.documentElement.lang") == "en"
    say(phone, "What is maximum drawdown?")
    keep_screenshot(phone)


def test_markup_from_a_customer_stays_text(phone):
    say(phone, "<img src=x onerror=alert(1)> 你好")
    bubble = phone.locator(".turn.customer .bubble").first
    assert "<img" in bubble.inner_text()
    assert phone.locator(".turn.customer img").count() == 0


def test_everything_is_reached_by_keyboard_and_named_for_a_reader(phone):
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.className") == "skip"
    phone.keyboard.press("Enter")
    phone.keyboard.type("你好")
    before = phone.locator(".turn.bot").count()
    phone.keyboard.press("Enter")
    phone.wait_for_function(
        "n => document.querySelectorAll('.turn.bot:not(.typing)').length > n", arg=before
    )
    assert phone.get_attribute("#messages", "role") == "log"
    unnamed = phone.evaluate(
        """[...document.querySelectorAll('button, select, textarea, a')].filter(
             e => !(e.innerText || e.getAttribute('aria-label') || e.labels?.length)).length"""
    )
    assert unnamed == 0


def test_the_page_is_a_column_on_a_desk(phone, keep_screenshot):
    phone.set_viewport_size({"width": 1280, "height": 800})
    become(phone, "demo-5")
    say(phone, "我一共赚了多少")
    keep_screenshot(phone)
