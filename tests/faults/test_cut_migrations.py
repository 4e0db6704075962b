"""The plug is pulled while the database is made or updated: the next start finishes it, and nothing is missing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from bot.app import prepare
from storage.schema import HEAD, revision_of
from tests.faults import works
from tests.faults.databases import Database, Template, breaks_in_chain, count_reports
from tests.faults.older import differences, make_older, older_revisions
from tests.faults.points import IN_PASSING, POINTS
from tests.faults.program import Start, settings_of
from tests.faults.tallies import WORKS, Cuts
from tests.faults.trial import Trial, open_trial

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
FEW = 3
"""At how many places updates from long ago are cut off in passing, and at one moment beside."""


@dataclass(frozen=True, slots=True)
class Older:
    """A database of an older revision to be copied; no revision: with nothing in it."""

    revision: str | None
    template: Template
    database: Database

    @property
    def points(self) -> int:
        """At how many places to cut off: few from long ago, because most of the way is that of the newer ones."""
        long_ago = self.revision not in {None, older_revisions()[-1]}
        return FEW if long_ago and POINTS <= IN_PASSING else POINTS // 4


def begun_with() -> list[str | None]:
    """Nothing, and every revision there was; in passing the first, the newest and every fifth between."""
    known = older_revisions()
    return [None, *(known if POINTS > IN_PASSING else sorted({*known[::5], known[-1]}))]


@pytest.fixture(params=begun_with(), ids=lambda revision: revision or "nothing")
def older(request: pytest.FixtureRequest, template: Template, tmp_path: Path) -> Older:
    """What the update begins with: a lived-in database of each revision that ever was, or none."""
    database = template.empty(tmp_path / "older")
    if request.param is None:
        return Older(None, template.of(database), database)
    with open_trial(template, tmp_path / "life", keyed=True) as trial:
        trial.says_at_start("p1", "Ich bin heute krank")
        trial.taps("c1", "seen")
        trial.says("p5", "I am ill today")
        trial.kill()
        make_older(database, request.param, trial.database)
    assert {"p1": 1, "p5": 1} == count_reports(database)
    return Older(request.param, template.of(database), database)


@contextmanager
def trying(older: Older, folder: Path) -> Iterator[Trial]:
    """A trial on a copy of the older database; a new installation has no key yet."""
    with open_trial(older.template, folder, keyed=True) as trial:
        if older.revision is None:
            (folder / "keys").mkdir(mode=0o700)
            trial.start = replace(trial.start, key_file=folder / "keys" / "master.key")
        yield trial


def migrate(start: Start) -> Callable[[], object]:
    """The first try."""
    return partial(prepare, settings_of(start))


def test_an_update_that_is_cut_off_is_finished_by_the_next(older: Older, tmp_path: Path) -> None:
    """Killed anywhere, the database has the old or the new revision and all it had; the next start works."""
    work = f"migrate from {older.revision or 'nothing'}"
    tally, problems = WORKS.setdefault((older.template.name, work), Cuts()), list[str]()
    with trying(older, tmp_path / "whole") as trial:
        whole = works.do(partial(migrate, trial.start))
    for number, cut in enumerate(works.cuts(whole, older.points)):
        with trying(older, tmp_path / str(number)) as trial:
            course = works.do(partial(migrate, trial.start), cut)
            trial.database.wait_until_left()
            revision = revision_of(trial.database.url)
            found = [] if revision in {older.revision, HEAD} else [f"it has revision {revision}"]
            if older.revision:
                found += differences(trial.database, older.database)
            found += next_start(trial, load=older.revision is None)
        problems += tally.note(cut, course, found, done=revision == HEAD)
    assert [] == problems


def next_start(trial: Trial, *, load: bool) -> list[str]:
    """Start the program as if nothing had happened, and let somebody report; what is wrong then."""
    trial.begin()
    if load:
        trial.ask("load")
        trial.wait_for("loaded")
    trial.says("p3", "Я сьогодні хвора")
    trial.taps("c1", "seen")
    assert 0 == trial.ends()
    return [*trial.database.problems(), *breaks_in_chain(trial.database)]
