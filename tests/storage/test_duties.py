"""Secrecy, breaches, who was affected, and the switch of a channel: kept as they were written."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from flows.engine.events import LatenessReported
from flows.engine.messages import MessageClass
from flows.people import PersonId
from storage.breaches import Breach
from storage.halts import Halt
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World
from tests.storage.test_outbox import message

HOUR = timedelta(hours=1)
DAY = date(2026, 11, 20)


def _sign(uow: UnitOfWork, person: PersonId, day: date) -> None:
    uow.secrecy.record(person, day, NOW)


def claimed(store: Store) -> list[int]:
    """What is taken up now."""
    found = store.submit(lambda uow: uow.outbox.claim(NOW + HOUR, HOUR, 10)).result()
    return [one.message.id for one in found]


def test_the_newest_declaration_counts(store: Store, world: World) -> None:
    """Nothing is recorded at first; a second declaration takes the place of the first."""
    clara = world.clara.id
    assert store.submit(lambda uow: uow.secrecy.day_of(clara)).result() is None
    for day in (DAY, DAY + timedelta(days=1)):
        store.submit(partial(_sign, person=clara, day=day)).result()
    assert DAY + timedelta(days=1) == store.submit(lambda uow: uow.secrecy.day_of(clara)).result()


def test_a_breach_is_closed_once_and_stays(store: Store) -> None:
    """What was written at the beginning stays beside what was done; a second closing changes nothing."""
    breach = Breach(id=7, kind="lost", known=NOW, began=NOW - HOUR, ended=NOW, words={"what": "Stick verloren"})
    store.submit(lambda uow: uow.breaches.add(breach)).result()
    assert [breach] == store.submit(lambda uow: uow.breaches.all()).result()

    def close(uow: UnitOfWork, words: str) -> bool:
        found = uow.breaches.get(7)
        assert found is not None
        return uow.breaches.close(found, NOW + HOUR, {"done": words})

    assert store.submit(lambda uow: close(uow, "gemeldet")).result()
    assert not store.submit(lambda uow: close(uow, "anders")).result()
    words = {"what": "Stick verloren", "done": "gemeldet"}
    assert replace(breach, closed=NOW + HOUR, words=words) == store.submit(lambda uow: uow.breaches.get(7)).result()


def test_who_was_affected_is_counted_within_the_span(store: Store, world: World) -> None:
    """A fact and a message inside count, both ends included; what lies outside does not."""

    def happen(uow: UnitOfWork) -> None:
        uow.events.add(LatenessReported(who=world.anna.id, day=DAY), NOW, subject=world.anna.id)
        uow.events.add(LatenessReported(who=world.bilal.id, day=DAY), NOW + 2 * HOUR, subject=world.bilal.id)
        message(uow, world.clara, world.clara_web, subject=world.anna.id, created=NOW)

    store.submit(happen).result()
    found = store.submit(lambda uow: uow.affected.between(NOW, NOW + HOUR)).result()
    assert {"p1": {"events": 1, "about": 1}, "c1": {"sent": 1}} == found
    assert {} == store.submit(lambda uow: uow.affected.between(NOW - HOUR, NOW - timedelta(microseconds=1))).result()


def test_a_channel_that_is_switched_off_is_not_taken_from(store: Store, world: World) -> None:
    """It stands no matter what the channel asks for, and ends when it is switched on."""
    waiting = store.submit(lambda uow: message(uow, world.anna, world.anna_web, message_class=MessageClass.REPLY))
    assert store.submit(lambda uow: uow.halts.switch_off("web")).result()
    assert not store.submit(lambda uow: uow.halts.switch_off("web")).result()
    store.submit(lambda uow: uow.halts.put(Halt("web", None, NOW))).result()
    store.submit(lambda uow: uow.halts.lift("web", NOW + HOUR)).result()
    assert [] == claimed(store)
    assert ["web"] == store.submit(lambda uow: uow.halts.switched_off()).result()
    assert store.submit(lambda uow: uow.outbox.oldest_due()).result() is None
    assert store.submit(lambda uow: uow.halts.switch_on("web")).result()
    assert not store.submit(lambda uow: uow.halts.switch_on("web")).result()
    assert [waiting.result().id] == claimed(store)


def test_an_operators_switch_is_no_pause_of_the_channel(store: Store) -> None:
    """Whoever sends paces by what the channel asked for: the switch is not among that."""
    store.submit(lambda uow: uow.halts.switch_off("web")).result()
    assert [] == store.submit(lambda uow: uow.halts.current("web", NOW)).result()
