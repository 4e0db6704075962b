"""Which channels this process has, by its settings, its duty and the profile; and the life of what they need."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot import phones, telegram_bots
from bot.app import App
from bot.bot_api.channel import TelegramChannel
from bot.bot_api.intake import Intake
from bot.channels import Channel
from bot.clock import SystemClock
from bot.lines import Hook, Line
from bot.profile import load_profile
from bot.settings import Settings
from bot.web.reaching import Reaching


@dataclass(frozen=True, slots=True)
class Wiring:
    """The channels that others run: ways to phones, and bots; with what the pages know of them."""

    settings: Settings
    phones: Sequence[Channel]
    bots: Sequence[TelegramChannel]
    known: Reaching

    @property
    def channels(self) -> list[Channel]:
        """All of them."""
        return [*self.phones, *self.bots]

    def lines(self, app: App) -> list[Line]:
        """The bots at work: only a process that serves people takes in what they say."""
        return [Line(Intake(app, bot), self._hook(bot.name)) for bot in self.bots if self.settings.role.serves]

    def reaching(self, lines: Sequence[Line]) -> Reaching:
        """What the pages know: these lines have their webhooks there."""
        return replace(self.known, telegram={telegram_bots.PATHS[line.intake.channel.name]: line for line in lines})

    def _hook(self, channel: str) -> Hook | None:
        secret = telegram_bots.webhook_secret(self.settings)
        return Hook(telegram_bots.webhook_of(self.settings, channel), secret) if secret else None


def wire(settings: Settings) -> Wiring:
    """The channels for these settings. Raises `SettingsError` or `VaultError`; nothing is asked of anybody yet."""
    clock, profile = SystemClock(), load_profile(settings.profile)
    phones.prepare_phones(settings)
    return Wiring(
        settings,
        phones.phone_channels(settings, profile, clock),
        telegram_bots.telegram_channels(settings, profile, clock),
        phones.reaching(settings, profile),
    )


@asynccontextmanager
async def connected(channels: Sequence[Channel]) -> AsyncIterator[None]:
    """The channels' connections, until nothing is sent any more."""
    try:
        yield
    finally:
        for channel in channels:
            close = getattr(channel, "close", None)
            if close is not None:
                await close()


@asynccontextmanager
async def listening(lines: Sequence[Line]) -> AsyncIterator[None]:
    """The bots take in what is said."""
    for line in lines:
        line.start()
    try:
        yield
    finally:
        for line in lines:
            await line.stop()
