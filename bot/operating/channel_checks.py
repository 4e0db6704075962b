"""Looks at the channels that others run: bots, webhook, notifications, short messages, and what locked phones show."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from flows.rules.profile import Profile

from bot import telegram_bots
from bot.bot_api.refusals import NoClearAnswer, TokenRefused
from bot.channels import ChannelError
from bot.clock import SystemClock
from bot.operating import lock_screen
from bot.operating.lines import Line, State
from bot.operating.phone_checks import check_mail, check_push, check_sms
from bot.profile import read_file
from bot.profile_processors import problem
from bot.settings import Settings

BOTS: Final = {"telegram": "telegram", "telegram_staff": "staff bot"}
"""What the line about each bot is called."""
NAMES: Final = frozenset({*BOTS.values(), "webhook", "push", "sms", "mail", "processors", "lock screen"})
"""Lines about what the assistant can run without."""
PATIENCE: Final = 20
_SWITCHED_OFF: Final = "it is switched off"
_NEUTRAL: Final = "choose one that says nothing about programme, carrier or illness"
_MOST_HITS: Final = 5
_OTHERS: Final = 0o077


def looks(settings: Settings, profile: Profile) -> Iterator[tuple[str, Callable[[], Line]]]:
    """What there is to look at, by name; each look may raise `SettingsError`, `StorageError` or `OSError`."""
    for channel, name in BOTS.items():
        yield name, partial(_bot, settings, profile, channel)
    yield "webhook", partial(_webhook, settings)
    yield "push", partial(_permitted, profile, "push", partial(check_push, settings), is_on=settings.push.enabled)
    yield "sms", partial(_permitted, profile, "sms", partial(check_sms, settings), is_on=settings.sms.enabled)
    yield "mail", partial(_mail, settings, profile)
    yield "processors", partial(check_processors, profile)
    yield "lock screen", partial(check_lock_screen, settings, profile)


def check_processors(profile: Profile) -> Line:
    """Who runs the channels of others: what the profile switches on stays off without a provider inside the EEA."""
    file = read_file(profile.name)
    today = SystemClock().now().date()
    late = (problem(file.processors, channel, today) for channel in file.channels.permitted)
    if reasons := [reason for reason in late if reason]:
        channels = ", ".join(file.kept_off) or "nothing"
        return Line("processors", State.FAULT, f"{channels} stays off: {'; '.join(reasons)}", "in the profile's file")
    named = ", ".join(sorted({each.name for each in file.processors.values()}))
    return Line("processors", State.OK, named or "none: every channel of others is off")


def check_lock_screen(settings: Settings, profile: Profile) -> Line:
    """What phones show unasked, against the words of the profile; and the names that stand beside it."""
    finding = lock_screen.inspect(profile)
    names = lock_screen.inspect_names(settings, profile)
    said = str(finding)
    if finding.hits:
        hits = (f"{hit.word!r} in {hit.shown.name!r} ({hit.shown.language})" for hit in finding.hits)
        said += ": " + "; ".join(list(dict.fromkeys(hits))[:_MOST_HITS])
        return Line("lock screen", State.FAULT, said, "say it in other words (docs/translating.md), or lower the level")
    if names:
        setting, word = names[0]
        return Line("lock screen", State.FAULT, f"{said}, but {setting} shows {word!r}", f"{setting}: {_NEUTRAL}")
    return Line("lock screen", State.OK, said)


def _permitted(profile: Profile, channel: str, check: Callable[[], Line], *, is_on: bool) -> Line:
    """The channel's own line, unless the profile keeps it off."""
    if is_on and profile.level_of(channel) is None:
        return Line(channel, State.NOTE, *_kept_off(profile, channel))
    return check()


def _mail(settings: Settings, profile: Profile) -> Line:
    if not settings.email.enabled and profile.level_of("mail") is not None:
        said = f"the profile {profile.name} permits mail to companies, but no server is set: nobody is offered it"
        way_out = 'set email.host and email.sender in lotse.toml, or channels.mail_level = "off" in the profile'
        return Line("mail", State.NOTE, said, way_out)
    return _permitted(profile, "mail", partial(check_mail, settings), is_on=settings.email.enabled)


def _kept_off(profile: Profile, channel: str) -> tuple[str, str]:
    key = f"channels.{channel}_level"
    return (
        f"it is set up, but the profile {profile.name} keeps it off",
        f"take its section out of lotse.toml, or decide on {key} in the profile",
    )


def _bot(settings: Settings, profile: Profile, channel: str) -> Line:
    name, path = BOTS[channel], settings.telegram.token_files.get(channel)
    if path is None:
        return Line(name, State.OK, _SWITCHED_OFF)
    if profile.level_of(channel) is None:
        return Line(name, State.NOTE, *_kept_off(profile, channel))
    token = telegram_bots.token_of(settings, channel)
    if _is_shared(settings, token):
        said = f"{path} holds the token of the other bot"
        return Line(name, State.FAULT, said, "make a second bot with @BotFather: people and staff have one each")
    try:
        username = asyncio.run(_ask(settings, channel, token))
    except TokenRefused:
        said = "Telegram does not know the token"
        return Line(name, State.FAULT, said, f"@BotFather, /mybots, API Token: write it into {path}")
    except (ChannelError, NoClearAnswer, TimeoutError) as error:
        said = f"{settings.telegram.api_base} gives no answer ({type(error).__name__})"
        return Line(name, State.FAULT, said, "look at the firewall between here and Telegram; try again in a minute")
    return _named(name, username, path, lock_screen.revealing(profile).find_inside(username))


def _named(name: str, username: str, path: Path, words: list[str]) -> Line:
    if words:
        way_out = f"make another bot with @BotFather, {_NEUTRAL}; its name cannot be changed"
        return Line(name, State.FAULT, f"@{username} shows {words[0]!r} on locked phones", way_out)
    return _readable(name, path) or Line(name, State.OK, f"@{username} answers")


def _readable(name: str, path: Path) -> Line | None:
    """A note if others can read the file."""
    if path.stat().st_mode & _OTHERS:
        return Line(name, State.NOTE, f"others can read {path}", f"chmod 600 {path}")
    return None


def _is_shared(settings: Settings, token: str) -> bool:
    """Whether both bots are the same one: the number before the colon is the bot's."""
    tokens = (telegram_bots.token_of(settings, channel) for channel in settings.telegram.token_files)
    return [each.partition(":")[0] for each in tokens].count(token.partition(":")[0]) > 1


async def _ask(settings: Settings, channel: str, token: str) -> str:
    """The bot's user name. Raises a `ChannelError`, `NoClearAnswer` or `TimeoutError`."""
    client = telegram_bots.open_client(settings, channel, token)
    try:
        return await asyncio.wait_for(client.who_am_i(), PATIENCE)
    finally:
        await client.close()


def _webhook(settings: Settings) -> Line:
    path, channels = settings.telegram.webhook_secret_file, list(settings.telegram.token_files)
    if not channels:
        return Line("webhook", State.OK, _SWITCHED_OFF)
    if settings.telegram.mode != "webhook" or path is None:
        return Line("webhook", State.OK, "none: what people write is fetched (telegram.mode = polling)")
    telegram_bots.webhook_secret(settings)
    addresses = " and ".join(telegram_bots.webhook_of(settings, channel) for channel in channels)
    return _readable("webhook", path) or Line("webhook", State.OK, f"Telegram posts to {addresses}")
