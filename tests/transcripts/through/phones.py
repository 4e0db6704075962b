"""People's phones at the Bot API server: they write, tap and attach there, and see what the bots say."""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.app import App
from bot.bot_api.channel import TelegramChannel
from bot.bot_api.client import Raw
from bot.bot_api.commands import PARTICIPANTS, STAFF
from bot.bot_api.intake import Intake
from bot.channels import Inbound, InboundKind
from bot.polling import Poller
from bot.transcript.ways import TELEGRAM, channel_of
from tests.channels.telegram_server.process import Remote

PATIENCE = 30
HANDLES = ("c1", "c2", "k1", "d1", "v1", "b1", "g1", "p0", "p1", "p2", "p3", "p4", "p5", "p6", "x1")


@dataclass(frozen=True, slots=True)
class Message:
    """What came on somebody's phone: from which bot, with which buttons (handle, label)."""

    channel: str
    to: str
    text: str
    buttons: list[tuple[str, str]]


class _Line:
    """One bot at work: the real loop fetches, and it is known when an update has been committed."""

    def __init__(self, app: App, channel: TelegramChannel) -> None:
        self.intake = Intake(app, channel)
        self._fetch = channel.client.fetch
        channel.client.fetch = self._watched  # type: ignore[method-assign]  # looks on, and hands on
        self._poller = Poller(self.intake)
        self._given: Counter[int] = Counter()
        self._idle = asyncio.Event()
        self._fetched = asyncio.Event()
        self._polling = asyncio.get_running_loop().create_task(self._poller.run())

    async def _watched(self, offset: int, wait: int, wanted: Sequence[str]) -> list[Raw]:
        """Who fetches again has committed what was fetched before."""
        self._idle.set()
        found = await self._fetch(offset, wait, wanted)
        self._given.update(raw["update_id"] for raw in found)
        if found:
            self._idle.clear()
            self._fetched.set()
        return found

    def given(self, update: int) -> int:
        """How often the update has been fetched."""
        return self._given[update]

    async def taken(self, update: int, times: int) -> None:
        """Returns when the update has been committed, and what may come after it is done."""
        async with asyncio.timeout(PATIENCE):
            while self._given[update] < times:
                self._fetched.clear()
                await self._fetched.wait()
            await self._idle.wait()
        await self.intake.finish(PATIENCE)

    async def stop(self) -> None:
        """Fetch nothing more."""
        self._poller.stop()
        await self._polling
        await self.intake.finish(PATIENCE)


class Phones:
    """One phone for each person of a transcript, and its two bots."""

    def __init__(self, service: Remote, name: str) -> None:
        """`name` tells them from those of other transcripts at the same service."""
        self._service, self._name = service, name
        self._first = 1_000 * (1 + int.from_bytes(sha256(name.encode()).digest()[:4]))
        self._lines: dict[str, _Line] = {}
        self._updates: dict[str, tuple[int, str]] = {}
        self._messages: dict[str, int] = {}
        self._after = 0
        self._app: App | None = None

    @property
    def server(self) -> str:
        """The address of the Bot API."""
        return self._service.base

    def token(self, channel: str) -> str:
        """The bot's."""
        return str(self._service.do("bot", username=self._bot(channel))["token"])

    def number(self, who: str) -> int:
        """The chat's."""
        return self._first + HANDLES.index(who)

    def now(self) -> datetime:
        """The instant."""
        assert self._app is not None
        return self._app.clock.now()

    def set_clock(self) -> None:
        """It is as late at the service as in the program."""
        self._service.do("clock", set=self.now().isoformat(), freeze=True)

    async def open(
        self, app: App, bots: Collection[TelegramChannel], people: Sequence[str], kept: dict[str, Any]
    ) -> None:
        """The bots begin to fetch. People have pressed "Start" long ago, if nothing is `kept` from before a stop."""
        self._app = app
        self.set_clock()
        for who in () if kept else people:
            self._service.do("user", id=self.number(who), language_code="de")
            self._service.do("start", user=self.number(who), bot=self._bot(channel_of(who, TELEGRAM)))
        for bot in bots:
            if not kept:
                await _drop(bot)
            self._lines[bot.name] = _Line(app, bot)
        self._messages |= kept.get("messages", {})
        self._updates |= {name: (number, at) for name, (number, at) in kept.get("updates", {}).items()}
        self._after = kept.get("after") or len(self._service.do("log"))

    async def bring(self, update: Inbound) -> None:
        """Somebody does this on the phone; the same update again is delivered once more."""
        channel = channel_of(update.sender, TELEGRAM)
        line = self._lines[channel]
        if update.external_id in self._updates:
            number, at = self._updates[update.external_id]
            times = line.given(number) + 1
            self._service.do("clock", set=at)
            self._service.do("redeliver", update_id=number, bot=self._bot(channel))
        else:
            number, times = self._do(update, self._bot(channel))["update_id"], 1
            self._updates[update.external_id] = (number, self.now().isoformat())
        await line.taken(number, times)

    def shows(self, handle: str) -> bool:
        """Whether a button with this handle has been on somebody's phone."""
        return handle in self._messages

    def _do(self, update: Inbound, bot: str) -> Any:
        whose: dict[str, Any] = {"user": self.number(update.sender), "bot": bot}
        match update.kind:
            case InboundKind.TAP:
                return self._service.do("tap_data", data=update.tap, on=self._messages[update.tap], **whose)
            case InboundKind.FILE:
                return self._service.do("send_document", name=update.file_name, data64="Ynl0ZXM=", **whose)
            case _:
                return self._service.do("send", text=update.text, **whose)

    def keep(self) -> dict[str, Any]:
        """What the phones remember when the program is stopped."""
        return {"updates": self._updates, "messages": self._messages, "after": self._after}

    def deactivate(self, who: str) -> None:
        """The account is gone: nothing arrives there."""
        self._service.do("deactivate", user=self.number(who))

    async def read(self) -> list[Message]:
        """What has come since the last time."""
        found = self._service.do("log", after=self._after)
        self._after += len(found)
        sent = [entry for entry in found if entry["what"] == "sent"]
        return [message for entry in sent for message in self._message(entry)]

    def _message(self, entry: dict[str, Any]) -> list[Message]:
        who = HANDLES[entry["chat"] - self._first]
        channel = channel_of(who, TELEGRAM)
        buttons = self._buttons(entry, channel) if entry["buttons"] else []
        self._messages |= {handle: entry["message_id"] for handle, _ in buttons}
        return [Message(channel, who, entry["text"], buttons)]

    def _buttons(self, entry: dict[str, Any], channel: str) -> list[tuple[str, str]]:
        screen = self._service.do("screen", user=entry["chat"], bot=self._bot(channel))
        rows = next((seen["buttons"] for seen in screen if seen["message_id"] == entry["message_id"]), ())
        return [(button["data"], button["text"]) for row in rows for button in row]

    async def close(self) -> None:
        """The bots fetch nothing more."""
        for line in self._lines.values():
            await line.stop()

    def _bot(self, channel: str) -> str:
        return f"{self._name}_{ {PARTICIPANTS: 'participants', STAFF: 'staff'}[channel] }"


async def _drop(channel: TelegramChannel) -> None:
    """What waits is not for us."""
    found = await channel.client.fetch(0, 0, ())
    if found:
        await channel.client.fetch(found[-1]["update_id"] + 1, 0, ())
