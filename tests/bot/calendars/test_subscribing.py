"""Busy times come from calendars elsewhere: only from and to is kept, and what is broken is said by its setting."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.app import App
from bot.calendar_settings import CalendarsSettings, StaffCalendar
from bot.calendars.subscribing import Subscriptions
from bot.channels.web import WebChannel
from bot.clock import SetClock
from bot.profile import load_profile
from bot.settings import Settings
from tests.bot.operator import NOW, Operator

ADDRESS = "https://kalender.example/privat/geheim.ics"
CANARY = "Zahnarzt Kanarienvogel"
Answer = Callable[[httpx.Request], httpx.Response]
BODY = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:a
DTSTART;TZID=W. Europe Standard Time:20261124T100000
DURATION:PT1H
RRULE:FREQ=WEEKLY;COUNT=2
SUMMARY:{CANARY}
END:VEVENT
BEGIN:VEVENT
UID:overlaps
DTSTART:20261124T093000Z
DURATION:PT1H
END:VEVENT
BEGIN:VEVENT
UID:free
DTSTART:20261125T093000Z
DURATION:PT1H
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:off
DTSTART:20261126T093000Z
DURATION:PT1H
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:leave
DTSTART;VALUE=DATE:20261127
END:VEVENT
BEGIN:VEVENT
UID:lotse-912735523410255872
DTSTART:20261128T093000Z
DURATION:PT1H
END:VEVENT
END:VCALENDAR
"""


class Server:
    """Where the calendar lies; `answer` says what it gives."""

    def __init__(self) -> None:
        """It gives the calendar."""
        self.answer: Answer = lambda _: httpx.Response(200, text=BODY, headers={"etag": '"1"'})
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer, and remember what was asked."""
        self.asked.append(request)
        return self.answer(request)


class Round:
    """An assistant with one subscription, c1's."""

    def __init__(self, app: App, server: Server, subscriptions: Subscriptions) -> None:
        """Ready."""
        self.app, self.server, self._subscriptions = app, server, subscriptions

    async def look(self) -> list[tuple[str, str]]:
        """One round; the spans that are known then, in UTC."""
        await self._subscriptions.look()
        with self.app.store.read() as uow:
            person = uow.people.by_handle("c1")
            assert person is not None
            known = uow.busy.of(person.id, NOW, NOW + timedelta(days=100))
        return [(f"{one.starts:%d %H:%M}", f"{one.ends:%d %H:%M}") for one in known]

    def fault(self) -> str:
        """What is wrong with it."""
        with self.app.store.read() as uow:
            person = uow.people.by_handle("c1")
            assert person is not None
            state = uow.busy.state(person.id)
        return state.fault if state else ""


@pytest.fixture
async def one(operator: Operator, tmp_path: Path) -> AsyncIterator[Round]:
    """An assistant that looks when it is told to."""
    secret = tmp_path / "c1.url"
    secret.write_text(f"{ADDRESS}\n", "utf-8")
    staff = {"c1": StaffCalendar(subscription_file=secret), "p1": StaffCalendar(subscription_file=secret)}
    settings = Settings(calendars=CalendarsSettings(max_bytes=5000, staff=staff))
    server = Server()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(transport=httpx.MockTransport(server)))
        store = stack.enter_context(operator.opened())
        app = App(settings, store=store, profile=load_profile("demo"), clock=SetClock(NOW), channels=[WebChannel()])
        yield Round(app, server, Subscriptions(app, client))


BUSY = [("24 09:00", "24 10:30"), ("26 23:00", "27 23:00"), ("01 09:00", "01 10:00")]


async def test_only_from_and_to_is_kept(one: Round, operator: Operator) -> None:
    """Series, whole days and zones are worked out; what is free, called off or ours is none of it."""
    assert BUSY == await one.look()
    assert "" == one.fault()
    files = [path for path in operator.database.parent.iterdir() if path.is_file()]
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]
    assert not [path for path in files if b"geheim" in path.read_bytes()]


async def test_what_has_not_changed_is_not_sent_again(one: Round) -> None:
    """The second round asks whether there is anything new."""
    await one.look()
    one.server.answer = lambda _: httpx.Response(304)
    assert BUSY == await one.look()
    assert '"1"' == one.server.asked[-1].headers["if-none-match"]
    assert BUSY == await one.look()
    assert '"1"' == one.server.asked[-1].headers["if-none-match"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(503), "answers 503"),
        (httpx.Response(200, text="<html>"), "no calendar file"),
        (httpx.Response(200, text=BODY.replace("W. Europe Standard Time", "Nowhere")), "line 6, DTSTART"),
        (httpx.Response(200, content=b"x" * 5001), "calendars.max_bytes"),
        (httpx.Response(302, headers={"location": "https://anderswo.example/x"}), "another host"),
        (httpx.Response(302, headers={"location": "http://kalender.example/x"}), "another host"),
        (httpx.Response(302, headers={"location": "/privat/geheim.ics"}), "without end"),
    ],
)
async def test_what_was_known_last_stays(
    one: Round, answer: httpx.Response, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The operator reads the setting and the reason, never the address; the next good round puts it right."""
    await one.look()
    good, one.server.answer = one.server.answer, lambda _: answer
    assert BUSY == await one.look()
    assert said in one.fault()
    logged = capsys.readouterr()
    assert "calendars.staff.c1.subscription_file" in logged.out + logged.err
    assert "geheim" not in logged.out + logged.err + one.fault()
    one.server.answer = good
    await one.look()
    assert "" == one.fault()


async def test_a_server_that_does_not_answer_is_a_fault(one: Round) -> None:
    """It is named by its kind."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("too late", request=request)

    one.server.answer = refuse
    assert [] == await one.look()
    assert "ConnectTimeout" in one.fault()


async def test_a_redirect_on_the_same_host_is_followed(one: Round) -> None:
    """Many calendars have moved within their server."""
    there = httpx.Response(200, text=BODY)
    one.server.answer = lambda request: (
        there if request.url.path == "/neu.ics" else httpx.Response(301, headers={"location": "/neu.ics"})
    )
    assert BUSY == await one.look()


def test_check_names_the_setting(operator: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that is missing, an address that is none, a calendar that was not read yet."""
    secret = tmp_path / "c1.url"
    monkeypatch.setenv("LOTSE_CALENDARS__STAFF__C1__SUBSCRIPTION_FILE", str(secret))
    assert "calendars.staff.c1.subscription_file" in operator.run("check").output
    secret.write_text("http://anderswo.example/x", "utf-8")
    assert "https://" in operator.run("check").output
    secret.write_text(ADDRESS, "utf-8")
    assert "was not read yet" in operator.run("check").output


@pytest.mark.parametrize(
    ("hours", "wrong"),
    [({"mo": "8:00-12:00"}, "weekday"), ({"mon": "8-12"}, "time of day"), ({"mon": "12:00-8:00"}, "forward")],
)
def test_hours_that_are_none_are_refused(hours: dict[str, str], wrong: str) -> None:
    """The message shows how they are written."""
    with pytest.raises(ValueError, match=wrong):
        StaffCalendar(hours=hours)


def test_hours_are_read_by_weekday() -> None:
    """Two windows on Monday, none on Tuesday."""
    week = StaffCalendar(hours={"mon": "8:00-12:00 13:00-16:00", "tue": ""}).week
    assert week is not None
    assert [2, 0, 0] == [len(week.on(day)) for day in (0, 1, 2)]
