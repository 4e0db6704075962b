"""Random histories of appointments: every reminder that arrives is right at the moment it arrives.

What is right is known from what the test itself has done, not from what the program has stored.
"""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

import pytest

from flows.engine.meetings import MeetingWanted, MoveWanted
from flows.people import Person
from flows.rules.absence import covers
from flows.rules.appointments import LATE_GUARD, Answer, Kind, Mark
from flows.rules.contact import Caps
from handlers import appointments, consent, moves, pausing
from handlers.occasion import Occasion
from storage.outbox import Claimed
from storage.uow import UnitOfWork
from tests.handlers.world import BERLIN, World

PEOPLE = ("p1", "p2", "p3", "p4")
STEPS = 40
SHORT, LONG = 4, 60
MOST_A_DAY = Caps().day
SUNDAY = 6
ILL = {"p1": "Ich bin heute krank", "p2": "أنا مريضة اليوم", "p3": "Я сьогодні хвора", "p4": "Ich bin heute krank"}


@dataclass(slots=True)
class Known:
    """What the test has done: where each appointment stands, who is silent, who has a break."""

    starts: dict[str, datetime] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    rests: dict[str, date | None] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    marked: set[tuple[str, str]] = field(default_factory=set)


class Watched(World):
    """A world in which every reminder is looked at as it arrives."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.known = Known()
        self.wrong: list[str] = []
        self.reminded: set[tuple[str, str, datetime, date]] = set()

    def _deliver(self, claimed: Claimed, uow: UnitOfWork) -> None:
        kind, *rest = claimed.message.dedupe.split(":")
        if kind == appointments.DEDUPE and rest[3] == appointments.REMIND and len(rest) == 5:
            handle = uow.appointments.get(int(rest[0])).handle
            problem = self.problem(uow, claimed.external, handle)
            if problem:
                self.wrong.append(f"{self.now}: {claimed.external} about {handle}: {problem}")
        super()._deliver(claimed, uow)

    def problem(self, uow: UnitOfWork, who: str, handle: str) -> str:
        """Why this reminder should not have come; "" if it is right."""
        known, local = self.known, self.now.astimezone(BERLIN)
        starts, person = known.starts[handle], uow.people.by_handle(who)
        assert person is not None
        rests = known.rests.get(who, local.date())
        reports = uow.absences.of(person.id, since=date(2000, 1, 1))
        said = (who, handle, starts, local.date())
        checks = {
            "called off": handle in known.off,
            "begun": local >= starts,
            "withdrawn": who in known.silent,
            "in a break": who in known.rests and (rests is None or local < _end(rests)),
            "at night": not time(8) <= local.time() < time(20),
            "on a free day": local.weekday() == SUNDAY or local.date() in uow.profile.free_days,
            "ill": any(covers(one, starts.date()) for one in reports),
            "refused": (who, handle) in known.refused,
            "twice": said in self.reminded,
            "held": who in known.held,
            "marked": (who, handle) in known.marked,
            "too late": local > starts - LATE_GUARD,
            "too many in a day": self.count(who, local.date()) >= MOST_A_DAY,
        }
        self.reminded.add(said)
        return ", ".join(name for name, wrong in checks.items() if wrong)

    def count(self, who: str, day: date) -> int:
        """How many reminders somebody has got on a day."""
        return sum((one, on) == (who, day) for one, _, _, on in self.reminded)

    def occasion(self, uow: UnitOfWork) -> Occasion:
        """Somebody does something now."""
        self._updates += 1
        return Occasion(uow=uow, now=self.now, cause=f"history:{self._updates}")


def _end(day: date) -> datetime:
    return datetime.combine(day, time(9), BERLIN)


def by_handle(uow: UnitOfWork, who: str) -> Person:
    """Somebody as they are now."""
    person = uow.people.by_handle(who)
    assert person is not None
    return person


def plan(world: Watched, chance: Random) -> None:
    """A new date in the coming days, for one person or for several."""
    handle = f"A{len(world.known.starts)}"
    starts = some_time(world, chance)
    people = chance.sample(PEOPLE, chance.choice([1, 1, 2, 4]))
    world.known.starts[handle] = starts

    def work(uow: UnitOfWork) -> None:
        invited = tuple([by_handle(uow, who).id for who in people])
        place = uow.profile.places[0]
        wanted = MeetingWanted(people=invited, kind=Kind.IN_PERSON, starts=starts, minutes=45, place=place)
        appointments.plan(world.occasion(uow), wanted, by_handle(uow, "c1"), handle)

    world.write(work)


def some_time(world: Watched, chance: Random) -> datetime:
    """A moment in the next two weeks, at any hour of a day at work."""
    day = world.now.astimezone(BERLIN).date() + timedelta(days=chance.randint(1, 14))
    return datetime.combine(day, time(chance.randint(8, 16), chance.choice([0, 30])), BERLIN)


def move(world: Watched, chance: Random) -> None:
    """A date is moved: whatever was said to it before is said anew."""
    handle = one_ahead(world, chance)
    if handle:
        starts = some_time(world, chance)
        world.known.starts[handle] = starts
        world.known.refused = {one for one in world.known.refused if one[1] != handle}
        world.write(lambda uow: _move(world, uow, handle, starts))


def _move(world: Watched, uow: UnitOfWork, handle: str, starts: datetime) -> None:
    appointment = uow.appointments.by_handle(handle)
    assert appointment is not None
    appointments.move(world.occasion(uow), appointment, starts, by_handle(uow, "c1"))


def one_ahead(world: Watched, chance: Random) -> str:
    """An appointment that has not begun and is not called off."""
    known = world.known
    ahead = [name for name, at in known.starts.items() if at > world.now and name not in known.off]
    return chance.choice(ahead) if ahead else ""


def cancel(world: Watched, chance: Random) -> None:
    """A date is called off."""
    handle = one_ahead(world, chance)
    if handle:
        world.known.off.add(handle)
        world.write(lambda uow: _cancel(world, uow, handle))


def _cancel(world: Watched, uow: UnitOfWork, handle: str) -> None:
    appointment = uow.appointments.by_handle(handle)
    assert appointment is not None
    appointments.cancel(world.occasion(uow), appointment, by_handle(uow, "c1"))


def answer(world: Watched, chance: Random) -> None:
    """Somebody confirms, or says that they cannot come."""
    handle, who = one_ahead(world, chance), chance.choice(PEOPLE)
    said = chance.choice([Answer.CONFIRMED, Answer.DECLINED, Answer.MOVE_REQUESTED])

    def work(uow: UnitOfWork) -> bool:
        appointment = uow.appointments.by_handle(handle)
        assert appointment is not None
        theirs = [one for one in uow.appointments.invited(appointment.id) if one.person == by_handle(uow, who).id]
        for one in theirs:
            uow.appointments.answer(replace(one, answer=said))
        return bool(theirs)

    if handle and world.write(work):
        world.known.refused.discard((who, handle))
        if said is not Answer.CONFIRMED:
            world.known.refused.add((who, handle))


def report(world: Watched, chance: Random) -> None:
    """Somebody says that they are ill, or comes after all, in their own words."""
    who = chance.choice(PEOPLE)
    world.receive(world.update(who, text=chance.choice([ILL[who], ILL[who], "Ich komme doch", "danke"])))


def withdraw(world: Watched, chance: Random) -> None:
    """The consent to messages ends, or is given again."""
    who = chance.choice(PEOPLE)
    gives = who in world.known.silent
    act = consent.put if gives else consent.withdraw
    (world.known.silent.discard if gives else world.known.silent.add)(who)
    world.write(lambda uow: act(uow, by_handle(uow, who), "C1", world.now))


def pause(world: Watched, chance: Random) -> None:
    """A break begins, for some days or for good, or ends."""
    who = chance.choice(PEOPLE)
    if who in world.known.rests:
        del world.known.rests[who]
        world.write(lambda uow: pausing.finish(world.occasion(uow), by_handle(uow, who)))
        return
    today = world.now.astimezone(BERLIN).date()
    until = chance.choice([None, today + timedelta(days=chance.randint(1, 8))])
    world.known.rests[who] = until
    world.write(lambda uow: pausing.begin(world.occasion(uow), by_handle(uow, who), until, by_handle(uow, who)))


def leave(world: Watched, chance: Random) -> None:
    """The caseworker is away for some days."""
    first = world.now.astimezone(BERLIN).date() + timedelta(days=chance.randint(0, 5))
    last = first + timedelta(days=chance.randint(0, 5))
    world.write(lambda uow: uow.people.add_leave(by_handle(uow, "c1").id, first, last))


def hold(world: Watched, chance: Random) -> None:
    """Crisis words hold everything automatic; staff let it go on again."""
    who = chance.choice(PEOPLE)
    is_held = who in world.known.held
    (world.known.held.discard if is_held else world.known.held.add)(who)
    since = None if is_held else world.now
    world.write(lambda uow: uow.people.update(replace(by_handle(uow, who), held_since=since)))


def mark(world: Watched, chance: Random) -> None:
    """Staff say what became of it, even before it begins."""
    handle, who = one_ahead(world, chance), chance.choice(PEOPLE)
    if not handle:
        return

    def work(uow: UnitOfWork) -> bool:
        appointment = uow.appointments.by_handle(handle)
        assert appointment is not None
        theirs = [one for one in uow.appointments.invited(appointment.id) if one.person == by_handle(uow, who).id]
        for one in theirs:
            uow.appointments.answer(replace(one, mark=chance.choice([Mark.EXCUSED, Mark.ATTENDED])))
        return bool(theirs)

    if world.write(work):
        world.known.marked.add((who, handle))


def reschedule(world: Watched, chance: Random) -> None:
    """Somebody asks for another time, and staff agree: it begins then, and they need no reminder of the old one."""
    handle, who = one_ahead(world, chance), chance.choice(PEOPLE)
    if not handle or who in world.known.silent:
        return
    wish = some_time(world, chance)

    def work(uow: UnitOfWork) -> bool:
        appointment = uow.appointments.by_handle(handle)
        assert appointment is not None
        theirs = [one for one in uow.appointments.invited(appointment.id) if one.person == by_handle(uow, who).id]
        for one in theirs:
            wanted = MoveWanted(invitee=one.id, wish=wish)
            moves.ask_for_move(world.occasion(uow), by_handle(uow, who), wanted)
            value = f"{one.id}:{appointment.revision}"
            moves.decide(world.occasion(uow), value, by_handle(uow, "c1"), agreed=True)
        moved = uow.appointments.by_handle(handle)
        assert moved is not None
        return moved.starts == wish

    if world.write(work):
        world.known.starts[handle] = wish
        world.known.refused = {one for one in world.known.refused if one[1] != handle}


def speak(world: Watched, chance: Random) -> None:
    """Somebody answers in their own words what was asked last, if anything was."""
    world.receive(
        world.update(chance.choice(PEOPLE), text=chance.choice(["vielleicht", "hallo", "wer ist das?", "🙏"]))
    )


def forward(world: Watched, chance: Random) -> None:
    """Time goes on while everything runs."""
    later = world.now + timedelta(minutes=chance.choice([20, 90, 700, 1500, 3000]))
    world.to(later.astimezone(BERLIN).replace(tzinfo=None).isoformat())


def outage(world: Watched, chance: Random) -> None:
    """Nothing runs for hours or days; afterwards everything is due at once."""
    world.now += timedelta(hours=chance.choice([6, 14, 40, 72]))
    forward(world, chance)


STEP: list[Callable[[Watched, Random], None]] = [
    *[plan] * 5,
    *[forward] * 6,
    move,
    move,
    cancel,
    answer,
    report,
    withdraw,
    pause,
    leave,
    outage,
    hold,
    mark,
    reschedule,
    reschedule,
    speak,
]


def live(path: Path, seed: int) -> tuple[int, list[str]]:
    """One history; how many reminders came, and what was wrong with them."""
    world, chance = Watched(path), Random(seed)
    try:
        for _ in range(STEPS):
            chance.choice(STEP)(world, chance)
            world.deliver()
        return len(world.reminded), [f"history {seed}, {one}" for one in world.wrong]
    finally:
        world.close()


def live_all(loaded: Path, folder: Path, seeds: range) -> tuple[int, list[str]]:
    """Many histories, each in a world of its own; reminders and problems of all."""
    came, wrong = 0, list[str]()
    for seed in seeds:
        path = folder / f"{seed}.db"
        shutil.copy(loaded, path)
        count, problems = live(path, seed)
        came, wrong = came + count, wrong + problems
    return came, wrong


def test_no_reminder_is_wrong_whatever_happens(loaded: Path, tmp_path: Path) -> None:
    """Planned, moved, called off, answered, ill, withdrawn, paused, down: what comes is right when it comes."""
    came, wrong = live_all(loaded, tmp_path, range(SHORT))
    assert [] == wrong
    assert came > SHORT


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_reminder_is_wrong_in_many_histories(
    loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same in many histories, which are counted."""
    came, wrong = live_all(loaded, tmp_path, range(SHORT, SHORT + LONG))
    with capsys.disabled():
        sys.stdout.write(f"\n{LONG} histories of {STEPS} steps, {came} reminders, {len(wrong)} wrong\n")
    assert [] == wrong
    assert came > LONG
