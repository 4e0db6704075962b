"""Receipts: what somebody decided, on which text, how and when, from the records themselves (F14)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.people import Person
from flows.rules.access import Operation
from flows.rules.consent import Party, State
from flows.rules.receipts import Receipt, Recorded
from flows.rules.wards import guardianship_of
from handlers import access
from handlers.occasion import Occasion
from storage.consent_payload import ConsentRecord
from storage.uow import UnitOfWork

NO_DECISION = frozenset({State.SHOWN, State.NOT_ASKED})


@dataclass(frozen=True, slots=True)
class Beside:
    """What a guardian decided for somebody, and the receipt of that side alone."""

    ward: Person
    receipt: Receipt


def receipts_of(uow: UnitOfWork, person: Person) -> list[Receipt]:
    """A receipt for every decision of the person and about their consents, newest first."""
    trail = uow.consents.trail(person.id)
    made = [
        _receipt(person, each, [one for one in trail[: place + 1] if one.scope == each.scope])
        for place, each in enumerate(trail)
        if _is_proven(each)
    ]
    return made[::-1]


def receipt_of(uow: UnitOfWork, person: Person, record: str) -> Receipt | None:
    """One of the person's own receipts; None for any other."""
    return next((each for each in receipts_of(uow, person) if each.record == record), None)


def receipts_beside(occasion: Occasion, guardian: Person) -> list[Beside]:
    """A receipt for everything that was decided as a guardian, newest first, while that right lasts (F12).

    Of the person's own side it says nothing. After a block and from the 18th birthday on there is none.
    """
    wards = occasion.uow.people.wards_of(guardian.id)
    found = [each for ward in wards for each in _beside(occasion, guardian, ward)]
    return sorted(found, key=lambda each: int(each.receipt.record), reverse=True)


def _beside(occasion: Occasion, guardian: Person, ward: Person) -> Iterator[Beside]:
    if not access.may(occasion, guardian, Operation.READ_BESIDE, ward):
        return
    standing = guardianship_of(ward)
    trail = [each for each in occasion.uow.consents.trail(ward.id) if each.parties == (Party.GUARDIAN,)]
    for place, each in enumerate(trail):
        if _is_proven(each) and standing.may_act(each.scope.code, occasion.now):
            about = [one for one in trail[: place + 1] if one.scope == each.scope]
            yield Beside(ward, _receipt(ward, each, about))


def _is_proven(record: ConsentRecord) -> bool:
    proof = record.proof
    known = proof.text is not None and proof.handling is not None and proof.given is not None
    return known and record.state not in NO_DECISION


def _receipt(person: Person, newest: ConsentRecord, about: Sequence[ConsentRecord]) -> Receipt:
    proof = newest.proof
    if proof.text is None or proof.handling is None or proof.given is None:
        raise ValueError("a record without text, handling and means proves nothing")
    return Receipt(
        record=str(newest.id),
        person=person.handle,
        scope=newest.scope,
        notice=proof.text,
        handling=proof.handling,
        given=proof.given,
        events=[Recorded(state=each.state, at=each.proof.at, actor=str(each.proof.actor)) for each in about],
        before=newest.before,
        party=Party.GUARDIAN if newest.parties == (Party.GUARDIAN,) else Party.PERSON,
    )
