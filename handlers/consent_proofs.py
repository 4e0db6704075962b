"""Proof of every consent of one person, for the officer: what was decided, on which text, and where it is committed.

A data-protection officer has to be able to show it (Art. 7 (1) GDPR); each look is an entry the person sees.
"""

from dataclasses import dataclass

from flows.people import Person, Role
from flows.rules.access import Operation
from flows.rules.receipts import Receipt
from handlers import access, receipts
from handlers.occasion import Occasion
from storage.audit_proof import Place, places
from storage.consent_payload import ConsentRecord
from storage.uow import UnitOfWork

TABLE = "consents"
PROVEN = frozenset({Role.PARTICIPANT, Role.GUARDIAN, Role.CONTACT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """One record, who brought it about by handle, and its place in the chain; None: it is committed nowhere."""

    record: ConsentRecord
    actor: str
    place: Place | None


def ask_for(occasion: Occasion, officer: Person, handle: str) -> Person | None:
    """Whose consents are to be proven, and that somebody has asked; None: nobody the officer may prove them of."""
    person = occasion.uow.people.by_handle(handle)
    if person is None or person.role not in PROVEN:
        return None
    if not access.stands_so(occasion, officer, Operation.PROVE_CONSENT, person):
        return None
    access.note_outside_read(occasion, officer, Operation.PROVE_CONSENT, person)
    return person


def prove(uow: UnitOfWork, person: Person) -> list[Proven]:
    """Every record there is of the person, the oldest first."""
    trail = uow.consents.trail(person.id)
    found = places(uow.audit, TABLE, {one.id for one in trail})
    return [Proven(record=one, actor=uow.people.get(one.proof.actor).handle, place=found.get(one.id)) for one in trail]


def receipt_of(uow: UnitOfWork, person: Person, record: int) -> Receipt | None:
    """The receipt of one record, where it is one of a decision."""
    return receipts.receipt_of(uow, person, str(record))
