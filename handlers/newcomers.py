"""Somebody new among the staff: nobody is kept without a handle, a name and a direct line (R57, ADR 0038)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

import phonenumbers

from flows.engine.account_events import AccountKept
from flows.engine.messages import Text
from flows.people import Person, PersonId, Role
from flows.rules import staffing
from handlers import role_changes
from handlers.inviting import HANDLE
from handlers.occasion import Occasion
from handlers.understanding import phone_in

LANGUAGE: Final = "de"
"""What they are spoken to in, until they choose."""
LONGEST_NAME: Final = 80
AT_HOME: Final = 49
INITIAL: Final = "c"
NO_HANDLE: Final = Text("Somebody else has this handle.")
NO_NAME: Final = Text("Please write the name as people will read it, as in Frau Albers.")
NO_LINE: Final = Text("Please give a direct line with its area code, as in 0221 4710 101.")


class CannotAdd(Exception):
    """Nobody was added; the message says why and what to do, `said` the same on a page."""

    def __init__(self, problem: str, said: Text) -> None:
        """`problem` is for operators, `said` for staff."""
        super().__init__(problem)
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who comes, as somebody has written it down; `phone` is the line that people are given."""

    handle: str
    name: str
    phone: str
    role: Role
    group: str = ""


def add(occasion: Occasion, newcomer: Newcomer, by: Person | None) -> Person:
    """Keep them, with no way in yet; `by` None: an operator. The officers are told. Raises `CannotAdd`."""
    handle, name = newcomer.handle.strip().casefold(), " ".join(newcomer.name.split())
    line = line_in(newcomer.phone)
    for problem, said in _problems(occasion, newcomer, handle, name, line):
        raise CannotAdd(problem, said)
    person = Person(
        id=PersonId(occasion.uow.new_id()),
        handle=handle,
        role=newcomer.role,
        name=name,
        language=LANGUAGE,
        formal=True,
        phone=line,
        group=staffing.group_in(newcomer.group),
    )
    occasion.uow.people.add(person)
    kept = AccountKept(who=person.id, by=None if by is None else by.id, what="added", value=person.role.value)
    occasion.record(kept, person.id)
    role_changes.tell_officers(occasion, person, Text("{person} is new in the team.", {"person": person.name}))
    return person


def line_in(words: str) -> str:
    """The number in these words as it is read aloud; empty if there is none that could be called."""
    number = phone_in(words)
    if number is None:
        return ""
    parsed = phonenumbers.parse(number)
    here = parsed.country_code == AT_HOME
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if here else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, shape)


def next_handle(occasion: Occasion) -> str:
    """The first handle of a caseworker that nobody has had."""
    return next(one for n in count(1) if occasion.uow.people.by_handle(one := f"{INITIAL}{n}") is None)


def _problems(occasion: Occasion, newcomer: Newcomer, handle: str, name: str, line: str) -> Iterator[tuple[str, Text]]:
    if not HANDLE.fullmatch(handle):
        yield f"HANDLE: {newcomer.handle!r} cannot be one; take a letter and digits, as in c3", NO_HANDLE
    if occasion.uow.people.by_handle(handle) is not None:
        yield f"HANDLE: {handle} is somebody's already, or was; {next_handle(occasion)} is free", NO_HANDLE
    if not 1 < len(name) <= LONGEST_NAME:
        yield f"--name: 2 to {LONGEST_NAME} characters, as people will read it: --name 'Frau Albers'", NO_NAME
    if not line:
        yield (
            f"--phone: {newcomer.phone!r} cannot be called; every message names a direct line (R57), "
            "as in --phone '0221 4710 101'",
            NO_LINE,
        )
