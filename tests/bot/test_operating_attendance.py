"""The month for the agency and the rates of absence at the command line: files, and refusals that name the fix."""

import csv
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from bot import profile as profiles
from bot.clock import SystemClock
from bot.month_file import COLUMNS
from flows.rules.absence_figures import Share
from flows.rules.attendance import Marked, month_after
from handlers import attendance, dates, statements
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.bot.operator import Operator

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = ("p1", "p2", "p3", "p4", "p5")


def last_month() -> date:
    """The first day of the month before this one."""
    return statements.month_before(SystemClock().now().astimezone(BERLIN).date())


@pytest.fixture
def month() -> date:
    """A month that is over."""
    return last_month()


@pytest.fixture
def filled(operator: Operator, month: date) -> Operator:
    """Everybody began on the last day of the month; with Jonas it was talked about, the others have seen nothing."""
    now, last = SystemClock().now(), month_after(month) - timedelta(days=1)

    def live(uow: UnitOfWork) -> None:
        occasion, clara = Occasion(uow=uow, now=now, cause="test"), uow.people.by_handle("c1")
        assert clara is not None
        for handle in PEOPLE:
            person = uow.people.by_handle(handle)
            assert person is not None
            dates.keep(uow, person, ("entry", last), None, now)
            marked = Marked.UNEXCUSED if handle == "p1" else Marked.PRESENT
            attendance.mark(occasion, clara, person, last, (marked, None))
            if handle == "p1":
                statements.talk(occasion, clara, f"{person.id};{month.isoformat()}")

    with operator.opened() as store:
        store.submit(live).result()
    return operator


def test_the_month_is_written_as_both_kinds_of_files(filled: Operator, month: date) -> None:
    """Only who is ready is in it, the others are named with why; no formula, read by a library of somebody else."""
    told, code = f"{month:%Y-%m}", f"d{(month_after(month) - timedelta(days=1)).day}"
    said = filled.said("attendance", "export", told, filled.folder / "month.csv")
    assert "month.csv: 1 people" in said
    assert "left out: p2 (the person has not seen it yet)" in said
    (row,) = csv.DictReader((filled.folder / "month.csv").read_text("utf-8").splitlines())
    assert list(COLUMNS) == list(row)
    assert (told, "p1", "UE", "1") == tuple(row[name] for name in ("month", "participant", code, "ue"))
    filled.said("attendance", "export", told, filled.folder / "month.xlsx")
    sheet = openpyxl.load_workbook(filled.folder / "month.xlsx").worksheets[0]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert [] == [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert {"p1", "UE"} <= {cell.value for cell in cells}


def test_what_cannot_be_written_is_said_with_the_fix(filled: Operator, month: date) -> None:
    """No month, another ending, a file that is there, a folder that is not, nobody who took part."""
    told, there = f"{month:%Y-%m}", filled.folder / "there.csv"
    there.write_text("mine", encoding="utf-8")
    for words, fix in (
        (("2026-13", "x.csv"), "write it as in 2026-11"),
        (("november", "x.csv"), "write it as in 2026-11"),
        ((told, "x.pdf"), "ends with .csv or .xlsx"),
        ((told, there), "name a new file"),
        ((told, "no/such/folder/x.csv"), "name a new file in a folder that exists"),
        (("2020-01", "x.csv"), "python -m bot dates"),
    ):
        assert fix in filled.refused("attendance", "export", *words)
    assert "mine" == there.read_text("utf-8")


@pytest.mark.parametrize(
    ("cut", "says"),
    [
        (r"\[attendance\.codes\].*?\n\n", "[attendance.codes] is missing in the profile: say which code of the agency"),
        (r"unexcused = \"UE\"\n", "attendance.codes.unexcused is missing: write K, E, UE, or -"),
        (r"\[attendance\].*?\n\n\[attendance\.codes\].*?\n\n", "[attendance] is missing in the profile"),
    ],
)
def test_without_a_mapping_nothing_goes_out(
    filled: Operator, month: date, monkeypatch: pytest.MonkeyPatch, cut: str, says: str
) -> None:
    """R20: refused, naming the section or the key and what to write; there is no file."""
    folder = filled.folder / "profiles"
    shutil.copytree(profiles.FOLDER, folder)
    whole = (folder / "demo.toml").read_text("utf-8")
    without = re.sub(cut, "", whole, count=1, flags=re.DOTALL)
    assert whole != without
    (folder / "demo.toml").write_text(without, encoding="utf-8")
    monkeypatch.setattr(profiles, "FOLDER", folder)
    out = filled.folder / "month.csv"
    assert says in filled.refused("attendance", "export", f"{month:%Y-%m}", out)
    assert not out.exists()


def test_rates_of_absence_are_shown_and_written(filled: Operator) -> None:
    """Five days are too few to be shown: the table and the files say so, and nobody is named in them."""
    said = filled.said("absences", "--xlsx", filled.folder / "a.xlsx", "--csv", filled.folder / "a.csv")
    assert "under 5" in said
    assert {share.value for share in Share} == {cell[0] for cell in filled.read("absences")}
    shown = said + (filled.folder / "a.csv").read_text("utf-8")
    sheet = openpyxl.load_workbook(filled.folder / "a.xlsx").worksheets[0]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert [] == [cell.coordinate for cell in cells if cell.data_type == "f"]
    for secret in ("Jonas", "Weber", "p1"):
        assert secret not in shown + " ".join(str(cell.value) for cell in cells)


def test_rates_that_cannot_be_shown_or_written_are_said(operator: Operator) -> None:
    """Nothing to show, nothing to draw, a file that is there."""
    assert "no month can be shown yet\n" == operator.said("absences")
    assert "leave --charts out" in operator.refused("absences", "--charts", operator.folder)
    there = Path(operator.folder / "a.csv")
    there.write_text("mine", encoding="utf-8")
    assert "name a new file" in operator.refused("absences", "--csv", there)
    assert "mine" == there.read_text("utf-8")
