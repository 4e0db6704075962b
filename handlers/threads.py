"""Staff read what was written, search in it, and keep notes; the person reads the notes, too (F43, R58)."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final

from flows.engine.events import Said
from flows.engine.messages import Button, Level, Text, Value
from flows.people import Person, Role
from flows.rules.access import Operation, Relation
from flows.rules.thread import Entry, Kind, has
from handlers import access, inbox, strikes
from handlers.inviting import WHO
from handlers.occasion import Occasion, Sending
from storage.thread import MOST

READ: Final = re.compile(
    r"(?:/messages|nachrichten|verlauf|messages)(?:\s+(?:von|mit|of|with|from))?[\s:]+(\S.*)", re.IGNORECASE
)
SEARCH: Final = re.compile(
    r"(?:/search|suche|such|search)(?:\s+(?:bei|von|with|of)\s+([^:]+?)\s*:|:?)\s+(\S.*)", re.IGNORECASE
)
NOTE: Final = re.compile(
    r"(?:/note|notiz|note)(?:\s+(?:zu|über|ueber|für|fuer|on|about))?\s+([^:]+?)\s*:\s*(\S.*)", re.IGNORECASE
)
MOST_SHOWN: Final = 10
LONGEST_SHOWN: Final = 500
"""So many characters of an entry are shown in a list."""
LONGEST_NOTE: Final = 2000
HOW: Final = Text(
    "What was written you find by: “Messages NAME”, “Search WORD”. You note something by: “Note on NAME: …”."
)
EMPTY: Final = Text("{name}: nothing has been written yet.")


def hear(occasion: Occasion, by: Person, text: str) -> bool:
    """Read, search or note, as such a line says; False for any other line."""
    line = " ".join(text.split())
    if found := NOTE.fullmatch(line):
        _note(occasion, by, found[1], NOTE.fullmatch(text.strip()) or found)
    elif found := SEARCH.fullmatch(line):
        _search(occasion, by, found[1], found[2])
    elif (found := READ.fullmatch(line)) and (people := _meant(occasion, by, found[1], Operation.READ_THREAD)):
        _show(occasion, by, people)
    else:
        return False
    return True


def _meant(occasion: Occasion, by: Person, words: str, operation: Operation) -> list[Person]:
    """Whom the words name best of those with whom `by` may do this; anybody else is answered like nobody at all."""
    people = occasion.uow.people
    words = words.strip(" .!?")
    known = people.by_handle(words.casefold())
    hits = people.named(words) if known is None else {known.id: 1}
    able = {one: hit for one, hit in hits.items() if access.may(occasion, by, operation, people.get(one))}
    best = max(able.values(), default=0)
    return [people.get(one) for one, hit in able.items() if hit == best]


def _show(occasion: Occasion, by: Person, people: list[Person]) -> None:
    if len(people) != 1:
        occasion.say(by, Said(WHO))
        return
    (person,) = people
    entries = readable(occasion, by, person, MOST_SHOWN)
    about = Sending(subject=person)
    if not entries:
        occasion.say(by, Said(EMPTY, level=Level.L3), about)
        return
    head = Text("What was written, the latest last: {name}")
    told = [line_of(occasion, by, entry) for entry in reversed(entries)]
    for text in (head, *told):
        occasion.say(by, Said(text, level=Level.L4), about)
    access.note_read(occasion, by, Operation.READ_THREAD, person)


def readable(occasion: Occasion, by: Person, person: Person, most: int) -> list[Entry]:
    """What `by` may read of what was written with this person, the latest first, at most so much.

    The stand-in reads what has come since the leave began; the protection person what went to them, and nobody else.
    """
    kinds, since = _scope(occasion, by, person)
    entries = [entry for entry in occasion.uow.thread.of(person.id, kinds) if entry.at >= since]
    return strikes.as_read_by(occasion, by, entries)[:most]


def _scope(occasion: Occasion, by: Person, person: Person) -> tuple[frozenset[Kind], datetime]:
    always = datetime.min.replace(tzinfo=UTC)
    if by.role is Role.PROTECTION:
        return frozenset({Kind.PROTECTED}), always
    if Relation.ASSIGNED in access.relations(occasion, by, person):
        return frozenset({Kind.MESSAGE, Kind.NOTE}), always
    caseworker = occasion.uow.people.caseworker_of(person.id)
    local = occasion.local(by)
    day = local.date()
    while caseworker is not None and occasion.uow.people.is_away(caseworker.id, day - timedelta(days=1)):
        day -= timedelta(days=1)
    return frozenset({Kind.MESSAGE}), datetime.combine(day, time(), local.tzinfo)


def line_of(occasion: Occasion, by: Person, entry: Entry) -> Text:
    """When, who, and the words; long ones are cut off."""
    writer = occasion.uow.people.get(entry.by)
    words = entry.words if len(entry.words) <= LONGEST_SHOWN else f"{entry.words[:LONGEST_SHOWN]} …"
    values: dict[str, Value] = {
        "at": entry.at.astimezone(occasion.local(by).tzinfo),
        "person": writer.name,
        "words": words,
    }
    if entry.kind is Kind.NOTE and by.id in {entry.by, entry.person} and strikes.is_struck(occasion, entry):
        return Text("{at}, note by {person}, struck in part or whole: {words}", values)
    if entry.kind is Kind.NOTE:
        return Text("{at}, note by {person}: {words}", values)
    return Text("{at}: {person} wrote: {words}", values)


def _search(occasion: Occasion, by: Person, name: str | None, wanted: str) -> None:
    """Look through what may be read: it is opened and compared, no index of words is ever kept."""
    if name is None:
        people = access.within_reach(occasion, by)
    else:
        people = _meant(occasion, by, name, Operation.READ_THREAD)
        if len(people) != 1:
            occasion.say(by, Said(WHO))
            return
    found = [entry for person in people for entry in readable(occasion, by, person, MOST) if has(entry, wanted)]
    found.sort(key=lambda entry: entry.id)
    for entry in found[-MOST_SHOWN:]:
        subject = occasion.uow.people.get(entry.person)
        text = Text("{name}: {line}", {"line": line_of(occasion, by, entry)})
        occasion.say(by, Said(text, level=Level.L4), Sending(subject=subject))
        access.note_read(occasion, by, Operation.READ_THREAD, subject)
    if not found:
        occasion.say(by, Said(Text("I have found nothing.")))
    elif len(found) > MOST_SHOWN:
        more = Text("Older ones that fit: {n}. One more word finds fewer.", {"n": len(found) - MOST_SHOWN})
        occasion.say(by, Said(more))


def _note(occasion: Occasion, by: Person, name: str, found: re.Match[str]) -> None:
    people = _meant(occasion, by, name, Operation.KEEP_NOTES)
    if len(people) != 1:
        occasion.say(by, Said(WHO))
        return
    (person,), words = people, found[2].strip()
    about = Sending(subject=person)
    if len(words) > LONGEST_NOTE:
        occasion.say(by, Said(Text("This is too long. Please write it shorter.")), about)
        return
    inbox.keep(occasion, person, by.id, Kind.NOTE, words)
    strikes.tell(occasion, person, by)
    occasion.say(by, Said(Text("Noted. {name} can read it, too, under “My data”."), level=Level.L3), about)


def told(occasion: Occasion, person: Person) -> list[Text]:
    """What staff have noted about the person, for "my data"."""
    notes = occasion.uow.thread.of(person.id, (Kind.NOTE,))
    head = Text("What we have noted about you:")
    return [head, *(line_of(occasion, person, note) for note in reversed(notes))] if notes else []


def ways_on(occasion: Occasion, person: Person) -> tuple[Button, ...]:
    """The way to strike something, for whom something is noted about."""
    return (strikes.SHOW,) if occasion.uow.thread.of(person.id, (Kind.NOTE,)) else ()
