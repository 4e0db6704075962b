"""Months on pages: what staff see, the file for the agency over HTTP, and the own month."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest

from bot.month_file import COLUMNS
from bot.profile import load_profile
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.engine.attendance_events import MonthDoubted
from flows.rules.attendance import Marked
from flows.rules.month import Code, Kind
from handlers import attendance, dates, statements
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram

NOVEMBER = date(2026, 11, 1)
LATER = datetime(2026, 12, 2, 9, tzinfo=UTC)
FORMULA = "=HYPERLINK(1)"


@pytest.fixture(autouse=True)
def november(program: SmallProgram) -> None:
    """Jonas was there on the 27th, missed the 30th and agrees; Amal objects, Daniel's 30th is open."""
    program.clock.time = LATER
    program.write(_live)


def _live(uow: UnitOfWork) -> None:
    people = {handle: uow.people.by_handle(handle) for handle in ("p1", "p2", "p5", "c1")}
    jonas, amal, daniel, clara = people.values()
    assert jonas is not None
    assert amal is not None
    assert daniel is not None
    assert clara is not None
    occasion = Occasion(uow=uow, now=LATER, cause="test")
    for person in (jonas, amal, daniel):
        dates.keep(uow, person, ("entry", date(2026, 11, 27)), None, LATER)
        attendance.mark(occasion, clara, person, date(2026, 11, 27), (Marked.PRESENT, None))
        uow.guard.hears(person.id, LATER)
    for person in (jonas, amal):
        attendance.mark(occasion, clara, person, date(2026, 11, 30), (Marked.UNEXCUSED, None))
    days = attendance.fingerprint(attendance.month_of(occasion, jonas, NOVEMBER))
    statements.confirm(occasion, jonas, f"{NOVEMBER.isoformat()};{days}")
    statements.doubt(occasion, amal, MonthDoubted(month=NOVEMBER, days=days, words="Ich war beim Amt."))


def name(program: SmallProgram, handle: str, called: str) -> None:
    """Somebody is called otherwise."""
    person = program.person(handle)
    program.write(lambda uow: uow.people.update(replace(person, name=called)))


def cells(content: bytes) -> Iterator[openpyxl.cell.Cell]:
    """Every cell of a book that holds something, read by a library that did not write it."""
    for row in openpyxl.load_workbook(BytesIO(content)).worksheets[0].iter_rows():
        yield from (cell for cell in row if isinstance(cell, openpyxl.cell.Cell) and cell.value is not None)


async def test_the_lead_gets_the_month_in_both_forms(program: SmallProgram, browser: Browser) -> None:
    """Only who is ready is in it; both hold the same, with a name for the file, and no formula though one is a name."""
    name(program, "p1", FORMULA)
    home = await browser.enter(program.link("k1"))
    table = await browser.get(f"{home}/attendance.csv?month=2026-11")
    book = await browser.get(f"{home}/attendance.xlsx?month=2026-11")
    assert [200, 200] == [table.status_code, book.status_code]
    assert "text/csv; charset=utf-8" == table.headers["content-type"]
    assert "spreadsheetml.sheet" in book.headers["content-type"]
    for answer, ending in ((table, "csv"), (book, "xlsx")):
        assert f'attachment; filename="attendance-2026-11.{ending}"' == answer.headers["content-disposition"]
        assert "no-store" in answer.headers["cache-control"]
    head, row = csv.reader(StringIO(table.text))
    assert list(COLUMNS) == head
    told = dict(zip(head, row, strict=True))
    assert ("p1", f"'{FORMULA}", "", "UE", "1") == tuple(
        told[one] for one in ("participant", "name", "d27", "d30", "ue")
    )
    found = list(cells(book.content))
    assert [] == [cell.coordinate for cell in found if cell.data_type == "f"]
    assert {"p1", f"'{FORMULA}", "UE"} <= {cell.value for cell in found}
    assert "Amt" not in table.text + "".join(str(cell.value) for cell in found)


@pytest.mark.parametrize("who", ["c1", "v1", "d1", "p1"])
async def test_nobody_else_gets_the_file(who: str, program: SmallProgram, browser: Browser) -> None:
    """The same answer as for an address that does not exist."""
    home = await browser.enter(program.link(who))
    assert [404, 404] == [(await browser.get(f"{home}/attendance{end}")).status_code for end in (".csv", ".xlsx")]


async def test_what_keeps_a_file_from_going_out_is_said_on_the_page(program: SmallProgram, browser: Browser) -> None:
    """No month has that name; nobody took part."""
    home = await browser.enter(program.link("k1"))
    assert 404 == (await browser.get(f"{home}/attendance.csv?month=2026-13")).status_code
    nobody = await browser.get(f"{home}/attendance.csv?month=2026-05")
    assert (409, True) == (nobody.status_code, "Von Ihren Leuten hat niemand teilgenommen" in nobody.text)


@pytest.mark.parametrize(
    ("codes", "key"), [({Kind.PROVEN: Code.K}, "attendance.codes.unexcused"), ({}, "[attendance.codes]")]
)
async def test_without_a_code_nothing_goes_out(tmp_path: Path, codes: dict[Kind, Code], key: str) -> None:
    """R20: a kind of day without a code, or no codes at all: refused, naming the setting."""
    demo = load_profile("demo")
    assert demo.attendance is not None
    bare = replace(demo, attendance=replace(demo.attendance, codes=codes))
    program = SmallProgram(tmp_path / "bare", profile=bare)
    program.clock.time = LATER
    program.write(_live)
    site = assemble(program, program.channel, WebSettings(answer_wait_seconds=0), CARRIER)
    browser = Browser(site, "http://localhost", "127.0.0.1", "de")
    home = await browser.enter(program.link("k1"))
    refused = await browser.get(f"{home}/attendance.xlsx?month=2026-11")
    program.store.close()
    assert 409 == refused.status_code
    assert key in refused.text
    assert "eine Einstellung fehlt" in refused.text


async def test_the_lead_sees_how_far_everybody_is_and_no_days_of_anybody(
    program: SmallProgram, browser: Browser
) -> None:
    """Names and what is missing, and the way to the file; no counts, no words of a person."""
    home = await browser.enter(program.link("k1"))
    page = (await browser.get(f"{home}/month?month=2026-11")).text
    assert "Fertig für die Agentur: 1 von 3" in page
    assert "Daniel Okafor</bdi></strong>: Tage sind noch offen" in page
    assert "attendance.xlsx?month=2026-11" in page
    assert "unentschuldigt" not in page
    assert "Amt" not in page


async def test_a_caseworker_sees_their_people_and_records_a_talk(program: SmallProgram, browser: Browser) -> None:
    """What Amal says is wrong stands there; once it was talked about her month is ready. No file, nobody else's."""
    home = await browser.enter(program.link("c1"))
    page = (await browser.get(f"{home}/month?month=2026-11")).text
    assert "Ich war beim Amt." in page
    assert "Da 1, entschuldigt 0, unentschuldigt 1, offen 0." in page
    assert "Daniel Okafor" not in page
    assert "attendance.xlsx" not in page
    amal, sent = str(program.person("p2").id), {"csrf": browser.fields(page)["csrf"], "month": "2026-11"}
    assert 303 == (await browser.post(f"{home}/month", data={**sent, "do": amal})).status_code
    assert "Amal Haddad</bdi></strong>: fertig" in (await browser.get(f"{home}/month?month=2026-11")).text


async def test_a_talk_is_not_recorded_for_somebody_elses_people(program: SmallProgram, browser: Browser) -> None:
    """Nor with a wrong token, nor for a month that does not exist."""
    home = await browser.enter(program.link("c1"))
    token = (await browser.form())["csrf"]
    daniel = program.person("p5").id
    for fields, status in (
        ({"csrf": token, "month": "2026-11", "do": str(daniel)}, 303),
        ({"csrf": "x" * 43, "month": "2026-11", "do": str(daniel)}, 403),
        ({"csrf": token, "month": "2026-13", "do": str(daniel)}, 404),
        ({"csrf": token, "month": "2026-11", "do": "everybody"}, 303),
    ):
        assert status == (await browser.post(f"{home}/month", data=fields)).status_code
    assert [] == program.write(lambda uow: uow.months.said_of(daniel, NOVEMBER))


async def test_somebodys_own_month_is_a_table_with_what_was_said(program: SmallProgram, browser: Browser) -> None:
    """In Arabic from right to left; a month without anything says so, and nobody looks ahead."""
    home = await browser.enter(program.link("p2"))
    page = (await browser.get(f"{home}/month?month=2026-11")).text
    assert 'dir="rtl"' in page
    assert "غياب بلا عذر" in page
    assert "Ich war beim Amt." in page
    assert "month?month=2026-12" in page
    assert "month?month=2027-01" not in (await browser.get(f"{home}/month?month=2026-12")).text
    assert "لا شيء مكتوب لهذا الشهر" in (await browser.get(f"{home}/month?month=2026-08")).text
    assert 404 == (await browser.get(f"{home}/month?month=2026-99")).status_code


async def test_the_page_says_that_a_month_is_locked_and_by_whom(program: SmallProgram, browser: Browser) -> None:
    """Transmitted by name before the 10th; locked without a name afterwards."""
    lead = program.person("k1")
    program.write(lambda uow: uow.months.lock(NOVEMBER, LATER, lead.id))
    home = await browser.enter(program.link("k1"))
    assert f"Übermittelt und gesperrt von {lead.name}" in (await browser.get(f"{home}/month?month=2026-11")).text
    assert "Dieser Monat ist gesperrt." in (await browser.get(f"{home}/month?month=2026-05")).text
