"""Consent records: append-only, chained per person, what is in them sealed (PRIVACY.md, "Consent").

A record is what one side of a consent became; the newest record of each side counts.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.people import Person, PersonId
from flows.rules import consent as rules
from flows.rules.consent import NEVER_ASKED, Consent, Party, Side, State
from flows.rules.purposes import PURPOSES, Scope
from flows.rules.wards import guardianship_of
from storage.audit import Audit
from storage.consent_payload import (
    ConsentRecord,
    Proof,
    pack,
    unpack_parties,
    unpack_proof,
    unpack_scope,
    unpack_side,
)
from storage.driver import Row
from storage.instants import from_micros, to_micros
from storage.listed import among, as_list
from storage.people import People
from storage.persons import LOCK
from storage.remembering import Remembering
from storage.repository import Repository
from storage.sealing import Sealing
from storage.statements import Statement, const, insert_into
from storage.tables import consents

EFFECTIVE: Final = State.EFFECTIVE.value
STATES: Final = frozenset(state.value for state in State) - {State.NOT_ASKED.value}

_ADD = insert_into(consents)
_LAST_DIGEST = Statement(
    sa.select(consents.c.digest)
    .where(consents.c.person == sa.bindparam("person"))
    .order_by(consents.c.id.desc())
    .limit(const(1))
    .offset(const(0))
)
_TRAIL_OF_MANY = Statement(among(consents.c.person).add_columns(consents).order_by(consents.c.id))
_TRAIL = Statement(sa.select(consents).where(consents.c.person == sa.bindparam("person")).order_by(consents.c.id))

_TABLE: Final = "consents"
_FIRST: Final = bytes(32)
_PERSON: Final = 1
_STATE: Final = 3


class Consents(Repository):
    """What people agreed to. Nothing is changed or deleted."""

    __slots__ = ("_audit", "_people", "_unlocked")

    _db: Remembering

    def __init__(
        self, db: Remembering, seals: Sealing, new_id: Callable[[], int], audit: Audit, people: People
    ) -> None:
        super().__init__(db, seals, new_id)
        self._audit = audit
        self._people = people
        self._unlocked: dict[PersonId, tuple[rules.Consents, Person, datetime, frozenset[str]]] = {}

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
        """Record as one what a consent became, the person's side and a guardian's alike; no text was shown.

        `state` is one of PRIVACY.md's, anything else is refused with ValueError.
        """
        if state not in STATES:
            raise ValueError("a consent has no such state")
        self._add(person_id, (purpose, state), Proof(actor=actor, at=now, evidence=evidence), {"evidence": evidence})

    def keep(self, person_id: PersonId, scope: Scope, party: Party, side: Side, proof: Proof) -> None:
        """Record what one side became."""
        self._add(person_id, (scope.code, side.state.value), proof, pack(scope, party, side, proof))

    def _add(self, person: PersonId, became: tuple[str, str], proof: Proof, payload: Mapping[str, object]) -> None:
        self._db.lock(LOCK, id=person)
        id_, at, actor = self._new_id(), to_micros(proof.at), proof.actor
        purpose, state = became
        sealed = self._seals.seal(person, _TABLE, id_, payload)
        before = self._db.row(_LAST_DIGEST, person=person)
        content = f"{id_}|{person}|{purpose}|{state}|{actor}|{at}|".encode() + sealed
        digest = hashlib.sha256((before[0] if before else b"") + content).digest()
        self._db.put(
            _ADD,
            id=id_,
            person=person,
            purpose=purpose,
            state=state,
            actor=actor,
            at=at,
            sealed=sealed,
            digest=digest,
        )
        self._audit.note(_TABLE, (id_, person, purpose, state, actor, at, sealed, digest))

    def look_ahead(self, person_id: PersonId) -> None:
        """`of` or `effective` will be asked."""
        self._db.ahead(_TRAIL, person=person_id)

    def look_up(self, people: Collection[PersonId]) -> None:
        """Ask for all of them at once: `of` and `effective` need not ask any more."""
        found: defaultdict[PersonId, list[Row]] = defaultdict(list)
        for row in self._db.rows(_TRAIL_OF_MANY, ids=as_list(people)):
            found[PersonId(row[_PERSON])].append(row)
        for person in people:
            self._db.note(_TRAIL, [*found[person]], person=person)

    def of(self, person_id: PersonId) -> rules.Consents:
        """All consents of the person as the records leave them. What has been worked out once is remembered."""
        rows = self._db.rows(_TRAIL, person=person_id)
        if not rows:
            return rules.Consents()
        known: rules.Consents | None = self._seals.opened(person_id, rows[-1])
        if known is None:
            known = self._rebuilt(rows)
            self._seals.keep_opened(person_id, rows[-1], known)
        return known

    def _rebuilt(self, rows: list[Row]) -> rules.Consents:
        each: dict[Scope, dict[Party, Side]] = {}
        for row in rows:
            payload = self._payload(row)
            side = unpack_side(row[_STATE], from_micros(row[5]), payload)
            sides = each.setdefault(unpack_scope(row[2], payload), {})
            sides |= dict.fromkeys(unpack_parties(payload), side)
        return rules.Consents(
            {
                scope: Consent(
                    person=sides.get(Party.PERSON, NEVER_ASKED.person),
                    guardian=sides.get(Party.GUARDIAN, NEVER_ASKED.guardian),
                )
                for scope, sides in each.items()
            }
        )

    def state(self, person_id: PersonId, scope: Scope, now: datetime) -> State:
        """Where one consent stands at this moment, both sides, a block and the 18th birthday considered."""
        return self.of(person_id).state(scope, guardianship_of(self._people.get(person_id)), now)

    def unlocks(self, person_id: PersonId, scope: Scope, now: datetime) -> bool:
        """Whether data of this one consent may be touched at this moment (F16, F17)."""
        return self.state(person_id, scope, now) is State.EFFECTIVE

    def effective(self, person_id: PersonId, now: datetime) -> frozenset[str]:
        """The purposes that are unlocked at this moment; those given per document are asked for one by one.

        What was answered last is the answer again as long as consents, person and moment are the same.
        """
        known = self.of(person_id)
        if not any(consent.person.state is State.EFFECTIVE for consent in known.each.values()):
            return frozenset()
        person, last = self._people.get(person_id), self._unlocked.get(person_id)
        if last is not None and last[0] is known and last[1] is person and last[2] == now:
            return last[3]
        guardianship = guardianship_of(person)
        unlocked = frozenset(
            scope.code
            for scope in known.each
            if not PURPOSES[scope.code].per_document and known.unlocks(scope, guardianship, now)
        )
        self._unlocked[person_id] = known, person, now, unlocked
        return unlocked

    def trail(self, person_id: PersonId) -> list[ConsentRecord]:
        """Every record of the person, oldest first."""
        rows = self._db.rows(_TRAIL, person=person_id)
        before = [_FIRST, *(row[-1] for row in rows)]
        return [self._record(row, digest) for row, digest in zip(rows, before, strict=False)]

    def _record(self, row: Row, before: bytes) -> ConsentRecord:
        id_, _, purpose, state, actor, at, _, _ = row
        payload, instant = self._payload(row), from_micros(at)
        return ConsentRecord(
            id=id_,
            scope=unpack_scope(purpose, payload),
            parties=unpack_parties(payload),
            side=unpack_side(state, instant, payload),
            proof=unpack_proof(PersonId(actor), instant, payload),
            before=before.hex(),
        )

    def _payload(self, row: Row) -> dict[str, Any]:
        return self._seals.open(row[1], _TABLE, row[0], row[6])
