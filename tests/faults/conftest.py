"""The demo world to be copied, and trials on copies of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.faults.databases import (
    Database,
    PostgresDatabase,
    PostgresTemplate,
    SqliteDatabase,
    SqliteTemplate,
    Template,
)
from tests.faults.program import Start
from tests.faults.screens import Screens
from tests.faults.trial import CONTEXT, MORNING, Trial, open_trial
from tests.faults.warmth import nothing
from tests.postgres import EMPTY

NewTrial = Callable[..., Trial]


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """The process that programs are forked from has read everything: no test waits for that, however busy it is."""
    process = CONTEXT.Process(target=nothing)
    process.start()
    process.join()
    process.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The demo world in a database that is copied for each run, on both kinds of databases."""
    folder = tmp_path_factory.mktemp("template")
    for room in ("db", "keys"):
        (folder / room).mkdir(mode=0o700)
    key_file = folder / "keys" / "master.key"
    if request.param == "sqlite":
        file = SqliteDatabase(folder / "db" / "lotse.db")
        _load_world(file, key_file, folder)
        return SqliteTemplate(file.path, key_file)
    server = request.getfixturevalue("server")
    database = PostgresDatabase(server, server.create(EMPTY))
    _load_world(database, key_file, folder)
    return PostgresTemplate(server, database.url, key_file)


def _load_world(database: Database, key_file: Path, folder: Path) -> None:
    with Screens(folder / "screens", keyed=True).listening() as screens:
        start = Start(url=database.url, key_file=key_file, screens=screens.address, keyed=True, now=MORNING)
        trial = Trial(start, database, screens)
        trial.begin()
        trial.ask("load")
        trial.wait_for("loaded")
        assert 0 == trial.ends()
    database.wait_until_left()


@pytest.fixture
def new_trial(template: Template, tmp_path: Path) -> Iterator[NewTrial]:
    """Makes trials on copies of the demo world; whatever still runs afterwards is ended."""
    numbers = count()
    with ExitStack() as stack:

        def make(*, keyed: bool = True, **more: Any) -> Trial:
            folder = tmp_path / str(next(numbers))
            return stack.enter_context(open_trial(template, folder, keyed=keyed, **more))

        yield make
