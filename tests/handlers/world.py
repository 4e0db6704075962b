"""The demo world on a real database, with the doors of the handlers: what people say, and what the clock does."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.demo import load_world
from bot.profile import load_profile
from flows.engine.messages import Inbound, InboundKind, Outgoing, OutgoingButton
from flows.people import Person, PersonId
from flows.rules.absence import Absence
from flows.rules.profile import Profile
from handlers import deliveries, inbound, timers
from storage.events import RecordedEvent
from storage.outbox import Claimed
from storage.schema import migrate
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault

T = TypeVar("T")
BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 11, 23, 7, 40, tzinfo=BERLIN)
LEASE = timedelta(minutes=1)
MASTER = bytes(range(32))
CHANNEL = "memory"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it reached somebody."""

    to: str
    text: str
    actions: tuple[str, ...]
    message: Outgoing

    @property
    def buttons(self) -> tuple[OutgoingButton, ...]:
        """Its buttons."""
        return self.message.buttons


class World:
    """The demo world. Everything said is delivered at once unless `silent`; `arrived` holds it in order."""

    def __init__(self, database: Path, profile: Profile | None = None, *, url: str = "") -> None:
        """Open a database in which the demo world is loaded already; `url` names one on a server."""
        self.database = database
        profile = profile or load_profile("demo")
        vault = Vault(MASTER, carrier=profile.carrier["name"])
        self.store = Store.open(StoreSettings(url=url or f"sqlite:///{database}"), vault=vault, profile=profile)
        self.now = MORNING.astimezone(UTC)
        self.arrived: list[Arrived] = []
        self.unreachable: set[str] = set()
        self._updates = 0

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """One unit of work."""
        return self.store.submit(work).result()

    def person(self, handle: str) -> Person:
        """Somebody, as they are now."""
        with self.store.read() as uow:
            found = uow.people.by_handle(handle)
        assert found is not None, handle
        return found

    def update(self, who: str, kind: InboundKind = InboundKind.TEXT, **more: Any) -> Inbound:
        """An update as a channel would hand it in."""
        self._updates += 1
        return Inbound(channel=CHANNEL, external_id=f"{who}-{self._updates}", sender=who, kind=kind, **more)

    def count_on_from(self, before: "World") -> None:
        """Number updates on from another world with the same database: a number seen before is a redelivery."""
        self._updates = before._updates

    def receive(self, update: Inbound) -> str | None:
        """Hand an update in and deliver what came of it."""
        answer = self.write(partial(inbound.receive, inbound=update, now=self.now))
        self.deliver()
        return answer

    def say(self, who: str, text: str) -> list[Arrived]:
        """Somebody writes; what arrived because of it."""
        return self._since(lambda: self.receive(self.update(who, text=text)))

    def send_file(self, who: str, name: str, caption: str = "") -> list[Arrived]:
        """Somebody sends a file."""
        return self._since(lambda: self.receive(self.update(who, InboundKind.FILE, text=caption, file_name=name)))

    def press(self, who: str, handle: str) -> list[Arrived]:
        """Somebody presses the button with this handle."""
        return self._since(lambda: self.receive(self.update(who, InboundKind.TAP, tap=handle)))

    def tap(self, who: str, action: str, value: str | None = None) -> list[Arrived]:
        """Somebody presses the newest button with this action."""
        return self.press(who, self.button(who, action, value).handle)

    def button(self, who: str, action: str, value: str | None = None) -> OutgoingButton:
        """The newest button with this action that somebody got."""
        return next(
            button
            for arrived in reversed(self.arrived)
            if arrived.to == who
            for button in arrived.buttons
            if button.action == action and value in {None, button.value}
        )

    def texts(self, who: str) -> list[str]:
        """Everything somebody got."""
        return [arrived.text for arrived in self.arrived if arrived.to == who]

    def claim(self) -> list[Claimed]:
        """Take what is due, as delivery does."""
        return self.write(lambda uow: deliveries.claim(uow, self.now, LEASE, 100))

    def deliver(self) -> None:
        """Deliver until nothing is due."""
        while batch := self.claim():
            for claimed in batch:
                self.write(partial(self._deliver, claimed))

    def _deliver(self, claimed: Claimed, uow: UnitOfWork) -> None:
        message = claimed.message
        if claimed.external in self.unreachable:
            deliveries.give_up(uow, claimed, "unreachable", self.now)
        elif uow.outbox.mark_sent(message.id, claimed.lease, None, self.now):
            actions = tuple(button.action for button in message.buttons)
            self.arrived.append(Arrived(claimed.external, message.text, actions, message))

    def to(self, moment: str) -> list[Arrived]:
        """Move the clock to a local moment; what is due on the way happens at its own time."""
        target = datetime.fromisoformat(moment).replace(tzinfo=BERLIN).astimezone(UTC)
        return self._since(lambda: self._move(target))

    def _move(self, target: datetime) -> None:
        while (due := self._next_due()) is not None and due <= target:
            self.now = max(due, self.now)
            with self.store.read() as uow:
                waiting = uow.timers.due(self.now, 100)
            for timer in waiting:
                self.write(partial(timers.fire, timer=timer, now=self.now))
            self.deliver()
        self.now = target

    def _next_due(self) -> datetime | None:
        with self.store.read() as uow:
            return min((due for due in (uow.timers.next_due(), uow.outbox.next_due()) if due), default=None)

    def _since(self, work: Callable[[], object]) -> list[Arrived]:
        known = len(self.arrived)
        work()
        return self.arrived[known:]

    def events(self, name: str = "") -> list[RecordedEvent]:
        """What was recorded, or what was recorded under this name."""
        with self.store.read() as uow:
            return [event for event in uow.events.after(0) if name in {"", event.name}]

    def absences(self, who: str) -> list[Absence]:
        """Somebody's reports, oldest first."""
        with self.store.read() as uow:
            person = uow.people.by_handle(who)
            assert person is not None
            return list(reversed(uow.absences.of(person.id, since=date(2000, 1, 1))))

    def handle(self, person: PersonId | int) -> str:
        """Whose id this is."""
        with self.store.read() as uow:
            return uow.people.get(PersonId(person)).handle

    def counts(self) -> dict[str, int]:
        """How many rows every table has."""
        return {table: len(rows) for table, rows in self.rows().items()}

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table, as they lie in the file."""
        return read_rows(self.database)

    def close(self) -> None:
        """Close the database."""
        self.store.close()


def read_rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of a database file."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(names)}


def make_database(path: Path, channel: str = CHANNEL) -> None:
    """A migrated database with the demo world in it, reached on one channel."""
    migrate(f"sqlite:///{path}")
    world = World(path)
    world.write(lambda uow: load_world(uow, MORNING.astimezone(UTC), channels=(channel,)))
    world.close()
