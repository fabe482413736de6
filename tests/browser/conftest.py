"""A real Chromium for the pages, without any way out of this machine."""

import re
import shutil
from pathlib import Path

import pytest

ARTEFACTS = Path(__file__).resolve().parent.parent.parent / "artefacts" / "screenshots"
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH: install Debian's package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def phone(browser, stack):
    """A fresh phone-sized page on /chat; fails the test on console errors and foreign requests."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.problems = []
    page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "request",
        lambda request: (
            request.url.startswith(stack.backend)
            or request.url.startswith(("data:", "blob:"))
            or page.problems.append(f"foreign request {request.url}")
        ),
    )
    page.goto(f"{stack.backend}/chat")
    page.wait_for_selector(".turn.bot")
    yield page
    context.close()
    assert page.problems == []


@pytest.fixture
def keep_screenshot(request):
    """Keep a picture of the page under the test's name."""

    def keep(page, name=""):
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        stem = re.sub(r"[^\w]+", "-", request.node.name + name)
        page.wait_for_timeout(700)
        page.screenshot(path=ARTEFACTS / f"{stem}.png")

    return keep
