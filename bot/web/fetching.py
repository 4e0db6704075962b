"""Notes that a device of the person shows what somebody waits for them to read."""

from contextlib import suppress

from storage.errors import StorageError

from bot.web.desk import Desk
from bot.web.history import Entry
from bot.web.sessions import Visit


async def note_fetched(desk: Desk, visit: Visit, entries: list[Entry]) -> None:
    """The person sees these entries. Nothing is written when nobody waits, and a fault here hides no message."""
    if not any(entry.awaited for entry in entries):
        return
    now, newest = desk.program.clock.now(), entries[-1].id
    with suppress(StorageError):
        await desk.program.run(lambda uow: uow.reaching.fetch(visit.person.id, newest, now))
