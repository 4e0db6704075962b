"""Receipts: what somebody decided, on which text, how and when, from the records themselves (F14)."""

from flows.people import Person
from flows.rules.consent import State
from flows.rules.receipts import Receipt, Recorded
from storage.consent_payload import ConsentRecord
from storage.uow import UnitOfWork

NO_DECISION = frozenset({State.SHOWN, State.NOT_ASKED})


def receipts_of(uow: UnitOfWork, person: Person) -> list[Receipt]:
    """A receipt for every decision of the person and about their consents, newest first."""
    trail = uow.consents.trail(person.id)
    made = [_receipt(person, trail[: place + 1]) for place, each in enumerate(trail) if _is_proven(each)]
    return made[::-1]


def receipt_of(uow: UnitOfWork, person: Person, record: str) -> Receipt | None:
    """One of the person's own receipts; None for any other."""
    return next((each for each in receipts_of(uow, person) if each.record == record), None)


def _is_proven(record: ConsentRecord) -> bool:
    proof = record.proof
    known = proof.text is not None and proof.handling is not None and proof.given is not None
    return known and record.state not in NO_DECISION


def _receipt(person: Person, trail: list[ConsentRecord]) -> Receipt:
    newest = trail[-1]
    proof = newest.proof
    if proof.text is None or proof.handling is None or proof.given is None:
        raise ValueError("a record without text, handling and means proves nothing")
    about = [each for each in trail if each.scope == newest.scope]
    return Receipt(
        record=str(newest.id),
        person=person.handle,
        scope=newest.scope,
        notice=proof.text,
        handling=proof.handling,
        given=proof.given,
        events=[Recorded(state=each.state, at=each.proof.at, actor=str(each.proof.actor)) for each in about],
        before=newest.before,
    )
