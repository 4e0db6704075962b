"""Puts a transcript on: a place, a freshly loaded world in this process or its own, a session with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.transcript.lines import Script
from bot.transcript.local import LocalWorld
from bot.transcript.process import ProcessWorld
from bot.transcript.runner import Difference, Session, run_script
from bot.transcript.world import Opening, World, borrow_place

Opens = Callable[[Opening, bool], World]


def open_world(opening: Opening, own_process: bool) -> World:
    """A world whose people are reached in memory, in this process or in one of its own."""
    return ProcessWorld(opening) if own_process else LocalWorld(opening)


@contextmanager
def open_session(
    script: Script, database: str | None = None, *, own_process: bool = False, open_world: Opens = open_world
) -> Iterator[Session]:
    """A session with a world at the script's start; in a process of its own where script or caller need it.

    `database` is the URL of an empty database to use instead of a temporary one. Raises `WorldFailed`.
    """
    with borrow_place(script.profile, database) as place:
        opening = Opening(place=place, now=script.start)
        world = open_world(opening, own_process or script.ends_the_program)
        try:
            yield Session(world)
        finally:
            world.close()


def perform_script(
    script: Script, database: str | None = None, *, open_world: Opens = open_world
) -> tuple[Session, list[Difference]]:
    """Run a transcript in a world of its own; what was seen, and all differences."""
    with open_session(script, database, open_world=open_world) as session:
        return session, run_script(script, session)
