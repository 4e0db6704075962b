"""Broadcasts on the page: written by language, approved, followed, stopped, and read afterwards; only by who may."""

import re
from datetime import timedelta
from functools import partial

import pytest

from flows.people import PersonId
from flows.rules.broadcasts import Broadcast, Outcome, State
from handlers import deliveries, timers
from storage.uow import UnitOfWork
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram

LEASE = timedelta(minutes=1)


def newest(program: SmallProgram) -> Broadcast:
    """The broadcast that was made last."""
    return program.write(lambda uow: uow.broadcasts.lately(1)[0])


def pass_time(program: SmallProgram, minutes: int) -> None:
    """What is due on the way fires and is delivered."""
    program.clock.time += timedelta(minutes=minutes)

    def work(uow: UnitOfWork) -> int:
        due = uow.timers.due(program.clock.now(), 100)
        return sum(timers.fire(uow, one, program.clock.now()) for one in due)

    while program.write(work):
        pass
    while batch := program.write(lambda uow: deliveries.claim(uow, program.clock.now(), LEASE, 100)):
        for claimed in batch:
            program.write(partial(_mark, number=claimed.message.id, lease=claimed.lease, program=program))


def _mark(uow: UnitOfWork, number: int, lease: int, program: SmallProgram) -> bool:
    return uow.outbox.mark_sent(number, lease, None, program.clock.now())


async def post(browser: Browser, path: str, **fields: str) -> tuple[int, str]:
    """Send a form of the page, with its token unless another one is given: the status, and where it leads."""
    token = (await browser.form())["csrf"]
    answer = await browser.post(f"{browser.home}/{path}", data={"csrf": token, **fields})
    return answer.status_code, answer.headers.get("location", "")


def button(page: str, label: str) -> str:
    """What the button with this label sends."""
    found = re.search(rf'name="press" value="([^"]+)"[^>]*>{label}', page)
    assert found is not None, label
    return found[1]


async def test_a_broadcast_is_written_approved_and_followed(program: SmallProgram, browser: Browser) -> None:
    """Ticked, written, what is missing shown, approved, sent; then who has got it, and what was answered."""
    home = await browser.enter(program.link("k1"))
    status, place = await post(browser, "broadcasts/new", **{"group:B": "1"})
    assert (303, f"{home}/broadcasts/{newest(program).id}") == (status, place)
    number = newest(program).id
    page = (await browser.get(place)).text
    assert "fehlt" in page
    assert "Daniel Okafor" in page
    status, _ = await post(browser, f"broadcasts/{number}", press=button(page, "Freigeben"))
    assert (200, State.DRAFT) == (status, newest(program).state)
    status, _ = await post(browser, f"broadcasts/{number}/texts", text_de="=2+2 <b>neu</b>", text_en="New", at="")
    assert 303 == status
    page = (await browser.get(place)).text
    assert "=2+2 &lt;b&gt;neu&lt;/b&gt;" in page
    assert "fehlt" not in page
    await post(browser, f"broadcasts/{number}", press=button(page, "Freigeben"))
    assert State.COOLING is newest(program).state
    assert "every 3s" in (await browser.get(f"{place}/progress")).text
    program.clock.time += timedelta(hours=3)
    pass_time(program, 15)
    program.write(lambda uow: answer_of(uow, program, number))
    pass_time(program, 2)
    assert State.DONE is newest(program).state
    await browser.enter(program.link("k1"))
    place = f"{browser.home}/broadcasts/{number}"
    page = (await browser.get(place)).text
    assert "verschickt" in page
    assert "hier nicht erreicht" in page
    assert "Thank you" in page
    assert "every 3s" not in (await browser.get(f"{place}/progress")).text
    daniel = program.person("p5").id
    read = program.write(lambda uow: uow.access_log.reads_of(daniel, 10))
    assert [program.person("k1").id] == sorted({one.reader for one in read})


def answer_of(uow: UnitOfWork, program: SmallProgram, number: int) -> None:
    """Daniel answers."""
    daniel = uow.people.by_handle("p5")
    assert daniel is not None
    uow.guard.hears(daniel.id, program.clock.now())
    uow.broadcasts.reply(number, daniel.id, "Thank you", program.clock.now())


async def test_a_running_one_is_stopped_and_let_on_from_the_page(program: SmallProgram, browser: Browser) -> None:
    """By the buttons below the bar; at seven in the morning everybody waits for the end of the night."""
    home = await browser.enter(program.link("k1"))
    await post(browser, "broadcasts/new", **{"group:B": "1"})
    number = newest(program).id
    place = f"{home}/broadcasts/{number}"
    await post(browser, f"broadcasts/{number}/texts", text_de="Hallo", text_en="Hello", at="")
    await post(browser, f"broadcasts/{number}", press=button((await browser.get(place)).text, "Freigeben"))
    pass_time(program, 15)
    page = (await browser.get(place)).text
    assert "Geht gerade hinaus" in page
    assert "Daniel Okafor" not in page
    await post(browser, f"broadcasts/{number}", press=button(page, "Anhalten"))
    assert State.STOPPED is newest(program).state
    pass_time(program, 120)
    assert 1 == program.write(lambda uow: uow.broadcasts.progress(number)).of(Outcome.WAITING)
    place = f"{await browser.enter(program.link('k1'))}/broadcasts/{number}"
    await post(browser, f"broadcasts/{number}", press=button((await browser.get(place)).text, "Weiterlaufen lassen"))
    pass_time(program, 2)
    assert 1 == program.write(lambda uow: uow.broadcasts.progress(number)).sent


async def test_an_emergency_takes_two_presses(program: SmallProgram, browser: Browser) -> None:
    """The first shows what is sent, the second sends it, at any hour."""
    await browser.enter(program.link("k1"))
    first = button((await browser.get(f"{browser.home}/broadcasts")).text, "Haus heute geschlossen")
    token = (await browser.form())["csrf"]
    page = (await browser.post(f"{browser.home}/broadcasts", data={"csrf": token, "press": first})).text
    assert "Das Haus bleibt heute geschlossen" in page
    await post(browser, "broadcasts", press=button(page, "Jetzt schicken"))
    pass_time(program, 1)
    pass_time(program, 2)
    assert State.DONE is newest(program).state
    assert 5 == program.write(lambda uow: uow.broadcasts.progress(newest_id(uow))).sent


def newest_id(uow: UnitOfWork) -> int:
    """The number of the one that was made last."""
    return uow.broadcasts.lately(1)[0].id


@pytest.mark.parametrize("who", ["c1", "d1", "v1", "p1"])
async def test_whoever_may_send_none_finds_no_page(who: str, program: SmallProgram, browser: Browser) -> None:
    """Not the list, not the form, not one of them."""
    made = program.write(lambda uow: _draft(uow, program))
    home = (await browser.enter(program.link(who))).replace("/chat/", "/staff/")
    token = (await browser.form())["csrf"]
    for path in ("broadcasts", f"broadcasts/{made}", f"broadcasts/{made}/progress"):
        assert 404 == (await browser.get(f"{home}/{path}")).status_code
    for path in ("broadcasts/new", f"broadcasts/{made}/texts"):
        answer = await browser.post(f"{home}/{path}", data={"csrf": token, "text_de": "x"})
        assert answer.status_code in {403, 404}
    assert {} == program.write(lambda uow: uow.broadcasts.get(made)).texts


def _draft(uow: UnitOfWork, program: SmallProgram) -> int:
    lead = uow.people.by_handle("k1")
    assert lead is not None
    made = Broadcast(id=uow.new_id(), by=PersonId(lead.id), created=program.clock.now())
    uow.broadcasts.add(made)
    return made.id


async def test_forms_of_other_pages_and_made_up_numbers_do_nothing(program: SmallProgram, browser: Browser) -> None:
    """A wrong token is 403, a wrong time too, a number that is none 404; what is sent is no draft any more."""
    await browser.enter(program.link("k1"))
    await post(browser, "broadcasts/new")
    number = newest(program).id
    assert 403 == (await post(browser, f"broadcasts/{number}/texts", csrf="x", text_de="x"))[0]
    assert 403 == (await post(browser, f"broadcasts/{number}/texts", text_de="x", at="gestern"))[0]
    assert [404, 404] == [(await browser.get(f"{browser.home}/broadcasts/{one}")).status_code for one in ("1", "x")]
    page = (await browser.get(f"{browser.home}/broadcasts/{number}")).text
    await post(browser, f"broadcasts/{number}", press=button(page, "Absagen"))
    assert 404 == (await post(browser, f"broadcasts/{number}/texts", text_de="x"))[0]
    assert (State.CALLED_OFF, {}) == (newest(program).state, newest(program).texts)
