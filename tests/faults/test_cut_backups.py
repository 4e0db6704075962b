"""A backup, a restore and a checkpoint that are cut off: the database is whole, and a second try works."""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.operating.backups import Source, try_out
from tests.faults import works
from tests.faults.databases import Template, breaks_in_chain, count_received, count_reports
from tests.faults.installation import Installation
from tests.faults.points import POINTS
from tests.faults.tallies import WORKS, Cuts
from tests.faults.trial import MORNING, open_trial

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.parametrize("template", ["sqlite"], indirect=True, scope="session"),
]

State = tuple[object, ...]
NOON = MORNING + timedelta(hours=5)
EVENING = MORNING + timedelta(hours=10)


@pytest.fixture(scope="module")
def installation(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A backup of two reports, and a database with a third one whose program was killed a moment ago."""
    folder = tmp_path_factory.mktemp("installation")
    home = Installation(folder / "home")
    home.furnish(template.key_file)
    with open_trial(template, folder / "life", keyed=True) as trial:
        trial.says_at_start("p1", "Ich bin heute krank")
        trial.says("p2", "أنا مريضة اليوم")
        assert 0 == trial.ends()
        shutil.copy(folder / "life" / "db" / "lotse.db", home.database.path)
        home.sign(NOON)
        home.back_up(NOON)
        trial.moves_to(home.database)
        trial.says_at_start("p5", "I am ill today")
        trial.says("p5", "until tomorrow")
        trial.kill()
        home.sign(EVENING)
        trial.says_at_start("p3", "Я сьогодні хвора")
        trial.kill()
    assert home.database.path.with_name("lotse.db-wal").stat().st_size > 0
    return home


def the_backup(home: Installation) -> Path:
    """The one that was made at noon."""
    return next(home.backups.glob("*.age"))


def look(home: Installation, aside: Path) -> tuple[State, list[str]]:
    """What the database holds and what is wrong with it, seen in a copy: the next try finds what the crash has left."""
    copy = home.copy(aside)
    held = (sorted(count_reports(copy.database).items()), count_received(copy.database))
    found = [*copy.database.problems(), *breaks_in_chain(copy.database)]
    if not copy.opens():
        found.append("it does not open")
    shutil.rmtree(aside)
    return held, found


def back_up(home: Installation) -> Callable[[], object]:
    """The first try."""
    return partial(home.back_up, EVENING)


def restore(home: Installation) -> Callable[[], object]:
    """The first try."""
    return partial(home.restore, the_backup(home), EVENING)


def opened(home: Installation, backup: Path) -> str:
    """The revision in a backup that is whole and fits."""
    return try_out(home.settings, Source(backup=backup, identity=home.identity), lambda *_: None)


def test_a_backup_that_is_cut_off_leaves_a_whole_database(installation: Installation, tmp_path: Path) -> None:
    """Killed anywhere: the database has all it had, what is called a backup is one, and the next try tidies up."""
    tally = WORKS.setdefault(("SQLite", "backup"), Cuts())
    (before, _), problems = look(installation, tmp_path / "aside"), list[str]()
    whole = works.do(partial(back_up, installation.copy(tmp_path / "whole")))
    for number, cut in enumerate(works.cuts(whole, POINTS)):
        home = installation.copy(tmp_path / str(number))
        course = works.do(partial(back_up, home), cut)
        after, found = look(home, tmp_path / "aside")
        made = [opened(home, each) for each in home.backups.glob("*.age")]
        for left in home.backups.glob("*.partial"):
            os.utime(left, (EVENING.timestamp(), EVENING.timestamp()))
        opened(home, home.back_up(EVENING + timedelta(days=2)))
        found += [f"{each.name} is left" for each in home.folder.rglob("*") if each.suffix in {".partial", ".copying"}]
        if after != before:
            found.append(f"{after} instead of {before}")
        problems += tally.note(cut, course, found, done=len(made) == 2)
        shutil.rmtree(home.folder)
    assert [] == problems


def test_a_restore_that_is_cut_off_leaves_the_old_or_the_new(installation: Installation, tmp_path: Path) -> None:
    """Killed anywhere: all of the old database or all of the backup is there, and the next try restores."""
    tally = WORKS.setdefault(("SQLite", "restore"), Cuts())
    aside, problems = tmp_path / "aside", list[str]()
    model = installation.copy(tmp_path / "whole")
    whole = works.do(partial(restore, model))
    (old, _), (new, _) = look(installation, aside), look(model, aside)
    assert old != new
    for number, cut in enumerate(works.cuts(whole, POINTS)):
        home = installation.copy(tmp_path / str(number))
        course = works.do(partial(restore, home), cut)
        after, found = look(home, aside)
        if after not in (old, new):
            found.append(f"it has {after}")
        home.restore(the_backup(home), EVENING + timedelta(hours=1))
        again, more = look(home, aside)
        found += more + ([] if again == new else [f"restored to {again}"])
        if fault := home.verified().fault:
            found.append(f"audit verify: {fault}")
        problems += tally.note(cut, course, found, done=after == new)
        shutil.rmtree(home.folder)
    assert [] == problems
