"""Leave: each deed with a request is a row of its own, sealed, and the database lets nobody change one (F37, R46)."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.leave import Deed, Leave, LeaveStep
from storage.driver import Row
from storage.instants import day_or_none, from_micros, to_micros
from storage.leave_tables import extra_leave, leave_steps
from storage.repository import Repository
from storage.statements import Statement, const, insert_into

_STEPS: Final = "leave_steps"
_EXTRA: Final = "extra_leave"
_ADD = insert_into(leave_steps)
_OF = Statement(sa.select(leave_steps).where(leave_steps.c.person == sa.bindparam("person")).order_by(leave_steps.c.id))
_OWNER = Statement(
    sa.select(leave_steps.c.person).where(leave_steps.c.request == sa.bindparam("request"), leave_steps.c.n == const(0))
)
_ADD_EXTRA = insert_into(extra_leave)
_EXTRA_OF = Statement(
    sa.select(extra_leave)
    .where(extra_leave.c.person == sa.bindparam("person"))
    .order_by(extra_leave.c.id.desc())
    .limit(const(1))
    .offset(const(0))
)


class Leaves(Repository):
    """Requests for leave, and extra leave. Whoever writes has locked the person before."""

    __slots__ = ()

    def add(self, leave: Leave) -> None:
        """Keep a new request with its first deed."""
        about = {"first": leave.first, "last": leave.last, "replaces": leave.replaces}
        self._put(leave, 0, about)

    def step(self, leave: Leave) -> None:
        """Keep the newest deed. Raises a storage error where somebody else has written one in between."""
        self._put(leave, len(leave.steps) - 1, {})

    def _put(self, leave: Leave, n: int, more: dict[str, Any]) -> None:
        id_, step = leave.id if n == 0 else self._new_id(), leave.steps[n]
        payload = {"deed": step.deed.value, "by": step.by, "words": step.words, **more}
        sealed = self._seals.seal(leave.person, _STEPS, id_, payload)
        self._db.put(_ADD, id=id_, person=leave.person, request=leave.id, n=n, at=to_micros(step.at), sealed=sealed)

    def of(self, person: PersonId) -> list[Leave]:
        """All of this person's requests, the oldest first, each with everything that was done with it."""
        found: dict[int, list[tuple[dict[str, Any], int]]] = defaultdict(list)
        for row in self._db.rows(_OF, person=person):
            id_, _, request, _, at, sealed = row
            found[request].append((self._seals.open(person, _STEPS, id_, sealed), at))
        return [_leave(request, person, rows) for request, rows in found.items()]

    def owner(self, request: int) -> PersonId | None:
        """Whose request this is; None if there is none. Opens nothing."""
        row = self._db.row(_OWNER, request=request)
        return None if row is None else PersonId(row[0])

    def get(self, request: int) -> Leave | None:
        """The request with this id."""
        owner = self.owner(request)
        known = [] if owner is None else self.of(owner)
        return next((one for one in known if one.id == request), None)

    def extra_from(self, person: PersonId) -> date | None:
        """From when the person has extra leave; None: they have none. Why is kept nowhere (R46)."""
        row: Row | None = self._db.row(_EXTRA_OF, person=person)
        return None if row is None else day_or_none(self._seals.open(person, _EXTRA, row[0], row[3])["from"])

    def set_extra(self, person: PersonId, since: date | None, by: PersonId, now: datetime) -> None:
        """Keep it; what was kept before stays below it."""
        id_ = self._new_id()
        sealed = self._seals.seal(person, _EXTRA, id_, {"from": since, "by": by})
        self._db.put(_ADD_EXTRA, id=id_, person=person, at=to_micros(now), sealed=sealed)


def _leave(request: int, person: PersonId, rows: list[tuple[dict[str, Any], int]]) -> Leave:
    about = rows[0][0]
    steps = tuple(
        LeaveStep(deed=Deed(one["deed"]), by=PersonId(one["by"]), at=from_micros(at), words=one["words"])
        for one, at in rows
    )
    return Leave(
        id=request,
        person=person,
        first=date.fromisoformat(about["first"]),
        last=date.fromisoformat(about["last"]),
        steps=steps,
        replaces=about["replaces"],
    )
