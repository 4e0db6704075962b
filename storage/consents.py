"""Consent records: append-only, chained per person, evidence sealed (PRIVACY.md, "Consent")."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.people import PersonId
from storage.audit import Audit
from storage.instants import from_micros, to_micros
from storage.listed import among, as_list
from storage.persons import LOCK
from storage.remembering import Remembering
from storage.repository import Repository
from storage.sealing import Sealing
from storage.statements import Statement, const, insert_into
from storage.tables import consents

EFFECTIVE: Final = "effective"
STATES: Final = frozenset(
    {"shown", "declined", "acknowledged", EFFECTIVE, "withdrawn", "expired", "superseded"},
)

_ADD = insert_into(consents)
_LAST_DIGEST = Statement(
    sa.select(consents.c.digest)
    .where(consents.c.person == sa.bindparam("person"))
    .order_by(consents.c.id.desc())
    .limit(const(1))
    .offset(const(0))
)
_STATES = Statement(
    sa.select(consents.c.purpose, consents.c.state)
    .where(consents.c.person == sa.bindparam("person"))
    .order_by(consents.c.id)
)
_STATES_OF_MANY = Statement(
    among(consents.c.person)
    .add_columns(consents.c.person, consents.c.purpose, consents.c.state)
    .order_by(consents.c.id)
)
_TRAIL = Statement(sa.select(consents).where(consents.c.person == sa.bindparam("person")).order_by(consents.c.id))

_TABLE: Final = "consents"


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One step of one purpose: what it became, by whom, when, and on what evidence."""

    id: int
    purpose: str
    state: str
    actor: PersonId
    at: datetime
    evidence: Mapping[str, str]


class Consents(Repository):
    """What people agreed to. Nothing is changed or deleted: the newest record of a purpose counts."""

    __slots__ = ("_audit",)

    _db: Remembering

    def __init__(self, db: Remembering, seals: Sealing, new_id: Callable[[], int], audit: Audit) -> None:
        super().__init__(db, seals, new_id)
        self._audit = audit

    def record(  # noqa: PLR0913 - a consent record without one of these proves nothing
        self,
        person_id: PersonId,
        purpose: str,
        state: str,
        *,
        actor: PersonId,
        now: datetime,
        evidence: Mapping[str, str],
    ) -> None:
        """Add a record; `state` is one of PRIVACY.md's, anything else is refused with ValueError."""
        if state not in STATES:
            raise ValueError("a consent has no such state")
        self._db.lock(LOCK, id=person_id)
        id_, at = self._new_id(), to_micros(now)
        sealed = self._seals.seal(person_id, _TABLE, id_, {"evidence": dict(evidence)})
        before = self._db.row(_LAST_DIGEST, person=person_id)
        content = f"{id_}|{person_id}|{purpose}|{state}|{actor}|{at}|".encode() + sealed
        digest = hashlib.sha256((before[0] if before else b"") + content).digest()
        self._db.put(
            _ADD,
            id=id_,
            person=person_id,
            purpose=purpose,
            state=state,
            actor=actor,
            at=at,
            sealed=sealed,
            digest=digest,
        )
        self._audit.note(_TABLE, (id_, person_id, purpose, state, actor, at, sealed, digest))

    def look_ahead(self, person_id: PersonId) -> None:
        """`effective` will be asked."""
        self._db.ahead(_STATES, person=person_id)

    def look_up(self, people: Collection[PersonId]) -> None:
        """Ask for all of them at once: `effective` need not ask any more."""
        found: defaultdict[PersonId, list[tuple[str, str]]] = defaultdict(list)
        for person, purpose, state in self._db.rows(_STATES_OF_MANY, ids=as_list(people)):
            found[person].append((purpose, state))
        for person in people:
            self._db.note(_STATES, [*found[person]], person=person)

    def effective(self, person_id: PersonId) -> frozenset[str]:
        """The purposes whose newest record says `effective`."""
        newest: dict[str, str] = dict(self._db.rows(_STATES, person=person_id))
        return frozenset(purpose for purpose, state in newest.items() if state == EFFECTIVE)

    def trail(self, person_id: PersonId) -> list[ConsentRecord]:
        """Every record of the person, oldest first."""
        return [
            ConsentRecord(
                id_, purpose, state, actor, from_micros(at), self._seals.open(person, _TABLE, id_, sealed)["evidence"]
            )
            for id_, person, purpose, state, actor, at, sealed, _ in self._db.rows(_TRAIL, person=person_id)
        ]
