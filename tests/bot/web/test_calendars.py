"""Files and addresses for calendars: neutral, readable by others, found again by our own import, ended at once."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import vobject

from bot.calendars.reading import horizon, read_calendar
from bot.calendars.rows import to_rows
from bot.calendars.table import Defaults
from bot.profile import load_profile
from flows.engine.meetings import MeetingWanted
from flows.rules.appointments import SIGNED, Appointment, Kind
from flows.rules.imports import Report, Row
from handlers import appointments, imports, leaving
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.bot.web.conftest import Browser
from tests.bot.web.program import MORNING, SmallProgram

Open = Callable[..., Browser]
STARTS = datetime(2026, 12, 1, 9, tzinfo=UTC)
SECRETS = ("Jonas", "Weber", "Amal", "Haddad", "Albers", "Beispiel", "Nasser", "treffen.example", "InbeQ")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[SmallProgram]:
    """A program under the profile of the demo."""
    program = SmallProgram(tmp_path, profile=load_profile("demo"))
    yield program
    program.store.close()


def plan(program: SmallProgram, who: str, **more: Any) -> Appointment:
    """An appointment with c1."""
    known = {"kind": Kind.IN_PERSON, "starts": STARTS, "minutes": 45, "place": "Haus 1, Raum 2"}

    def work(uow: UnitOfWork) -> Appointment:
        invited = [person.id for each in who.split() if (person := uow.people.by_handle(each))]
        by = uow.people.by_handle("c1")
        assert by is not None
        wanted = MeetingWanted(people=tuple(invited), **{**known, **more})
        return appointments.plan(_occasion(uow), wanted, by)

    return program.write(work)


def _occasion(uow: UnitOfWork) -> Occasion:
    return Occasion(uow=uow, now=MORNING, cause=f"test:{uow.new_id()}")


def change(program: SmallProgram, how: Callable[[Occasion, Any], object]) -> None:
    """Staff do something about it."""
    program.write(lambda uow: how(_occasion(uow), uow.people.by_handle("c1")))


def parsed(text: str) -> list[Any]:
    """The events, as another reader sees them."""
    return list(getattr(vobject.readOne(text), "vevent_list", []))


def rows(data: bytes, **more: Any) -> list[Row]:
    """The same as our own import reads it."""
    entries = read_calendar(data, "Europe/Berlin", horizon(MORNING))
    office = load_profile("demo")
    return to_rows(entries, Defaults(**more), (office.office_opens, office.office_closes))


def take(program: SmallProgram, found: list[Row]) -> Report:
    """Import them."""
    return program.write(partial(imports.carry_out, rows=found, now=MORNING))


async def feed(browser: Browser, program: SmallProgram, who: str = "c1") -> str:
    """The path of a new address."""
    home = await browser.enter(program.link(who))
    form = browser.fields((await browser.get(f"{home}/calendar")).text)
    answer = await browser.post(f"{home}/calendar", data={**form, "do": "make"})
    found = re.search(r"/calendar/[\w-]+\.ics", answer.text)
    assert found, answer.text
    return found[0]


async def test_a_participant_takes_a_neutral_file(program: SmallProgram, browser: Browser) -> None:
    """Sign and "appointment" in the own language, time, a neutral place; nobody is named, nothing is asked."""
    plan(program, "p2", interpreter="ar", interpreter_name="Frau Nasser")
    plan(program, "p2", kind=Kind.VIDEO, link="https://treffen.example.org/1", starts=STARTS + timedelta(days=1))
    home = await browser.enter(program.link("p2"))
    assert f'{home}/calendar.ics"' in (await browser.get(f"{home}/calendar")).text
    answer = await browser.get(f"{home}/calendar.ics")
    assert "text/calendar; charset=utf-8" == answer.headers["content-type"]
    first, second = parsed(answer.text)
    assert ("🌴 موعد", "Haus 1, Raum 2", STARTS) == (first.summary.value, first.location.value, first.dtstart.value)
    assert (STARTS + timedelta(minutes=45), "0", "CONFIRMED") == (
        first.dtend.value,
        first.sequence.value,
        first.status.value,
    )
    assert not hasattr(second, "location")
    assert not any(hasattr(each, name) for each in (first, second) for name in ("attendee", "organizer", "description"))
    assert not [word for word in SECRETS if word in answer.text]
    assert "METHOD:PUBLISH" in answer.text
    assert max(len(line.encode()) for line in answer.text.split("\r\n")) <= 75


async def test_a_change_raises_the_sequence_and_keeps_the_name(program: SmallProgram, browser: Browser) -> None:
    """A calendar program replaces the old entry, and drops what was called off."""
    moved, off = plan(program, "p1"), plan(program, "p1", starts=STARTS + timedelta(days=2))
    home = await browser.enter(program.link("p1"))
    before = [one.uid.value for one in parsed((await browser.get(f"{home}/calendar.ics")).text)]
    change(program, lambda occasion, by: appointments.move(occasion, moved, STARTS + timedelta(hours=1), by))
    change(program, lambda occasion, by: appointments.cancel(occasion, off, by))
    first, second = parsed((await browser.get(f"{home}/calendar.ics")).text)
    assert before == [first.uid.value, second.uid.value]
    assert (STARTS + timedelta(hours=1), "1", "CONFIRMED") == (
        first.dtstart.value,
        first.sequence.value,
        first.status.value,
    )
    assert ("1", "CANCELLED") == (second.sequence.value, second.status.value)


async def test_our_own_import_finds_the_same_appointments(
    program: SmallProgram, open_browser: Open, tmp_path: Path
) -> None:
    """Back in the same database nothing is new; in another one the same dates are there."""
    plan(program, "p1")
    off = plan(program, "p1 p2", kind=Kind.GROUP, starts=STARTS + timedelta(days=3))
    change(program, lambda occasion, by: appointments.cancel(occasion, off, by))
    plan(program, "p3", kind=Kind.PHONE, starts=STARTS + timedelta(days=4))
    browser = open_browser()
    data = (await browser.get(await feed(browser, program))).content
    again = take(program, rows(data, organiser="c1", people=("p1",)))
    assert (0, 0, 0, 3, []) == (again.new, again.changed, again.cancelled, again.unchanged, again.faults)
    other = SmallProgram(tmp_path / "other", profile=load_profile("demo"))
    found = take(other, rows(data, organiser="c1", people=("p1",)))
    assert (2, 1, []) == (found.new, found.unchanged, found.faults)
    assert 2 == take(other, rows(data, organiser="c1", people=("p1",))).unchanged - 1
    person = other.person("p1").id
    known = other.write(lambda uow: [one.starts for one, _ in uow.appointments.of(person, MORNING)])
    other.store.close()
    assert [STARTS, STARTS + timedelta(days=4)] == known


async def test_the_calendar_of_staff_holds_signs_and_no_names(program: SmallProgram, browser: Browser) -> None:
    """One person's sign, none for a group; the page itself names them, and that is written down."""
    plan(program, "p1", place="Café um die Ecke")
    plan(program, "p1 p2", kind=Kind.GROUP, starts=STARTS + timedelta(days=1))
    path = await feed(browser, program)
    answer = await browser.get(path)
    assert ["🧭 Termin", "Termin"] == [one.summary.value for one in parsed(answer.text)]
    assert not [word for word in (*SECRETS, "Café") if word in answer.text]
    assert "Jonas Weber" in (await browser.get(f"{browser.home}/calendar")).text
    person = program.person("p1").id
    assert program.write(lambda uow: uow.access_log.of(person, 10))


async def test_an_address_ends_at_once(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """By a new one, by its end, and with the day somebody leaves; an unknown one is answered alike."""
    stranger = open_browser()
    first = await feed(browser, program)
    form = browser.fields((await browser.get(f"{browser.home}/calendar")).text)
    second = re.search(
        r"/calendar/[\w-]+\.ics", (await browser.post(f"{browser.home}/calendar", data={**form, "do": "make"})).text
    )
    assert second
    assert [404, 200] == [(await stranger.get(path)).status_code for path in (first, second[0])]
    await browser.post(f"{browser.home}/calendar", data={**form, "do": "end"})
    third = await feed(browser, program)
    assert [404, 200] == [(await stranger.get(path)).status_code for path in (second[0], third)]
    program.write(lambda uow: leaving.leave(uow, program_person(uow, "c1"), MORNING))
    assert [404, 404] == [(await stranger.get(path)).status_code for path in (third, "/calendar/nothing.ics")]


def program_person(uow: UnitOfWork, handle: str) -> Any:
    """Somebody."""
    return uow.people.by_handle(handle)


async def test_whoever_interprets_gets_an_entry_without_the_participant(
    program: SmallProgram, browser: Browser, open_browser: Open
) -> None:
    """It says when, where and which language; called off, the same entry says so. Nobody else passes it on."""
    held = plan(
        program, "p2", interpreter=SIGNED, interpreter_name="Frau Nasser", kind=Kind.VIDEO, link="https://x.example/1"
    )
    home = await browser.enter(program.link("c1"))
    path = f"{home}/calendar/{held.id}.ics"
    (entry,) = parsed((await browser.get(path)).text)
    assert ("Dolmetschen: Gebärdensprache", "https://x.example/1") == (entry.summary.value, entry.description.value)
    change(program, lambda occasion, by: appointments.cancel(occasion, held, by))
    off = await browser.get(path)
    assert "METHOD:CANCEL" in off.text
    assert entry.uid.value == parsed(off.text)[0].uid.value
    assert not [word for word in ("Amal", "Haddad", "🌴") if word in off.text]
    other = open_browser()
    elsewhere = await other.enter(program.link("c2"))
    assert 404 == (await other.get(f"{elsewhere}/calendar/{held.id}.ics")).status_code


async def test_text_from_outside_is_escaped(program: SmallProgram, browser: Browser) -> None:
    """A place with commas, semicolons and line ends is one place for every reader."""
    strange = "Raum; 1, links\\n\nBEGIN:VALARM"
    held = plan(program, "p2", interpreter="ar", interpreter_name="X", place=strange)
    home = await browser.enter(program.link("c1"))
    (entry,) = parsed((await browser.get(f"{home}/calendar/{held.id}.ics")).text)
    assert strange == entry.location.value
