"""Where people are while a transcript runs through their pages."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app import App
from bot.channels import Channel, Inbound
from bot.clock import Clock
from bot.transcript import lines
from bot.transcript.news import Heard
from bot.transcript.world import Condition
from tests.transcripts.through.pages import NotedChannel, Pages, Shown


class AtPages:
    """Everybody has a page and nothing else."""

    home = "web"

    def __init__(self, notes: Path) -> None:
        """Nobody is there yet. `notes`: a file for what outlives the program."""
        self._channel = NotedChannel()
        self._pages: Pages | None = None
        self._notes = notes

    def channels(self, clock: Clock) -> Sequence[Channel]:
        """The pages' own."""
        return (self._channel,)

    async def open(self, app: App, *, fresh: bool) -> None:
        """Serve the pages."""
        self._pages = Pages(app, self._channel, self.kept().get("pages", {}))

    def kept(self) -> dict[str, Any]:
        """What was there when the program was stopped; nothing in a new world."""
        return dict(json.loads(self._notes.read_text())) if self._notes.exists() else {}

    def keep(self) -> None:
        """Write down what outlives the program."""
        self._notes.write_text(json.dumps(self.outlives()))

    def outlives(self) -> dict[str, Any]:
        """What a browser keeps."""
        return {"pages": self.pages.keep()}

    @property
    def pages(self) -> Pages:
        """The pages, once the program runs."""
        assert self._pages is not None
        return self._pages

    async def bring(self, update: Inbound) -> None:
        """Somebody uses their page."""
        await self.pages.bring(update)

    async def meet(self, condition: Condition, *, again: bool = False) -> None:
        """A page refuses nobody, and is what it is."""
        assert condition == lines.Becomes(self.home), f"not through pages: {condition}"

    async def hear(self, now: datetime) -> Sequence[Heard]:
        """What the pages show that something was sent to."""
        heard = []
        for who in self._channel.noted():
            heard += [await self.heard(who, shown, now) for shown in await self.pages.read(who)]
        self.keep()
        return heard

    async def heard(self, who: str, shown: Shown, now: datetime) -> Heard:
        """One message on a page."""
        return Heard(now, who, shown.text, await self.pages.buttons(who, shown.buttons))

    async def close(self) -> None:
        """Close the windows."""
        if self._pages is not None:
            await self._pages.close()
