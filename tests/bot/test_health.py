"""Whoever watches over the program learns whether it can serve people, and figures without personal data."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.app import App
from bot.channels.web import WebChannel
from bot.clock import SetClock
from bot.health import Watch
from bot.profile import load_profile
from bot.settings import DeliverySettings, HealthSettings, Settings
from bot.ticker import Ticker
from bot.web.site import build_site
from storage.errors import StoreClosed
from tests.bot.operator import CANARY, NOW, Operator


@pytest.fixture
async def app(operator: Operator) -> AsyncIterator[App]:
    """An assistant that nothing ticks."""
    operator.write_message("p2", status="uncertain")
    operator.write_message("p1")
    settings = Settings(delivery=DeliverySettings(tick_seconds=60), health=HealthSettings(metrics_for=("10.9.0.0/16",)))
    with operator.opened() as store:
        yield App(settings, store=store, profile=load_profile("demo"), clock=SetClock(NOW), channels=[WebChannel()])


def site_of(app: App) -> Starlette:
    """Its pages, watched over."""
    site = build_site(app)
    site.state.watch = Watch(app)
    return site


async def get(app: App, path: str, at: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """Ask the site."""
    transport = httpx.ASGITransport(site_of(app), client=(at, 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as browser:
        return await browser.get(path)


async def test_a_sound_assistant_is_ready(app: App) -> None:
    """The database answers, nothing is overdue."""
    assert (200, "ready\n") == ((await get(app, "/readyz")).status_code, (await get(app, "/readyz")).text)


async def test_what_the_pages_refuse_is_a_figure(app: App) -> None:
    """By kind, with nobody's name; a kind that never happened is there with its zero."""
    refused = {"wrong_password": 3, "forged_session": 0}
    lines = Watch(app, refused=lambda: refused).figures().splitlines()
    assert {
        'lotse_page_refused_total{kind="wrong_password"} 3',
        'lotse_page_refused_total{kind="forged_session"} 0',
    } <= set(lines)


async def test_a_message_that_does_not_go_out_is_a_problem(app: App) -> None:
    """Ten minutes after it was due whoever asks is told."""
    clock = app.clock
    assert isinstance(clock, SetClock)
    clock.set(NOW + timedelta(minutes=11))
    answer = await get(app, "/readyz")
    assert (503, "outbox: the oldest message has been due for 660 seconds\n") == (answer.status_code, answer.text)


async def test_a_ticker_that_stands_still_is_a_problem(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute without a tick is too long; a ticker that was never started is none."""
    ages = [app.ticker.age]
    app.ticker.start()
    ages.append(app.ticker.age)
    assert [None, 0] == [age and int(age) for age in ages]
    monkeypatch.setattr(Ticker, "age", 31.0)
    assert ["ticker: the last tick was 31 seconds ago"] == Watch(app).problems()
    monkeypatch.undo()
    app.ticker.stop()
    assert app.ticker.age is None


async def test_a_tick_makes_the_ticker_young(app: App) -> None:
    """What was ticked counts from that moment, and the tick itself happens."""
    app.ticker.start()
    await app.ticker._note()
    assert app.ticker.age is not None
    assert app.ticker.age < 1
    app.ticker.stop()


async def test_a_database_that_does_not_answer_is_a_problem(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, and the figures that need no database are there all the same."""

    def closed() -> None:
        raise StoreClosed("closed")

    site = site_of(app)
    monkeypatch.setattr(app.store, "read", closed)
    watch: Watch = site.state.watch
    assert ["database: no answer"] == watch.problems()
    assert "lotse_database_up 0" in watch.figures()
    assert "lotse_writer_group_units_count" in watch.figures()


async def test_figures_are_in_the_text_form(app: App) -> None:
    """Each has its help and type; counts by class and status, groups, overdue seconds and links are among them."""
    answer = await get(app, "/metrics")
    assert (200, "text/plain; version=0.0.4; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    lines = answer.text.splitlines()
    assert 'lotse_outbox_messages{class="reminder",status="pending"} 1' in lines
    assert 'lotse_outbox_messages{class="reminder",status="uncertain"} 1' in lines
    assert "lotse_outbox_overdue_seconds 0" in lines
    assert 'lotse_audit_groups{chain="0"} 1' in lines
    assert "lotse_writer_queue_units 0" in lines
    kinds = {line.split()[2]: line.split()[3] for line in lines if line.startswith("# TYPE")}
    names = {line.partition("{")[0].split()[0] for line in lines if not line.startswith("#")}
    for name in names:
        stem = next(
            name.removesuffix(end) for end in ("_bucket", "_sum", "_count", "") if name.removesuffix(end) in kinds
        )
        assert kinds[stem] in {"gauge", "counter", "histogram"}


async def test_figures_count_groups(app: App) -> None:
    """What the writer has committed since the start is in the histogram, cumulatively."""
    for _ in range(3):
        await app.run(lambda uow: uow.new_id())
    lines = (await get(app, "/metrics")).text.splitlines()
    assert 'lotse_writer_group_units_bucket{le="1"} 3' in lines
    assert 'lotse_writer_group_units_bucket{le="+Inf"} 3' in lines
    assert "lotse_writer_group_units_count 3" in lines


async def test_figures_hold_nothing_personal(app: App) -> None:
    """No text, name, handle or address."""
    text = (await get(app, "/metrics")).text
    assert not [word for word in (CANARY, "Jonas", "p1", "p2", "web") if word in text]


@pytest.mark.parametrize(
    ("at", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.7"}, 400),
        ("203.0.113.7", {}, 400),
    ],
)
async def test_figures_are_for_this_machine(app: App, at: str, headers: dict[str, str], status: int) -> None:
    """Whoever calls from elsewhere, or over a proxy, does not get them."""
    answer = await get(app, "/metrics", at, **headers)
    assert status == 200 or "lotse_" not in answer.text
    assert (status == 200) == (answer.status_code == 200)


async def test_figures_are_for_whom_the_setting_names(app: App) -> None:
    """A machine in a named network gets them over https; its neighbour does not learn that they exist."""
    for caller, status in (("10.9.1.1", 200), ("10.8.1.1", 404)):
        transport = httpx.ASGITransport(site_of(app), client=(caller, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="https://lotse.example") as browser:
            assert status == (await browser.get("/metrics")).status_code


def test_a_network_that_is_none_is_refused(tmp_path: Path) -> None:
    """A wrong setting is named when it is read."""
    del tmp_path
    with pytest.raises(ValueError, match="metrics_for"):
        HealthSettings(metrics_for=("everybody",))
