"""What waits to be sent names nobody who is not there any more: the name and the direct line are put right (R57).

What stands in a message that has gone out stays: it was so then.
"""

import re
from dataclasses import replace
from datetime import date
from typing import Final

from flows.dialogues.consent import LATER
from flows.engine.messages import Outgoing, OutgoingButton, Text
from flows.people import Person, Role
from flows.rules.grounds import Ground
from handlers import appointments
from handlers.occasion import Occasion
from locales.catalog import render

WRITES: Final = Text("{person} writes:", LATER)
"""How words of staff begin when they are passed on: they stay the words of whoever wrote them."""
WROTE: Final = Text("This was written by {before}. From now on {person} is here for you: {phone}.", LATER)
"""The same, once whoever wrote them is not the one to answer to any more."""
NAMES_NOBODY: Final = Text("This was written by our office. From now on {person} is here for you: {phone}.", LATER)
NAMED_IN: Final = ("reader", "author")
"""Where a dialogue keeps who reads what is written in it."""
_HERR: Final = re.compile(r"\bHerr\b")


def of_case(occasion: Occasion, participant: Person, before: Person, to: Person) -> None:
    """Somebody else looks after the participant: they and their guardians read the new name, with the new number."""
    for reader in (participant, *occasion.uow.people.guardians_of(participant.id)):
        for message in occasion.uow.outbox.pending_for(reader.id):
            if message.subject in {participant.id, reader.id}:
                _reword(occasion, reader, message, (before, to))


def when_left(occasion: Occasion, left: Person) -> None:
    """Somebody works here no more: whatever names them and still waits names whoever is responsible instead."""
    people = occasion.uow.people
    instead = next(iter(people.all(left.role)), None) or next(iter(people.all(Role.COORDINATOR)), None)
    name = occasion.uow.profile.carrier["name"] if instead is None else instead.name
    for reader in (*people.all(Role.PARTICIPANT), *people.all(Role.GUARDIAN)):
        _name_in_talks(occasion, reader, left, name)
        for message in occasion.uow.outbox.pending_for(reader.id):
            to = occasion.responsible(_about(occasion, reader, message))
            if to is not None:
                _reword(occasion, reader, message, (left, to))


def _name_in_talks(occasion: Occasion, reader: Person, left: Person, name: str) -> None:
    """A question that is open and says who reads the answer says who reads it by now."""
    occasion.uow.guard.names(reader.id, Ground.PROGRAMME)
    conversations = occasion.uow.conversations
    current = conversations.current(reader.id)
    for stored in (*conversations.paused(reader.id), *(() if current is None else (current,))):
        answers = stored.conversation.answers
        named = {key: name for key in NAMED_IN if answers.get(key) == left.name}
        if named:
            changed = replace(stored.conversation, answers={**answers, **named})
            conversations.save(stored.id, reader.id, changed, stored.updated)


def while_away(occasion: Occasion, away: Person, first: date, last: date) -> None:
    """Somebody is away on these days: what goes out then names whoever is there that day."""
    people = occasion.uow.people
    for participant in people.participants_of(away.id):
        for reader in (participant, *people.guardians_of(participant.id)):
            for message in occasion.uow.outbox.pending_for(reader.id):
                day = max(message.not_before, occasion.now).astimezone(occasion.local(reader).tzinfo).date()
                to = occasion.responsible_on(_about(occasion, reader, message), day) if first <= day <= last else None
                if to is not None and not _is_of(message, away):
                    _reword(occasion, reader, message, (away, to))


def _about(occasion: Occasion, reader: Person, message: Outgoing) -> Person:
    about = reader if message.subject == reader.id else occasion.uow.people.get(message.subject)
    return reader if about.role.is_staff else about


def _is_of(message: Outgoing, writer: Person) -> bool:
    return message.text in {
        render(Text(WRITES.key, {"person": writer.name}), message.language, formal=formal) for formal in (False, True)
    }


def _is_host(occasion: Occasion, message: Outgoing, host: Person) -> bool:
    """Whether it is about an appointment that is and stays with this person: that is no line to call."""
    about, _, rest = message.dedupe.partition(":")
    if about != appointments.DEDUPE or occasion.uow.people.has_left(host.id):
        return False
    return occasion.uow.appointments.get(int(rest.partition(":")[0])).organiser == host.id


def _reword(occasion: Occasion, reader: Person, message: Outgoing, change: tuple[Person, Person]) -> None:
    before, to = change
    if message.ping or before.id == to.id or _is_host(occasion, message, before):
        return
    if _is_of(message, before):
        new = replace(message, text=_wrote(occasion, reader, before, to))
    else:
        new = _renamed(message, before, to)
    if (new.text, new.buttons) != (message.text, message.buttons):
        occasion.uow.outbox.reword(new)


def _wrote(occasion: Occasion, reader: Person, before: Person, to: Person) -> str:
    """Who wrote it, while they still work here; with whoever is there now."""
    phone = to.phone or occasion.uow.profile.carrier.get("phone", "")
    said = NAMES_NOBODY if occasion.uow.people.has_left(before.id) else WROTE
    values = {"before": before.name, "person": to.name, "phone": phone}
    return render(Text(said.key, values), reader.language, formal=reader.formal)


def _renamed(message: Outgoing, before: Person, to: Person) -> Outgoing:
    pairs = [(_declined(before), _declined(to)), (before.name, to.name)]
    if before.phone:
        pairs.append((before.phone, to.phone))

    def put(words: str) -> str:
        for old, new in pairs:
            words = words.replace(old, new)
        return words

    buttons = tuple(OutgoingButton(put(one.label), one.action, one.value, one.handle) for one in message.buttons)
    return replace(message, text=put(message.text), buttons=buttons)


def _declined(person: Person) -> str:
    return _HERR.sub("Herrn", person.name)
