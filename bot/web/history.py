"""What was said between a person and us: the inbox and the outbox, merged by their time-ordered ids."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flows.engine.messages import InboundKind, Level, Outgoing, OutgoingButton, Question
from flows.people import Person
from storage.buttons import Pressed
from storage.ids import earlier
from storage.store import Store
from storage.uow import UnitOfWork

LATE: Final = timedelta(minutes=1)
"""So much later than another process may one commit what it began before: time-outs, and clocks that differ."""

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message as the chat shows it. Entries stand in the order of their ids, and a later one has a greater id.

    Where several processes write, one with a smaller id may still turn up: see `since`.
    `message` is the outbox id of what we said, None for the person's own words; `answers` are buttons still open.
    `awaited`: somebody waits for the person to read it. `veiled`: it is there, what it says is not shown.
    """

    id: int
    text: str
    language: str
    at: datetime
    message: int | None = None
    answers: tuple[OutgoingButton, ...] = ()
    kind: InboundKind | None = None
    awaited: bool = False
    level: Level = Level.L4
    veiled: bool = False

    @property
    def own(self) -> bool:
        """Whether the person said it."""
        return self.message is None


def read_history(uow: UnitOfWork, person: Person, *, after: int = 0, now: datetime) -> list[Entry]:
    """Every entry after the id `after`, oldest first. Needs one consistent view of both boxes, which `read()` gives."""
    uow.guard.hears(person.id, now)
    return sorted([*_heard(uow, person, after), *_said(uow, person, after, now)], key=lambda entry: entry.id)


def since(store: Store, after: int) -> int:
    """From where to read what came after an entry so that nothing is passed over; some may be known already."""
    return earlier(after, LATE) if store.shared else after


def open_answers(uow: UnitOfWork, person: Person, handles: Iterable[str], now: datetime) -> frozenset[str]:
    """Which of these buttons still do something: not used, not expired, and of the question that is open now."""
    uow.guard.hears(person.id, now)
    questions = _Questions(uow, now)
    found = uow.buttons.find_all(handles, person.id)
    return frozenset(each.handle for each in found if each.used_at is None and questions.is_open(each.question))


class _Questions:
    """Which questions are open at an instant; every conversation is looked up once."""

    def __init__(self, uow: UnitOfWork, now: datetime) -> None:
        self._uow = uow
        self._now = now
        self._turns: dict[int, int | None] = {}

    def is_open(self, question: Question) -> bool:
        """Whether what answers this question still does something."""
        if question.until is not None and question.until <= self._now:
            return False
        return question.conversation is None or self._turn(question.conversation) == question.turn

    def _turn(self, id_: int) -> int | None:
        if id_ not in self._turns:
            conversation = self._uow.conversations.get(id_).conversation
            self._turns[id_] = conversation.turn if conversation.status.is_open else None
        return self._turns[id_]


def _heard(uow: UnitOfWork, person: Person, after: int) -> Iterable[Entry]:
    while rows := uow.inbox.history(person.id, after_id=after, limit=_PAGE):
        for row in rows:
            if row.text or row.kind is InboundKind.FILE:
                yield Entry(id=row.id, text=row.text, language="", at=row.received, kind=row.kind)
        after = rows[-1].id


def _said(uow: UnitOfWork, person: Person, after: int, now: datetime) -> Iterable[Entry]:
    questions, used = _Questions(uow, now), uow.buttons.used(person.id, after)
    while rows := uow.outbox.history(person.id, after_seq=after, limit=_PAGE):
        for row in rows:
            yield _shown(row.seq, row.message, tuple(_open_under(row.message, used, questions)))
        after = rows[-1].seq


def _open_under(message: Outgoing, used: Collection[Pressed], questions: _Questions) -> Iterator[OutgoingButton]:
    if message.buttons and questions.is_open(message.question):
        for position, button in enumerate(message.buttons):
            if (message.id, position) not in used:
                yield button


def _shown(seq: int, message: Outgoing, answers: tuple[OutgoingButton, ...]) -> Entry:
    return Entry(
        id=seq,
        text=message.text,
        language=message.language,
        at=max(message.created, message.not_before),
        message=message.id,
        answers=answers,
        awaited=message.awaited,
        level=message.level,
    )
