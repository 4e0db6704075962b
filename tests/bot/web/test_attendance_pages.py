"""The sheet on a page: what a post changes, what it may not, and what stands there after the lock."""

from datetime import UTC, date, datetime

import pytest

from bot.web.attendance_pages import Sheet
from flows.engine.events import Reason
from flows.people import PersonId
from flows.rules.absence import Absence, Proof
from flows.rules.attendance import DayMark, Marked
from handlers import attendance, dates
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram

FRIDAY, TODAY = date(2026, 11, 20), date(2026, 11, 23)
LOCKED = datetime(2026, 12, 10, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def began(program: SmallProgram) -> None:
    """Everybody takes part from the 20th on."""

    def begin(uow: UnitOfWork) -> None:
        for handle in ("p1", "p2", "p3", "p4", "p5"):
            person = uow.people.by_handle(handle)
            assert person is not None
            dates.keep(uow, person, ("entry", FRIDAY), None, program.clock.now())

    program.write(begin)


def marks(program: SmallProgram, handle: str, day: date = TODAY) -> list[DayMark]:
    """Every mark of somebody's day."""
    person = program.person(handle)
    return program.write(lambda uow: uow.attendance.between(person.id, day, day))


async def post(browser: Browser, **fields: str) -> int:
    """Send the sheet's form, with its token unless another one is given; the answer's status."""
    token = (await browser.form())["csrf"]
    answer = await browser.post(f"{browser.home}/attendance", data={"csrf": token, "day": TODAY.isoformat(), **fields})
    return answer.status_code


async def test_one_post_confirms_the_whole_group(program: SmallProgram, browser: Browser) -> None:
    """Whoever is not marked gets a mark, once; then the page says who has confirmed it, and asks no more."""
    home = await browser.enter(program.link("c1"))
    before = (await browser.get(f"{home}/attendance")).text
    assert "Alles so, wie es hier steht" in before
    assert [303, 303] == [await post(browser, do="confirm", group="A") for _ in range(2)]
    assert [1] * 4 == [len(marks(program, handle)) for handle in ("p1", "p2", "p3", "p4")]
    assert [] == marks(program, "p5")
    after = (await browser.get(f"{home}/attendance")).text
    assert "Alle haben einen Vermerk. Der neueste: Frau Albers" in after
    assert "Alles so, wie es hier steht" not in after


async def test_a_post_changes_one_day_and_the_mark_before_stays(program: SmallProgram, browser: Browser) -> None:
    """Nothing is overwritten; a day that stands so already gets no second mark."""
    await browser.enter(program.link("c1"))
    jonas = str(program.person("p1").id)
    for marked in ("present", "unexcused", "unexcused"):
        assert 303 == await post(browser, do=jonas, marked=marked)
    assert [Marked.PRESENT, Marked.UNEXCUSED] == [one.marked for one in marks(program, "p1")]


async def test_a_conflict_stays_on_the_sheet_until_a_person_has_looked(program: SmallProgram, browser: Browser) -> None:
    """Present and marked as missed at an appointment, or reported: confirming passes it over, the row says so."""
    home = await browser.enter(program.link("c1"))
    jonas, clara = program.person("p1"), program.person("c1")

    def report(uow: UnitOfWork) -> None:
        ill = Absence(
            id=uow.new_id(), person=jonas.id, reason=Reason.ILLNESS, first_day=TODAY, last_day=TODAY, proof=Proof.OPEN
        )
        uow.absences.add(ill, program.clock.now())
        occasion = Occasion(uow=uow, now=program.clock.now(), cause="test")
        attendance.mark(occasion, clara, jonas, TODAY, (Marked.PRESENT, None))

    program.write(report)
    await post(browser, do="confirm", group="A")
    assert 1 == len(marks(program, "p1"))
    assert "da trotz Meldung" in (await browser.get(f"{home}/attendance")).text


async def test_a_form_of_somewhere_else_changes_nothing(program: SmallProgram, browser: Browser) -> None:
    """A wrong token or none, a mark that does not exist, a day that does not, a number that is none: refused."""
    await browser.enter(program.link("c1"))
    jonas = str(program.person("p1").id)
    wrong = (
        {"csrf": "x" * 43, "do": jonas, "marked": "present"},
        {"csrf": "", "do": "confirm", "group": "A"},
        {"do": jonas, "marked": "late"},
        {"do": jonas, "marked": "present", "day": "2026-11-31"},
        {"do": "drop", "marked": "present"},
    )
    assert [403] * len(wrong) == [await post(browser, **fields) for fields in wrong]
    assert [] == marks(program, "p1")


async def test_another_group_is_not_there(program: SmallProgram, browser: Browser) -> None:
    """Somebody of a colleague's is as unknown as nobody; the colleague's group is not confirmed."""
    home = await browser.enter(program.link("c1"))
    assert "Daniel Okafor" not in (await browser.get(f"{home}/attendance")).text
    foreign = str(program.person("p5").id)
    assert [404, 404] == [await post(browser, do=one, marked="present") for one in (foreign, "12345")]
    await post(browser, do="confirm", group="B")
    assert [] == marks(program, "p5")


@pytest.mark.parametrize("who", ["p1", "v1", "d1"])
async def test_whoever_keeps_no_attendance_finds_no_sheet(who: str, program: SmallProgram, browser: Browser) -> None:
    """The same answer as for an address that does not exist, for looking and for changing."""
    home = await browser.enter(program.link(who))
    paths = [f"{home}/attendance", f"{home.replace('/p/', '/s/')}/attendance"]
    assert [404, 404] == [(await browser.get(path)).status_code for path in paths]


async def test_after_the_lock_a_change_is_refused_with_the_way_of_a_note(
    program: SmallProgram, browser: Browser
) -> None:
    """The page itself says it, with the line to write; nobody can choose any more, and nothing was kept."""
    await browser.enter(program.link("c1"))
    await post(browser, do="confirm", group="A")
    program.clock.time = LOCKED
    home = await browser.enter(program.link("c1"))
    token = (await browser.form())["csrf"]
    jonas = str(program.person("p1").id)
    for day, fields in ((TODAY, {"do": jonas, "marked": "unexcused"}), (FRIDAY, {"do": "confirm", "group": "A"})):
        sent = {"csrf": token, "day": day.isoformat(), **fields}
        answer = await browser.post(f"{home}/attendance", data=sent)
        assert 409 == answer.status_code
        assert "Nachtrag NAME 20.11." in answer.text
    assert (1, 0) == (len(marks(program, "p1")), len(marks(program, "p1", FRIDAY)))
    assert 'name="marked"' not in (await browser.get(f"{home}/attendance?day={TODAY}")).text


async def test_a_day_that_was_open_at_the_lock_is_signed_on_the_page(program: SmallProgram, browser: Browser) -> None:
    """There is a choice without "was not there"; the mark before stays, a word is kept with who has decided."""
    program.clock.time = LOCKED
    home = await browser.enter(program.link("c1"))
    page = (await browser.get(f"{home}/attendance?day={TODAY}")).text
    assert "Was Sie wählen, ist mit Ihrem Namen unterschrieben" in page
    assert "War nicht da" not in page
    assert [409, 303] == [
        await post(browser, do=str(program.person("p1").id), marked=marked) for marked in ("missing", "excused")
    ]
    jonas, clara = program.person("p1"), program.person("c1")
    said = program.write(lambda uow: uow.months.said_of(jonas.id, TODAY.replace(day=1)))
    assert [(clara.id, TODAY, "decided")] == [(one.by, one.day, one.word) for one in said]
    assert [] == marks(program, "p1")


async def test_a_day_that_cannot_be_is_asked_again(program: SmallProgram, browser: Browser) -> None:
    """No such day, a year ago, no day at all: today's sheet stands there, and what can be chosen."""
    home = await browser.enter(program.link("c1"))
    for told in ("2026-02-31", "2025-01-05", "bald"):
        answer = await browser.get(f"{home}/attendance?day={told}")
        assert 200 == answer.status_code
        assert "Diesen Tag habe ich nicht gefunden" in answer.text
        assert f'value="{TODAY.isoformat()}"' in answer.text


def test_a_day_to_come_can_only_be_called_off() -> None:
    """Nobody was there tomorrow."""
    sheet = Sheet(day=date(2026, 11, 24), groups={}, confirmed={})
    assert (Marked.CANCELLED,) == sheet.choices(PersonId(1), TODAY)
