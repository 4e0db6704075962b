"""The databases that are measured: filled once through the repositories, copied for every run."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from benchmarks.runs import Unlike
from bot.app import App
from bot.bot_api.commands import PARTICIPANTS
from bot.channels import Capabilities, Level, Outgoing
from bot.clock import SetClock
from bot.profile import load_profile
from bot.settings import Settings
from flows.engine.events import Reason
from flows.people import Address, Person, PersonId, Role
from flows.rules.absence import Absence, Proof
from handlers import absences
from locales.catalog import LANGUAGES
from storage import schema
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import KEY_BYTES, Vault

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday, nine o'clock in Berlin: reminders may go out."""

ILL_SINCE = date(2026, 11, 20)
CHANNEL = "null"
FIRST_CHAT = 700_001
CASEWORKERS = 40
AT_ONCE = 100
PURPOSES = ("C1", "C3")


class NullChannel:
    """Takes every message and forgets it; `taken` says how many."""

    name = CHANNEL
    capabilities = Capabilities(level=Level.L4, max_text=4000, idempotent=True)

    def __init__(self) -> None:
        self.taken = 0

    async def send(self, message: Outgoing, external: str) -> str:
        """Count it, keep nothing."""
        del external
        self.taken += 1
        return f"null-{message.id}"


@dataclass(frozen=True, slots=True)
class World:
    """A folder with a filled database that nobody has open."""

    folder: Path

    @property
    def database(self) -> Path:
        """The file."""
        return self.folder / "lotse.db"

    def copy(self, name: str) -> "World":
        """The same in a folder beside this one; what was there before is gone."""
        target = self.folder.with_name(name)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        shutil.copyfile(self.database, target / self.database.name)
        return World(target)


def opened(world: World) -> AbstractContextManager[Store]:
    """The world's store, as the program opens it."""
    return opened_at(f"sqlite:///{world.database}")


@contextmanager
def opened_at(url: str) -> Iterator[Store]:
    """The store at this address."""
    store = Store.open(
        StoreSettings(url=url),
        vault=Vault(bytes(KEY_BYTES), carrier="benchmark"),
        profile=load_profile("demo"),
    )
    try:
        yield store
    finally:
        store.close()


def assistant(store: Store, channel: NullChannel) -> App:
    """The program around a store, with nobody to send to but the null channel, standing at `NOW`."""
    return App(Settings(), store=store, profile=load_profile("demo"), clock=SetClock(NOW), channels=[channel])


def fill(folder: Path, *, people: int, reminders: int = 0) -> World:
    """A new world with this many participants of all languages, each with so many `reminders` due at `NOW`."""
    world = World(folder)
    folder.mkdir(parents=True)
    schema.migrate(f"sqlite:///{world.database}")
    with opened(world) as store:
        populate(store, people=people, reminders=reminders)
    return world


def populate(store: Store, *, people: int, reminders: int = 0) -> None:
    """Add the staff, and participants as `fill` says."""
    staff = store.submit(_add_staff).result()
    for first in range(0, people, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, people))
        add = partial(_add_people, numbers=numbers, staff=staff, reminders=reminders)
        store.submit(add).result()


def _add_staff(uow: UnitOfWork) -> list[PersonId]:
    _add(uow, "k", Role.COORDINATOR, "de")
    return [_add(uow, f"c{number}", Role.CASEWORKER, "de") for number in range(CASEWORKERS)]


def _add_people(uow: UnitOfWork, numbers: Sequence[int], staff: Sequence[PersonId], reminders: int) -> None:
    for number in numbers:
        person = _add(uow, sender(number), Role.PARTICIPANT, language(number))
        uow.people.assign(person, staff[number % len(staff)])
        for purpose in PURPOSES:
            uow.consents.record(person, purpose, "effective", actor=person, now=NOW, evidence={"source": "benchmark"})
        for _ in range(reminders):
            _remind(uow, person)


def _remind(uow: UnitOfWork, person: PersonId) -> None:
    absence = Absence(id=uow.new_id(), person=person, reason=Reason.ILLNESS, first_day=ILL_SINCE, proof=Proof.OPEN)
    uow.absences.add(absence, NOW)
    uow.timers.add(absences.TIMER, NOW, person, absence.id, str(absence.revision))


def _add(uow: UnitOfWork, handle: str, role: Role, spoken: str) -> PersonId:
    person = Person(
        id=PersonId(uow.new_id()),
        handle=handle,
        role=role,
        name=f"Robin {handle.title()}",
        language=spoken,
        formal=role.is_staff,
        phone="0221 4710 101",
    )
    uow.people.add(person)
    uow.people.add_address(Address(id=uow.new_id(), person=person.id, channel=CHANNEL, external=handle))
    return person.id


def join(uow: UnitOfWork, people: int) -> list[Address]:
    """Everybody gets an address of the participants' bot, and agrees to that."""
    added = []
    for number in range(people):
        person = uow.people.by_handle(sender(number))
        if person is None:
            raise Unlike(f"nobody is called {sender(number)}")
        address = Address(id=uow.new_id(), person=person.id, channel=PARTICIPANTS, external=chat(number))
        uow.people.add_address(address)
        uow.consents.record(person.id, "C2", "effective", actor=person.id, now=NOW, evidence={"source": "benchmark"})
        added.append(address)
    return added


def chat(number: int) -> str:
    """What the bot calls participant `number`."""
    return str(FIRST_CHAT + number)


def sender(number: int) -> str:
    """The address of participant `number`."""
    return f"p{number}"


def language(number: int) -> str:
    """The language of participant `number`: all shipped ones in turn."""
    return LANGUAGES[number % len(LANGUAGES)]
