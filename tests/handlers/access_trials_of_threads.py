"""Trials of reading what was written with somebody, and of noting something about them."""

from collections.abc import Mapping

from flows.rules.access import Actor, Operation, Relation
from flows.rules.thread import Entry, Kind
from tests.handlers.access_people import Stage, Trial

WORDS = "Zahnrad zwei"


def _written(stage: Stage, kind: Kind) -> None:
    id_, person = stage.uow.new_id(), stage.concerned.id
    stage.uow.thread.add(Entry(id=id_, person=person, by=person, kind=kind, at=stage.now, words=WORDS))


def _reads(stage: Stage, line: str) -> bool:
    stage.say(line)
    told = [message.text for message in stage.written() if stage.me is not None and message.to == stage.me.id]
    return any(WORDS in text for text in told) and stage.relation is not Relation.SELF


def read_thread(stage: Stage) -> bool:
    """Ask for what was written, and search in it; both leave an entry in the log or show nothing."""
    _written(stage, Kind.PROTECTED if stage.actor is Actor.PROTECTION else Kind.MESSAGE)
    effects = (
        _reads(stage, f"Nachrichten {stage.concerned.handle}"),
        _reads(stage, f"Suche bei {stage.concerned.handle}: zahnrad"),
        stage.was_read(Operation.READ_THREAD),
    )
    assert len(set(effects)) == 1, effects
    return effects[0]


def keep_notes(stage: Stage) -> bool:
    """Write a note about the person."""
    stage.say(f"Notiz zu {stage.concerned.handle}: {WORDS}")
    return bool(stage.uow.thread.of(stage.concerned.id, (Kind.NOTE,)))


def strike_notes(stage: Stage) -> bool:
    """Strike a note of the caseworker about the person, by a button that somebody else may have been given."""
    note = Entry(id=stage.uow.new_id(), person=stage.concerned.id, by=stage.caseworker.id, kind=Kind.NOTE,
                 at=stage.now, words=WORDS)  # fmt: skip
    stage.uow.thread.add(note)
    stage.press("strike_note", f"{note.id}:all")
    return bool(stage.uow.thread.struck(stage.concerned.id))


OF_THREADS: Mapping[Operation, Trial] = {
    Operation.READ_THREAD: read_thread,
    Operation.KEEP_NOTES: keep_notes,
    Operation.STRIKE_NOTES: strike_notes,
}
