"""The outside of a program under a transcript: where people write, and where what reaches them is heard."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.app import App
from bot.channels import Channel, Inbound
from bot.clock import Clock
from bot.transcript import lines
from bot.transcript.hearing import Hearing
from bot.transcript.news import HOME, Heard
from bot.transcript.ways import TELEGRAM, channel_of, stand_ins, take
from bot.transcript.world import Condition


class Outside(Protocol):
    """What lies outside of the program: its channels, and the people at their other ends."""

    home: str
    """The channel on which everybody in the world has an address, their handle."""

    def channels(self, clock: Clock) -> Sequence[Channel]:
        """The channels for a program that is about to be built."""
        ...

    async def open(self, app: App, *, fresh: bool) -> None:
        """The program runs; `fresh`: its world has just been loaded, else it goes on where it was."""
        ...

    async def bring(self, update: Inbound) -> None:
        """Somebody does this: it reaches the program as it would; returns after the commit."""
        ...

    async def meet(self, condition: Condition, *, again: bool = False) -> None:
        """From now on this holds; `again`: it did before the program was stopped."""
        ...

    async def hear(self, now: datetime) -> Sequence[Heard]:
        """What has reached people since the last time."""
        ...

    async def close(self) -> None:
        """The program has stopped."""
        ...


class StandIns:
    """People who are reached in memory, by channels that stand in for the real ones."""

    home = HOME

    def __init__(self) -> None:
        """Everybody is at home."""
        self._channels = stand_ins()
        self._hearing = Hearing()
        self._refusing: set[str] = set()
        self._way = ""
        self._present = ""
        self._app: App | None = None

    def channels(self, clock: Clock) -> Sequence[Channel]:
        """Home, and the messengers."""
        return tuple(self._channels.values())

    async def open(self, app: App, *, fresh: bool) -> None:
        """Keep the program."""
        self._app = app

    async def bring(self, update: Inbound) -> None:
        """Hand the update in; who does something at home sees what comes there."""
        self._present = update.sender if update.channel == HOME else ""
        answer = await self._program.receive(update)
        if answer is not None:
            self._channels[update.channel].show(update.sender, answer)

    async def meet(self, condition: Condition, *, again: bool = False) -> None:
        """Refuse somebody, or move everybody to another way."""
        match condition:
            case lines.Refuses(who):
                self._refusing.add(who)
            case lines.Becomes(way):
                self._way = way
                if not again:
                    now = self._program.clock.now()
                    await self._program.run(lambda uow: take(uow, way, now))
        for name, channel in self._channels.items():
            channel.refuse([who for who in self._refusing if channel_of(who, self._way) == name])

    async def hear(self, now: datetime) -> Sequence[Heard]:
        """What the channels have kept."""
        kept = {name: channel.take() for name, channel in self._channels.items()}
        if self._way != TELEGRAM:
            return self._hearing.at_home(kept[HOME], now)
        return self._hearing.everywhere(kept, self._present, now)

    async def close(self) -> None:
        """Nothing is held."""

    @property
    def _program(self) -> App:
        if self._app is None:
            raise LookupError("the program does not run yet")
        return self._app
