"""Ways out without an app, as settings and profile have them: notifications, short messages, mail to companies."""

from pathlib import Path

from flows.rules.profile import Profile
from storage.settings import database_file, is_server

from bot.channels import Channel
from bot.channels.email import EmailChannel, Login
from bot.channels.sms import SmsChannel, read_credentials, read_secret
from bot.channels.web_push import WebPushChannel
from bot.clock import Clock
from bot.push_key import PushKey, make_push_key, read_push_key
from bot.settings import Settings, SettingsError
from bot.web.reaching import Notifying, Reaching, Reports

LEAST_SECRET = 24


def prepare_phones(settings: Settings) -> None:
    """Make the key of notifications if they are switched on and it is missing. Raises `OSError`."""
    if settings.push.enabled:
        make_push_key(settings.push.key_file)


def phone_channels(settings: Settings, profile: Profile, clock: Clock) -> list[Channel]:
    """The channels "push", "sms" and "mail", as far as they are switched on and the profile permits them.

    Raises `VaultError` or `SettingsError` when a key or a secret cannot be read.
    """
    channels: list[Channel] = []
    if is_pushed(settings, profile):
        channels.append(WebPushChannel(settings.push, key=push_key(settings), clock=clock))
    if is_texted(settings, profile):
        try:
            credentials = read_credentials(settings.sms)
        except OSError as error:
            raise SettingsError(_unreadable("user_file, sms.password_file", error)) from None
        channels.append(SmsChannel(settings.sms, credentials=credentials, clock=clock))
    if is_mailed(settings, profile):
        channels.append(mail_channel(settings, clock))
    return channels


def mail_channel(settings: Settings, clock: Clock) -> EmailChannel:
    """The channel to companies. Raises `SettingsError` when a secret cannot be read."""
    mail = settings.email
    try:
        login = Login(read_secret(mail.user_file), read_secret(mail.password_file))
    except OSError as error:
        raise SettingsError(
            f"email.user_file, email.password_file: {error.filename} cannot be read ({error.strerror})"
        ) from None
    return EmailChannel(mail, login=login, clock=clock)


def reaching(settings: Settings, profile: Profile) -> Reaching:
    """What the pages know of them. Raises `VaultError` or `SettingsError` when a key or a secret cannot be read."""
    push = Notifying(settings.push, push_key(settings).public) if is_pushed(settings, profile) else None
    secret = report_secret(settings) if is_texted(settings, profile) else ""
    return Reaching(push=push, sms=Reports(settings.sms, secret) if secret else None, scanning=settings.scan)


def is_pushed(settings: Settings, profile: Profile) -> bool:
    """Whether there are notifications."""
    return settings.push.enabled and profile.level_of("push") is not None


def is_texted(settings: Settings, profile: Profile) -> bool:
    """Whether there are short messages."""
    return settings.sms.enabled and profile.level_of("sms") is not None


def is_mailed(settings: Settings, profile: Profile) -> bool:
    """Whether companies are written to."""
    return settings.email.enabled and profile.level_of("mail") is not None


def push_key(settings: Settings) -> PushKey:
    """The key of notifications. Raises `VaultError`."""
    url, path = settings.database.url, settings.push.key_file
    database: Path | None = None if is_server(url) else database_file(url)
    return read_push_key(path, database=database)


def report_secret(settings: Settings) -> str:
    """The secret in the address of delivery reports; "" if there are none. Raises `SettingsError`."""
    path = settings.sms.report_secret_file
    if path is None:
        return ""
    try:
        secret = read_secret(path)
    except OSError as error:
        raise SettingsError(_unreadable("report_secret_file", error)) from None
    if len(secret) < LEAST_SECRET or not secret.isascii() or not secret.replace("-", "").replace("_", "").isalnum():
        raise SettingsError(
            f"sms.report_secret_file: {path} must hold at least {LEAST_SECRET} letters and digits; "
            "a new one: openssl rand -hex 24"
        )
    return secret


def _unreadable(name: str, error: OSError) -> str:
    return f"sms.{name}: {error.filename} cannot be read ({error.strerror})"
