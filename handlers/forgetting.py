"""Reminders that people set for themselves are deleted with their consent; none of them is opened for it (F62a)."""

from typing import Final

from flows.people import PersonId
from storage.uow import UnitOfWork

TIMER: Final = "own_reminder"


def forget_all(uow: UnitOfWork, person: PersonId) -> None:
    """Messages are not wanted any more: what waited to be said is gone."""
    for id_ in uow.own_reminders.ids(person):
        forget(uow, id_)


def forget(uow: UnitOfWork, id_: int) -> None:
    """This one is gone."""
    uow.timers.cancel(TIMER, id_)
    uow.own_reminders.drop(id_)
