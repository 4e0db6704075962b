"""Intakes: one of each person, sealed, accepted once."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from flows.rules.intake import Correction, Intake, Query, State
from storage.errors import Conflict
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World

SENT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def make(world: World, uow: UnitOfWork) -> Intake:
    """An intake of Anna with everything that can stand in one."""
    intake = Intake(
        id=uow.new_id(),
        person=world.anna.id,
        state=State.SUBMITTED,
        version=3,
        answers={"goals": ["job"], "born": "2004-08-24", "phone": None},
        corrections=(Correction(question="goals", value=["school"], note="said so", by=world.anna.id),),
        queries=(Query(question="", words="why?", by=world.anna.id),),
        rule_read=SENT,
        submitted=SENT,
    )
    uow.intakes.add(intake, NOW)
    return intake


def test_an_intake_comes_back_as_it_was_stored(store: Store, world: World) -> None:
    """Answers, corrections, questions of staff and instants survive sealing."""
    intake = store.submit(partial(make, world)).result()
    with store.read() as uow:
        assert intake == uow.intakes.of(world.anna.id)


def test_there_is_one_intake_of_each_person(store: Store, world: World) -> None:
    """A second one is refused by the database."""
    store.submit(partial(make, world)).result()
    with pytest.raises(Conflict):
        store.submit(partial(make, world)).result()


def test_an_intake_is_accepted_once(store: Store, world: World) -> None:
    """The second acceptance changes nothing; sent anew, it can be accepted again."""
    intake = store.submit(partial(make, world)).result()
    accepted = replace(intake, state=State.ACCEPTED, accepted_by=world.anna.id)
    assert store.submit(lambda uow: uow.intakes.accept(accepted, NOW)).result()
    assert not store.submit(lambda uow: uow.intakes.accept(accepted, NOW)).result()
    store.submit(lambda uow: uow.intakes.save(intake, NOW)).result()
    assert store.submit(lambda uow: uow.intakes.accept(accepted, NOW)).result()
