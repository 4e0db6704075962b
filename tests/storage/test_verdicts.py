"""Decisions about absences come back as they were made, sealed, and nobody changes or deletes one."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.engine.events import Reason
from flows.rules.absence import Absence
from flows.rules.excuses import Verdict
from flows.rules.verdicts import Ruling
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World

DAY = date(2026, 11, 23)


def keep_two(uow: UnitOfWork, world: World) -> list[Ruling]:
    """A question and a decision about one report."""
    report = Absence(id=uow.new_id(), person=world.anna.id, reason=Reason.MOVING, first_day=DAY)
    uow.absences.add(report, NOW)
    asked = Ruling(
        id=uow.new_id(),
        absence=report.id,
        person=world.anna.id,
        by=world.anna.id,
        at=NOW,
        verdict=Verdict.ASKED,
        reason=report.reason,
        first_day=DAY,
        words="Geht es nachmittags?",
    )
    declined = replace(asked, id=uow.new_id(), verdict=Verdict.DECLINED, last_day=DAY, words="Praxistag")
    uow.verdicts.add(asked)
    uow.verdicts.add(declined)
    return [asked, declined]


def test_a_decision_comes_back_beside_the_one_before(store: Store, world: World) -> None:
    """Both rows are there, the older one first, on both databases."""
    kept = store.submit(lambda uow: keep_two(uow, world)).result()
    with store.read() as uow:
        assert kept == uow.verdicts.of(world.anna.id)


@pytest.mark.parametrize("change", ["UPDATE verdicts SET at = 0", "DELETE FROM verdicts"])
def test_the_database_refuses_to_change_a_decision(store: Store, world: World, database: Path, change: str) -> None:
    """A later decision is a row of its own; nobody with the file in hand makes an earlier one another."""
    store.submit(lambda uow: keep_two(uow, world)).result()
    refused = pytest.raises(sqlite3.IntegrityError, match="append-only")
    with closing(sqlite3.connect(database)) as connection, refused:
        connection.execute(change)


def test_why_it_was_decided_is_sealed(store: Store, world: World, database: Path) -> None:
    """Neither the reason nor the words can be read in the file."""
    store.submit(lambda uow: keep_two(uow, world)).result()
    store.close()
    assert b"Praxistag" not in database.read_bytes()
    assert b"moving" not in database.read_bytes()
