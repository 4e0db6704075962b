"""The channel "push": notifications that a browser's own push service carries, encrypted for the one device (F81a)."""

import json
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from flows.engine.messages import MessageClass
from locales.catalog import direction
from pywebpush import WebPusher

from bot.channel_settings import PushSettings
from bot.channels import Capabilities, Level, Outgoing, Rejected, TryLater, Unreachable
from bot.clock import Clock
from bot.connections import Connections
from bot.push_key import PushKey
from bot.retry_after import wait_of
from bot.subscription import Subscription

TITLE_LENGTH: Final = 48
"""A ping this short is the notification's title and all of it; anything longer stands below a neutral title."""
UNNAMED: Final = "…"
_KEY_LIFETIME = timedelta(hours=12)
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_URGENCY = {
    MessageClass.ALERT: "high",
    MessageClass.REPLY: "high",
    MessageClass.REMINDER: "normal",
    MessageClass.BROADCAST: "low",
}
log = structlog.get_logger()


class PublicResolver(AbstractResolver):
    """Looks names up and gives public addresses only, so that no name leads into our own network."""

    def __init__(self, resolver: AbstractResolver, *, loopback: bool = False) -> None:
        """`resolver` does the work; `loopback`: addresses of this machine pass, too."""
        self._resolver, self._loopback = resolver, loopback

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        """The public addresses of `host`. Raises `OSError` if there is none."""
        found = await self._resolver.resolve(host, port, family)  # type: ignore[arg-type]  # handed on as it came
        public = [each for each in found if self._may_be_called(each["host"])]
        if not public:
            raise OSError("no public address")
        return public

    async def close(self) -> None:
        """Let the resolver go."""
        await self._resolver.close()

    def _may_be_called(self, host: str) -> bool:
        address = ip_address(host)
        return (address.is_global and not address.is_multicast) or (self._loopback and address.is_loopback)


class WebPushChannel:
    """Channel "push". The address is a `Subscription` as JSON; a person has one for each device.

    A message that is sent twice replaces itself on the device, so sending twice is safe.
    """

    name = "push"
    capabilities = Capabilities(level=Level.L1, max_text=300, buttons=False, idempotent=True, per_second=50)

    def __init__(
        self, settings: PushSettings, *, key: PushKey, clock: Clock, resolver: AbstractResolver | None = None
    ) -> None:
        """`key` signs what is sent; `resolver` looks names up instead of the machine's own."""
        self._settings, self._key, self._clock, self._resolver = settings, key, clock, resolver
        self._connections = Connections(self._make_session)

    async def send(self, message: Outgoing, external: str) -> str:
        """Hand the message to the device's push service. Raises a `ChannelError`; nothing above L1 leaves the house."""
        if message.level > self.capabilities.level or len(message.text) > self.capabilities.max_text:
            raise Rejected
        try:
            subscription = Subscription.parse(external)
        except ValueError:
            raise Unreachable from None
        if not subscription.is_at(self._settings):
            raise Unreachable
        status, wait = await self._post(subscription, message)
        if status not in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT}:
            raise _problem(status, wait)
        return f"push:{message.id}"

    async def close(self) -> None:
        """End the connections."""
        await self._connections.close()

    async def _post(self, subscription: Subscription, message: Outgoing) -> tuple[int, timedelta | None]:
        now = self._clock.now()
        headers = {
            **self._key.sign(_origin(subscription.endpoint), self._settings.subject, now + _KEY_LIFETIME),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(self._lifetime(message, now)),
            "Urgency": _URGENCY[message.message_class],
            "Topic": subscription.name("topic", message.text),
        }
        body = _encrypted(subscription, payload(subscription, message))
        try:
            async with self._connections.open().post(
                subscription.endpoint, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status, wait_of(answer.headers.get("Retry-After", ""), now)
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise TryLater from None

    def _lifetime(self, message: Outgoing, now: datetime) -> int:
        """For how many seconds the push service keeps the message while the device is off."""
        longest = timedelta(hours=self._settings.lifetime_hours)
        left = longest if message.expires is None else min(longest, message.expires - now)
        return max(0, int(left.total_seconds()))

    def _make_session(self) -> aiohttp.ClientSession:
        resolver = PublicResolver(self._resolver or aiohttp.ThreadedResolver(), loopback=self._settings.loopback)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver, limit=50),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._settings.timeout_seconds),
        )


def payload(subscription: Subscription, message: Outgoing) -> dict[str, str]:
    """What the device shows. `tag`: equal words replace each other there; `once` tells a repetition from a new one."""
    short = len(message.text) <= TITLE_LENGTH
    return {
        "title": message.text if short else UNNAMED,
        "body": "" if short else message.text,
        "lang": message.language,
        "dir": direction(message.language),
        "tag": subscription.name("tag", message.text),
        "once": subscription.name("once", str(message.id)),
    }


def _problem(status: int, wait: timedelta | None) -> Exception:
    if status in _GONE:
        return Unreachable()
    if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLater(wait)
    log.warning("push_refused", channel="push", reason=f"status {int(status)}")
    return Rejected()


def _encrypted(subscription: Subscription, content: dict[str, str]) -> bytes:
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    words = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return bytes(WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(words)["body"])


def _origin(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"
