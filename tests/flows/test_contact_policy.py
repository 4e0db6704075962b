"""The contact policy: every rule alone, in pairs, and over random calendars; both nights on which the clock jumps."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.calendar import WorkCalendar
from flows.rules.contact import SUNDAY, Around, Caps, Drop, Later, Send, Wanted, Why, decide, is_quiet

BERLIN = ZoneInfo("Europe/Berlin")
FREE = date(2026, 12, 24)
NIGHT = (time(20), time(8))


def moment(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A moment on a clock."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def around(now: datetime, **more: object) -> Around:
    """Somebody whom nothing keeps from being written to."""
    plain = Around(now=now, quiet_from=NIGHT[0], quiet_until=NIGHT[1], calendar=WorkCalendar(frozenset({FREE})))
    return replace(plain, **more)  # type: ignore[arg-type]  # the names of fields are given by the test


TUESDAY = moment("2026-11-24 16:00")
RULES: dict[str, tuple[Around, Send | Later | Drop]] = {
    "nothing": (around(TUESDAY), Send()),
    "evening": (around(moment("2026-11-24 20:00")), Later(moment("2026-11-25 08:00"), Why.QUIET)),
    "before dawn": (around(moment("2026-11-24 05:00")), Later(moment("2026-11-24 08:00"), Why.QUIET)),
    "sunday": (around(moment("2026-11-29 12:00")), Later(moment("2026-11-30 08:00"), Why.SUNDAY)),
    "saturday": (around(moment("2026-11-28 12:00")), Send()),
    "free day": (around(moment("2026-12-24 12:00")), Later(moment("2026-12-25 08:00"), Why.FREE_DAY)),
    "talking": (
        around(TUESDAY, last_word=TUESDAY - timedelta(minutes=4)),
        Later(TUESDAY + timedelta(minutes=6), Why.TALKING),
    ),
    "has talked": (around(TUESDAY, last_word=TUESDAY - timedelta(minutes=10)), Send()),
    "day full": (around(TUESDAY, today=4), Later(moment("2026-11-25 08:00"), Why.DAY_FULL)),
    "week full": (around(TUESDAY, week=12), Later(moment("2026-11-30 08:00"), Why.WEEK_FULL)),
    "paused": (
        around(TUESDAY, paused_until=moment("2026-12-01 09:00")),
        Later(moment("2026-12-01 09:00"), Why.PAUSED),
    ),
    "paused for good": (around(TUESDAY, paused=True), Drop(Why.PAUSED)),
    "held": (around(TUESDAY, held=True), Drop(Why.HELD)),
}


@pytest.mark.parametrize("name", RULES)
def test_every_rule_speaks_alone(name: str) -> None:
    """Each rule, with nothing else in the way, says what it says and why."""
    situation, expected = RULES[name]
    assert expected == decide(Wanted(), situation)


def test_a_missing_consent_or_level_is_the_end() -> None:
    """Without consent, or above what the channel may carry, nothing goes out at any time."""
    assert Drop(Why.CONSENT) == decide(Wanted(consented=False), around(TUESDAY))
    assert Drop(Why.LEVEL) == decide(Wanted(permitted=False), around(TUESDAY))
    assert Drop(Why.CONSENT) == decide(Wanted(consented=False, urgent=True), around(TUESDAY))


DELAYS: dict[str, dict[str, object]] = {
    "talking": {"last_word": TUESDAY - timedelta(minutes=4)},
    "day full": {"today": 4},
    "week full": {"week": 12},
    "paused": {"paused_until": moment("2026-11-26 09:00")},
    "night": {"quiet_from": time(15)},
    "free day": {"calendar": WorkCalendar(frozenset({TUESDAY.date()}))},
}


@pytest.mark.parametrize(("one", "other"), list(combinations(DELAYS, 2)))
def test_of_two_rules_both_are_kept_to(one: str, other: str) -> None:
    """Where two rules delay a message it waits for the later of them, and what comes out disturbs neither."""
    alone = [decide(Wanted(), around(TUESDAY, **DELAYS[name])) for name in (one, other)]
    both = decide(Wanted(), around(TUESDAY, **DELAYS[one] | DELAYS[other]))
    assert isinstance(both, Later)
    assert all(isinstance(each, Later) and each.at <= both.at for each in alone)
    for name in (one, other):
        again = around(both.at, **DELAYS[name] | {"today": 0, "week": 0})
        assert Send() == decide(Wanted(), again)


@pytest.mark.parametrize("name", DELAYS)
def test_what_comes_too_late_does_not_come(name: str) -> None:
    """A message whose use ends before it may go out is dropped; one that is of use a moment longer waits."""
    situation = around(TUESDAY, **DELAYS[name])
    allowed = decide(Wanted(), situation)
    assert isinstance(allowed, Later)
    assert Drop(Why.LATE) == decide(Wanted(until=allowed.at), situation)
    assert allowed == decide(Wanted(until=allowed.at + timedelta(seconds=1)), situation)


def test_what_is_late_already_does_not_come() -> None:
    """A reminder of what has begun is dropped at any hour."""
    assert Drop(Why.LATE) == decide(Wanted(until=TUESDAY), around(TUESDAY))


@pytest.mark.parametrize("name", ["talking", "day full", "week full", "night", "free day"])
def test_what_is_urgent_passes(name: str) -> None:
    """Emergency news and the question after somebody who did not appear wait for none of these."""
    assert Send() == decide(Wanted(urgent=True), around(TUESDAY, **DELAYS[name]))


@pytest.mark.parametrize("name", ["talking", "day full", "week full", "free day"])
def test_what_follows_from_an_act_waits_for_none_of_these(name: str) -> None:
    """That a date has moved is said in a conversation, on a free day and beyond the caps."""
    assert Send() == decide(Wanted(prompt=True), around(TUESDAY, **DELAYS[name]))


@pytest.mark.parametrize("name", ["night", "paused"])
def test_what_follows_from_an_act_waits_for_the_night_and_a_pause(name: str) -> None:
    """It comes in the morning, and after the pause."""
    assert decide(Wanted(), around(TUESDAY, **DELAYS[name])) == decide(
        Wanted(prompt=True), around(TUESDAY, **DELAYS[name])
    )


def test_who_wants_no_reminders_gets_the_rest() -> None:
    """No reminder at any hour, urgent or not; what is none comes."""
    silent = around(TUESDAY, no_reminders=True)
    assert Drop(Why.UNWANTED) == decide(Wanted(reminds=True), silent)
    assert Drop(Why.UNWANTED) == decide(Wanted(reminds=True, prompt=True), silent)
    assert Send() == decide(Wanted(), silent)


@pytest.mark.parametrize("pause", [{"paused": True}, {"paused_until": TUESDAY + timedelta(days=2)}])
def test_a_reminder_ends_with_a_pause_and_news_outlast_it(pause: dict[str, object]) -> None:
    """A reminder of the pause is dropped; news wait for its end, or are looked at again the next day."""
    assert Drop(Why.PAUSED) == decide(Wanted(reminds=True), around(TUESDAY, **pause))
    waits = decide(Wanted(reminds=True, outlasts=True), around(TUESDAY, **pause))
    assert isinstance(waits, Later)
    assert Why.PAUSED is waits.why
    assert Drop(Why.LATE) == decide(Wanted(outlasts=True, until=waits.at), around(TUESDAY, **pause))


def test_a_pause_that_is_over_stops_nothing() -> None:
    """From the instant of its end on reminders come again."""
    assert Send() == decide(Wanted(reminds=True), around(TUESDAY, paused_until=TUESDAY))


@pytest.mark.parametrize("why", [{"paused": True}, {"held": True}])
def test_a_pause_and_a_hold_are_kept_to_by_everything(why: dict[str, bool]) -> None:
    """Not even what is urgent goes out in a pause without an end or in a hold."""
    assert isinstance(decide(Wanted(urgent=True), around(TUESDAY, **why)), Drop)


@pytest.mark.parametrize("night", ["2027-03-28", "2026-10-25"])
def test_in_the_nights_of_the_clock_change_the_morning_is_eight(night: str) -> None:
    """Eight in the morning is eight on the wall, whether the night had seven hours or nine."""
    sunday = date.fromisoformat(night)
    evening = datetime.combine(sunday - timedelta(days=1), time(22), BERLIN)
    assert Later(datetime.combine(sunday + timedelta(days=1), time(8), BERLIN), Why.SUNDAY) == decide(
        Wanted(), around(evening)
    )


def test_somebody_in_another_zone_has_their_own_night() -> None:
    """Nineteen in Berlin is twenty in Kyiv: there it is night already."""
    instant = moment("2026-11-24 19:00").astimezone(UTC)
    kyiv = ZoneInfo("Europe/Kyiv")
    assert Send() == decide(Wanted(), around(instant.astimezone(BERLIN)))
    assert Later(moment("2026-11-25 08:00", kyiv), Why.QUIET) == decide(Wanted(), around(instant.astimezone(kyiv)))


MINUTES = st.builds(
    lambda day, clock: datetime.combine(day, clock, BERLIN),
    st.dates(date(2026, 10, 1), date(2027, 4, 30)),
    st.times(),
)
CALENDARS = st.frozensets(st.dates(date(2026, 10, 1), date(2027, 4, 30)), max_size=60).map(WorkCalendar)


@given(
    now=MINUTES,
    calendar=CALENDARS,
    talked=st.none() | st.integers(0, 30),
    paused=st.none() | st.integers(0, 20_000),
    today=st.integers(0, 8),
    week=st.integers(0, 20),
    useful=st.none() | st.integers(-60, 20_000),
)
def test_whatever_the_calendar_nothing_comes_when_it_may_not(
    *,
    now: datetime,
    calendar: WorkCalendar,
    talked: int | None,
    paused: int | None,
    today: int,
    week: int,
    useful: int | None,
) -> None:
    """What may go out lies in no night, on no Sunday or free day, in no pause, and before its use ends."""
    situation = around(
        now,
        calendar=calendar,
        last_word=None if talked is None else now - timedelta(minutes=talked),
        paused_until=None if paused is None else now + timedelta(minutes=paused),
        today=today,
        week=week,
        caps=Caps(),
    )
    until = None if useful is None else now + timedelta(minutes=useful)
    decided = decide(Wanted(until=until), situation)
    if isinstance(decided, Drop):
        assert Why.LATE is decided.why
        assert until is not None
        return
    at = decided.at if isinstance(decided, Later) else now
    assert at >= now
    assert until is None or at < until
    assert not is_quiet(at, *NIGHT)
    assert at.weekday() != SUNDAY
    assert at.date() not in calendar.free_days
    assert situation.paused_until is None or at >= situation.paused_until
    assert today < Caps().day or at.date() > now.date()


HINDRANCES: dict[str, tuple[dict[str, object], dict[str, Any]]] = {
    **{name: (more, {}) for name, more in DELAYS.items()},
    "paused for good": ({"paused": True}, {}),
    "held": ({"held": True}, {}),
    "no consent": ({}, {"consented": False}),
    "above the level": ({}, {"permitted": False}),
    "no reminders": ({"no_reminders": True}, {"reminds": True}),
}
"""Every rule as one thing that stands in the way, of the person or of the message."""
FOR_GOOD = {
    "no consent": Why.CONSENT,
    "held": Why.HELD,
    "no reminders": Why.UNWANTED,
    "paused for good": Why.PAUSED,
    "above the level": Why.LEVEL,
}
"""What ends a message, in the order in which it is named when several do."""
URGENCIES: dict[str, dict[str, Any]] = {"patient": {}, "prompt": {"prompt": True}, "urgent": {"urgent": True}}
PASSES = {
    "patient": frozenset[str](),
    "prompt": frozenset({"talking", "day full", "week full", "free day"}),
    "urgent": frozenset({"talking", "day full", "week full", "free day", "night"}),
}
"""What each kind of haste does not wait for."""


@pytest.mark.parametrize("haste", URGENCIES)
@pytest.mark.parametrize(("one", "other"), list(combinations(HINDRANCES, 2)))
def test_every_pair_of_rules_for_every_haste(one: str, other: str, haste: str) -> None:
    """An end comes before a delay, of two ends the graver is named; of two delays the later counts; some are passed."""
    pair = (one, other)
    situation = around(TUESDAY, **HINDRANCES[one][0] | HINDRANCES[other][0])
    wanted = replace(Wanted(), **HINDRANCES[one][1] | HINDRANCES[other][1] | URGENCIES[haste])
    decided = decide(wanted, situation)
    ends = [why for name, why in FOR_GOOD.items() if name in pair]
    if ends:
        assert Drop(ends[0]) == decided
        return
    binding = [name for name in pair if name not in PASSES[haste]]
    if not binding:
        assert Send() == decided
        return
    alone = [decide(replace(Wanted(), **URGENCIES[haste]), around(TUESDAY, **HINDRANCES[name][0])) for name in binding]
    assert isinstance(decided, Later)
    assert all(isinstance(each, Later) and each.at <= decided.at for each in alone)


@pytest.mark.parametrize("name", HINDRANCES)
@pytest.mark.parametrize("haste", URGENCIES)
def test_nothing_goes_out_after_its_use_whatever_stands_in_the_way(name: str, haste: str) -> None:
    """With every single rule, in every haste: what is of no use any more is dropped, for one reason or the other."""
    wanted = replace(Wanted(until=TUESDAY), **HINDRANCES[name][1] | URGENCIES[haste])
    assert isinstance(decide(wanted, around(TUESDAY, **HINDRANCES[name][0])), Drop)


@pytest.mark.parametrize(("zone", "now", "at"), [
    ("Europe/Berlin", "2026-10-25 02:30", "2026-10-26 08:00"),
    ("Europe/Berlin", "2027-03-28 01:30", "2027-03-29 08:00"),
    ("Europe/Kyiv", "2026-10-24 23:30", "2026-10-26 08:00"),
    ("Europe/Kyiv", "2027-03-27 22:00", "2027-03-29 08:00"),
    ("Asia/Damascus", "2026-11-24 21:00", "2026-11-25 08:00"),
])  # fmt: skip
@pytest.mark.parametrize("more", [{}, {"today": 4}, {"last_word": True}])
def test_both_clock_nights_in_other_zones_with_another_rule(
    zone: str, now: str, at: str, more: dict[str, object]
) -> None:
    """Eight on the person's own wall, in both nights of the clock change, whatever else holds at the same time."""
    local = moment(now, ZoneInfo(zone))
    known = {name: local if name == "last_word" else value for name, value in more.items()}
    decided = decide(Wanted(), around(local, **known))
    assert isinstance(decided, Later)
    assert moment(at, ZoneInfo(zone)) == decided.at
