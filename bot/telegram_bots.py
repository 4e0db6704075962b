"""The two Telegram bots as the settings and the profile have them: their channels, and what is in their files."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flows.rules.profile import Profile

from bot.bot_api.channel import TelegramChannel
from bot.bot_api.client import Client
from bot.clock import Clock
from bot.settings import Settings, SettingsError

PATHS: Final[Mapping[str, str]] = {"telegram": "participants", "telegram_staff": "staff"}
"""What each bot is called in the address of its webhook, and in the names of its settings."""
HOOKS: Final = "/hooks/telegram/"
_TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,100}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{24,256}")


def telegram_channels(settings: Settings, profile: Profile, clock: Clock) -> list[TelegramChannel]:
    """The channels whose token file is named and which the profile permits. Raises `SettingsError`."""
    return [
        TelegramChannel(channel, open_client(settings, channel, token_of(settings, channel)), clock)
        for channel in settings.telegram.token_files
        if profile.level_of(channel) is not None
    ]


def open_client(settings: Settings, channel: str, token: str) -> Client:
    """The library of this channel, loaded when it is needed: who has no Telegram does not wait for it."""
    server, seconds = settings.telegram.api_base, settings.telegram.timeout_seconds
    if channel == "telegram":
        from bot.channels.telegram_participants import AiogramClient  # noqa: PLC0415 - see above

        return AiogramClient(token, server=server, seconds=seconds)
    from bot.channels.telegram_staff import TelegramBotClient  # noqa: PLC0415 - see above

    return TelegramBotClient(token, server=server, seconds=seconds)


def token_of(settings: Settings, channel: str) -> str:
    """The token in the bot's file. Raises `SettingsError` if it cannot be read or is none."""
    name, path = f"telegram.{PATHS[channel]}_token_file", settings.telegram.token_files[channel]
    token = _line_in(name, path)
    if not _TOKEN.fullmatch(token):
        raise SettingsError(f"{name}: {path} must hold the token that @BotFather gave, and nothing else")
    return token


def webhook_secret(settings: Settings) -> str:
    """The secret that updates are posted with; "" if they are fetched. Raises `SettingsError`."""
    path = settings.telegram.webhook_secret_file
    if settings.telegram.mode != "webhook" or path is None:
        return ""
    name = "telegram.webhook_secret_file"
    secret = _line_in(name, path)
    if not _SECRET.fullmatch(secret):
        raise SettingsError(
            f"{name}: {path} must hold 24 to 256 letters, digits, - and _; a new one: openssl rand -hex 24 > {path}"
        )
    return secret


def webhook_of(settings: Settings, channel: str) -> str:
    """Where the bot's updates are posted. Raises `SettingsError` if nobody outside could."""
    address = settings.server.address
    if settings.telegram.api_base.startswith("https://") and not address.startswith("https://"):
        raise SettingsError(
            f"server.base_url: Telegram posts to https only, and this is {address}; "
            "set it to the address of the pages, or set telegram.mode to polling"
        )
    return f"{address}{HOOKS}{PATHS[channel]}"


def _line_in(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SettingsError(f"{name}: {path} cannot be read ({reason})") from None
