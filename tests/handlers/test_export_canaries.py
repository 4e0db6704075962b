"""A word in every field that somebody can write freely: it is in no file that leaves, in whatever form (R20, R38)."""

import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from bot import absence_lines
from bot.month_file import as_csv, as_xlsx
from flows.engine.attendance_events import MonthDoubted
from flows.engine.events import Reason
from flows.rules.absence import Absence, Proof
from flows.rules.attendance import Marked
from flows.rules.excuses import Verdict
from flows.rules.leave import Deed, Leave, LeaveStep
from flows.rules.verdicts import Ruling
from handlers import absence_figures, attendance, dates, exports, open_days, statements
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.canaries import findings
from tests.handlers.world import World

NOVEMBER, DAYS = date(2026, 11, 1), [date(2026, 11, number) for number in (23, 24, 25, 26, 27, 30)]
BEFORE, AFTER = datetime(2026, 12, 2, 9, tzinfo=UTC), datetime(2026, 12, 11, 9, tzinfo=UTC)
WORDS = [f"Kanarie{number:02}vögelchen" for number in range(1, 13)]
NAMES_OF_PARTS = {(place, word) for place in ("rates.csv", "rates.xlsx/xl/sharedStrings.xml") for word in WORDS[9:11]}
"""Rates are told by place and group, so what those are called stands there; nowhere else."""


def test_no_free_word_is_in_any_file(world: World) -> None:
    """Messages, answers, notes, objections, reasons of decisions, phone, sign, group and phase; all files at once."""
    world.now = BEFORE
    world.say("p1", f"ich bin heute krank {WORDS[0]}")
    world.say("p1", f"{WORDS[1]} ich brauche Hilfe bei der Wohnung")
    world.say("c1", f"{WORDS[2]} bitte ruf mich an")
    world.write(_live)
    world.now = AFTER
    world.say("c1", f"Nachtrag Jonas 24.11.: {WORDS[3]}")
    assert 1 == len(world.events("AttendanceNoted"))
    world.write(_after_the_lock)
    files = world.write(_files)
    assert "p1" in files["month.csv"].decode()
    found = [one for one in findings(files, WORDS) if one not in NAMES_OF_PARTS]
    assert [] == found
    assert [] == findings(files, ["illness", "moving", "krank", "Wohnung"])


def _live(uow: UnitOfWork) -> None:
    """Six days: there, declined, on leave, open, excused, unexcused; the person objects in own words."""
    occasion = Occasion(uow=uow, now=BEFORE, cause="test")
    jonas, clara = uow.people.by_handle("p1"), uow.people.by_handle("c1")
    assert jonas is not None
    assert clara is not None
    dates.keep(uow, jonas, ("entry", DAYS[0]), None, BEFORE)
    absence = Absence(
        id=uow.new_id(), person=jonas.id, reason=Reason.MOVING, first_day=DAYS[1], last_day=DAYS[1],
        proof=Proof.NOT_NEEDED,
    )  # fmt: skip
    uow.absences.add(absence, BEFORE)
    ruling = Ruling(
        id=uow.new_id(), absence=absence.id, person=jonas.id, by=clara.id, at=BEFORE, verdict=Verdict.DECLINED,
        reason=Reason.MOVING, first_day=DAYS[1], last_day=DAYS[1], words=WORDS[4],
    )  # fmt: skip
    uow.verdicts.add(ruling)
    steps = tuple(
        LeaveStep(deed=deed, by=clara.id, at=BEFORE, words=words)
        for deed, words in ((Deed.REQUESTED, WORDS[5]), (Deed.ASKED, WORDS[6]), (Deed.GRANTED, WORDS[7]))
    )
    leave = Leave(id=uow.new_id(), person=jonas.id, first=DAYS[2], last=DAYS[2], steps=steps[:1])
    uow.leaves.add(leave)
    for count in (2, 3):
        uow.leaves.step(replace(leave, steps=steps[:count]))
    for day, marked in ((DAYS[0], Marked.PRESENT), (DAYS[4], Marked.EXCUSED), (DAYS[5], Marked.UNEXCUSED)):
        attendance.mark(occasion, clara, jonas, day, (marked, None))
    uow.people.update(replace(jonas, phone=WORDS[8], group=WORDS[9], phase=WORDS[10], sign="🧿"))
    days = attendance.fingerprint(attendance.month_of(occasion, jonas, NOVEMBER))
    uow.guard.hears(jonas.id, BEFORE)
    statements.doubt(occasion, jonas, MonthDoubted(month=NOVEMBER, days=days, words=WORDS[11]))


def _after_the_lock(uow: UnitOfWork) -> None:
    """What is open is decided, and talked about."""
    occasion = Occasion(uow=uow, now=AFTER, cause="test")
    jonas, clara = uow.people.by_handle("p1"), uow.people.by_handle("c1")
    assert jonas is not None
    assert clara is not None
    for one in attendance.month_of(occasion, jonas, NOVEMBER):
        if one.state == "open":
            open_days.decide(occasion, clara, jonas, (one.day, Marked.EXCUSED))
    later = Occasion(uow=uow, now=AFTER + timedelta(minutes=1), cause="test")
    statements.talk(later, clara, f"{jonas.id};{NOVEMBER.isoformat()}")


def _files(uow: UnitOfWork) -> dict[str, bytes]:
    """Every file that a lead or an operator can take away, books taken apart as well."""
    month = exports.read(Occasion(uow=uow, now=AFTER + timedelta(minutes=2), cause="test"), NOVEMBER)
    rates = absence_figures.read(uow, AFTER)
    files = {
        "month.csv": as_csv(month).encode(),
        "rates.csv": absence_lines.as_csv(rates, "demo").encode(),
    }
    for name, book in (("month.xlsx", as_xlsx(month)), ("rates.xlsx", absence_lines.as_xlsx(rates, "demo"))):
        with zipfile.ZipFile(BytesIO(book)) as parts:
            files |= {f"{name}/{part}": parts.read(part) for part in parts.namelist()}
    return files
