"""The table of alerts: every kind has a row; spans, digests, looks and snoozes on the calendar."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.profile import load_profile
from flows.engine.events import AlertKind
from flows.people import Role
from flows.rules.calendar import WorkCalendar
from flows.rules.ladder import KEPT, PROTECTED, RULES, URGENT, Ladder, Rung
from flows.rules.profile import Digest

BERLIN = ZoneInfo("Europe/Berlin")
FREE = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 29)})
PROFILE = replace(load_profile("demo"), digest=Digest(kinds=frozenset({AlertKind.WITHDRAWAL}), at=(time(13), time(9))))
LADDER = Ladder(PROFILE, WorkCalendar(FREE))


def at(text: str) -> datetime:
    """A moment in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_every_kind_has_a_row() -> None:
    """Nothing is raised for which nobody is named; what is urgent is crisis and violence alone."""
    assert set(AlertKind) == set(RULES)
    assert {AlertKind.CRISIS, AlertKind.VIOLENCE} == URGENT
    assert all(rule.rungs for rule in RULES.values())


def test_violence_and_complaints_know_nobody_but_the_protection_person() -> None:
    """First and ever after (R59); no other kind goes there."""
    assert {AlertKind.VIOLENCE, AlertKind.COMPLAINT} == PROTECTED
    for kind, rule in RULES.items():
        assert (kind in PROTECTED) == (Rung.PROTECTION in {rule.first, *rule.rungs})


def test_what_one_role_alone_reads_stays_with_it() -> None:
    """An alarm about staff goes to whoever watches over data protection, first and ever after; no digest gathers it."""
    assert dict.fromkeys(PROTECTED, Role.PROTECTION) | {AlertKind.OUTSIDE_READS: Role.DPO} == dict(KEPT)
    for kind, rule in RULES.items():
        assert (kind is AlertKind.OUTSIDE_READS) == (Rung.OFFICER in {rule.first, *rule.rungs})
        assert not (kind in KEPT and LADDER.is_gathered(kind))


@pytest.mark.parametrize(
    ("kind", "step", "told", "now", "due"),
    [
        (AlertKind.ABSENCE, 0, "2026-11-23 07:40", "2026-11-23 07:40", "2026-11-23 12:00"),
        (AlertKind.ABSENCE, 1, "2026-11-23 07:40", "2026-11-23 12:00", "2026-11-23 16:00"),
        (AlertKind.ABSENCE, 2, "2026-11-23 07:40", "2026-11-27 15:00", "2026-11-30 15:00"),
        (AlertKind.ABSENCE, 0, "2026-12-23 15:00", "2026-12-23 15:00", "2026-12-28 11:00"),
        (AlertKind.ABSENCE, 0, "2027-03-26 15:00", "2027-03-26 15:00", "2027-03-30 11:00"),
        (AlertKind.CRISIS, 0, "2026-11-23 23:10", "2026-11-23 23:10", "2026-11-24 08:30"),
        (AlertKind.VIOLENCE, 7, "2026-11-23 09:00", "2026-11-23 15:30", "2026-11-24 08:30"),
    ],
)
def test_steps_count_open_office_time(kind: AlertKind, step: int, told: str, now: str, due: str) -> None:
    """The rungs from when it was told, what is said again from now; weekends, Christmas and Easter are closed."""
    assert at(due) == LADDER.due(kind, step, at(told), at(now))


def test_somebody_on_call_makes_nights_count() -> None:
    """Where the profile says so, a crisis at night goes on at night; everything else waits for the office."""
    on_call = replace(PROFILE, crisis_escalation=replace(PROFILE.crisis_escalation, any_hour=True))
    ladder, night = Ladder(on_call, LADDER.calendar), at("2026-11-28 23:10")
    assert at("2026-11-28 23:40") == ladder.due(AlertKind.CRISIS, 0, night, night)
    assert at("2026-11-30 12:00") == ladder.due(AlertKind.ABSENCE, 0, night, night)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-11-23 07:00", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("2026-11-23 09:01", "2026-11-23 13:00"),
        ("2026-11-27 13:01", "2026-11-30 09:00"),
        ("2026-12-23 18:00", "2026-12-28 09:00"),
    ],
)
def test_a_digest_comes_at_its_times_on_working_days(moment: str, told: str) -> None:
    """The next of them, whatever order the profile names them in."""
    assert at(told) == LADDER.next_digest(at(moment))


def test_only_what_the_profile_names_is_gathered() -> None:
    """And never what is urgent, even if somebody wrote it there."""
    careless = replace(PROFILE, digest=Digest(kinds=frozenset(AlertKind), at=(time(9),)))
    assert {AlertKind.WITHDRAWAL} == {kind for kind in AlertKind if LADDER.is_gathered(kind)}
    assert not {kind for kind in URGENT if Ladder(careless, LADDER.calendar).is_gathered(kind)}
    nobody = Ladder(replace(careless, digest=Digest(at=())), LADDER.calendar)
    assert not any(nobody.is_gathered(kind) for kind in AlertKind)


@pytest.mark.parametrize(
    ("now", "looks"),
    [
        ("2026-11-23 07:59", "2026-11-23 08:00"),
        ("2026-11-23 08:00", "2026-11-24 08:00"),
        ("2026-11-27 12:00", "2026-11-30 08:00"),
        ("2026-12-24 07:00", "2026-12-28 08:00"),
    ],
)
def test_who_is_there_is_looked_at_when_the_office_opens(now: str, looks: str) -> None:
    """On the next working day, or today if it is not open yet."""
    assert at(looks) == LADDER.next_look(at(now))


@pytest.mark.parametrize(
    ("now", "choices"),
    [
        ("2026-11-23 07:00", ["2026-11-23 08:00", "2026-11-23 14:00", "2026-11-24 08:00"]),
        ("2026-11-23 09:10", ["2026-11-23 10:10", "2026-11-23 14:00", "2026-11-24 08:00"]),
        ("2026-11-23 13:00", ["2026-11-23 14:00", "2026-11-24 08:00"]),
        ("2026-11-23 14:30", ["2026-11-23 15:30", "2026-11-24 08:00"]),
        ("2026-11-27 15:30", ["2026-11-30 08:00"]),
        ("2026-11-28 10:00", ["2026-11-30 08:00"]),
        ("2026-12-23 15:59", ["2026-12-28 08:00"]),
    ],
)
def test_an_alert_is_put_off_to_office_hours_only(now: str, choices: list[str]) -> None:
    """In an hour, this afternoon, the next morning there is; nothing that is over, nothing twice."""
    assert [at(choice) for choice in choices] == list(LADDER.snoozes(at(now)))


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    """An office that opens at one in the morning would still get its hour."""
    nights = Ladder(PROFILE, WorkCalendar(frozenset(), time(0), time(23)))
    friday = at("2026-11-27 10:00")
    assert timedelta(hours=1) == nights.snoozes(friday)[0] - friday
