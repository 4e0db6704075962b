"""Buttons under messages, found by a random handle; what they stand for is sealed in the message."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from flows.engine.messages import Outgoing
from flows.people import PersonId
from storage.errors import VaultError
from storage.instants import instant_or_none, micros_or_none, to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into
from storage.tables import buttons, outbox

_ADD = insert_into(buttons)
_FIND = Statement(
    sa.select(
        buttons.c.outbox,
        buttons.c.position,
        buttons.c.conversation,
        buttons.c.turn,
        buttons.c.expires,
        buttons.c.used_at,
        outbox.c.subject,
        outbox.c.sealed,
    )
    .join(outbox, outbox.c.id == buttons.c.outbox)
    .where(buttons.c.handle == sa.bindparam("handle"))
    .where(buttons.c.person == sa.bindparam("person"))
)
_USE = Statement(
    sa.update(buttons)
    .where(buttons.c.handle == sa.bindparam("handle"))
    .where(buttons.c.used_at.is_(None))
    .values(used_at=sa.bindparam("used_at"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredButton:
    """A button as it was shown: where, what it stands for, which turn asked, and whether it was used."""

    handle: str
    person: PersonId
    outbox_id: int
    position: int
    label: str
    action: str
    value: str
    conversation: int | None
    turn: int | None
    expires: datetime | None
    used_at: datetime | None


class Buttons(Repository):
    """A handle works for one person only; for anybody else it does not exist."""

    __slots__ = ()

    def add(
        self,
        message: Outgoing,
        *,
        conversation: int | None = None,
        turn: int | None = None,
        expires: datetime | None = None,
    ) -> None:
        """Make the buttons of a stored message pressable for the person it goes to."""
        fingerprint, until = self._seals.fingerprint, micros_or_none(expires)
        self._db.puts(
            _ADD,
            [
                {
                    "handle": fingerprint("button", button.handle),
                    "person": message.to,
                    "outbox": message.id,
                    "position": position,
                    "conversation": conversation,
                    "turn": turn,
                    "expires": until,
                    "used_at": None,
                }
                for position, button in enumerate(message.buttons)
            ],
        )

    def find(self, handle: str, person: PersonId) -> StoredButton | None:
        """The button with this handle, if it is this person's."""
        row = self._db.row(_FIND, handle=self._seals.fingerprint("button", handle), person=person)
        if row is None:
            return None
        outbox_id, position, conversation, turn, expires, used_at, subject, sealed = row
        try:
            shown = self._seals.open(subject, "outbox", outbox_id, sealed)["buttons"][position]
        except VaultError:
            return None
        return StoredButton(
            handle=handle,
            person=person,
            outbox_id=outbox_id,
            position=position,
            label=shown[1],
            action=shown[2],
            value=shown[3],
            conversation=conversation,
            turn=turn,
            expires=instant_or_none(expires),
            used_at=instant_or_none(used_at),
        )

    def use(self, handle: str, now: datetime) -> bool:
        """The button was pressed; False if it had been before."""
        return self._db.change(_USE, handle=self._seals.fingerprint("button", handle), used_at=to_micros(now)) == 1
