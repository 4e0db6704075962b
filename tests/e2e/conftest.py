"""Chromium, the running assistant, and people with a window each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e import walking
from tests.e2e.assistant import Assistant

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A browser test that fails is tried once more: a real browser on a busy machine loses a key press now and then."""
    if item.get_closest_marker("browser") is None or not isinstance(item, pytest.Function):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    if any(report.failed for report in reports):
        item._initrequest()
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many pages axe has looked at, and what it found."""
    for line in walking.REPORT:
        terminalreporter.write_line(f"axe: {line}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, once for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    """The assistant with the demo world, running."""
    assistant = Assistant(tmp_path)
    try:
        assistant.start()
        yield assistant
    finally:
        assistant.kill()


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens windows that know nothing of each other, the size of a phone."""
    windows: list[BrowserContext] = []

    def open_(**options: Any) -> BrowserContext:
        context = chromium.new_context(**{"viewport": PHONE, **options})
        context.set_default_timeout(PATIENCE_MS)
        windows.append(context)
        return context

    yield open_
    for context in windows:
        context.close()


@pytest.fixture
def sign_in(assistant: Assistant, window: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Signs somebody of the demo world in, in a window of their own or in one that is given."""

    def sign_in_(handle: str, context: BrowserContext | None = None, **options: Any) -> Page:
        page = (context or window(**options)).new_page()
        page.goto(assistant.link(handle))
        page.locator("form button").click()
        page.locator("#say" if options.get("java_script_enabled") is False else "body.live").wait_for()
        return page

    return sign_in_
