"""The ledger of breaches: entered, closed, and never with a name in it (Art. 33 (5) GDPR)."""

import re
from collections.abc import Mapping
from datetime import datetime

from flows.engine.duties import BreachClosed, BreachRecorded
from flows.rules.breaches import check_span
from storage.breaches import Breach
from storage.uow import UnitOfWork

_LEAST = 3
"""Letters of the shortest part of a name that is looked for."""


class NamesSomebody(Exception):
    """The words hold the name of somebody who is kept here; the message is the person's handle."""


def enter(uow: UnitOfWork, breach: Breach, now: datetime) -> None:
    """Keep a breach. Raises `WrongSpan`, or `NamesSomebody`: the ledger is read by many."""
    check_span(breach.began, breach.ended, breach.known, now)
    _refuse_names(uow, breach.words)
    uow.breaches.add(breach)
    uow.events.add(BreachRecorded(breach=breach.id), now, subject=None)


def close(uow: UnitOfWork, breach: Breach, words: Mapping[str, str], now: datetime) -> bool:
    """It is dealt with; False if it was before. Raises `NamesSomebody`."""
    _refuse_names(uow, words)
    if not uow.breaches.close(breach, now, words):
        return False
    uow.events.add(BreachClosed(breach=breach.id), now, subject=None)
    return True


def _refuse_names(uow: UnitOfWork, words: Mapping[str, str]) -> None:
    said = set(re.findall(r"\w+", " ".join(words.values()).casefold()))
    for person in uow.people.all():
        last = person.name.casefold().split()[-1:]
        if any(len(part) >= _LEAST and part in said for part in last):
            raise NamesSomebody(person.handle)
