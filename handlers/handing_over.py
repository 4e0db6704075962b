"""Somebody gets another caseworker, by one line of staff: "Übergabe Jonas an Herrn Demir" (F44, R57)."""

import re
from typing import Final

from flows.engine.events import Said
from flows.engine.messages import Button, Text
from flows.people import Person, PersonId, Role
from flows.rules.access import Operation
from flows.rules.names import words_of
from handlers import access, case_moves, escalating
from handlers.inviting import HANDLE, MOST, WHO
from handlers.occasion import Occasion, Sending
from storage.buttons import StoredButton

LINE: Final = re.compile(
    r"(?:/handover|(?:fall)?übergabe(?: von)?|(?:fall)?uebergabe(?: von)?|übergib|hand over)[\s:]+(\S.*)", re.IGNORECASE
)
TO: Final = re.compile(r"\s+(?:an|to)\s+", re.IGNORECASE)
ACTION: Final = "hand_case"


def hear(occasion: Occasion, by: Person, text: str) -> bool:
    """Ask for the one tap that such a line needs; False for any other line."""
    found = LINE.fullmatch(" ".join(text.split()))
    if found is None:
        return False
    offer(occasion, by, found[1])
    return True


def offer(occasion: Occasion, by: Person, words: str) -> None:
    """Offer whom "Jonas" or "Jonas an Herrn Demir" could go to, one button each."""
    who, *to = TO.split(words.strip(" .,:;!?"), maxsplit=1)
    people = _meant(occasion, by, who)
    if len(people) == 1:
        _offer(occasion, by, people[0], to[0] if to else "")
    else:
        occasion.say(by, Said(WHO))


def _meant(occasion: Occasion, by: Person, words: str) -> list[Person]:
    """Whom the words name best of those who are theirs to hand over; anybody else is answered like nobody at all."""
    people = occasion.uow.people
    if HANDLE.fullmatch(words):
        known = people.by_handle(words.casefold())
        found = {} if known is None else {known.id: 1}
    else:
        found = people.named(words)
    able = {
        one: hits
        for one, hits in found.items()
        if (person := people.get(one)).role is Role.PARTICIPANT
        and access.may(occasion, by, Operation.HAND_OVER_CASE, person)
    }
    best = max(able.values(), default=0)
    return [people.get(one) for one, hits in able.items() if hits == best]


def _offer(occasion: Occasion, by: Person, participant: Person, words: str) -> None:
    about = Sending(subject=participant, lasting=True)
    colleagues = _colleagues(occasion, participant, words)
    if not colleagues:
        nobody = Text("I find no caseworker of this name. Please write: hand over {name} to …")
        occasion.say(by, Said(nobody), about)
        return
    buttons = tuple(
        Button(Text("To {person:declined}", {"person": one.name}), ACTION, f"{participant.id}:{one.id}")
        for one in colleagues[:MOST]
    )
    away = tuple(Text("{person}", {"person": one.name}) for one in colleagues if escalating.is_absent(occasion, one))
    text = Text("Who shall look after {name}? Open alerts and appointments go along.")
    absent = Text("Who shall look after {name}? Away at the moment: {people}.", {"people": away})
    occasion.say(by, Said(absent if away else text, buttons), about)


def _colleagues(occasion: Occasion, participant: Person, words: str) -> list[Person]:
    """Caseworkers beside the own one: whom the words name best, everybody without words."""
    people = occasion.uow.people
    current = people.caseworker_of(participant.id)
    others = [one for one in people.all(Role.CASEWORKER) if current is None or one.id != current.id]
    if not words:
        return others
    named = {one.id: len(words_of(words) & words_of(one.name)) + (one.handle == words.casefold()) for one in others}
    best = max(named.values(), default=0)
    return [one for one in others if named[one.id] == best > 0]


def press(occasion: Occasion, by: Person, button: StoredButton) -> None:
    """The tap: it is done if it is still theirs to do, and tells who has them already."""
    number, _, colleague = button.value.partition(":")
    people = occasion.uow.people
    people.lock(PersonId(int(number)))
    participant, to = people.get(PersonId(int(number))), people.get(PersonId(int(colleague)))
    if not access.allows(occasion, by, Operation.HAND_OVER_CASE, participant):
        return
    current = people.caseworker_of(participant.id)
    if current is not None and current.id == to.id:
        has = Text("{person} looks after {name} already.", {"person": to.name})
        occasion.say(by, Said(has), Sending(subject=participant))
    elif to.role is not Role.CASEWORKER or people.has_left(to.id):
        access.refuse(occasion, by)
    else:
        access.note_read(occasion, by, Operation.HAND_OVER_CASE, participant)
        case_moves.move(occasion, participant, to, by)
