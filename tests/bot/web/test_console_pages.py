"""Pages of the console: the same handlers and the same table as in the chat, each look written down."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from flows.engine.events import AbsenceReported, AlertKind, Reason
from flows.engine.meetings import MeetingWanted
from flows.people import Person, PersonId, Role
from flows.rules.access import Operation
from flows.rules.appointments import Kind
from flows.rules.thread import Entry
from flows.rules.thread import Kind as Thread
from handlers import absences, alerts, appointments, timers
from handlers.alerts import News
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram
from tests.bot.web.staff_login import log_in, make_accounts

Open = Callable[..., Browser]
WAY = re.compile(r'<button class="act" name="press" value="([^"]*)"[^>]*>([^<]*)</button>')


def occasion(program: SmallProgram, uow: UnitOfWork) -> Occasion:
    """Something happens now."""
    return Occasion(uow=uow, now=program.clock.now(), cause=f"test:{uow.new_id()}")


def wants_to_talk(program: SmallProgram, handle: str, words: str = "Bitte um Rückruf") -> None:
    """Somebody has written to their caseworker."""
    person = program.person(handle)

    def work(uow: UnitOfWork) -> None:
        alerts.raise_alert(occasion(program, uow), person, News(kind=AlertKind.MESSAGE, words=words))

    program.write(work)


def is_ill(program: SmallProgram, handle: str) -> None:
    """Somebody has reported ill today."""
    person = program.person(handle)

    def work(uow: UnitOfWork) -> None:
        uow.guard.hears(person.id, program.clock.now())
        today = program.clock.now().date()
        told = AbsenceReported(who=person.id, reason=Reason.ILLNESS, first_day=today, last_day=None, source="self")
        absences.report(occasion(program, uow), told, person)

    program.write(work)


def meet(program: SmallProgram, handle: str) -> None:
    """c1 and somebody have an appointment in three hours."""
    person, c1 = program.person(handle), program.person("c1")
    starts = program.clock.now() + timedelta(hours=3)

    def work(uow: UnitOfWork) -> None:
        wanted = MeetingWanted(people=(person.id,), kind=Kind.PHONE, starts=starts, minutes=30)
        appointments.plan(occasion(program, uow), wanted, c1)

    program.write(work)


async def press(browser: Browser, address: str, label: str) -> str:
    """Press a way on that the page offers; the page that follows."""
    page = (await browser.get(address)).text
    value = next(value for value, words in WAY.findall(page) if words == label)
    answer = await browser.post(address, data={**browser.fields(page), "press": value})
    assert 200 == answer.status_code, answer.text
    return answer.text


def reads_of(program: SmallProgram, handle: str) -> list[tuple[PersonId, Operation, bool]]:
    """Who has read or tried to read what about somebody."""
    person = program.person(handle).id
    return [
        (one.reader, one.operation, one.refused) for one in program.write(lambda uow: uow.access_log.of(person, 99))
    ]


@pytest.fixture
def full(program: SmallProgram) -> SmallProgram:
    """A morning with something in it."""
    make_accounts(program)
    is_ill(program, "p3")
    wants_to_talk(program, "p2", "Kann ich mit dir reden?")
    meet(program, "p1")
    p4, now = program.person("p4"), program.clock.now()
    program.write(lambda uow: uow.phone_list.add(p4.id, "web", now))
    return program


async def test_today_says_all_of_it(full: SmallProgram, browser: Browser) -> None:
    """Who is ill, who did not answer, open proofs, messages with their words, whom to call; and zero is said."""
    home = await log_in(browser, full, "c1")
    page = (await browser.get(f"{home}/today")).text
    for said in (
        "Oksana Melnyk fehlt, bis wann ist nicht bekannt", "Jonas Weber: Mo 23.11., 10:40",
        "Oksana Melnyk: Der Nachweis fehlt seit Mo 23.11.", "Kann ich mit dir reden?", "Mia Brandt",
        "Nichts ist eilig.", "Keine Aufgabe ist offen.",
    ):  # fmt: skip
        assert said in page, said
    assert "Daniel Okafor" not in page
    c1 = full.person("c1").id
    assert (c1, Operation.READ_ALERT, False) in reads_of(full, "p2")
    assert (c1, Operation.SEE_PHONE_LIST, False) in reads_of(full, "p4")


async def test_one_look_is_one_entry(full: SmallProgram, browser: Browser) -> None:
    """What a page says twice of somebody is written down once; the next look is another entry."""
    home = await log_in(browser, full, "c1")
    before = len(reads_of(full, "p3"))
    await browser.get(f"{home}/today")
    once = len(reads_of(full, "p3")) - before
    full.clock.time += timedelta(seconds=1)
    await browser.get(f"{home}/today")
    assert 2 * once == len(reads_of(full, "p3")) - before
    assert 2 == once


async def test_a_press_on_the_page_is_the_press_of_the_chat(full: SmallProgram, browser: Browser) -> None:
    """Seen ends the alert, and the person is told; called ends the entry of the phone list."""
    home = await log_in(browser, full, "c1")
    assert "Erledigt." in await press(browser, f"{home}/alerts", "Gesehen")
    seen = [one.fields for one in full.write(lambda uow: uow.events.after(0)) if one.name == "AlertAcknowledged"]
    assert [full.person("c1").id] == [one["by"] for one in seen]
    assert "Notiert" in await press(browser, f"{home}/calls", "Angerufen")
    assert "Heute ist niemand anzurufen." in (await browser.get(f"{home}/calls")).text


async def test_later_and_somebody_else_are_offered_on_the_page(full: SmallProgram, browser: Browser) -> None:
    """The choices stand above, and a choice is said back; the alert stays until somebody has seen it."""
    home = await log_in(browser, full, "c1")
    offered = await press(browser, f"{home}/alerts", "Später oder jemand anders")
    value = next(value for value, words in WAY.findall(offered) if "Heute," in words or "Stunde" in words)
    answer = await browser.post(f"{home}/alerts", data={**browser.fields(offered), "press": value})
    assert "Aufgeschoben" in answer.text
    c1 = full.person("c1").id
    assert full.write(lambda uow: uow.alerts.open_to(c1))


async def test_what_takes_a_conversation_leads_to_the_chat(full: SmallProgram, browser: Browser) -> None:
    """An answer is written there, and the question waits for it."""
    home = await log_in(browser, full, "c1")
    page = (await browser.get(f"{home}/alerts")).text
    value = next(value for value, words in WAY.findall(page) if words == "Antworten")
    answer = await browser.post(f"{home}/alerts", data={**browser.fields(page), "press": value})
    assert f"{home}#newest" == answer.headers["location"]


SPOILT: tuple[Callable[[str], str], ...] = (
    lambda handle: handle[:-1] + "x",
    lambda handle: "x" + handle[1:],
    lambda handle: handle + ":9",
    lambda _: "seen:1",
    lambda _: "",
)


@pytest.mark.parametrize("spoil", SPOILT)
async def test_a_handle_that_was_not_given_is_nothing(
    spoil: Callable[[str], str], full: SmallProgram, browser: Browser
) -> None:
    """Changed, made up, or of another session: the same answer, and nothing is done."""
    home = await log_in(browser, full, "c1")
    page = (await browser.get(f"{home}/alerts")).text
    value = next(value for value, words in WAY.findall(page) if words == "Gesehen")
    answer = await browser.post(f"{home}/alerts", data={**browser.fields(page), "press": spoil(value)})
    assert 404 == answer.status_code
    assert not [one for one in full.write(lambda uow: uow.events.after(0)) if one.name == "AlertAcknowledged"]


async def test_a_handle_of_another_session_is_nothing(full: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """What the page of one has shown does nothing in the session of another."""
    home, other = await log_in(browser, full, "c1"), open_browser()
    theirs = await log_in(other, full, "c2")
    page = (await browser.get(f"{home}/alerts")).text
    value = next(value for value, words in WAY.findall(page) if words == "Gesehen")
    form = other.fields((await other.get(f"{theirs}/alerts")).text) or other.fields(
        (await other.get(f"{theirs}/today")).text
    )
    assert 404 == (await other.post(f"{theirs}/alerts", data={**form, "press": value})).status_code


async def test_a_form_without_its_token_does_nothing(full: SmallProgram, browser: Browser) -> None:
    """Neither a press nor an absence is taken from another page."""
    home = await log_in(browser, full, "c1")
    for path in ("today", "alerts", "calls", "people/p2", "away"):
        assert 403 == (await browser.post(f"{home}/{path}", data={"csrf": "x", "do": "back"})).status_code


async def test_people_are_the_own_ones(full: SmallProgram, browser: Browser) -> None:
    """By name; a word narrows the list; of others nobody is named."""
    home = await log_in(browser, full, "c1")
    page = (await browser.get(f"{home}/people")).text
    names = re.findall(r"<bdi>([^<]*)</bdi></a></th>", page)
    assert sorted(names) == names
    assert {"Jonas Weber", "Amal Haddad", "Oksana Melnyk", "Mia Brandt", "Robin Neumann"} == set(names)
    found = (await browser.get(f"{home}/people?q=amal")).text
    assert ["Amal Haddad"] == re.findall(r"<bdi>([^<]*)</bdi></a></th>", found)
    assert "Niemand mit diesem Namen" in (await browser.get(f"{home}/people?q=okafor")).text


async def test_a_person_has_what_is_open_and_what_was(full: SmallProgram, browser: Browser) -> None:
    """Why somebody was away is closed until it is asked for; each look is an entry."""
    home = await log_in(browser, full, "c1")
    page = (await browser.get(f"{home}/people/p3")).text
    assert "Frau Albers" in page
    past = page.partition('id="past"')[2]
    assert "Abgemeldet" in past
    assert "krank" not in past
    opened = (await browser.get(f"{home}/people/p3?reasons=1")).text.partition('id="past"')[2]
    assert "Abgemeldet: krank" in opened
    operations = {operation for _, operation, _ in reads_of(full, "p3")}
    assert {Operation.READ_CASE, Operation.READ_HISTORY} <= operations


async def test_what_was_written_is_shown_when_it_is_asked_for(full: SmallProgram, browser: Browser) -> None:
    """Messages and notes, not what went to the protection person; the look is an entry, and none without it."""
    person, c1 = full.person("p3"), full.person("c1")

    def write(uow: UnitOfWork) -> None:
        for kind, by, words in (
            (Thread.MESSAGE, person.id, "Zahnrad eins"),
            (Thread.PROTECTED, person.id, "Zahnrad zwei"),
            (Thread.NOTE, c1.id, "Zahnrad drei"),
        ):
            entry = Entry(id=uow.new_id(), person=person.id, by=by, kind=kind, at=full.clock.now(), words=words)
            uow.thread.add(entry)

    full.write(write)
    home = await log_in(browser, full, "c1")
    closed = (await browser.get(f"{home}/people/p3")).text
    assert "Zahnrad" not in closed
    assert Operation.READ_THREAD not in {operation for _, operation, _ in reads_of(full, "p3")}
    opened = (await browser.get(f"{home}/people/p3?written=1")).text
    assert ["Zahnrad eins", "Zahnrad drei"] == re.findall("Zahnrad (?:eins|zwei|drei)", opened)
    assert Operation.READ_THREAD in {operation for _, operation, _ in reads_of(full, "p3")}


async def test_a_stand_in_sees_no_history(full: SmallProgram, browser: Browser) -> None:
    """While the colleague is away what is open and what comes next is there, not what was; before and after nothing."""
    home = await log_in(browser, full, "c2")
    assert 404 == (await browser.get(f"{home}/people/p3")).status_code
    c1, today = full.person("c1").id, full.clock.now().date()
    full.write(lambda uow: uow.people.add_leave(c1, today, today))
    page = (await browser.get(f"{home}/people/p3")).text
    assert "Sie vertreten heute" in page
    assert 'id="past"' not in page
    assert Operation.READ_HISTORY not in {operation for _, operation, _ in reads_of(full, "p3")}


@pytest.mark.parametrize("handle", ["p5", "c1", "p99"])
async def test_whoever_is_not_theirs_is_not_there(handle: str, full: SmallProgram, browser: Browser) -> None:
    """A foreign participant, a colleague and nobody are answered alike."""
    home = await log_in(browser, full, "c1")
    answer, nobody = await browser.get(f"{home}/people/{handle}"), await browser.get(f"{home}/people/p98")
    assert (404, nobody.text) == (answer.status_code, answer.text)


async def test_reaching_for_many_outside_the_own_list_is_told_to_the_officer(
    full: SmallProgram, browser: Browser
) -> None:
    """Tries count like reads; at the limit the officer reads who it was and how many, once a day."""
    ids = [full.write(partial(_stranger, number=number)) for number in range(12)]
    home = await log_in(browser, full, "c1")
    for handle in ids:
        assert 404 == (await browser.get(f"{home}/people/{handle}")).status_code
    full.write(lambda uow: [timers.fire(uow, one, full.clock.now()) for one in uow.timers.due(full.clock.now(), 99)])
    claimed = full.write(lambda uow: uow.outbox.claim(full.clock.now(), timedelta(minutes=1), 100))
    alarms = [one.message for one in claimed if "außerhalb der eigenen Liste" in one.message.text]
    assert [full.person("d1").id] == [one.to for one in alarms]
    assert "Frau Albers" in alarms[0].text
    assert "OutsideReadsNoticed" in {one.name for one in full.write(lambda uow: uow.events.after(0))}


def _stranger(uow: UnitOfWork, number: int) -> str:
    """Somebody whom nobody of the demo looks after."""
    handle = f"q{number}"
    uow.people.add(
        Person(id=PersonId(uow.new_id()), handle=handle, role=Role.PARTICIPANT, name=f"Fremd {number}", language="de")
    )
    return handle


async def test_being_away_is_said_on_a_page(full: SmallProgram, browser: Browser) -> None:
    """Days, an end that is open, coming back, a stand-in; the same that the line in the chat does."""
    home = await log_in(browser, full, "c1")

    async def send(**fields: str) -> tuple[int, str]:
        form = browser.fields((await browser.get(f"{home}/away")).text)
        answer = await browser.post(f"{home}/away", data={**form, **fields})
        return answer.status_code, answer.text

    status, page = await send(do="away", first="2026-12-03", last="2026-12-07")
    assert 200 == status
    assert "Do 3.12. bis Mo 7.12." in page
    assert "Herr Demir" in page
    assert 200 == (await send(do="away", first="2026-11-23", last=""))[0]
    assert "bis Sie wieder da sind" in (await browser.get(f"{home}/away")).text
    assert 200 == (await send(do="back"))[0]
    assert "bis Sie wieder da sind" not in (await browser.get(f"{home}/away")).text
    assert "Ihre Vertretung: Frau Lindner" in (await send(do="stand_in", who="k1"))[1]


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "away", "first": "2026-12-07", "last": "2026-12-03"},
        {"do": "away", "first": "2026-11-01", "last": "2026-11-03"},
        {"do": "away", "first": "gestern", "last": ""},
        {"do": "away", "first": "2026-12-01", "last": "2036-12-01"},
        {"do": "stand_in", "who": "p1"},
        {"do": "stand_in", "who": "c1"},
    ],
)
async def test_days_and_people_that_cannot_be_are_said(
    fields: dict[str, str], full: SmallProgram, browser: Browser
) -> None:
    """The page says what is wrong, and nothing is entered."""
    home = await log_in(browser, full, "c1")
    form = browser.fields((await browser.get(f"{home}/away")).text)
    answer = await browser.post(f"{home}/away", data={**form, **fields})
    assert 403 == answer.status_code
    assert 'role="alert"' in answer.text
    assert "Keine Abwesenheit ist eingetragen." in answer.text


async def test_the_officer_sees_who_has_read_and_whether_the_chain_holds(full: SmallProgram, browser: Browser) -> None:
    """By handle, never content; the look is an entry; nobody else has the page."""
    home = await log_in(browser, full, "d1")
    page = (await browser.get(f"{home}/audit?of=p2")).text
    assert "Einen Hinweis mit Inhalt lesen" in page
    assert "Kann ich mit dir reden?" not in page
    assert "Amal" not in page
    assert (full.person("d1").id, Operation.READ_ACCESS_LOG, False) in reads_of(full, "p2")
    assert "Diese Kennung gibt es nicht" in (await browser.get(f"{home}/audit?of=p99")).text
    form = browser.fields(page)
    assert "Die Prüfspur ist unverletzt" in (await browser.post(f"{home}/audit", data=form)).text
    assert 403 == (await browser.post(f"{home}/audit", data={"csrf": "x"})).status_code


@pytest.mark.parametrize("handle", ["c1", "k1", "v1"])
async def test_nobody_but_the_officer_has_the_audit(handle: str, full: SmallProgram, browser: Browser) -> None:
    """The same answer as for an address that does not exist, and no line in the menu."""
    home = await log_in(browser, full, handle)
    assert 404 == (await browser.get(f"{home}/audit")).status_code
    assert f'href="{home}/audit"' not in (await browser.get(f"{home}/calendar")).text


async def test_an_open_page_says_that_something_is_new(full: SmallProgram, browser: Browser) -> None:
    """It asks by itself, without keeping anybody logged in; after the end of the session it is led to the login."""
    home = await log_in(browser, full, "c1")
    asked = re.search(r'hx-get="([^"]*)"', (await browser.get(f"{home}/today")).text)
    assert asked is not None
    assert "" == (await browser.get(asked[1])).text.strip()
    wants_to_talk(full, "p1")
    assert "Es hat sich etwas geändert." in (await browser.get(asked[1])).text
    for _ in range(3):
        assert 200 == (await browser.get(asked[1], headers={"hx-request": "true"})).status_code
        full.clock.time += timedelta(minutes=11)
    ended = await browser.get(asked[1], headers={"hx-request": "true"})
    assert (404, "/login") == (ended.status_code, ended.headers["hx-redirect"])


async def test_markup_in_words_is_words(full: SmallProgram, browser: Browser) -> None:
    """What somebody has written is shown as they wrote it, and does nothing."""
    wants_to_talk(full, "p4", "<script>alert(1)</script><b>fett</b>")
    home = await log_in(browser, full, "c1")
    for path in ("today", "alerts", "people/p4"):
        page = (await browser.get(f"{home}/{path}")).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page, path
        assert "<b>fett" not in page
