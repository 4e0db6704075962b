"""A demo world of its own for every test; texts that cannot be put into words fail the test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.engine.messages import Level
from locales.catalog import set_strict
from tests.handlers.abroad import Abroad
from tests.handlers.world import World, make_database


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo world, to be copied."""
    path = tmp_path_factory.mktemp("loaded") / "lotse.db"
    make_database(path)
    return path


@pytest.fixture(autouse=True)
def strict_words() -> Iterator[None]:
    """A missing word or value raises."""
    set_strict(True)
    yield
    set_strict(False)


@pytest.fixture
def new_world(loaded: Path, tmp_path: Path) -> Iterator[Callable[[], World]]:
    """Makes worlds that are alike; each has its own file."""
    worlds: list[World] = []

    def make() -> World:
        folder = tmp_path / f"world{len(worlds)}"
        folder.mkdir()
        shutil.copy(loaded, folder / "lotse.db")
        worlds.append(World(folder / "lotse.db"))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    """The demo world on Monday 23 November 2026 at 7:40."""
    return new_world()


@pytest.fixture(scope="session")
def on_the_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same where everybody is at home on the web page, to be copied."""
    path = tmp_path_factory.mktemp("on_the_page") / "lotse.db"
    make_database(path, "web")
    return path


@pytest.fixture
def new_abroad(on_the_page: Path, tmp_path: Path) -> Iterator[Callable[..., Abroad]]:
    """Makes worlds in which channels of others are on, at these levels or at those of the test profile."""
    worlds: list[Abroad] = []

    def make(levels: dict[str, Level] | None = None) -> Abroad:
        path = tmp_path / f"abroad{len(worlds)}.db"
        shutil.copy(on_the_page, path)
        worlds.append(Abroad(path, levels))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def abroad(new_abroad: Callable[..., Abroad]) -> Abroad:
    """Channels of others are on; it is Monday 23 November 2026 at 7:40."""
    return new_abroad()
