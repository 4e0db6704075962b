"""Looks at the ways out: notifications, the SMS gateway, the mail server. Nothing is sent."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot import phones
from bot.channels import TryLater
from bot.channels.sms import read_credentials
from bot.clock import SystemClock
from bot.operating.lines import Line, State
from bot.settings import Settings

PATIENCE: Final = 5.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OTHERS = 0o077


def check_push(settings: Settings) -> Line:
    """The key of notifications, and whether browsers will allow them. Raises `VaultError`."""
    if not settings.push.enabled:
        return Line("push", State.OK, "notifications are switched off")
    address = urlsplit(settings.server.address)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        said = f"browsers allow notifications on https pages only, not on {settings.server.address}"
        return Line("push", State.FAULT, said, "set server.base_url to the address that begins with https://")
    if not settings.push.key_file.exists():
        return Line("push", State.NOTE, f"there is no key at {settings.push.key_file} yet", "python -m bot migrate")
    phones.push_key(settings)
    if settings.push.loopback:
        return Line(
            "push", State.NOTE, "push.loopback is on, which is for tests", "take push.loopback out of lotse.toml"
        )
    return Line("push", State.OK, f"{settings.push.key_file}, readable by its owner only; {settings.push.subject}")


def check_sms(settings: Settings) -> Line:
    """The gateway's secrets and patterns, and whether it answers. Raises `OSError` or `SettingsError`."""
    sms = settings.sms
    if not sms.enabled:
        return Line("sms", State.OK, "there is no gateway")
    phones.report_secret(settings)
    read_credentials(sms)
    host = urlsplit(sms.url).hostname or ""
    try:
        _call(sms.url)
    except OSError as error:
        said = f"{host} does not answer: {error.strerror or type(error).__name__}"
        return Line("sms", State.FAULT, said, "look at sms.url, and at the firewall between here and the gateway")
    if open_files := _readable_by_others((sms.user_file, sms.password_file, sms.report_secret_file)):
        return Line("sms", State.NOTE, f"others can read {open_files[0]}", f"chmod 600 {open_files[0]}")
    if not (sms.success_pattern or sms.failure_pattern):
        said = f"{host} answers, but every good status counts as sent, whatever the gateway says"
        return Line("sms", State.NOTE, said, "set sms.success_pattern to what the gateway says when all is well")
    return Line("sms", State.OK, f"{host} answers")


def check_mail(settings: Settings) -> Line:
    """The mail server's secrets, and whether it lets us in; no mail is sent. Raises `SettingsError` or `OSError`."""
    mail = settings.email
    if not mail.enabled:
        return Line("mail", State.OK, "there is no mail server")
    try:
        asyncio.run(phones.mail_channel(settings, SystemClock()).probe())
    except TryLater:
        said = f"{mail.host}:{mail.port} does not let us in ({mail.security})"
        way_out = "look at email.host, port, security and ca_file, at user and password, and at the firewall"
        return Line("mail", State.FAULT, said, way_out)
    if open_files := _readable_by_others((mail.user_file, mail.password_file)):
        return Line("mail", State.NOTE, f"others can read {open_files[0]}", f"chmod 600 {open_files[0]}")
    return Line("mail", State.OK, f"{mail.host}:{mail.port} lets us in; bounces go to {mail.sender}")


def _call(url: str) -> None:
    """Connect as for a message, certificate included. Raises `OSError`."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    with socket.create_connection((host, parts.port or (443 if secure else 80)), PATIENCE) as line:
        if secure:
            ssl.create_default_context().wrap_socket(line, server_hostname=host).close()


def _readable_by_others(paths: Iterable[Path | None]) -> list[Path]:
    return [path for path in paths if path is not None and path.stat().st_mode & _OTHERS]
