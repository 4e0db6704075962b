"""Two who decide about the same report at once: one decision stands, the other sees it, on both databases (R6)."""

from collections.abc import Iterator
from datetime import date
from threading import Barrier, Thread

import pytest

from bot.profile import load_profile
from flows.engine.events import Reason
from flows.engine.verdict_events import VerdictGiven
from flows.people import Person, PersonId, Role
from flows.rules.absence import Absence
from flows.rules.excuses import Verdict
from handlers import verdicts
from handlers.occasion import Occasion
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault
from tests.storage.conftest import MASTER, NOW, World, address, person, populate

MONDAY = date(2026, 11, 23)
BOTH = (Verdict.RECOGNISED, Verdict.DECLINED)


@pytest.fixture
def stores(settings: StoreSettings, kind: str) -> Iterator[tuple[Store, Store]]:
    """The stores of two processes on a server; a file has one process, which both reach."""
    first = _open(settings)
    second = _open(settings) if kind == "server" else first
    yield first, second
    first.close()
    if second is not first:
        second.close()


def _open(settings: StoreSettings) -> Store:
    return Store.open(settings, vault=Vault(MASTER, "lotse"), profile=load_profile("demo"))


def reported(uow: UnitOfWork) -> tuple[World, Person, int]:
    """A person moves house; two of the staff may decide about it."""
    world = populate(uow)
    dirk = person(uow, "c2", "Dirk Kornelkirsche", Role.CASEWORKER)
    address(uow, dirk, "web")
    report = Absence(id=uow.new_id(), person=world.anna.id, reason=Reason.MOVING, first_day=MONDAY, last_day=MONDAY)
    uow.absences.add(report, NOW)
    return world, dirk, report.id


def test_one_decision_stands_and_the_other_sees_it(stores: tuple[Store, Store]) -> None:
    """Both have seen that nobody had decided; whoever comes second reads who was first, and nothing is overwritten."""
    world, dirk, report = stores[0].submit(reported).result()
    begin = Barrier(2)

    def decide(store: Store, by: Person, verdict: Verdict) -> None:
        given = VerdictGiven(who=world.anna.id, absence=report, seen=0, verdict=verdict, words="Bitte melden.")

        def work(uow: UnitOfWork) -> None:
            uow.guard.at(NOW)
            verdicts.decide(Occasion(uow=uow, now=NOW, cause=f"test:{by.handle}"), by, given)

        begin.wait(30)
        store.submit(work).result(60)

    pressed = zip(stores, (world.clara, dirk), BOTH, strict=True)
    threads = [Thread(target=decide, args=one) for one in pressed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    with stores[0].read() as uow:
        kept = uow.verdicts.of(world.anna.id)
        assert 1 == len(kept)
        second = dirk.id if kept[0].by == world.clara.id else world.clara.id
        assert [kept[0].verdict] == [verdict for who, verdict in _decided(world, dirk) if who == kept[0].by]
        assert [True] == [_sees(uow, second, kept[0].by)]


def _decided(world: World, dirk: Person) -> list[tuple[PersonId, Verdict]]:
    return [(world.clara.id, BOTH[0]), (dirk.id, BOTH[1])]


def _sees(uow: UnitOfWork, who: PersonId, first: PersonId) -> bool:
    """Whether the last message to somebody names who was first."""
    name = uow.people.get(first).name
    return any(name in message.text for message in uow.outbox.pending_for(who))
