"""The plug is pulled while the database is made: the next start finishes it, with the key that was made first."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.conftest import NewTrial
from tests.faults.databases import SqliteDatabase
from tests.faults.points import POINTS
from tests.faults.program import make_database
from tests.faults.trial import CONTEXT, PATIENCE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_start_that_is_cut_off_is_finished_by_the_next(new_trial: NewTrial, tmp_path: Path) -> None:
    """Killed at any statement of the migration, the program starts again on a sound database and works."""
    statement, killed = 1, True
    while killed:
        trial = new_trial()
        folder = tmp_path / f"first-{statement}"
        for room in ("db", "keys"):
            (folder / room).mkdir(parents=True, mode=0o700)
        path = folder / "db" / "lotse.db"
        trial.start = replace(trial.start, url=f"sqlite:///{path}", key_file=folder / "keys" / "master.key")
        trial.database = SqliteDatabase(path)
        process = CONTEXT.Process(target=make_database, args=(trial.start, statement))
        process.start()
        process.join(PATIENCE)
        killed = process.exitcode != 0
        trial.begin()
        trial.ask("load")
        trial.wait_for("loaded")
        trial.says("p1", "Ich bin heute krank")
        trial.taps("c1", "seen")
        assert 0 == trial.ends()
        assert [] == trial.database.problems()
        statement += max(1, 200 // POINTS)
    assert statement > 20
