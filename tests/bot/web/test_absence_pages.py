"""The page of rates of absence and its files: for the lead alone, with nobody in them, and no formula."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from flows.engine.events import Reason
from flows.rules.absence import Absence, Proof
from flows.rules.absence_figures import Share
from flows.rules.figures import next_month
from flows.rules.participations import Participation, change
from storage.uow import UnitOfWork
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram

FORMULA = "=HYPERLINK(1)"
PEOPLE = ("p1", "p2", "p3", "p4", "p5")


def fill(program: SmallProgram) -> None:
    """Eight months with illness of five people, proven and open, in a group that is called like a formula."""
    now = program.clock.now()
    first = next_month(now.astimezone(ZoneInfo("Europe/Berlin")).date().replace(day=1), -8)

    def work(uow: UnitOfWork) -> None:
        for handle in PEOPLE:
            person = uow.people.by_handle(handle)
            assert person is not None
            known = change(Participation(id=uow.new_id(), person=person.id), "entry", first, now, None)
            uow.participations.add(known, now)
            uow.people.update(replace(person, group=FORMULA))
            for start, proof in ((first, Proof.RECEIVED), (first + timedelta(days=14), Proof.OPEN)):
                absence = Absence(
                    id=uow.new_id(), person=person.id, reason=Reason.ILLNESS, first_day=start,
                    last_day=start + timedelta(days=4), proof=proof,
                )  # fmt: skip
                uow.absences.add(absence, now)

    program.write(work)


async def test_the_lead_sees_rates_and_nobody_in_them(program: SmallProgram, browser: Browser) -> None:
    """A chart with its words, tables with intervals; no name, no reason, no weekday."""
    home = await browser.enter(program.link("k1"))
    fill(program)
    page = (await browser.get(f"{home}/absences")).text
    assert "Entschuldigt: nachgewiesen oder von einem Menschen anerkannt" in page
    assert 'role="img" class="chart"' in page
    assert "unter 5, nicht gezeigt" in page
    for secret in ("Jonas", "Amal", "krank", "Montag"):
        assert secret not in page


@pytest.mark.parametrize("who", ["c1", "v1", "p1"])
async def test_whoever_may_not_finds_no_rates(who: str, program: SmallProgram, browser: Browser) -> None:
    """The same answer as for an address that does not exist, for the page and for both files."""
    home = await browser.enter(program.link(who))
    assert [404] * 3 == [(await browser.get(f"{home}/absences{end}")).status_code for end in ("", ".csv", ".xlsx")]


async def test_the_rates_come_as_files(program: SmallProgram, browser: Browser) -> None:
    """Both hold the same cells; read by readers that did not write them there is no formula and nobody's name."""
    fill(program)
    home = await browser.enter(program.link("k1"))
    table = (await browser.get(f"{home}/absences.csv")).text
    rows = list(csv.reader(StringIO(table)))
    book = openpyxl.load_workbook(BytesIO((await browser.get(f"{home}/absences.xlsx")).content))
    cells = list(cells_of(book))
    assert len(rows) == book.worksheets[0].max_row
    assert {share.value for share in Share} == {row[1] for row in rows[1:]}
    assert [] == [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert f"'{FORMULA}" in {cell.value for cell in cells}
    assert f"'{FORMULA}" in {row[6] for row in rows}
    shown = "\n".join(str(cell.value) for cell in cells) + table
    for secret in ("Jonas", "Weber", "Amal", "illness", "krank"):
        assert secret not in shown


def cells_of(book: openpyxl.Workbook) -> Iterator[openpyxl.cell.Cell]:
    """Every cell that holds something."""
    for row in book.worksheets[0].iter_rows():
        yield from (cell for cell in row if isinstance(cell, openpyxl.cell.Cell) and cell.value is not None)
