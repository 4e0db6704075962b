"""The plug is pulled while the write-ahead log is moved into the database: everything committed is there."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.app import build
from bot.channels import Inbound, InboundKind
from storage.uow import UnitOfWork
from tests.faults import works
from tests.faults.databases import Template, breaks_in_chain, count_received
from tests.faults.installation import Installation
from tests.faults.points import POINTS
from tests.faults.program import CHANNEL
from tests.faults.tallies import WORKS, Cuts
from tests.faults.trial import MORNING, PATIENCE
from tests.faults.tripwire import end_at_once

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.parametrize("template", ["sqlite"], indirect=True, scope="session"),
]

MESSAGES = 1500
LONG = "Ich bin heute krank. " * 190


@pytest.fixture(scope="module")
def installation(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A database whose program was killed with a long write-ahead log."""
    home = Installation(tmp_path_factory.mktemp("log") / "home")
    home.furnish(template.key_file)
    shutil.copy(template.copy(home.folder / "copied").url.removeprefix("sqlite:///"), home.database.path)
    assert not works.do(partial(fill, home)).finished
    assert log_of(home).stat().st_size > 5_000_000
    return home


def fill(home: Installation) -> Callable[[], object]:
    """Write a long log, and die before anybody moves it."""
    app = build(home.settings, channels=[])
    driver: Any = app.store._driver
    driver._connection.execute("PRAGMA wal_autocheckpoint=0").fetchall()
    for done in [app.store.submit(partial(_take_in, number=number)) for number in range(MESSAGES)]:
        done.result(PATIENCE)
    return end_at_once


def _take_in(uow: UnitOfWork, number: int) -> None:
    person = uow.people.by_handle("p1")
    assert person is not None
    update = Inbound(channel=CHANNEL, external_id=f"m{number}", sender="p1", kind=InboundKind.TEXT, text=LONG)
    uow.inbox.accept(update, person.id, MORNING)


def close(home: Installation) -> Callable[[], object]:
    """To close a database is to empty its log, and whoever looks at its revision is the first to open and close it."""
    return partial(_open_and_close, home)


def _open_and_close(home: Installation) -> None:
    build(home.settings, channels=[]).store.close()


def log_of(home: Installation) -> Path:
    """The write-ahead log."""
    return home.database.path.with_name("lotse.db-wal")


def test_a_checkpoint_that_is_cut_off_loses_nothing(installation: Installation, tmp_path: Path) -> None:
    """Killed at any moment of a checkpoint, some of them half-way, the database opens with every message in it."""
    tally, problems, half_way = WORKS.setdefault(("SQLite", "checkpoint"), Cuts()), list[str](), 0
    before = installation.database.path.read_bytes()
    whole = works.do(partial(close, installation.copy(tmp_path / "whole")))
    for number, cut in enumerate(works.moments(whole, 5 * POINTS)):
        if number >= POINTS and half_way:
            break
        home = installation.copy(tmp_path / str(number))
        course = works.do(partial(close, home), cut)
        emptied = not log_of(home).exists() or log_of(home).stat().st_size == 0
        half_way += not emptied and home.database.path.read_bytes() != before
        found = [*flaws(home), *again(home)]
        problems += tally.note(cut, course, found, done=emptied)
        shutil.rmtree(home.folder)
    assert [] == problems
    assert half_way > 0


def flaws(home: Installation) -> list[str]:
    """What is wrong in a copy of the database."""
    aside = home.copy(home.folder.with_name("aside"))
    there = count_received(aside.database)
    found = [*aside.database.problems(), *breaks_in_chain(aside.database)]
    shutil.rmtree(aside.folder)
    return found if there == MESSAGES else [*found, f"{there} of {MESSAGES} messages are there"]


def again(home: Installation) -> list[str]:
    """The next start and stop, which empties the log."""
    assert works.do(partial(close, home)).finished
    with closing(sqlite3.connect(home.database.path)) as connection:
        (there,) = connection.execute("SELECT count(*) FROM inbox").fetchone()
    return [] if there == MESSAGES and not home.database.problems() else ["the second try failed"]
