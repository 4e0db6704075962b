"""What staff do about ways in, by one line in the chat: invite somebody, cut off a phone that is lost (F2, F7)."""

import re
from typing import Final

from flows.dialogues.staff import person_in_words
from flows.engine.events import AddressUnlinked, Said
from flows.engine.flow import Facts
from flows.engine.messages import Level, Text
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.invitations import LIFE, spelled
from flows.rules.reach import PAGE
from handlers import access, invitations, linking
from handlers.arriving import CHANNELS
from handlers.invitations import NotInvited
from handlers.occasion import Occasion, Sending

INVITE: Final = re.compile(
    r"(?:/invite|(?:neue )?einladung (?:für|fuer)|invitation for|invite)\s+(\S.*)", re.IGNORECASE
)
LOST: Final = re.compile(
    r"(?:/lost|(?:telefon|handy|smartphone) (?:verloren|gestohlen|weg)|(?:lost|stolen) phone)[\s:,]+(\S.*)",
    re.IGNORECASE,
)
HANDLE: Final = re.compile(r"[a-z]\d+", re.IGNORECASE)
WHO = Text("I am not sure whom you mean. Please write the name as it stands in your list.")


def hear(occasion: Occasion, by: Person, facts: Facts, text: str) -> bool:
    """Do what a line like "Einladung für Robin" or "Telefon verloren: Jonas" asks for; False for any other line."""
    words = " ".join(text.split())
    invite, lost = INVITE.fullmatch(words), LOST.fullmatch(words)
    found = invite or lost
    if found is None:
        return False
    operation = Operation.CUT_OFF_PHONE if lost else Operation.INVITE
    person = _meant(occasion, by, facts, found[1])
    if person is None or not access.allows(occasion, by, operation, person):
        return True
    if lost:
        cut_off(occasion, person)
        occasion.say(
            by,
            Said(Text("Every device of {name} is cut off. Nothing can be read there any more.")),
            Sending(subject=person),
        )
    _invite(occasion, by, person)
    return True


def _meant(occasion: Occasion, by: Person, facts: Facts, words: str) -> Person | None:
    """Whom the words name: somebody of the own list by name, anybody by handle. If nobody, that is said.

    A handle that there is not is answered like one that is not theirs to act for.
    """
    words = re.sub(r"[.,:;!?]", " ", words).strip()
    if HANDLE.fullmatch(words):
        person = occasion.uow.people.by_handle(words.casefold())
        if person is None:
            access.refuse(occasion, by)
        return person
    named = person_in_words(words, facts)
    if named is None:
        occasion.say(by, Said(WHO))
        return None
    return occasion.uow.people.get(PersonId(int(named)))


def _invite(occasion: Occasion, by: Person, person: Person) -> None:
    about = Sending(subject=person)
    try:
        code = invitations.invite(occasion.uow, person, by.id, occasion.now)
    except NotInvited:
        occasion.say(by, Said(Text("There is no invitation for {name}: nobody looks after them yet.")), about)
        return
    until = occasion.local(by) + LIFE
    text = Text(
        "Invitation for {name}: {code}. It works once, until {until}. Please hand it over in person or by letter.",
        {"code": spelled(code), "until": until.date()},
    )
    occasion.say(by, Said(text, level=Level.L4), about)


def cut_off(occasion: Occasion, person: Person) -> None:
    """From now on nothing comes from or goes to any device of the person; what waits for the page waits there."""
    uow, now = occasion.uow, occasion.now
    uow.people.lock(person.id)
    uow.sessions.revoke_all(person.id)
    for address in uow.people.addresses(person.id):
        uow.link_codes.drop(person.id, address.channel)
        if address.channel != PAGE:
            linking.end(uow, address, now)
        channel = CHANNELS.get(address.channel, linking.NAMES.get(address.channel, address.channel))
        occasion.record(AddressUnlinked(who=person.id, channel=channel), person.id)
