"""The channel "sms": short messages through whatever HTTP gateway the carrier has, described by templates (F81a)."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import quote

import aiohttp
import structlog
from yarl import URL

from bot.channel_settings import FORM, PLACEHOLDER, SmsSettings
from bot.channels import Capabilities, Level, Outgoing, Rejected, TryLater, Unreachable
from bot.clock import Clock
from bot.connections import Connections
from bot.directions import plain
from bot.retry_after import wait_of

_PER_SEGMENT: Final = 60
"""Characters that surely fit into one part, signs that count twice included."""
_MOST_READ = 16_384
_TO_CONNECT = 0.5
"""The part of the time-out that is for connecting: until then nothing can have been sent."""
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€")
_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_UNKNOWN = HTTPStatus.GATEWAY_TIMEOUT
log = structlog.get_logger()


class NoClearAnswer(Exception):
    """The gateway may or may not have sent the message: nobody knows."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are to the gateway."""

    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway said, and how long it asked to wait."""

    status: int
    text: str
    wait: timedelta | None


class SmsChannel:
    """Channel "sms". The address is a number in international form, `+49…`. Buttons do not exist here."""

    name = "sms"

    def __init__(self, settings: SmsSettings, *, credentials: Credentials, clock: Clock) -> None:
        """Nothing is asked of the gateway yet."""
        self._settings, self._credentials, self._clock = settings, credentials, clock
        self._connections = Connections(self._make_session)
        self.capabilities = Capabilities(
            level=Level.L1,
            max_text=_PER_SEGMENT * settings.segments,
            buttons=False,
            idempotent=settings.idempotent,
            per_second=settings.per_second,
        )

    async def send(self, message: Outgoing, external: str) -> str:
        """Hand the message to the gateway; nothing above L1 leaves the house.

        Raises a `ChannelError`, or `NoClearAnswer` when nobody can know whether it was sent.
        """
        words = plain(message.text)
        if message.level > self.capabilities.level or parts(words) > self._settings.segments:
            raise Rejected
        if not _NUMBER.fullmatch(external):
            raise Unreachable
        answer = await self._ask(self._values(message.id, words, external))
        if (problem := problem_of(answer, self._settings)) is not None:
            raise problem
        return f"sms:{message.id}"

    async def close(self) -> None:
        """End the connections."""
        await self._connections.close()

    def _values(self, id_: int, words: str, external: str) -> dict[str, str]:
        return {
            "to": external,
            "number": external.removeprefix("+"),
            "text": words,
            "id": str(id_),
            "sender": self._settings.sender,
            "user": self._credentials.user,
            "password": self._credentials.password,
        }

    async def _ask(self, values: Mapping[str, str]) -> Answer:
        settings = self._settings
        try:
            async with self._connections.open().request(
                settings.method,
                URL(filled(settings.url, values, _in_url), encoded=True),
                data=filled(settings.body, values, _ESCAPES.get(settings.content_type, _as_it_is)).encode() or None,
                headers={name: filled(text, values, _as_it_is) for name, text in self._headers().items()},
                allow_redirects=False,
            ) as answer:
                wait = wait_of(answer.headers.get("Retry-After", ""), self._clock.now())
                return Answer(answer.status, await _text(answer), wait)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise TryLater(for_all=True) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoClearAnswer(type(error).__name__) from None

    def _headers(self) -> Mapping[str, str]:
        """The headers as set, with user and password unless a template names them."""
        settings, known = self._settings, self._credentials
        if not known.user or settings.names("user") or settings.names("password"):
            return settings.headers
        return {**settings.headers, "Authorization": aiohttp.encode_basic_auth(known.user, known.password, "utf-8")}

    def _make_session(self) -> aiohttp.ClientSession:
        seconds = self._settings.timeout_seconds
        return aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=seconds * _TO_CONNECT),
        )


def read_credentials(settings: SmsSettings) -> Credentials:
    """User and password from their files. Raises `OSError` if one cannot be read."""
    return Credentials(read_secret(settings.user_file), read_secret(settings.password_file))


def read_secret(path: Path | None) -> str:
    """The first line of a file, without a file nothing. Raises `OSError`."""
    return "" if path is None else path.read_text("utf-8").partition("\n")[0].strip()


def problem_of(answer: Answer, settings: SmsSettings) -> Exception | None:
    """What the answer means: None is accepted. What it says counts more than its status: many always say 200."""
    said = f"{answer.status} {answer.text}"
    if _matches(settings.unreachable_pattern, said):
        return Unreachable()
    if answer.status in _BUSY or _matches(settings.busy_pattern, said):
        return TryLater(answer.wait, for_all=True)
    if _matches(settings.failure_pattern, said):
        return _refused(answer)
    if (problem := _problem_by_status(answer)) is not None:
        return problem
    accepted = not settings.success_pattern or _matches(settings.success_pattern, said)
    return None if accepted else _refused(answer)


def _problem_by_status(answer: Answer) -> Exception | None:
    if answer.status == _UNKNOWN:
        return NoClearAnswer("the gateway waited in vain itself")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLater(answer.wait, for_all=True)
    return None if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES else _refused(answer)


def parts(text: str) -> int:
    """Into how many short messages a telephone network splits the text: 160 and 153 plain signs, 70 and 67 others."""
    if all(char in _PLAIN or char in _TWICE for char in text):
        length, whole, part = sum(2 if char in _TWICE else 1 for char in text), 160, 153
    else:
        length, whole, part = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= whole else -(-length // part)


def filled(template: str, values: Mapping[str, str], escape: Callable[[str], str]) -> str:
    """The template with its placeholders replaced, each value escaped; other braces stay as they are."""
    return PLACEHOLDER.sub(lambda found: escape(values[found[1]]), template)


async def _text(answer: aiohttp.ClientResponse) -> str:
    """The beginning of what the gateway said."""
    read = bytearray()
    async for chunk in answer.content.iter_any():
        read += chunk
        if len(read) > _MOST_READ:
            break
    return read.decode("utf-8", "replace")


def _refused(answer: Answer) -> Rejected:
    log.warning("sms_refused", channel="sms", reason=f"status {answer.status}")
    return Rejected()


def _matches(pattern: str, said: str) -> bool:
    return bool(pattern) and re.search(pattern, said, re.IGNORECASE) is not None


def _as_it_is(value: str) -> str:
    return value


def _in_url(value: str) -> str:
    return quote(value, safe="")


def _in_json(value: str) -> str:
    """The inside of a JSON string: the template brings the quotes."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


_ESCAPES: Final[Mapping[str, Callable[[str], str]]] = {FORM: _in_url, "application/json": _in_json}
