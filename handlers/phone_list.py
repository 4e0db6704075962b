"""Whom to call today: people whom nothing reached, for whoever looks after them (F48)."""

from flows.engine.events import Said
from flows.engine.messages import Button, Level, Text
from flows.people import Person, PersonId
from flows.rules.access import Operation
from handlers import access
from handlers.occasion import Occasion, Sending
from locales.catalog import render
from storage.phone_list import ToCall
from storage.uow import UnitOfWork

WHOM_TO_CALL = Button(Text("Whom to call today"), "calls")
PHONE_LIST = Text("Phone list")
COMMAND = "/calls"
NO_NUMBER = Text("no number")


def asks_for_it(text: str, person: Person) -> bool:
    """Whether somebody of the staff wants to see the list."""
    return text.strip().casefold() in {COMMAND, render(PHONE_LIST, person.language).casefold()}


def waiting(uow: UnitOfWork) -> list[ToCall]:
    """Everybody to be called, longest waiting first; whoever has written since is left out."""
    return [entry for entry in uow.phone_list.open() if not _has_written(uow, entry)]


def _has_written(uow: UnitOfWork, entry: ToCall) -> bool:
    heard = uow.reaching.last_heard(entry.person)
    return heard is not None and heard > entry.since


def show(occasion: Occasion, to: Person) -> None:
    """Everybody of those `to` looks after today, each with a button for "called"."""
    people = ((entry, occasion.uow.people.get(entry.person)) for entry in waiting(occasion.uow))
    mine = [(entry, one) for entry, one in people if access.may(occasion, to, Operation.SEE_PHONE_LIST, one)]
    if not mine:
        occasion.say(to, Said(Text("Nobody is to be called today.")))
    for entry, one in mine:
        local = entry.since.astimezone(occasion.local(to).tzinfo)
        text = Text("{name}: {number}. Not reached since {since}.", {"number": one.phone or NO_NUMBER, "since": local})
        called = Button(Text("Called"), "called", str(one.id))
        occasion.say(to, Said(text, (called,), Level.L4), Sending(subject=one, lasting=True))
        access.note_read(occasion, to, Operation.SEE_PHONE_LIST, one)


def note_call(occasion: Occasion, person_id: PersonId, by: Person) -> None:
    """Somebody of the staff has called."""
    occasion.uow.people.lock(person_id)
    person = occasion.uow.people.get(person_id)
    if occasion.uow.phone_list.settle(person_id, by.id, occasion.now):
        said = Said(Text("Noted: {name} was called."))
    else:
        said = Said(Text("{name} is not on the phone list any more."))
    occasion.say(by, said, Sending(subject=person))
