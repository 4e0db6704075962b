"""Which outside a transcript gets, by the channel it runs through."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.transcript.local import LocalWorld
from bot.transcript.outside import Outside, StandIns
from bot.transcript.process import ProcessWorld
from bot.transcript.world import Opening, World

CHANNELS = ("memory", "web", "telegram")
CHILD = "tests.transcripts.through.child"


def outside(channel: str, opening: Opening, ports: Sequence[int]) -> Outside:
    """The outside for this channel; `ports` are those of the Bot API server and of its control side.

    Each is imported here: the libraries of a messenger take longer to load than most conversations last, and a process
    of its own is started after each restart.
    """
    notes = Path(opening.place.key_file).with_name("outside.json")
    match channel:
        case "web":
            from tests.transcripts.through.at_pages import AtPages

            return AtPages(notes)
        case "telegram":
            from tests.channels.telegram_server.process import Remote
            from tests.transcripts.through.at_phones import AtPhones

            return AtPhones(notes, Remote(*ports))
        case _:
            return StandIns()


class Stage:
    """Opens worlds whose people use one channel."""

    def __init__(self, channel: str, ports: Sequence[int] = ()) -> None:
        """`ports` as in `outside`."""
        self._channel, self._ports = channel, ports

    def __call__(self, opening: Opening, own_process: bool) -> World:
        """A world in this process or in one of its own."""
        if not own_process:
            return LocalWorld(opening, outside(self._channel, opening, self._ports))
        if self._channel == "memory":
            return ProcessWorld(opening)
        return ProcessWorld(opening, (CHILD, self._channel, *map(str, self._ports)))

    def look(self, opening: Opening, look: Callable[[Outside], Outside]) -> World:
        """A world in this process, with somebody who looks on at its outside."""
        return LocalWorld(opening, look(outside(self._channel, opening, self._ports)))
