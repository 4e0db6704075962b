"""Random histories of leave: what stands never overlaps, days are counted right, nothing is overdrawn by the program.

What is right is worked out by the test itself, day by day, from what it has entered.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from bot.demo import load_world
from bot.profile import load_profile
from flows.engine.certificate_events import DatesRead
from flows.rules.certificates import Certificate
from flows.rules.leave import Leave, LeaveState
from flows.rules.participations import OutOfOrder
from handlers import certificate_checks, dates
from handlers.leave import account_of
from handlers.occasion import Occasion
from storage.schema import migrate
from storage.uow import UnitOfWork
from tests.handlers.world import BERLIN, MORNING, Arrived, World
from tests.postgres import Server

PEOPLE = ("p1", "p2")
SHORT, LONG, STEPS = 2, 12, 50
SATURDAY = 5
FREE = load_profile("demo").free_days
GERMAN = "Ich hätte gern Urlaub vom {first:%d.%m.%Y} bis {last:%d.%m.%Y}"


@dataclass(slots=True)
class Told:
    """What the test has entered about one person.

    `lowest`: what may be left at least; below 0 only because somebody of the staff has done what `overdraws`.
    """

    entry: date = date(2026, 3, 2)
    end: date = date(2027, 2, 28)
    extra: date | None = None
    proven: set[date] = field(default_factory=set)
    lowest: int = 0
    overdraws: bool = False


def months_between(entry: date, last: date) -> int:
    """R43 once more, month by month: one is full on the day before its day of the next month, or on that one's last."""
    count, year, month = 0, entry.year, entry.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        try:
            full = date(year, month, entry.day) - timedelta(days=1)
        except ValueError:
            full = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        if full > last:
            return count
        count += 1


def days_of(told: Told, spans: list[tuple[date, date]]) -> int:
    """How many days of leave these spans take, each day once: working days on which nobody was proven ill."""
    days = {first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)}
    return sum(day.weekday() < SATURDAY and day not in FREE and day not in told.proven for day in days)


def earned(told: Told) -> int:
    """R41, R42, R45: two and a half days for each month, and five twelfths of a year's extra leave, up to the end."""
    if told.end < told.entry:
        return 0
    days = -(-5 * months_between(told.entry, told.end) // 2)
    if told.extra is None or told.extra > told.end:
        return days
    since = max(told.entry, told.extra)
    for year in range(since.year, told.end.year + 1):
        months = months_between(max(since, date(year, 1, 1)), min(told.end, date(year, 12, 31)))
        days += -(-5 * min(months, 12) // 12)
    return days


class History:
    """A world in which people ask for leave, and everything else happens, by chance."""

    def __init__(self, world: World, chance: Random) -> None:
        """Nothing has happened."""
        self.world, self.chance = world, chance
        self.told = {who: Told() for who in PEOPLE}
        self.granted: set[str] = set()

    @property
    def today(self) -> date:
        """The day."""
        return self.world.now.astimezone(BERLIN).date()

    def requests(self, who: str) -> list[Leave]:
        """All of somebody's."""
        with self.world.store.read() as uow:
            return uow.leaves.of(self.world.person(who).id)

    def days(self, farthest: int = 60) -> tuple[date, date]:
        """Two days that may be asked for, mostly."""
        first = self.today + timedelta(days=self.chance.randint(-2, farthest))
        return first, first + timedelta(days=self.chance.choice([0, 0, 1, 4, 4, 11, 18]))

    def press(self, who: str, action: str) -> str:
        """Press a button about a request that somebody has got, however old it is; its value, "" without one."""
        buttons = [one for each in self.world.arrived if each.to == who for one in each.buttons]
        found = [one for one in buttons if one.action == action and one.value.startswith("leave:")]
        if not found:
            return ""
        button = self.chance.choice(found[-12:])
        self.world.press(who, button.handle)
        return button.value


def ask(history: History) -> None:
    """Somebody asks for leave and says yes to it, mostly."""
    who, (first, last) = history.chance.choice(PEOPLE), history.days()
    told = history.world.say(who, GERMAN.format(first=first, last=last))
    confirm(history, who, told)


def confirm(history: History, who: str, told: list[Arrived]) -> None:
    """Tap yes under the newest question, if there is one."""
    if any("other_days" in one.actions for one in told) and history.chance.random() < 0.9:
        history.world.tap(who, "confirm")


def change(history: History) -> None:
    """Somebody asks for other days instead of a request, perhaps of one that is settled long since."""
    who, (first, last) = history.chance.choice(PEOPLE), history.days()
    if history.press(who, "leave_change"):
        history.world.say(who, f"{first:%d.%m.%Y}")
        confirm(history, who, history.world.say(who, f"{last:%d.%m.%Y}"))


def look(history: History) -> None:
    """Somebody has their requests shown, with a button under each."""
    history.world.say(history.chance.choice(PEOPLE), "wie viel Urlaub habe ich noch?")


def take_back(history: History) -> None:
    """Somebody takes a request back."""
    history.press(history.chance.choice(PEOPLE), "leave_back")


def decide(history: History) -> None:
    """The caseworker grants something, and once more where fewer days are left than asked for; or declines it."""
    before = history.granted
    action = history.chance.choice(["accept", "accept", "accept", "accept_all", "decline", "ask"])
    value = history.press("c1", action)
    if action in {"decline", "ask"}:
        history.world.say("c1", "In der Woche ist Praktikum.")
    for who in PEOPLE:
        theirs = {f"leave:{one.id}" for one in history.requests(who) if one.state is LeaveState.GRANTED}
        history.told[who].overdraws |= action == "accept_all" and value in theirs - before
        history.granted |= theirs


def fall_ill(history: History) -> None:
    """A certificate is read off, for days that may lie in leave: they are given back (§ 9 BUrlG)."""
    who, world = history.chance.choice(PEOPLE), history.world
    first = history.today + timedelta(days=history.chance.randint(-10, 20))
    last = first + timedelta(days=history.chance.randint(0, 6))
    person, by = world.person(who), world.person("c1")

    def work(uow: UnitOfWork) -> None:
        known = Certificate(id=uow.new_id(), person=person.id, received=world.now)
        uow.certificates.add(known)
        read = DatesRead(who=person.id, certificate=known.id, first_day=first, last_day=last)
        certificate_checks.enter(Occasion(uow=uow, now=world.now, cause=f"ill:{known.id}"), by, read)

    world.write(work)
    world.deliver()
    history.told[who].proven |= {first + timedelta(days=n) for n in range((last - first).days + 1)}


def set_date(history: History) -> None:
    """The caseworker enters a first or a last day: what was granted before stays, whatever it leaves."""
    who, what = history.chance.choice(PEOPLE), history.chance.choice(["entry", "last_day"])
    far = history.chance.randint(-400, 0) if what == "entry" else history.chance.randint(30, 500)
    day, told = history.today + timedelta(days=far), history.told[who]
    if enter_date(history.world, who, what, day):
        told.entry, told.end = (day, told.end) if what == "entry" else (told.entry, day)
        told.overdraws = True


def enter_date(world: World, who: str, what: str, day: date) -> bool:
    """A date of the participation, by the caseworker; False: it does not go with the others."""

    def work(uow: UnitOfWork) -> bool:
        try:
            return dates.keep(uow, world.person(who), (what, day), world.person("c1"), world.now)
        except OutOfOrder:
            return False

    return world.write(work)


def set_extra(history: History) -> None:
    """Extra leave begins, begins on another day, or is taken away."""
    who, world = history.chance.choice(PEOPLE), history.world
    since = history.today + timedelta(days=history.chance.randint(-200, 60)) if history.chance.random() < 0.8 else None
    person, by = world.person(who).id, world.person("c1").id
    world.write(lambda uow: uow.leaves.set_extra(person, since, by, world.now))
    history.told[who].extra, history.told[who].overdraws = since, True


def pass_time(history: History) -> None:
    """Days or weeks go by, over the end of the year in the end."""
    later = history.world.now.astimezone(BERLIN) + timedelta(days=history.chance.choice([1, 2, 5, 14]))
    history.world.to(later.replace(tzinfo=None).isoformat())


ACTS: tuple[Callable[[History], None], ...] = (
    ask, ask, ask, change, change, look, take_back, decide, decide, decide, decide, fall_ill, set_date,
    set_extra, pass_time,
)  # fmt: skip


def wrong(history: History, who: str) -> Iterator[str]:
    """What is not as it has to be."""
    world, told, requests = history.world, history.told[who], history.requests(who)
    spans = sorted((one.first, one.last) for one in requests if one.state is LeaveState.GRANTED)
    yield from (f"{one} and {other} overlap" for one, other in pairwise(spans) if other[0] <= one[1])
    account = world.write(lambda uow: account_of(Occasion(uow=uow, now=world.now, cause="look"), world.person(who)))
    taken = days_of(told, spans)
    left = earned(told) - taken
    if (account.taken, account.left) != (taken, left):
        yield f"taken {account.taken} and left {account.left}, counted {taken} and {left}"
    if left < told.lowest and not told.overdraws:
        yield f"{left} left, {told.lowest} before, and nobody of the staff has done that"
    told.lowest, told.overdraws = min(0, left), False
    changes = [one.replaces for one in requests if one.state is LeaveState.REQUESTED and one.replaces is not None]
    if len(changes) > len(set(changes)):
        yield "one request has two changes"


def walk(world: World, seed: int) -> int:
    """One history; how much was granted in it."""
    history = History(world, Random(seed))
    for who, told in history.told.items():
        enter_date(world, who, "entry", told.entry)
        enter_date(world, who, "last_day", told.end)
    for step in range(STEPS):
        act = history.chance.choice(ACTS)
        act(history)
        found = [f"{who}: {one}" for who in PEOPLE for one in wrong(history, who)]
        assert [] == found, f"history {seed}, step {step}, {act.__name__}"
    return len(history.granted)


@pytest.mark.parametrize("histories", [SHORT, pytest.param(LONG, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_leave_is_right_after_any_history(histories: int, loaded: Path, tmp_path: Path) -> None:
    """Asked for, changed, taken back, granted, declined, ill in it, dates moved, the year over."""
    granted = 0
    for seed in range(histories):
        path = tmp_path / f"history{seed}.db"
        shutil.copy(loaded, path)
        world = World(path)
        granted += walk(world, seed)
        world.close()
    assert granted > histories


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_leave_is_right_on_a_server_too(server: Server, tmp_path: Path) -> None:
    """The same on PostgreSQL."""
    url = server.create()
    migrate(url)
    world = World(tmp_path / "unused.db", url=url)
    world.write(lambda uow: load_world(uow, MORNING.astimezone(UTC), channels=("memory",)))
    assert walk(world, 0) > 0
    world.close()
    server.drop(url)
