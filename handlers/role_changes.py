"""Somebody of the staff gets another role: their sessions end, they and the data-protection officer are told."""

from typing import Final

from flows.engine.account_events import AccountKept
from flows.engine.events import Said
from flows.engine.messages import MessageClass, Text
from flows.people import Person, Role
from handlers.occasion import Occasion, Sending

ALERT: Final = Sending(message_class=MessageClass.ALERT)
YOURS: Final = Text("You have another role from now on. Please log in again.")


class StillNeeded(Exception):
    """Somebody still looks after people: these are handed over first."""


def give(occasion: Occasion, person: Person, role: Role, by: Person | None) -> None:
    """From now on it is their role; `by` None: an operator. Raises `StillNeeded`."""
    uow = occasion.uow
    if uow.people.ids_of(person.id):
        raise StillNeeded(person.handle)
    uow.people.give_role(person.id, role)
    uow.sessions.revoke_all(person.id)
    kept = AccountKept(who=person.id, by=None if by is None else by.id, what="role", value=role.value)
    occasion.record(kept, person.id)
    occasion.say(person, Said(YOURS), ALERT)
    tell_officers(occasion, person, Text("{person} has another role now.", {"person": person.name}))


def tell_officers(occasion: Occasion, about: Person, text: Text) -> None:
    """Whoever watches over data protection hears of it, unless it is about themselves."""
    for officer in occasion.uow.people.all(Role.DPO):
        if officer.id != about.id:
            occasion.say(officer, Said(text), ALERT)
