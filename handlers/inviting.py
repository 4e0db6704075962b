"""What staff do about ways in, by one line in the chat: invite somebody, cut off a phone that is lost (F2, F7)."""

import re
from typing import Final

from flows.engine.events import AddressUnlinked, Said
from flows.engine.messages import Button, Level, Text
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.invitations import LIFE, spelled
from flows.rules.reach import PAGE
from handlers import access, awaiting, invitations, linking
from handlers.arriving import CHANNELS
from handlers.facts import within_reach
from handlers.invitations import NotInvited
from handlers.occasion import Occasion, Sending
from storage.buttons import StoredButton

INVITE: Final = re.compile(
    r"(?:/invite|(?:neue )?einladung (?:für|fuer)|invitation for|invite)\s+(\S.*)", re.IGNORECASE
)
LOST: Final = re.compile(
    r"(?:/lost|(?:telefon|handy|smartphone) (?:verloren|gestohlen|weg)|(?:lost|stolen) phone)[\s:,]+(\S.*)",
    re.IGNORECASE,
)
INVITE_OF: Final = "invite_of"
LOST_OF: Final = "lost_of"
MOST: Final = 8
"""So many people are offered when a name fits several."""
HANDLE: Final = re.compile(r"[a-z]\d+", re.IGNORECASE)
WHICH = Text("Several people have this name. Whom do you mean?")
WHO = Text("I am not sure whom you mean. Please write the name as it stands in your list.")


def hear(occasion: Occasion, by: Person, text: str) -> bool:
    """Do what a line like "Einladung für Robin" or "Telefon verloren: Jonas" asks for; False for any other line."""
    words = " ".join(text.split())
    invite, lost = INVITE.fullmatch(words), LOST.fullmatch(words)
    found = invite or lost
    if found is None:
        return False
    words = found[1].strip(" .,:;!?")
    if HANDLE.fullmatch(words):
        _by_handle(occasion, by, words.casefold(), lost=lost is not None)
        return True
    named = _named(occasion, by, words)
    if len(named) == 1:
        _do(occasion, by, occasion.uow.people.get(named[0]), lost=lost is not None)
    elif named:
        action = LOST_OF if lost else INVITE_OF
        people = [occasion.uow.people.get(one) for one in named]
        buttons = tuple(Button(Text("{person}", {"person": one.name}), action, str(one.id)) for one in people)
        occasion.say(by, Said(WHICH, buttons))
    else:
        occasion.say(by, Said(WHO))
    return True


def _by_handle(occasion: Occasion, by: Person, handle: str, *, lost: bool) -> None:
    """A handle that there is not is answered like one that is not theirs to act for."""
    person = occasion.uow.people.by_handle(handle)
    if person is None:
        access.refuse(occasion, by)
    else:
        _do(occasion, by, person, lost=lost)


def press(occasion: Occasion, by: Person, button: StoredButton) -> None:
    """Somebody has said by a button which of several people is meant; nobody whom they do not look after (any more)."""
    person = occasion.uow.people.get(PersonId(int(button.value)))
    _do(occasion, by, person, lost=button.action == LOST_OF)


def _named(occasion: Occasion, by: Person, words: str) -> list[PersonId]:
    """Whom of their own people the words name best, by the index of names: nobody is opened for it."""
    found = occasion.uow.people.named(words)
    reach = {one: found[one] for one in within_reach(occasion, by) if one in found}
    best = max(reach.values(), default=0)
    return [one for one, hits in reach.items() if hits == best][:MOST]


def _do(occasion: Occasion, by: Person, person: Person, *, lost: bool) -> None:
    if not access.allows(occasion, by, Operation.CUT_OFF_PHONE if lost else Operation.INVITE, person):
        return
    if lost:
        cut_off(occasion, person)
        occasion.say(
            by,
            Said(Text("Every device of {name} is cut off. Nothing can be read there any more.")),
            Sending(subject=person),
        )
    _invite(occasion, by, person)


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
    awaiting.drop(uow, person.id, now)
    for address in uow.people.addresses(person.id):
        uow.link_codes.drop(person.id, address.channel)
        if address.channel != PAGE:
            linking.end(uow, address, now)
        channel = CHANNELS.get(address.channel, linking.NAMES.get(address.channel, address.channel))
        occasion.record(AddressUnlinked(who=person.id, channel=channel), person.id)
