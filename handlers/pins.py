"""The PIN that opens a participant's messages on a device: chosen, tried, and what happens after too many tries."""

from datetime import datetime
from enum import StrEnum

from flows.engine.events import AddressUnlinked, AlertKind
from flows.engine.messages import Text
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.pins import MOST_TRIES, wait_after
from flows.rules.reach import PAGE
from handlers import access, alerts
from handlers.alerts import News
from handlers.arriving import CHANNELS
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

SIGNED_OUT = Text("A wrong PIN was typed too often on a device of {name}. It is signed out. A new link is needed.")


class Tried(StrEnum):
    """What came of a try: the right PIN, a wrong one, or too many wrong ones, so that the session is over."""

    RIGHT = "right"
    WRONG = "wrong"
    ENDED = "ended"


def may_have(person: Person) -> bool:
    """Whether the person's pages can have a PIN."""
    return access.may_own(person, Operation.LOCK_PAGE)


def begin_try(uow: UnitOfWork, person: Person, now: datetime) -> str | None:
    """Count a try before it is known whether it is right, so that none is free; the hash to compare with.

    None if no try is taken now.
    """
    uow.people.lock(person.id)
    pin = uow.pins.find(person.id)
    if pin is None or (pin.wait_until is not None and now < pin.wait_until):
        return None
    tries = pin.tries + 1
    uow.pins.note_tries(person.id, tries, now + wait_after(tries))
    return pin.hashed


def end_try(uow: UnitOfWork, person: Person, slot: str, now: datetime, *, right: bool) -> Tried:
    """Open the session for the right PIN; end it after too many wrong ones, and let the caseworker know."""
    uow.people.lock(person.id)
    if right:
        uow.pins.note_tries(person.id, 0, None)
        uow.sessions.unlock(slot, now)
        return Tried.RIGHT
    pin = uow.pins.find(person.id)
    if pin is None or pin.tries < MOST_TRIES:
        return Tried.WRONG
    uow.pins.note_tries(person.id, 0, None)
    uow.sessions.revoke(slot)
    occasion = Occasion(uow=uow, now=now, cause=f"pin:{slot}")
    occasion.record(AddressUnlinked(who=person.id, channel=CHANNELS.get(PAGE, PAGE)), person.id)
    alerts.raise_alert(occasion, person, News(kind=AlertKind.UNDELIVERABLE, text=SIGNED_OUT))
    return Tried.ENDED


def choose(uow: UnitOfWork, person: Person, slot: str, hashed: str, now: datetime) -> None:
    """A new PIN: every other device of the person has to give it, this one goes on."""
    uow.people.lock(person.id)
    uow.pins.choose(person.id, hashed)
    uow.sessions.lock_all(person.id)
    uow.sessions.unlock(slot, now)


def remove(uow: UnitOfWork, person: Person) -> None:
    """The person wants no PIN any more."""
    uow.people.lock(person.id)
    uow.pins.drop(person.id)
