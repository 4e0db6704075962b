"""Buttons under messages: what they stand for is sealed in the message; a row is written when one is pressed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa

from flows.engine.messages import Question
from flows.people import PersonId
from storage.errors import VaultError
from storage.handles import place_of
from storage.instants import instant_or_none, to_micros
from storage.outbox_payload import unpack_buttons, unpack_question
from storage.repository import Repository
from storage.statements import Statement, insert_into
from storage.tables import outbox, presses

_FIND = Statement(
    sa.select(outbox.c.subject, outbox.c.sealed, presses.c.position, presses.c.used_at)
    .join(presses, presses.c.outbox == outbox.c.id, isouter=True)
    .where(outbox.c.id == sa.bindparam("id"), outbox.c.recipient == sa.bindparam("person"))
)
_USED = Statement(
    sa.select(presses.c.outbox, presses.c.position)
    .join(outbox, outbox.c.id == presses.c.outbox)
    .where(outbox.c.recipient == sa.bindparam("recipient"), outbox.c.seq > sa.bindparam("after"))
)
_USE = insert_into(presses, unless=("outbox", "position"))

Pressed: TypeAlias = tuple[int, int]
"""A button by its message and its place under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredButton:
    """A button as it was shown: where, what it stands for, which question it answers, and whether it was used."""

    handle: str
    person: PersonId
    outbox_id: int
    position: int
    label: str
    action: str
    value: str
    question: Question
    used_at: datetime | None


class Buttons(Repository):
    """A handle works for one person only; for anybody else it does not exist."""

    __slots__ = ()

    def find(self, handle: str, person: PersonId) -> StoredButton | None:
        """The button with this handle, if it is this person's."""
        found = self.find_all((handle,), person)
        return found[0] if found else None

    def find_all(self, handles: Iterable[str], person: PersonId) -> list[StoredButton]:
        """Those of these handles that are buttons of this person's; each message is opened once."""
        by_message: dict[int, dict[int, str]] = {}
        for handle in handles:
            place = place_of(self._seals, handle, person)
            if place is not None:
                by_message.setdefault(place[0], {})[place[1]] = handle
        return [button for id_, asked in by_message.items() for button in self._under(id_, asked, person)]

    def used(self, person: PersonId, after_seq: int) -> frozenset[Pressed]:
        """What the person has pressed under messages after the entry `after_seq`."""
        return frozenset((message, place) for message, place in self._db.rows(_USED, recipient=person, after=after_seq))

    def use(self, button: StoredButton, now: datetime) -> bool:
        """The button was pressed; False if it had been before."""
        return self._db.change(_USE, outbox=button.outbox_id, position=button.position, used_at=to_micros(now)) == 1

    def _under(self, id_: int, asked: dict[int, str], person: PersonId) -> list[StoredButton]:
        rows = self._db.rows(_FIND, id=id_, person=person)
        if not rows:
            return []
        subject, sealed, *_ = rows[0]
        try:
            payload = self._seals.open(subject, "outbox", id_, sealed)
        except VaultError:
            return []
        used = {position: used_at for _, _, position, used_at in rows}
        question = unpack_question(payload)
        return [
            StoredButton(
                handle=asked[position],
                person=person,
                outbox_id=id_,
                position=position,
                label=label,
                action=action,
                value=value,
                question=question,
                used_at=instant_or_none(used.get(position)),
            )
            for position, (label, action, value) in enumerate(unpack_buttons(payload))
            if position in asked
        ]
