"""The printable sheet of the day and the figures, behind a staff session."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from flows.engine.meetings import MeetingWanted
from flows.rules.access import Operation
from flows.rules.appointments import Kind
from handlers import appointments
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram
from tests.marked import keep_marks, months_ago

Open = Callable[..., Browser]


def plan_today(program: SmallProgram) -> None:
    """An appointment of c1 with p1 in three hours."""
    now, p1, c1 = program.clock.now(), program.person("p1"), program.person("c1")

    def work(uow: UnitOfWork) -> None:
        wanted = MeetingWanted(people=(p1.id,), kind=Kind.PHONE, starts=now + timedelta(hours=3), minutes=30)
        appointments.plan(Occasion(uow=uow, now=now, cause="plan"), wanted, c1)

    program.write(work)


async def test_the_sheet_of_the_day_is_a_page_to_print(program: SmallProgram, browser: Browser) -> None:
    """Linked at the foot of the chat; zero is said, so that silence is information; each look is a read."""
    home = await browser.enter(program.link("c1"))
    empty = (await browser.get(f"{home}/today")).text
    assert "Heute keine Termine." in empty
    assert "Niemand ist abgemeldet." in empty
    plan_today(program)
    page = (await browser.get(f"{home}/today")).text
    assert "Jonas Weber (keine Antwort)" in page
    assert f'href="{home}/today"' in await browser.page()
    with program.store.read() as uow:
        reads = uow.access_log.reads_of(program.person("p1").id, 10)
    assert Operation.READ_DAY_SHEET in {one.operation for one in reads}


async def test_another_caseworkers_sheet_names_nobody_of_theirs(program: SmallProgram, browser: Browser) -> None:
    """The stand-in of nobody today sees the own people alone."""
    plan_today(program)
    home = await browser.enter(program.link("c2"))
    assert "Jonas Weber" not in (await browser.get(f"{home}/today")).text


@pytest.mark.parametrize(("who", "page"), [("c1", "figures"), ("v1", "figures"), ("v1", "today"), ("p1", "figures")])
async def test_whoever_may_not_finds_no_page(who: str, page: str, program: SmallProgram, browser: Browser) -> None:
    """The same answer as for an address that does not exist."""
    home = await browser.enter(program.link(who))
    assert 404 == (await browser.get(f"{home}/{page}")).status_code
    assert f'href="{home}/{page}"' not in await browser.page()


async def test_the_lead_sees_figures_and_nobody_in_them(program: SmallProgram, browser: Browser) -> None:
    """Chart and tables, an interval beside each share, and no name of anybody."""
    now = program.clock.now()
    for months, missed, attended in ((3, 10, 90), (2, 1, 9), (1, 6, 44)):
        program.write(partial(keep_marks, starts=months_ago(now, months), missed=missed, attended=attended))
    home = await browser.enter(program.link("k1"))
    page = (await browser.get(f"{home}/figures")).text
    assert 'role="img" class="chart"' in page
    assert "10,0 %" in page
    assert "5,5 % – 17,4 %" in page
    assert "unter 5, nicht gezeigt" in page
    assert not [name for name in ("Weber", "Albers", "Haddad") if name in page]
    assert "style=" not in page


async def test_before_and_after_a_change_stand_beside_each_other(program: SmallProgram, browser: Browser) -> None:
    """The first month with the change divides what is shown; what is no month compares nothing."""
    now = program.clock.now()
    for months, missed, attended in ((3, 10, 90), (1, 6, 44)):
        program.write(partial(keep_marks, starts=months_ago(now, months), missed=missed, attended=attended))
    home = await browser.enter(program.link("k1"))
    start = months_ago(now, 1).date()
    page = (await browser.get(f"{home}/figures?from={start.isoformat()}")).text
    assert "vorher" in page
    assert "12,0 %" in page
    for wrong in ("2026-13-01", "x", "1999-01-01", "'%3Cscript%3E"):
        other = (await browser.get(f"{home}/figures?from={wrong}")).text
        assert "vorher</th>" not in other
        assert "<script>" not in other


async def test_the_figures_come_as_a_file(program: SmallProgram, browser: Browser) -> None:
    """The same cells, for a spreadsheet."""
    program.write(lambda uow: keep_marks(uow, months_ago(program.clock.now(), 1), 6, 44))
    home = await browser.enter(program.link("k1"))
    answer = await browser.get(f"{home}/figures.csv")
    assert "text/csv; charset=utf-8" == answer.headers["content-type"]
    assert ",6,44,50,0.1200," in answer.text


async def test_without_a_month_there_is_a_sentence(program: SmallProgram, browser: Browser) -> None:
    """No empty chart, and no table without lines."""
    home = await browser.enter(program.link("k1"))
    page = (await browser.get(f"{home}/figures")).text
    assert "Noch kann kein Monat gezeigt werden." in page
    assert "<table>" not in page
