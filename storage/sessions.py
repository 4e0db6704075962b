"""Login links and web sessions; only hashes of their secrets are stored."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from flows.people import PersonId
from storage.instants import from_micros, instant_or_none, micros_or_none, to_micros
from storage.repository import Repository
from storage.statements import Statement, const, insert_into
from storage.tables import login_links, web_sessions

_ADD_LINK = insert_into(login_links)
_VALID = (
    login_links.c.token_hash == sa.bindparam("token_hash"),
    login_links.c.used_at.is_(None),
    login_links.c.expires > sa.bindparam("now"),
)
_USE_LINK = Statement(sa.update(login_links).where(*_VALID).values(used_at=sa.bindparam("now")))
_LINK = Statement(sa.select(login_links.c.person).where(*_VALID))
_DROP_LINKS = Statement(sa.delete(login_links).where(login_links.c.person == sa.bindparam("person")))
_ADD = insert_into(web_sessions)
_FIND = Statement(sa.select(web_sessions).where(web_sessions.c.slot == sa.bindparam("slot")))
_TOUCH = Statement(
    sa.update(web_sessions).where(web_sessions.c.slot == sa.bindparam("slot")).values(seen=sa.bindparam("seen"))
)
_UNLOCK = Statement(
    sa.update(web_sessions)
    .where(web_sessions.c.slot == sa.bindparam("slot"))
    .values(unlocked=sa.bindparam("unlocked"), may_reset=const(0))
)
_STAY = Statement(
    sa.update(web_sessions)
    .where(web_sessions.c.slot == sa.bindparam("slot"), web_sessions.c.unlocked >= sa.bindparam("since"))
    .values(unlocked=sa.bindparam("unlocked"))
)
_LOCK = Statement(sa.update(web_sessions).where(web_sessions.c.slot == sa.bindparam("slot")).values(unlocked=sa.null()))
_LOCK_ALL = Statement(
    sa.update(web_sessions)
    .where(web_sessions.c.person == sa.bindparam("person"))
    .values(unlocked=sa.null(), may_reset=const(0))
)
_OPEN = Statement(
    sa.select(web_sessions.c.slot).where(
        web_sessions.c.person == sa.bindparam("person"),
        web_sessions.c.revoked == const(0),
        web_sessions.c.expires > sa.bindparam("now"),
    )
)
_REVOKE = Statement(sa.update(web_sessions).where(web_sessions.c.slot == sa.bindparam("slot")).values(revoked=const(1)))
_REVOKE_ALL = Statement(
    sa.update(web_sessions).where(web_sessions.c.person == sa.bindparam("person")).values(revoked=const(1))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSession:
    """One login of one person in one browser slot; `kind` tells participants' sessions from those of staff.

    `unlocked`: when something was last done after the PIN was given; None: it has to be given. `may_reset`: whoever
    came in by a new link may choose a new PIN (for how long, the pages decide).
    `lent`: the device is not the person's own, nothing may stay on it.
    """

    slot: str
    secret_hash: bytes
    person: PersonId
    kind: str
    created: datetime
    seen: datetime
    expires: datetime
    revoked: bool = False
    unlocked: datetime | None = None
    may_reset: bool = False
    lent: bool = False


class Sessions(Repository):
    """Who may come in, and who is in."""

    __slots__ = ()

    def add_link(self, token_hash: bytes, person: PersonId, expires: datetime) -> None:
        """Store a login link by the hash of its token."""
        self._db.put(_ADD_LINK, token_hash=token_hash, person=person, expires=to_micros(expires), used_at=None)

    def link(self, token_hash: bytes, now: datetime) -> PersonId | None:
        """Whose login link this is, without using it up; None if it is unknown, used or expired."""
        row = self._db.row(_LINK, token_hash=token_hash, now=to_micros(now))
        return None if row is None else PersonId(row[0])

    def use_link(self, token_hash: bytes, now: datetime) -> PersonId | None:
        """Use a login link up; None if it is unknown, used or expired."""
        person = self.link(token_hash, now)
        if person is None or not self._db.change(_USE_LINK, token_hash=token_hash, now=to_micros(now)):
            return None
        return person

    def drop_links(self, person: PersonId) -> None:
        """Every login link of the person works no more."""
        self._db.send(_DROP_LINKS, person=person)

    def add(self, session: WebSession) -> None:
        """Store a new session."""
        self._db.put(
            _ADD,
            slot=session.slot,
            secret_hash=session.secret_hash,
            person=session.person,
            kind=session.kind,
            created=to_micros(session.created),
            seen=to_micros(session.seen),
            expires=to_micros(session.expires),
            revoked=int(session.revoked),
            unlocked=micros_or_none(session.unlocked),
            may_reset=int(session.may_reset),
            lent=int(session.lent),
        )

    def find(self, slot: str) -> WebSession | None:
        """The session in this slot, expired and revoked ones too."""
        row = self._db.row(_FIND, slot=slot)
        if row is None:
            return None
        slot, secret_hash, person, kind, created, seen, expires, revoked, unlocked, may_reset, lent = row
        return WebSession(
            slot=slot,
            secret_hash=secret_hash,
            person=person,
            kind=kind,
            created=from_micros(created),
            seen=from_micros(seen),
            expires=from_micros(expires),
            revoked=bool(revoked),
            unlocked=instant_or_none(unlocked),
            may_reset=bool(may_reset),
            lent=bool(lent),
        )

    def touch(self, slot: str, now: datetime) -> None:
        """The session was used."""
        self._db.put(_TOUCH, slot=slot, seen=to_micros(now))

    def unlock(self, slot: str, now: datetime) -> None:
        """The PIN was given, or a new one was chosen, in this session."""
        self._db.put(_UNLOCK, slot=slot, unlocked=to_micros(now))

    def stay_unlocked(self, slot: str, since: datetime, now: datetime) -> None:
        """Something was done in this session, if it has been unlocked and used since then."""
        self._db.change(_STAY, slot=slot, since=to_micros(since), unlocked=to_micros(now))

    def lock(self, slot: str) -> None:
        """The PIN has to be given again in this session."""
        self._db.change(_LOCK, slot=slot)

    def lock_all(self, person: PersonId) -> int:
        """The PIN has to be given in every session of the person, and none may choose a new one without it."""
        return self._db.change(_LOCK_ALL, person=person)

    def is_anywhere(self, person: PersonId, now: datetime) -> bool:
        """Whether the person is still signed in on some device."""
        return self._db.row(_OPEN, person=person, now=to_micros(now)) is not None

    def revoke(self, slot: str) -> None:
        """The session is over."""
        self._db.put(_REVOKE, slot=slot)

    def revoke_all(self, person: PersonId) -> int:
        """Every session of the person is over; how many there were."""
        return self._db.change(_REVOKE_ALL, person=person)
