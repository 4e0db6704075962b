"""The person reads what staff have noted about them, and strikes what nobody else shall read (R58; ADR 0040).

A note is its writer's own until the person has had days to read it; what is struck stays its writer's own for good.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from flows.engine.events import Said
from flows.engine.messages import Button, Haste, Level, Text
from flows.engine.replies import Reply
from flows.engine.thread_events import PassageStruck
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.passages import passages, without
from flows.rules.thread import Entry, Kind
from handlers import access, alerts
from handlers.occasion import Occasion, Sending

READ_FIRST: Final = timedelta(days=3)
"""So long, over a weekend, a note is read by nobody but its writer: the person can strike before it goes to others."""
SHOW: Final = Button(Text("Read and strike notes"), "notes")
STRIKE: Final = "strike_note"
ALL: Final = "all"
AT_ONCE: Final = 5
MOST_SHOWN: Final = 10
NOTHING: Final = Text("There is nothing here that you could strike.")


def knows(action: str) -> bool:
    """Whether a press is about the notes on oneself."""
    return action in {SHOW.action, STRIKE}


def tell(occasion: Occasion, person: Person, by: Person) -> None:
    """Something was noted about the person: they hear of it, by day, once a day, and can strike before others read."""
    text = Text(
        "{person} has noted something about you. You can read it, and strike what others shall not read.",
        {"person": by.name},
    )
    key = f"noted:{person.id}:{occasion.local(person).date()}"
    sending = Sending(purpose="C1", quiet=True, haste=Haste.NEWS, lasting=True, dedupe=key)
    occasion.say(person, Said(text, (SHOW,)), sending)


def tell_successor_reads(occasion: Occasion, person: Person, to: Person) -> None:
    """Somebody else looks after the person from now on, and reads the notes that are not struck."""
    if _notes(occasion, person):
        text = Text(
            "{person} also reads what was noted about you. You can strike what you do not want.", {"person": to.name}
        )
        sending = Sending(purpose="C1", quiet=True, haste=Haste.NEWS, lasting=True)
        occasion.say(person, Said(text, (SHOW,)), sending)


def press(occasion: Occasion, person: Person, reply: Reply) -> None:
    """Show the notes, or strike what the button names."""
    if not access.may_own(person, Operation.STRIKE_NOTES):
        access.refuse(occasion, person)
    elif reply.action == SHOW.action:
        _show(occasion, person)
    else:
        _strike(occasion, person, reply.value)


def _notes(occasion: Occasion, person: Person) -> list[Entry]:
    return occasion.uow.thread.of(person.id, (Kind.NOTE,))


def _show(occasion: Occasion, person: Person) -> None:
    """Each note of which something is left to strike, the latest last, with a button for every passage."""
    struck = occasion.uow.thread.struck(person.id)
    left = [(note, _left(note, struck.get(note.id, frozenset()))) for note in _notes(occasion, person)]
    shown = [(note, numbers) for note, numbers in left if numbers][:MOST_SHOWN]
    if not shown:
        occasion.say(person, Said(NOTHING))
    for note, numbers in reversed(shown):
        _show_note(occasion, person, note, numbers)


def _left(note: Entry, struck: frozenset[int]) -> list[int]:
    return [number for number in range(len(passages(note.words))) if number not in struck]


def _show_note(occasion: Occasion, person: Person, note: Entry, numbers: list[int]) -> None:
    parts = passages(note.words)
    writer = occasion.uow.people.get(note.by).name
    at = note.at.astimezone(occasion.local(person).tzinfo)
    whole = Button(Text("Strike all of it"), STRIKE, f"{note.id}:{ALL}")
    if len(numbers) == 1:
        text = Text("{at}, note by {person}: {words}", {"at": at, "person": writer, "words": parts[numbers[0]]})
        occasion.say(person, Said(text, (whole,), Level.L4), Sending(lasting=True))
        return
    occasion.say(person, Said(Text("{at}, note by {person}:", {"at": at, "person": writer}), (whole,), Level.L4))
    for start in range(0, len(numbers), AT_ONCE):
        piece = numbers[start : start + AT_ONCE]
        lines = "\n".join(f"{number + 1}: {parts[number]}" for number in piece)
        buttons = tuple(
            Button(Text("Strike {n}", {"n": number + 1}), STRIKE, f"{note.id}:{number}") for number in piece
        )
        occasion.say(person, Said(Text("{words}", {"words": lines}), buttons, Level.L4), Sending(lasting=True))


def _strike(occasion: Occasion, person: Person, value: str) -> None:
    """Strike it once; the responsible person hears that something was struck, and nothing else about it."""
    number, _, which = value.partition(":")
    occasion.uow.people.lock(person.id)
    note = next((one for one in _notes(occasion, person) if str(one.id) == number), None)
    struck = occasion.uow.thread.struck(person.id)
    left = [] if note is None else _left(note, struck.get(note.id, frozenset()))
    gone = [one for one in left if which in {ALL, str(one)}]
    if note is None or not gone:
        occasion.say(person, Said(Text("This is struck already, or it is not here any more.")))
        return
    for one in gone:
        occasion.uow.thread.strike(note, one, occasion.now)
    occasion.record(PassageStruck(who=person.id, note=note.id, count=len(gone)), person.id)
    writer = occasion.uow.people.get(note.by)
    done = Text(
        "Struck. Only {person}, who wrote it, still sees it. We say that you struck something, not why.",
        {"person": writer.name},
    )
    occasion.say(person, Said(done, (SHOW,)), Sending(lasting=True))
    told = Text("{name} has struck something from a note by {person}. Others do not read it.", {"person": writer.name})
    alerts.note(occasion, person, told)


def as_read_by(occasion: Occasion, reader: Person, entries: Iterable[Entry]) -> list[Entry]:
    """The entries about one person as this reader may see them.

    Own notes whole; others' after the person had time, and without what is struck.
    """
    entries = list(entries)
    if all(entry.kind is not Kind.NOTE or entry.by == reader.id for entry in entries):
        return entries
    struck = occasion.uow.thread.struck(entries[0].person)
    return [kept for entry in entries if (kept := _for_others(occasion, reader, entry, struck)) is not None]


def _for_others(occasion: Occasion, reader: Person, entry: Entry, struck: dict[int, frozenset[int]]) -> Entry | None:
    if entry.kind is not Kind.NOTE or entry.by == reader.id:
        return entry
    words = without(entry.words, struck.get(entry.id, frozenset()))
    if not words or entry.at + READ_FIRST > occasion.now:
        return None
    return replace(entry, words=words)


def is_struck(occasion: Occasion, entry: Entry) -> bool:
    """Whether the person has struck anything of this note."""
    return entry.kind is Kind.NOTE and entry.id in occasion.uow.thread.struck(entry.person)
