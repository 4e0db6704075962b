"""The lead keeps the accounts of caseworkers on a page: links, secrecy, groups, roles, cases, leaving (ADR 0038).

Each is done by the handler that does it for an operator, stands in the chain with who did it, and is told to whoever it
concerns. The reader's right is asked anew each time.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from flows.engine.account_events import AccountKept
from flows.engine.events import Said
from flows.engine.messages import Text, Value
from flows.people import Person, Role
from flows.rules import staffing
from flows.rules.access import Operation
from handlers import access, accounts, case_moves, handing_over, leaving, newcomers, role_changes, secrecy, staff_page
from handlers.accounts import CannotOffer
from handlers.leaving import LeftBefore
from handlers.newcomers import CannotAdd, Newcomer
from handlers.on_page import PageOccasion
from handlers.role_changes import StillNeeded
from handlers.secrecy import NoSuchDay

LEFT: Final = Text("This person works here no more.")
NOT_YOURS: Final = Text("The operators keep this account.")
NO_DAY: Final = Text("Please give the day on the declaration, today at the latest.")
NOT_SURE: Final = Text("Please tick that you are sure. Nothing has been done.")
NO_GROUP: Final = Text("Please write a group.")
NOBODY: Final = Text("Please choose a caseworker who works here.")
NOT_GIVEN: Final = Text("The operators give this role.")
STILL: Final = Text("This person still looks after others. Please hand them over first.")
NONE_LEFT: Final = Text("This person looks after nobody.")


class Refused(Exception):
    """It was not done; `said` tells the reader why, and what to do."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.key)
        self.said = said


def add(occasion: PageOccasion, name: str, phone: str, group: str) -> Person:
    """A new caseworker, with no way in yet: the lead adds nobody else. Raises `Refused`."""
    if not staff_page.may_add(occasion.reader):
        raise Refused(NOT_GIVEN)
    handle = newcomers.next_handle(occasion)
    newcomer = Newcomer(handle=handle, name=name, phone=phone, role=Role.CASEWORKER, group=group)
    try:
        return newcomers.add(occasion, newcomer, occasion.reader)
    except CannotAdd as problem:
        raise Refused(problem.said) from None


def offer(occasion: PageOccasion, person: Person, user_name: str, *, again: bool) -> str:
    """The token of a link with which an account is set up; `again` takes away at once what opened it before.

    Raises `Refused`, as everything here does.
    """
    _ask(occasion, person)
    try:
        token = accounts.offer(occasion.uow, person, user_name, occasion.now, again=again)
    except CannotOffer as problem:
        raise Refused(problem.said) from None
    _note(occasion, person, "reset" if again else "link")
    if again:
        own = Text("{colleague} has reset your account: what opened it before opens it no more.", _by(occasion))
        occasion.say(person, Said(own), role_changes.ALERT)
        text = Text("{colleague} has reset the account of {person}.", {**_by(occasion), "person": person.name})
        role_changes.tell_officers(occasion, person, text)
    return token


def bind(occasion: PageOccasion, person: Person, day: str) -> None:
    """The declaration of secrecy was signed on this day (§ 203 StGB)."""
    _ask(occasion, person)
    try:
        secrecy.record(occasion.uow, person, date.fromisoformat(day), occasion.now)
    except (ValueError, NoSuchDay):
        raise Refused(NO_DAY) from None
    _note(occasion, person, "secrecy", day)


def put_into(occasion: PageOccasion, person: Person, text: str) -> None:
    """From now on they work in this group of the programme."""
    _ask(occasion, person)
    group = staffing.group_in(text)
    if not group:
        raise Refused(NO_GROUP)
    occasion.uow.people.update(replace(occasion.uow.people.get(person.id), group=group))
    _note(occasion, person, "group")


def give_role(occasion: PageOccasion, person: Person, role: str) -> None:
    """They have another role, and log in anew; whoever still looks after somebody hands them over first."""
    _ask(occasion, person)
    known = next((one for one in Role if one.value == role), None)
    if known is None or not staffing.may_be_given(person.role, known):
        raise Refused(NOT_GIVEN)
    try:
        role_changes.give(occasion, person, known, occasion.reader)
    except StillNeeded:
        raise Refused(STILL) from None


def hand_over(occasion: PageOccasion, words: str) -> None:
    """Offer the one tap with which somebody gets another caseworker; the reader is told who could be meant."""
    handing_over.offer(occasion, occasion.reader, words)


def hand_over_all(occasion: PageOccasion, person: Person, handle: str) -> None:
    """Everybody whom somebody looks after gets this caseworker: for those who leave, or have left."""
    if not staff_page.may_keep(occasion.reader, person):
        raise Refused(NOT_YOURS)
    people = occasion.uow.people
    to = people.by_handle(handle)
    if to is None or to.role is not Role.CASEWORKER or people.has_left(to.id) or to.id == person.id:
        raise Refused(NOBODY)
    participants = people.participants_of(person.id)
    if not participants:
        raise Refused(NONE_LEFT)
    for participant in participants:
        people.lock(participant.id)
        if access.allows(occasion, occasion.reader, Operation.HAND_OVER_CASE, participant):
            access.note_read(occasion, occasion.reader, Operation.HAND_OVER_CASE, participant)
            case_moves.move(occasion, participant, to, occasion.reader)


def end(occasion: PageOccasion, person: Person, *, sure: bool) -> None:
    """They work here no more: nothing of theirs opens anything from this moment on."""
    _ask(occasion, person)
    if not sure:
        raise Refused(NOT_SURE)
    try:
        leaving.leave(occasion.uow, person, occasion.now)
    except LeftBefore:
        raise Refused(LEFT) from None
    _note(occasion, person, "leave")


def _ask(occasion: PageOccasion, person: Person) -> None:
    occasion.uow.people.lock(person.id)
    if not staff_page.may_keep(occasion.reader, person):
        raise Refused(NOT_YOURS)
    if occasion.uow.people.has_left(person.id):
        raise Refused(LEFT)


def _by(occasion: PageOccasion) -> dict[str, Value]:
    return {"colleague": occasion.reader.name}


def _note(occasion: PageOccasion, person: Person, what: str, value: str = "") -> None:
    occasion.record(AccountKept(who=person.id, by=occasion.reader.id, what=what, value=value), person.id)
