"""What the agency gets of a month: codes, and nothing that anybody has written (R20, R27, R38)."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.month_file import COLUMNS, TableFile, as_csv, as_xlsx
from bot.profile import load_profile
from flows.engine.attendance_events import MonthDoubted
from flows.engine.events import Reason
from flows.rules.absence import Absence, Proof
from flows.rules.attendance import Marked
from flows.rules.month import Code, Kind, NoCode
from flows.rules.profile import Profile
from handlers import attendance, dates, exports, months, statements
from handlers.exports import CannotExport, MonthFile
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.handlers.world import World

NOVEMBER = date(2026, 11, 1)
LATER = datetime(2026, 12, 2, 9, tzinfo=UTC)
ILL = date(2026, 11, 24)
CANARY = "Kanarie"
FORMULAS = ('=HYPERLINK("http://evil.example")', "+1", "-1", "@x", "\t=1", "\u00a0=1", "＝1", "\r\n=1")


@pytest.fixture
def november(world: World) -> World:
    """Jonas has begun on the 23rd, was ill on the 24th with a sick note, and has said that his month is right."""
    world.now = LATER
    world.write(lambda uow: _live_through(world, uow))
    return world


def _live_through(world: World, uow: UnitOfWork) -> None:
    jonas, clara = (uow.people.by_handle(handle) for handle in ("p1", "c1"))
    assert jonas is not None
    assert clara is not None
    dates.keep(uow, jonas, ("entry", date(2026, 11, 23)), clara, LATER)
    occasion = Occasion(uow=uow, now=LATER, cause="test")
    absence = Absence(
        id=uow.new_id(), person=jonas.id, reason=Reason.ILLNESS, first_day=ILL, last_day=ILL, proof=Proof.RECEIVED
    )
    uow.absences.add(absence, LATER)
    for number in (23, 25, 26, 27):
        attendance.mark(occasion, clara, jonas, date(2026, 11, number), (Marked.PRESENT, None))
    attendance.mark(occasion, clara, jonas, date(2026, 11, 30), (Marked.UNEXCUSED, None))
    days = attendance.fingerprint(attendance.month_of(occasion, jonas, NOVEMBER))
    uow.guard.hears(jonas.id, LATER)
    statements.confirm(occasion, jonas, f"{NOVEMBER.isoformat()};{days}")


def read(world: World, profile: Profile | None = None) -> MonthFile:
    """The month as the lead gets it."""

    def work(uow: UnitOfWork) -> MonthFile:
        if profile is not None:
            uow.profile = profile
        return exports.read(Occasion(uow=uow, now=world.now, cause="test"), NOVEMBER)

    return world.write(work)


def cells(file: MonthFile) -> Iterator[list[str]]:
    """The rows of the file as another program reads them."""
    yield from csv.reader(StringIO(as_csv(file)))


def test_days_have_the_codes_of_the_profile(november: World) -> None:
    """K for the proven illness, UE for the last day, nothing for days on which he was there; R25 beside it."""
    file = read(november)
    header, row = cells(file)
    told = dict(zip(header, row, strict=True))
    assert list(COLUMNS) == header
    assert ("2026-11", "p1", "Jonas Weber") == (told["month"], told["participant"], told["name"])
    assert {"d24": "K", "d30": "UE"} == {name: code for name, code in told.items() if name[0] == "d" and code}
    assert ("2026-11-23", "2026-11-30") == (told["first_day"], told["last_day"])
    assert ("1", "0", "1", "8") == tuple(told[name] for name in ("k", "e", "ue", "thirtieths"))


def test_without_codes_nothing_goes_out(november: World) -> None:
    """R20: refused, and the key that is missing is named."""
    rule = load_profile("demo").attendance
    assert rule is not None
    bare = replace(load_profile("demo"), attendance=replace(rule, codes={}))
    with pytest.raises(CannotExport, match=r"\[attendance\.codes\] is missing"):
        read(november, bare)
    half = replace(load_profile("demo"), attendance=replace(rule, codes={Kind.PROVEN: Code.K}))
    with pytest.raises(NoCode, match=r"attendance\.codes\.unexcused"):
        read(november, half)
    with pytest.raises(CannotExport, match=r"\[attendance\] is missing"):
        read(november, replace(load_profile("demo"), attendance=None))


def test_whoever_has_not_seen_it_is_left_out(november: World) -> None:
    """R27: a day that changes after the person's word has to be seen again; nobody ready, nothing goes out."""
    jonas, clara = november.person("p1"), november.person("c1")

    def change(uow: UnitOfWork) -> None:
        occasion = Occasion(uow=uow, now=LATER + timedelta(hours=1), cause="test")
        attendance.mark(occasion, clara, jonas, date(2026, 11, 27), (Marked.EXCUSED, None))

    november.write(change)
    with pytest.raises(CannotExport, match="p1: not_shown"):
        read(november)
    value = f"{jonas.id};{NOVEMBER.isoformat()}"
    november.write(
        lambda uow: statements.talk(Occasion(uow=uow, now=LATER + timedelta(hours=2), cause="t"), clara, value)
    )
    assert {date(2026, 11, 24): Code.K, date(2026, 11, 27): Code.E, date(2026, 11, 30): Code.UE} == (
        read(november).lines[0].codes
    )


def test_no_word_of_anybody_is_in_any_export(november: World, tmp_path: Path) -> None:
    """A canary in every text that somebody can write about the case: messages, objections, notes, phone, group."""
    jonas, clara = november.person("p1"), november.person("c1")
    november.say("p1", f"{CANARY}1 ich brauche Hilfe bei der Wohnung")

    def write(uow: UnitOfWork) -> None:
        occasion = Occasion(uow=uow, now=LATER, cause="test")
        uow.people.update(replace(jonas, phone=f"{CANARY}2", group=f"{CANARY}3", phase=f"{CANARY}4", sign=f"{CANARY}5"))
        days = attendance.fingerprint(attendance.month_of(occasion, jonas, NOVEMBER))
        uow.guard.hears(jonas.id, LATER)
        statements.doubt(occasion, jonas, MonthDoubted(month=NOVEMBER, days=days, words=f"{CANARY}6"))
        statements.talk(replace_now(occasion), clara, f"{jonas.id};{NOVEMBER.isoformat()}")

    november.write(write)
    november.now = datetime(2026, 12, 12, 9, tzinfo=UTC)
    november.say("c1", f"Nachtrag Jonas 24.11.: {CANARY}7")
    assert 1 == len(november.events("AttendanceNoted"))
    file = read(november)
    assert 1 == len(file.lines)
    for name in ("month.csv", "month.xlsx"):
        TableFile(tmp_path / name).take(file)
    book = load_workbook(tmp_path / "month.xlsx")
    read_back = "".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    assert CANARY not in read_back
    assert CANARY not in (tmp_path / "month.csv").read_text("utf-8")
    assert "illness" not in read_back.lower()


def replace_now(occasion: Occasion) -> Occasion:
    """The same a minute later."""
    return Occasion(uow=occasion.uow, now=occasion.now + timedelta(minutes=1), cause="test")


@pytest.mark.parametrize("name", FORMULAS)
def test_a_name_is_never_a_formula(november: World, name: str) -> None:
    """Read back cell by cell: none is a formula, whatever somebody is called."""
    file = read(november)
    renamed = replace(file, lines=tuple(replace(line, name=name) for line in file.lines))
    book = load_workbook(BytesIO(as_xlsx(renamed)))
    types = [cell.data_type for row in book.worksheets[0].iter_rows() for cell in row]
    assert 0 == types.count("f")
    (_, row) = cells(renamed)
    assert row[2].lstrip()[:1] not in "=+-@＝"


def test_two_who_transmit_at_once_have_one_effect(november: World) -> None:
    """The month is locked once, by whoever came first; the other sees it."""
    november.say("k1", "Aufgaben")
    with november.store.read() as uow:
        before = uow.months.locked(NOVEMBER)
    assert before is None
    lead = november.person("k1")

    def lock(uow: UnitOfWork) -> tuple[bool, bool]:
        first = uow.months.lock(NOVEMBER, LATER, lead.id)
        return first, uow.months.lock(NOVEMBER, LATER + timedelta(seconds=1), lead.id)

    assert (True, False) == november.write(lock)


def test_two_who_confirm_a_sheet_have_one_effect(november: World) -> None:
    """Both tap "all as it stands": each day is marked once, the second one reads who was first."""
    november.now = datetime(2026, 12, 2, 15, tzinfo=UTC)
    for _ in range(2):
        november.say("c1", "Anwesenheit 1.12.")
    buttons = [one for arrived in november.arrived if arrived.to == "c1" for one in arrived.buttons]
    sheets = [one for one in buttons if one.action == "sheet_ok" and one.value.startswith("2026-12-01")]
    known = len(november.events("AttendanceMarked"))
    for one in sheets[-2:]:
        november.press("c1", one.handle)
    assert known + 1 == len(november.events("AttendanceMarked"))
    assert any("hat das schon bestätigt" in text for text in november.texts("c1"))


def test_a_month_that_was_locked_keeps_what_it_came_to(november: World) -> None:
    """What is learnt later, a sick note for the 30th, changes nothing that is out."""
    jonas = november.person("p1")
    november.to("2026-12-10 00:00")
    before = read(november).lines

    def learn(uow: UnitOfWork) -> None:
        absence = Absence(
            id=uow.new_id(),
            person=jonas.id,
            reason=Reason.ILLNESS,
            first_day=date(2026, 11, 30),
            last_day=date(2026, 11, 30),
            proof=Proof.RECEIVED,
        )
        uow.absences.add(absence, november.now)

    november.write(learn)
    assert before == read(november).lines
    assert ["2026-11"] == [one.fields["month"] for one in november.events("MonthLocked")]


def test_who_is_ready_is_the_same_for_staff_and_for_the_file(november: World) -> None:
    """One rule decides about both."""
    rule = load_profile("demo").attendance
    assert rule is not None

    def look(uow: UnitOfWork) -> list[str]:
        occasion = Occasion(uow=uow, now=LATER, cause="test")
        return [one.person.handle for one in months.reports(occasion, NOVEMBER, rule) if one.hindrance is None]

    assert november.write(look) == [line.handle for line in read(november).lines]
