"""Deadlines and nudges as rows of a table: the boundaries that RULES.md names, and what moves when a date moves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.people import PersonId
from flows.rules.calendar import WorkCalendar
from flows.rules.deadline_rows import TABLE
from flows.rules.deadlines import (
    After,
    Deadlines,
    Occurrence,
    Offset,
    On,
    State,
    Whose,
    binding,
    missing,
    moments,
    occurrences,
)
from flows.rules.participations import (
    OutOfOrder,
    Participation,
    Phase,
    Point,
    Told,
    change,
    check_order,
    ends,
)
from flows.rules.tasks import Contact, week_is_complete

BERLIN = ZoneInfo("Europe/Berlin")
PHASES = (
    Phase(key="entry", name="Eintritt", weeks=8),
    Phase(key="qualification", name="Qualifizierung"),
    Phase(key="stabilisation", name="Stabilisierung"),
)
NUMBERS = {"possible": 3, "show": 5, "next": 14, "silence": 21, "silence_tell": 28}
INBEQ = Deadlines(programme="inbeq", phases=PHASES, numbers=NUMBERS, lists={"check_in": (1, 4, 12, 26)})
DIA = replace(INBEQ, programme="dia-am", phases=(Phase(key="first", name="1", weeks=4), Phase(key="second", name="2")))
OPEN = Deadlines()
FREE = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 1)})
CALENDAR = WorkCalendar(FREE)
EARLY = datetime(2026, 1, 2, 8, tzinfo=UTC)
ME = PersonId(7)


def participation(told: datetime = EARLY, **dates: date) -> Participation:
    """Somebody with these dates, all told at the same instant; `end_entry` is the end of the phase `entry`."""
    named = {name.replace("end_", "end:"): Told(day, told) for name, day in dates.items()}
    return Participation(id=1, person=ME, dates=named)


def found(settings: Deadlines, today: date, known: Participation | None, **more: object) -> dict[str, Occurrence]:
    """What stands, by the key of its row and what tells it apart."""
    state = State(today=today, participation=known, **more)  # type: ignore[arg-type]  # named by the test
    every = occurrences(binding(TABLE, settings), state, settings, CALENDAR)
    return {f"{one.row.key}{one.n}": one for one in every}


def due(settings: Deadlines, today: date, known: Participation | None, **more: object) -> Mapping[str, date]:
    """When each of them is due."""
    return {name: one.due for name, one in found(settings, today, known, **more).items()}


def said(one: Occurrence, settings: Deadlines = INBEQ) -> list[str]:
    """The first moments at which it is said, on the clock of Berlin."""
    return [f"{moment:%d.%m. %H:%M}" for moment in moments(one, settings, CALENDAR, BERLIN)[:6]]


def test_every_row_names_its_rule_and_its_source() -> None:
    """Nothing is in the table that nobody has asked for, and no key stands in it twice."""
    assert len({row.key for row in TABLE}) == len(TABLE)
    for row in TABLE:
        assert row.rule[0] in "RF", row.key
        assert row.source[0] == "S", row.key


def test_a_participant_is_only_ever_nudged_with_something_said_in_time() -> None:
    """What came too late for a participant is left out: it would only frighten."""
    assert [] == [row.key for row in TABLE if row.whose is Whose.PARTICIPANT and row.still]


def test_the_program_excludes_nobody() -> None:
    """R18: no row ends a participation; what happens is a task for a person."""
    assert "R18" not in {row.rule for row in TABLE}


def test_rows_bind_by_source_number_and_switch() -> None:
    """R33 binds dia-am alone; a number or list that is missing switches a row off, and so does its key."""
    keys = {row.key for row in binding(TABLE, INBEQ)}
    assert {"no_place", "contacts", "what_next", "check_in"} <= keys
    assert {"twelve_weeks", "final_report", "contingent"}.isdisjoint(keys)
    assert set() == {row.key for row in binding(TABLE, OPEN)}
    assert "contacts" not in {row.key for row in binding(TABLE, replace(INBEQ, off=frozenset({"contacts"})))}


def test_a_number_that_the_source_does_not_give_has_to_come_from_the_profile() -> None:
    """R21 names no period: without one the profile is not complete; what binds by no source may be left out."""
    assert ["possible", "show"] == missing(TABLE, replace(INBEQ, numbers={}))
    assert ["possible"] == missing(TABLE, replace(DIA, numbers={"next": 14}))
    assert [] == missing(TABLE, OPEN)


@pytest.mark.parametrize(
    ("offset", "day", "expected"),
    [
        (Offset(months=1), date(2027, 1, 31), date(2027, 2, 28)),
        (Offset(months=1), date(2028, 1, 31), date(2028, 2, 29)),
        (Offset(months=-6), date(2027, 8, 31), date(2027, 2, 28)),
        (Offset(months=12), date(2028, 2, 29), date(2029, 2, 28)),
        (Offset(weeks=12, days=-1), date(2026, 11, 2), date(2027, 1, 24)),
        (Offset(working=1), date(2026, 12, 23), date(2026, 12, 28)),
        (Offset(working=-1), date(2026, 12, 28), date(2026, 12, 23)),
        (Offset(working=3), date(2026, 11, 27), date(2026, 12, 2)),
    ],
)
def test_offsets_count_as_calendars_do(offset: Offset, day: date, expected: date) -> None:
    """Months end with their last day; working days leave out weekends, holidays and the 24th (R30)."""
    assert expected == offset.after(day, CALENDAR)


def test_the_month_is_transmitted_by_the_ninth_whatever_day_it_is() -> None:
    """R23: the 5th of December 2026 and the 9th of January 2027 are Saturdays; the date stays, reminders do not."""
    months = (date(2026, 11, 1), date(2026, 12, 1))
    rows = found(INBEQ, date(2026, 12, 2), None, months=months)
    assert {"month2026-11": date(2026, 12, 9), "month2026-12": date(2027, 1, 9)} == {
        name: one.due for name, one in rows.items()
    }
    assert ["04.12. 09:00", "04.12. 12:00", "04.12. 15:00"] == said(rows["month2026-11"])[:3]
    january = said(rows["month2026-12"])
    assert "08.01. 15:00" in january
    assert all("09.01." not in moment for moment in january)


def test_the_contingent_list_is_due_by_the_tenth() -> None:
    """R24, in dia-am alone."""
    assert date(2026, 12, 10) == due(DIA, date(2026, 12, 2), None, months=(date(2026, 11, 1),))["contingent2026-11"]


def test_a_contingent_list_that_is_due_on_a_sunday_is_said_on_the_friday() -> None:
    """R24: 10 January 2027 is a Sunday, the ninth a Saturday; the date stays, reminders are on working days."""
    one = found(DIA, date(2027, 1, 4), None, months=(date(2026, 12, 1),))["contingent2026-12"]
    assert date(2027, 1, 10) == one.due
    moments = said(one)
    assert any(moment.startswith("08.01. ") for moment in moments)
    assert [] == [moment for moment in moments if moment.startswith(("09.01.", "10.01."))]


def test_the_first_day_is_said_at_its_start_after_an_hour_at_noon_and_at_three() -> None:
    """R22; after twenty minutes, too, so that nobody hears of it the next day only (F29)."""
    one = found(INBEQ, date(2026, 11, 30), participation(entry=date(2026, 12, 1)))["first_day"]
    assert ["01.12. 08:00", "01.12. 08:20", "01.12. 09:00", "01.12. 12:00", "01.12. 15:00"] == said(one)[:5]
    later = replace(INBEQ, begins=time(9), after={**INBEQ.after, After.ALARM: timedelta(minutes=30)})
    assert ["01.12. 09:00", "01.12. 09:20", "01.12. 09:30"] == said(one, later)[:3]


def test_a_first_day_that_is_learnt_later_is_no_first_day_any_more() -> None:
    """Nobody is looked for on a day that is over; the reports that follow from it stand."""
    known = participation(datetime(2026, 12, 3, 9, tzinfo=UTC), entry=date(2026, 12, 1))
    rows = found(INBEQ, date(2026, 12, 3), known)
    assert {"first_day", "first_day_ask"}.isdisjoint(rows)
    assert "luv_startentry" in rows


def test_an_exit_is_reported_on_the_last_day_and_at_once_where_it_is_learnt_later() -> None:
    """R28: due on the actual last day; learnt two days later it is overdue and said at once."""
    known = participation(entry=date(2026, 9, 1), last_day=date(2027, 8, 31))
    leaves = change(known, Point.EXIT, date(2026, 12, 9), datetime(2026, 12, 11, 9, 30, tzinfo=UTC), ME)
    one = found(INBEQ, date(2026, 12, 11), leaves)["exit_early"]
    assert (date(2026, 12, 9), True) == (one.due, one.is_late)
    assert ["11.12. 10:30", "14.12. 09:00"] == said(one)[:2]
    in_time = change(known, Point.EXIT, date(2026, 12, 11), datetime(2026, 12, 11, 9, 30, tzinfo=UTC), ME)
    assert ["11.12. 12:00", "11.12. 15:00"] == said(found(INBEQ, date(2026, 12, 11), in_time)["exit_early"])[:2]


def test_early_and_regular_ends_are_two_cases() -> None:
    """R28, R29: the reason only where somebody leaves before the planned day; dropping out is told as well (R19)."""
    planned = participation(entry=date(2026, 9, 1), last_day=date(2026, 12, 11))
    assert {"exit_regular"} == _exits(planned)
    assert {"exit_regular"} == _exits(change(planned, Point.EXIT, date(2026, 12, 11), EARLY, ME))
    assert {"exit_early", "dropped_out"} == _exits(change(planned, Point.EXIT, date(2026, 12, 10), EARLY, ME))


def _exits(known: Participation) -> set[str]:
    return {"exit_regular", "exit_early", "dropped_out"} & found(INBEQ, date(2026, 12, 1), known).keys()


def test_reports_of_inbeq_hang_on_phases_and_the_year() -> None:
    """R26, R27: end of the entry phase, twelve months, end of qualification, the end; shown some days before."""
    known = participation(
        entry=date(2026, 9, 1), end_qualification=date(2027, 12, 31), end_stabilisation=date(2028, 8, 31)
    )
    days = due(INBEQ, date(2026, 10, 1), known)
    assert date(2026, 10, 26) == days["luv_startentry"]
    assert date(2027, 9, 1) == days["luv_year"]
    assert date(2027, 12, 31) == days["luv_qualificationqualification"]
    assert date(2028, 8, 31) == days["luv_final"]
    assert date(2026, 10, 19) == days["show_startentry"]
    early = change(known, Point.LAST_DAY, date(2028, 6, 30), EARLY, ME)
    assert date(2028, 6, 30) == due(INBEQ, date(2026, 10, 1), early)["luv_final"]


def test_without_a_place_somebody_is_warned_of_in_week_six() -> None:
    """R34: the first day of the sixth week; not where there is a place, nor where the participation has ended."""
    known = participation(entry=date(2026, 11, 2))
    assert date(2026, 12, 7) == due(INBEQ, date(2026, 11, 30), known)["no_place"]
    assert "no_place" not in due(INBEQ, date(2026, 11, 30), change(known, Point.PLACE, date(2026, 11, 20), EARLY, ME))
    assert date(2028, 11, 1) == due(INBEQ, date(2026, 11, 30), known)["two_years"]


def test_dia_am_has_twelve_weeks_and_two_for_the_report() -> None:
    """R33, R35, R50: the talk before, twelve weeks, the report within fourteen days after the end, early or not."""
    known = participation(entry=date(2026, 11, 2), last_day=date(2027, 1, 24))
    days = due(DIA, date(2026, 10, 20), known)
    assert date(2026, 10, 30) == days["preparatory_talk"]
    assert date(2027, 1, 24) == days["twelve_weeks"]
    assert date(2027, 2, 7) == days["final_report"]
    assert date(2026, 12, 13) == days["phase_reportfirst"]
    assert (
        date(2026, 11, 27)
        == due(DIA, date(2026, 11, 14), change(known, Point.EXIT, date(2026, 11, 13), EARLY, ME))["final_report"]
    )


def test_a_week_after_fewer_hours_were_asked_for_somebody_looks() -> None:
    """R32: the counsellor decides within a week."""
    known = participation(entry=date(2026, 9, 1), reduced=date(2026, 11, 20))
    assert date(2026, 11, 27) == due(INBEQ, date(2026, 11, 23), known)["hours_decided"]


def test_the_integration_office_hears_half_a_year_before_the_job() -> None:
    """R36, and the planning talk on the first day of stabilisation."""
    known = participation(entry=date(2026, 9, 1), job=date(2027, 8, 31), end_qualification=date(2027, 5, 31))
    days = due(INBEQ, date(2026, 11, 23), known)
    assert date(2027, 2, 28) == days["integration_office"]
    assert date(2027, 6, 1) == days["planning_talkqualification"]


def test_contacts_are_warned_of_on_thursday_of_each_week_of_participation() -> None:
    """R40: by calendar week, from the week of entry to the week of the end; on a free Thursday the day before."""
    known = participation(entry=date(2026, 12, 10), last_day=date(2026, 12, 21))
    weeks = {name: one for name, one in found(INBEQ, date(2026, 12, 8), known).items() if name.startswith("contacts")}
    assert ["contacts2026-W50", "contacts2026-W51", "contacts2026-W52"] == sorted(weeks)
    assert "10.12. 09:00" == said(weeks["contacts2026-W50"])[0]
    assert "23.12. 09:00" == said(weeks["contacts2026-W52"])[0]


@pytest.mark.parametrize(
    ("ticked", "at_first", "later"),
    [
        ((), False, False),
        ((Contact.PERSON_ON_SITE,), False, False),
        ((Contact.PERSON_ON_SITE, Contact.MENTOR_ON_SITE), True, True),
        ((Contact.PERSON_ON_SITE, Contact.MENTOR), False, True),
        ((Contact.PERSON, Contact.MENTOR), False, False),
        ((Contact.MENTOR_ON_SITE, Contact.PERSON), False, True),
    ],
)
def test_what_a_week_needs(ticked: tuple[Contact, ...], at_first: bool, later: bool) -> None:
    """R40: with both on site in the entry phase; later with one of them, and one contact on site."""
    assert at_first == week_is_complete(frozenset(ticked), in_entry_phase=True)
    assert later == week_is_complete(frozenset(ticked), in_entry_phase=False)


def test_after_a_placement_somebody_is_asked_in_four_weeks_of_half_a_year() -> None:
    """R54: also where the participation has ended; whoever answers is not told of."""
    known = participation(entry=date(2026, 1, 5), exit=date(2026, 10, 30), placed=date(2026, 11, 2))
    days = due(INBEQ, date(2026, 11, 3), known)
    expected = {f"check_in{week}": date(2026, 11, 2) + timedelta(weeks=week) for week in (1, 4, 12, 26)}
    assert expected == {name: day for name, day in days.items() if name in expected}
    assert date(2026, 11, 16) == days["check_in_silent1"]
    heard = Told(date(2026, 11, 10), datetime(2026, 11, 10, 9, tzinfo=UTC))
    assert "check_in_silent1" not in due(INBEQ, date(2026, 11, 12), known, sign=heard)


def test_what_comes_next_is_asked_before_each_end() -> None:
    """R60: for the person and the caseworker, so many days before as the profile says."""
    known = participation(entry=date(2026, 11, 2), last_day=date(2027, 10, 29))
    days = due(INBEQ, date(2026, 11, 3), known)
    assert date(2026, 12, 13) == days["what_nextentry"] == days["your_nextentry"]
    assert date(2027, 10, 15) == days["what_next_end"] == days["your_next_end"]


def test_silence_counts_from_the_last_sign() -> None:
    """F40: first the person, then the caseworker; nobody who has left."""
    heard = Told(date(2026, 11, 2), datetime(2026, 11, 2, 9, tzinfo=UTC))
    days = due(INBEQ, date(2026, 11, 3), participation(), sign=heard)
    assert (date(2026, 11, 23), date(2026, 11, 30)) == (days["silence"], days["silence_tell"])
    left = participation(entry=date(2026, 1, 5), exit=date(2026, 10, 30))
    assert "silence" not in due(INBEQ, date(2026, 11, 3), left, sign=heard)


def test_nothing_hangs_on_a_date_that_nobody_has_told() -> None:
    """Without dates there are no deadlines; without a qualification end there is nothing after it."""
    assert {} == due(INBEQ, date(2026, 11, 3), participation())
    assert ["entry"] == list(ends(participation(entry=date(2026, 11, 2)), PHASES))


def test_a_date_that_moves_is_another_occurrence() -> None:
    """What was done about the old day is not done about the new one, and the other way round."""
    known = participation(entry=date(2026, 12, 1))
    moved = change(known, Point.ENTRY, date(2026, 12, 2), EARLY, ME)
    before, after = (found(INBEQ, date(2026, 11, 30), one)["first_day"].name for one in (known, moved))
    assert before != after
    assert (1, 1) == (moved.revision, len(moved.history))
    assert moved is change(moved, Point.ENTRY, date(2026, 12, 2), EARLY, ME)


@pytest.mark.parametrize(
    "dates",
    [
        {"entry": date(2026, 12, 1), "last_day": date(2026, 11, 30)},
        {"entry": date(2026, 12, 1), "exit": date(2026, 11, 30)},
        {"exit": date(2026, 12, 2), "last_day": date(2026, 12, 1)},
        {"assigned": date(2026, 12, 2), "entry": date(2026, 12, 1)},
        {"entry": date(2026, 12, 1), "end_entry": date(2026, 11, 1)},
    ],
)
def test_days_in_the_wrong_order_are_refused(dates: dict[str, date]) -> None:
    """Nobody leaves before they begin."""
    with pytest.raises(OutOfOrder):
        check_order(participation(EARLY, **dates))


def test_an_open_task_is_said_again_with_growing_distance() -> None:
    """After one, three, five and ten working days, then every ten; never on a day nobody works."""
    one = found(INBEQ, date(2026, 12, 1), participation(assigned=date(2026, 12, 16)))["possible"]
    days = [moment.date() for moment in moments(one, INBEQ, CALENDAR, BERLIN)]
    assert [date(2026, 12, 21), date(2026, 12, 22), date(2026, 12, 28), date(2026, 12, 30)] == days[:4]
    assert all(CALENDAR.is_working_day(day) for day in days)


def test_moments_stay_on_the_wall_clock_in_both_dst_nights() -> None:
    """Nine o'clock is nine o'clock, before and after the clocks change."""
    for assigned in (date(2027, 3, 24), date(2026, 10, 21)):
        one = found(INBEQ, assigned, participation(assigned=assigned))["possible"]
        assert {time(9)} == {moment.time() for moment in moments(one, INBEQ, CALENDAR, BERLIN)}


def test_a_row_knows_what_it_hangs_on() -> None:
    """Every anchor of the table is one that the rules can find."""
    assert {row.on for row in TABLE} <= set(On)
