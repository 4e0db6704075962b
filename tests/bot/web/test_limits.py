"""Limits on how often somebody may call."""

from collections.abc import Callable

import pytest

from bot.web.limits import Limit
from bot.web.settings import WebSettings
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram


@pytest.fixture
def settings() -> WebSettings:
    """Limits that a test can reach."""
    return WebSettings(logins_per_minute=5, pages_per_minute=8, messages_per_minute=3, answer_wait_seconds=0)


async def test_trying_links_is_limited(program: SmallProgram, open_browser: Callable[..., Browser]) -> None:
    """After a few tries within a minute even a good link has to wait; somebody elsewhere does not."""
    thief = open_browser()
    statuses = [(await thief.post("/l/guess")).status_code for _ in range(6)]
    assert [403, 403, 403, 403, 403, 429] == statuses
    await open_browser("https://chat.example", at="198.51.100.9").enter(program.link("p1"))


async def test_reading_pages_is_limited(browser: Browser) -> None:
    """Whoever reads pages without end is told to wait, in words and for how long."""
    answers = [await browser.get("/privacy") for _ in range(9)]
    assert [200] * 8 + [429] == [answer.status_code for answer in answers]
    assert "60" == answers[-1].headers["retry-after"]


async def test_too_many_messages_have_to_wait(program: SmallProgram, browser: Browser) -> None:
    """One session cannot flood the house; what did not go through comes back."""
    await browser.enter(program.link("p1"))
    form = await browser.form()
    answers = [await browser.post(f"{browser.home}/send", data={**form, "text": f"nr {n}"}) for n in range(4)]
    assert [303, 303, 303, 429] == [answer.status_code for answer in answers]
    assert "\nnr 3</textarea>" in answers[-1].text
    assert 3 == len(program.heard)


def test_a_limit_refills_evenly() -> None:
    """Sixty a minute is one a second, after the first sixty."""
    now = [0.0]
    limit = Limit(60, callers=10, fails_open=True, seconds=lambda: now[0])
    assert all(limit.allows("a") for _ in range(60))
    assert not limit.allows("a")
    now[0] += 1.01
    assert limit.allows("a")
    assert not limit.allows("a")
    assert limit.allows("b")


@pytest.mark.parametrize("fails_open", [True, False])
def test_a_full_table_fails_as_it_was_told(fails_open: bool) -> None:
    """When too many are calling, newcomers are let in or kept out, and after a quiet minute there is room again."""
    now = [0.0]
    limit = Limit(1, callers=2, fails_open=fails_open, seconds=lambda: now[0])
    assert limit.allows("a")
    assert limit.allows("b")
    assert fails_open == limit.allows("c")
    assert fails_open == limit.allows("c")
    now[0] += 61
    assert limit.allows("c")
    assert not limit.allows("c")
