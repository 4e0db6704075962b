"""Random histories of participations: every task and every nudge that arrives is right at the moment it arrives.

What is right is known from what the test itself has done, not from what the program has stored.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.profile import load_profile
from flows.people import Person
from flows.rules.deadline_rows import TABLE
from flows.rules.deadlines import On
from flows.rules.participations import OutOfOrder
from flows.rules.profile import Profile
from handlers import consent, dates, pausing
from handlers.occasion import Occasion
from storage.outbox import Claimed
from storage.uow import UnitOfWork
from tests.handlers.leaves import granted
from tests.handlers.world import BERLIN, World

PEOPLE = ("p1", "p2", "p3", "p4")
WHAT = ("assigned", "entry", "last_day", "exit", "placed", "place", "end:qualification")
ROWS = {row.key: row for row in TABLE}
SHORT, LONG, STEPS = 3, 40, 25
SUNDAY = 6
NIGHT_ENDS, NIGHT_BEGINS = time(8), time(20)
URGENT = {"first_day_ask"}


def with_check_ins() -> Profile:
    """The demo's profile, with questions after a placement."""
    demo = load_profile("demo")
    return replace(demo, deadlines=replace(demo.deadlines, lists={"check_in": (1, 4, 12, 26)}))


@dataclass(slots=True)
class Known:
    """What the test has done: each date as it stands, who wants no messages, who has a break, who has leave when."""

    days: dict[tuple[str, str], date] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    resting: set[str] = field(default_factory=set)
    leave: dict[str, list[tuple[date, date]]] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)


class Watched(World):
    """A world in which every task and nudge is looked at as it arrives."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, with_check_ins())
        self.known = Known()
        self.wrong: list[str] = []
        self.seen = 0

    def _deliver(self, claimed: Claimed, uow: UnitOfWork) -> None:
        message = claimed.message
        if message.dedupe.startswith("nudge:"):
            _, _, name = message.dedupe.split(":", 2)
            self._look(claimed.external, name, self._unwanted(uow, claimed.external, name))
        tasks = [button.value for button in message.buttons if button.action == "task_done"]
        for number in tasks:
            task = uow.tasks.get(int(number))
            assert task is not None
            who = uow.people.get(task.person).handle
            self._look(who, task.name, "done before" if task.id in self.known.done else "")
        super()._deliver(claimed, uow)

    def _look(self, who: str, name: str, wrong: str) -> None:
        self.seen += 1
        key, _, anchor = name.split("|")
        problem = wrong or self._moved(who, ROWS[key].on, date.fromisoformat(anchor))
        if problem:
            self.wrong.append(f"{self.now}: {who} {name}: {problem}")

    def _moved(self, who: str, on: On, anchor: date) -> str:
        """Whether the day it hung on is another one by now."""
        days = self.known.days
        entry, last, leaves = (days.get((who, what)) for what in ("entry", "last_day", "exit"))
        if on is On.WEEK:
            outside = entry is None or anchor + timedelta(days=6) < entry
            return "outside" if outside else ""
        if on in {On.END, On.EARLY_END, On.REGULAR_END}:
            return "" if anchor == (leaves or last) else "the end has moved"
        if on in {On.ASSIGNED, On.ENTRY, On.PLACED}:
            return "" if anchor == days.get((who, on.value)) else "its day has moved"
        return ""

    def _unwanted(self, uow: UnitOfWork, who: str, name: str) -> str:
        local = self.now.astimezone(BERLIN)
        key = name.partition("|")[0]
        if who in self.known.silent:
            return "withdrawn"
        if who in self.known.resting:
            return "in a break"
        if any(first <= local.date() <= last for first, last in self.known.leave.get(who, ())):
            return "on leave"
        night = not NIGHT_ENDS <= local.time() < NIGHT_BEGINS
        free = local.weekday() == SUNDAY or local.date() in uow.profile.free_days
        return "at a wrong time" if key not in URGENT and (night or free) else ""

    def occasion(self, uow: UnitOfWork) -> Occasion:
        """Somebody does something now."""
        self._updates += 1
        return Occasion(uow=uow, now=self.now, cause=f"history:{self._updates}")


def by_handle(uow: UnitOfWork, who: str) -> Person:
    """Somebody as they are now."""
    person = uow.people.by_handle(who)
    assert person is not None
    return person


def tell(world: Watched, who: str, what: str, day: date | None) -> bool:
    """A date is told or taken away; days in the wrong order are refused and nothing changes."""

    def work(uow: UnitOfWork) -> bool:
        try:
            dates.keep(uow, by_handle(uow, who), (what, day), by_handle(uow, "c1"), world.now)
        except OutOfOrder:
            return False
        return True

    kept = world.write(work)
    if kept and day is None:
        world.known.days.pop((who, what), None)
    elif kept and day is not None:
        world.known.days[who, what] = day
    return kept


def tell_some(world: Watched, chance: Random) -> None:
    """Any date of anybody, near or not so near, or taken away."""
    day = world.now.astimezone(BERLIN).date() + timedelta(days=chance.randint(-10, 60))
    tell(world, chance.choice(PEOPLE), chance.choice(WHAT), None if chance.random() < 0.15 else day)


def withdraw(world: Watched, chance: Random) -> None:
    """Somebody wants no messages any more."""
    if chance.random() < 0.3:
        who = chance.choice(PEOPLE)
        world.known.silent.add(who)
        world.write(lambda uow: consent.withdraw(uow, by_handle(uow, who), "C1", world.now))


def rest(world: Watched, chance: Random) -> None:
    """A break without an end begins, or is over."""
    who = chance.choice(PEOPLE)
    if who in world.known.resting:
        world.known.resting.discard(who)
        world.write(lambda uow: pausing.finish(world.occasion(uow), by_handle(uow, who)))
    else:
        world.known.resting.add(who)
        world.write(lambda uow: pausing.begin(world.occasion(uow), by_handle(uow, who), None, by_handle(uow, "c1")))


def go_away(world: Watched, chance: Random) -> None:
    """Somebody has leave from one of the next days on."""
    who, today = chance.choice(PEOPLE), world.now.astimezone(BERLIN).date()
    first = today + timedelta(days=chance.randint(1, 5))
    last = first + timedelta(days=chance.randint(0, 12))
    granted(world, who, first, last)
    world.known.leave.setdefault(who, []).append((first, last))


def tick(world: Watched, _: Random) -> None:
    """The caseworker does what she was told last."""
    for arrived in reversed(world.arrived):
        button = next((one for one in arrived.buttons if one.action == "task_done"), None)
        if arrived.to == "c1" and button is not None:
            world.press("c1", button.handle)
            world.known.done.add(int(button.value))
            return


def write(world: Watched, chance: Random) -> None:
    """Somebody says hello."""
    world.say(chance.choice(PEOPLE), "Hallo")


def be_down(world: Watched, chance: Random) -> None:
    """Nothing runs for hours or days; then everything is due at once."""
    world.now += timedelta(hours=chance.choice([6, 72]))
    world.to(world.now.astimezone(BERLIN).replace(tzinfo=None).isoformat())


def pass_time(world: Watched, chance: Random) -> None:
    """Some days go by."""
    later = world.now.astimezone(BERLIN) + timedelta(days=chance.randint(1, 9), hours=chance.randint(0, 9))
    world.to(later.replace(tzinfo=None).isoformat())


ACTS: tuple[Callable[[Watched, Random], None], ...] = (
    tell_some, tell_some, tell_some, tell_some, pass_time, pass_time, pass_time, tick, write, rest, withdraw, be_down,
    go_away,
)  # fmt: skip


@pytest.mark.parametrize("histories", [SHORT, pytest.param(LONG, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_every_task_and_nudge_is_right_at_its_moment(histories: int, loaded: Path, tmp_path: Path) -> None:
    """Dates are told, corrected and taken away, people withdraw and rest, nothing runs: nothing wrong arrives."""
    seen = 0
    for seed in range(histories):
        path = tmp_path / f"history{seed}.db"
        shutil.copy(loaded, path)
        world, chance = Watched(path), Random(seed)
        for _ in range(STEPS):
            chance.choice(ACTS)(world, chance)
        assert [] == world.wrong, f"history {seed}"
        seen += world.seen
        world.close()
    assert seen > 5 * histories


@pytest.fixture
def watched(loaded: Path, tmp_path: Path) -> Watched:
    """One such world."""
    path = tmp_path / "watched.db"
    shutil.copy(loaded, path)
    return Watched(path)


def deadlines_to(world: World, who: str) -> list[str]:
    """The texts of tasks that somebody got."""
    return [one.text for one in world.arrived if one.to == who and "task_done" in one.actions]


def test_a_task_is_done_by_a_named_person_at_an_instant(watched: Watched) -> None:
    """And from then on nobody hears of it; whoever ticks again reads who did it."""
    tell(watched, "p1", "assigned", date(2026, 11, 23))
    watched.to("2026-11-26T09:30")
    assert 1 == len(deadlines_to(watched, "c1"))
    watched.tap("c1", "task_done")
    done = watched.events("TaskDone")
    assert ["possible"] == [one.fields["task"] for one in done]
    watched.to("2026-12-20T12:00")
    assert 1 == len(deadlines_to(watched, "c1"))
    assert [] == deadlines_to(watched, "c2")


def test_a_task_whose_day_has_moved_goes_up_no_ladder(watched: Watched) -> None:
    """What was raised for the old day is seen by whoever has moved it."""
    tell(watched, "p1", "assigned", date(2026, 11, 23))
    watched.to("2026-11-26T09:30")
    tell(watched, "p1", "assigned", date(2026, 12, 14))
    watched.to("2026-11-30T15:00")
    assert [] == watched.events("AlertEscalated")
    assert ["c1"] == [watched.handle(one.fields["by"]) for one in watched.events("AlertAcknowledged")]


def test_while_somebody_is_away_the_stand_in_has_the_task(watched: Watched) -> None:
    """No deadline waits for somebody's leave."""
    watched.write(lambda uow: uow.people.add_leave(by_handle(uow, "c1").id, date(2026, 11, 25), date(2026, 12, 4)))
    tell(watched, "p1", "assigned", date(2026, 11, 23))
    watched.to("2026-11-26T09:30")
    assert (0, 1) == (len(deadlines_to(watched, "c1")), len(deadlines_to(watched, "c2")))


def test_three_days_down_make_one_reminder_of_three(watched: Watched) -> None:
    """What was missed is said once, in office hours."""
    tell(watched, "p1", "entry", date(2026, 11, 25))
    watched.now += timedelta(days=4, hours=15)
    watched.to("2026-11-30T08:30")
    first_day = [text for text in deadlines_to(watched, "c1") if "erster Tag" in text]
    assert 1 == len(first_day)


def test_at_work_somebody_answers_and_the_right_thing_follows(watched: Watched) -> None:
    """So so is for the caseworker to hear, other words go on as they are; the company gets nothing."""
    tell(watched, "p1", "placed", date(2026, 11, 23))
    watched.to("2026-11-30T16:05")
    assert any("Wie läuft es bei der Arbeit?" in text for text in watched.texts("p1"))
    watched.tap("p1", "so_so")
    assert any("geht so" in text for text in watched.texts("c1"))
    watched.to("2026-12-21T16:05")
    watched.say("p1", "Der Meister schreit viel")
    assert any("Der Meister schreit viel" in text for text in watched.texts("c1"))
    assert [] == watched.texts("b1")


def test_nobody_is_asked_who_has_withdrawn_and_staff_call_instead(watched: Watched) -> None:
    """Without consent there is no question; a week later the caseworker is told to get in touch."""
    tell(watched, "p1", "placed", date(2026, 11, 23))
    watched.write(lambda uow: consent.withdraw(uow, by_handle(uow, "p1"), "C1", watched.now))
    watched.to("2026-12-08T12:00")
    assert [] == watched.texts("p1")
    assert any("seit der letzten Frage nach der Arbeit" in text for text in deadlines_to(watched, "c1"))


def test_the_month_is_the_coordinators(watched: Watched) -> None:
    """R23: once somebody takes part, for months in which anybody does; who is not ready is said before the tick."""
    watched.to("2026-12-10T12:00")
    assert [] == deadlines_to(watched, "k1")
    tell(watched, "p1", "entry", date(2026, 12, 1))
    watched.to("2027-01-08T16:00")
    assert any("2026-12" in text for text in deadlines_to(watched, "k1"))
    watched.tap("k1", "task_done")
    assert [] == watched.events("TaskDone")
    watched.tap("k1", "task_sent")
    assert ["month"] == [one.fields["task"] for one in watched.events("TaskDone")]


def test_a_person_in_another_zone_is_nudged_on_their_own_clock(watched: Watched) -> None:
    """Four in the afternoon is theirs, not the office's."""
    watched.write(lambda uow: uow.people.update(replace(by_handle(uow, "p1"), zone="America/New_York")))
    tell(watched, "p1", "placed", date(2026, 11, 23))
    watched.to("2026-11-30T21:59")
    assert [] == watched.texts("p1")
    watched.to("2026-11-30T22:01")
    assert 1 == len(watched.texts("p1"))
