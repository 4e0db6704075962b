"""What is put right before the program sends anything: texts with a new version, silence nobody listens for (F8).

Sheets of the day that nobody has set yet, too (F27).
"""

from collections.abc import Iterator
from datetime import datetime

from flows.people import Person, Role
from flows.rules.consent import Party
from handlers import consenting, contact_data, day_sheets, statements
from handlers.notices import version_of
from locales.publishing import NOTICES
from storage.uow import UnitOfWork


def is_due(uow: UnitOfWork) -> bool:
    """Whether there may be anything to put right."""
    return (
        _has_newer_texts()
        or statements.rule_has_changed(uow)
        or any(
            next(found, None) is not None for found in (_unwatched(uow), day_sheets.unset(uow), statements.unset(uow))
        )
    )


def catch_up(uow: UnitOfWork, now: datetime) -> None:
    """A yes to an older text counts no more from now on (F17, ADR 0022); everybody reachable is listened for (F8).

    Texts change only with the program, so what holds when it begins holds until it ends.
    """
    unwatched = [*_unwatched(uow)]
    for person in unwatched:
        uow.people.lock(person.id)
    watched = uow.timers.waiting_for(contact_data.TIMER)  # asked once all are locked: another process may have begun
    for person in unwatched:
        if person.id not in watched:
            contact_data.begin(uow, person.id, now)
    day_sheets.begin(uow, now)
    statements.begin(uow, now)
    if _has_newer_texts():
        for person in uow.people.all(Role.PARTICIPANT):
            uow.people.lock(person.id)
            changed = [consenting.outdate(uow, person, party, now) for party in Party]
            if any(changed):
                uow.timers.add(consenting.ANEW, now, person.id, person.id, "")


def _has_newer_texts() -> bool:
    """Whether any text is not the first any more: only then can somebody have agreed to another."""
    return any(version_of(code) > 1 for code in NOTICES)


def _unwatched(uow: UnitOfWork) -> Iterator[Person]:
    """Who is reached here, and was before anybody listened for silence."""
    watched = uow.timers.waiting_for(contact_data.TIMER)
    for person in uow.people.all(Role.PARTICIPANT):
        if person.id not in watched and uow.people.places(person.id):
            yield person
