"""The intake through the real doors: taps counted, consents kept to, new questions in the middle, staff at once."""

import shutil
from pathlib import Path

import pytest

from flows.rules.intake import Kind, Question
from flows.rules.profile import Profile
from tests.handlers.world import World

CODE = "7K3M9QXT2PR"
MOST_TAPS = 25
RENAMED = Question(
    id="hobby", kind=Kind.TEXT, text="What are you good at, or what do you like to do?", label="Strengths"
)


@pytest.fixture
def of_profile(loaded: Path, tmp_path: Path) -> object:
    """Opens the same world with a profile, again and again."""
    path = tmp_path / "lotse.db"
    shutil.copy(loaded, path)
    opened: list[World] = []

    def open_(profile: Profile) -> World:
        for world in opened:
            world.close()
        opened[:] = [World(path, profile)]
        return opened[0]

    yield open_
    for world in opened:
        world.close()
