"""What was said between a person and us: the inbox and the outbox, merged by their time-ordered ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flows.engine.messages import InboundKind, Outgoing, OutgoingButton
from flows.people import Person
from storage.buttons import StoredButton
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
    """

    id: int
    text: str
    language: str
    at: datetime
    message: int | None = None
    answers: tuple[OutgoingButton, ...] = ()
    kind: InboundKind | None = None

    @property
    def own(self) -> bool:
        """Whether the person said it."""
        return self.message is None


def read_history(uow: UnitOfWork, person: Person, *, after: int = 0, now: datetime) -> list[Entry]:
    """Every entry after the id `after`, oldest first. Needs one consistent view of both boxes, which `read()` gives."""
    return sorted([*_heard(uow, person, after), *_said(uow, person, after, now)], key=lambda entry: entry.id)


def since(store: Store, after: int) -> int:
    """From where to read what came after an entry so that nothing is passed over; some may be known already."""
    return earlier(after, LATE) if store.shared else after


def open_answers(uow: UnitOfWork, person: Person, handles: Iterable[str], now: datetime) -> frozenset[str]:
    """Which of these buttons still do something: not used, not expired, and of the question that is open now."""
    return frozenset(handle for handle in handles if _is_open(uow, uow.buttons.find(handle, person.id), now))


def _is_open(uow: UnitOfWork, button: StoredButton | None, now: datetime) -> bool:
    if button is None or button.used_at is not None or (button.expires is not None and button.expires <= now):
        return False
    if button.conversation is None:
        return True
    conversation = uow.conversations.get(button.conversation).conversation
    return conversation.status.is_open and conversation.turn == button.turn


def _heard(uow: UnitOfWork, person: Person, after: int) -> Iterable[Entry]:
    while rows := uow.inbox.history(person.id, after_id=after, limit=_PAGE):
        for row in rows:
            if row.text or row.kind is InboundKind.FILE:
                yield Entry(id=row.id, text=row.text, language="", at=row.received, kind=row.kind)
        after = rows[-1].id


def _said(uow: UnitOfWork, person: Person, after: int, now: datetime) -> Iterable[Entry]:
    while rows := uow.outbox.history(person.id, after_seq=after, limit=_PAGE):
        for row in rows:
            yield _shown(row.seq, row.message, _open_of(uow, person, row.message.buttons, now))
        after = rows[-1].seq


def _open_of(
    uow: UnitOfWork, person: Person, buttons: Sequence[OutgoingButton], now: datetime
) -> tuple[OutgoingButton, ...]:
    handles = open_answers(uow, person, (button.handle for button in buttons), now) if buttons else frozenset()
    return tuple(button for button in buttons if button.handle in handles)


def _shown(seq: int, message: Outgoing, answers: tuple[OutgoingButton, ...]) -> Entry:
    return Entry(
        id=seq,
        text=message.text,
        language=message.language,
        at=max(message.created, message.not_before),
        message=message.id,
        answers=answers,
    )
