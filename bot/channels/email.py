"""The channel "mail": one short neutral mail to somebody outside, through the carrier's own mail server (R20a, F46)."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from http import HTTPStatus
from typing import Final

import aiosmtplib
import structlog

from bot.channel_settings import EmailSettings
from bot.channels import Capabilities, Level, Outgoing, Rejected, TryLater, Unreachable
from bot.clock import Clock
from bot.directions import plain

MOST: Final = 1000
_REFUSED_FOR_GOOD: Final = HTTPStatus.INTERNAL_SERVER_ERROR
"""Replies from 500 on are for good, in this protocol too; from 400 on they are for now."""
log = structlog.get_logger()


class NoClearAnswer(Exception):
    """The server may or may not have taken the mail: nobody knows."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to the server; without a user nobody is asked."""

    user: str = ""
    password: str = ""


class EmailChannel:
    """Channel "mail". The address is a mail address. Nothing that came in is read here; bounces go to the sender."""

    name = "mail"

    def __init__(self, settings: EmailSettings, *, login: Login, clock: Clock) -> None:
        """Nothing is asked of the server yet."""
        self._settings, self._login, self._clock = settings, login, clock
        self.capabilities = Capabilities(
            level=Level.L2, max_text=MOST, buttons=False, idempotent=False, per_second=settings.per_second
        )

    async def send(self, message: Outgoing, external: str) -> str:
        """Hand one mail to the server; nothing above L2 leaves the house.

        Raises a `ChannelError`, or `NoClearAnswer` when nobody can know whether the server took it.
        """
        words = plain(message.text)
        if message.level > self.capabilities.level or len(words) > MOST:
            raise Rejected
        mail = self._mail(message.id, words, external)
        async with self._connected() as server:
            await _hand_over(server, mail, self._settings.sender, external)
        return str(mail["Message-ID"])

    async def probe(self) -> None:
        """Connect and log in as for a mail, and send nothing. Raises `TryLater`."""
        async with self._connected() as server:
            await server.noop()

    def _mail(self, id_: int, words: str, external: str) -> EmailMessage:
        mail = EmailMessage()
        try:
            mail["To"] = external
        except ValueError:
            raise Unreachable from None
        mail["From"], mail["Subject"] = self._settings.sender, self._settings.subject
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{id_}@{self._settings.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(words)
        return mail

    def _connected(self) -> "_Connection":
        return _Connection(self._settings, self._login)


class _Connection:
    """A connection for one mail, encrypted as set, logged in if there is a user."""

    def __init__(self, settings: EmailSettings, login: Login) -> None:
        self._login = login
        self._server = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=settings.timeout_seconds,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            cert_bundle=None if settings.ca_file is None else str(settings.ca_file),
        )

    async def __aenter__(self) -> aiosmtplib.SMTP:
        """Until here nothing can have been sent: whatever fails is tried later, for every address."""
        try:
            await self._server.connect()
            if self._login.user:
                await self._server.login(self._login.user, self._login.password)
        except (aiosmtplib.SMTPException, OSError) as error:
            self._server.close()
            log.warning("mail_server_unusable", channel="mail", reason=type(error).__name__)
            raise TryLater(for_all=True) from None
        return self._server

    async def __aexit__(self, *_: object) -> None:
        self._server.close()


async def _hand_over(server: aiosmtplib.SMTP, mail: EmailMessage, sender: str, external: str) -> None:
    try:
        await server.send_message(mail, sender=sender, recipients=[external])
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [one.code for one in error.recipients]
        raise _problem(max(codes, default=_REFUSED_FOR_GOOD.value), Unreachable()) from None
    except aiosmtplib.SMTPSenderRefused:
        raise TryLater(for_all=True) from None
    except aiosmtplib.SMTPResponseException as error:
        raise _problem(error.code, Rejected()) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise NoClearAnswer(type(error).__name__) from None


def _problem(code: int, for_good: Exception) -> Exception:
    return for_good if code >= _REFUSED_FOR_GOOD else TryLater()
