"""Where people are while a transcript runs through Telegram: at their phones, and at their pages as well."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.app import App
from bot.bot_api.channel import TelegramChannel
from bot.bot_api.commands import PARTICIPANTS, STAFF
from bot.channels import Channel, Inbound, InboundKind
from bot.channels.telegram_participants import AiogramClient
from bot.channels.telegram_staff import TelegramBotClient
from bot.clock import Clock
from bot.demo import FIGURES, STRANGERS
from bot.transcript import lines
from bot.transcript.hearing import with_notices
from bot.transcript.news import Button, Heard
from bot.transcript.ways import TELEGRAM, take
from bot.transcript.world import Condition
from flows.dialogues.levels import NOTICE
from flows.people import Role
from locales.catalog import LANGUAGES, render
from tests.channels.telegram_server.process import Remote
from tests.transcripts.through.at_pages import AtPages
from tests.transcripts.through.pages import Shown
from tests.transcripts.through.phones import Message, Phones

HINTS = frozenset(render(NOTICE, language, formal=formal) for language in LANGUAGES for formal in (False, True))


class AtPhones(AtPages):
    """Everybody but the mentor has Telegram, too, and looks at the page when a ping says so."""

    def __init__(self, notes: Path, service: Remote) -> None:
        """Its path tells this transcript's bots and people from those of others at the same `service`."""
        super().__init__(notes)
        self._phones = Phones(service, f"t{sha256(bytes(notes)).hexdigest()[:12]}")
        self._way = TELEGRAM
        self._read: dict[str, Counter[str]] = defaultdict(Counter)
        self._present = ""
        self._page = ""
        self._bots: Sequence[TelegramChannel] = ()

    def channels(self, clock: Clock) -> Sequence[Channel]:
        """The pages and both bots, each with its library, over HTTP; nothing is paced at one instant."""
        clients: dict[str, type[AiogramClient] | type[TelegramBotClient]] = {
            PARTICIPANTS: AiogramClient,
            STAFF: TelegramBotClient,
        }
        bots = []
        for name, client in clients.items():
            token, server = self._phones.token(name), self._phones.server
            bot = TelegramChannel(name, client(token, server=server, seconds=10), clock, between=0)
            bot.capabilities = replace(bot.capabilities, per_second=None, per_address=None)
            bots.append(bot)
        self._bots = bots
        return (self._channel, *bots)

    async def open(self, app: App, *, fresh: bool) -> None:
        """Link everybody, and begin to fetch what they say."""
        await super().open(app, fresh=fresh)
        self._page = app.settings.server.address
        people = [who for who, figure in FIGURES.items() if figure.linked and figure.role is not Role.CONTACT]
        if fresh:
            await self._take(app, TELEGRAM)
        await self._phones.open(app, self._bots, [*people, *STRANGERS], {} if fresh else self.kept())

    async def _take(self, app: App, way: str) -> None:
        self._way, self._app, now = way, app, app.clock.now()
        await app.run(lambda uow: take(uow, way, now, lambda who: str(self._phones.number(who))))

    def outlives(self) -> dict[str, Any]:
        """What a browser and a phone keep."""
        return super().outlives() | self._phones.keep()

    async def bring(self, update: Inbound) -> None:
        """Somebody uses the phone, or presses what is on the page."""
        self._phones.set_clock()
        at_home = self._way != TELEGRAM or (update.kind is InboundKind.TAP and not self._phones.shows(update.tap))
        self._present = update.sender if at_home else ""
        await (self.pages.bring(update) if at_home else self._phones.bring(update))

    async def meet(self, condition: Condition, *, again: bool = False) -> None:
        """Somebody's account is gone; or it is as it is already."""
        match condition:
            case lines.Refuses(who):
                self._phones.deactivate(who)
            case lines.Becomes(way) if way != self._way and not again:
                await self._take(self._app, way)
            case lines.Becomes(way):
                self._way = way

    async def hear(self, now: datetime) -> Sequence[Heard]:
        """What came on the phones, and what the page shows to whoever looks there."""
        if self._way != TELEGRAM:
            return await super().hear(now)
        self._phones.set_clock()
        heard = []
        messages = await self._phones.read()
        for message in messages:
            self._read[message.to][message.text] += 1
        for message in messages:
            if self._is_ping(message):
                heard += await self._look(message, now)
            else:
                buttons = await self.pages.buttons(message.to, message.buttons, message.channel)
                heard.append(Heard(now, message.to, message.text, buttons))
        heard += [await self.heard(self._present, shown, now) for shown in await self._new(self._present)]
        self._channel.noted()
        self.keep()
        return with_notices(heard)

    async def _new(self, who: str) -> list[Shown]:
        """What WHO's page shows, without what the phone has shown."""
        found = []
        for shown in await self.pages.read(who) if who else ():
            known = self._read[who]
            known[shown.text] -= 1
            if known[shown.text] < 0:
                found.append(shown)
                known[shown.text] = 0
        return found

    async def close(self) -> None:
        """Fetch nothing more."""
        await self._phones.close()
        for bot in self._bots:
            await bot.close()
        await super().close()

    def _is_ping(self, message: Message) -> bool:
        return message.text in HINTS or message.text.endswith(f"\n{self._page}")

    async def _look(self, ping: Message, now: datetime) -> list[Heard]:
        """What lies behind a ping; a button that is on both is pressed on the phone."""
        behind = [await self.heard(ping.to, shown, now) for shown in await self._new(ping.to)]
        buttons = await self.pages.buttons(ping.to, ping.buttons, ping.channel)
        if not behind:
            return [Heard(now, ping.to, "", buttons, ping.text)]
        nearer: dict[str, Button] = {button.action: button for button in buttons}
        first = replace(
            behind[0],
            ping=ping.text,
            buttons=tuple(nearer.get(button.action, button) for button in behind[0].buttons),
        )
        return [first, *behind[1:]]
