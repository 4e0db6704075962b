"""A push service on this machine: takes what a real one takes (RFC 8030, 8188, 8291, 8292) and opens it like a browser.

It shares no code with what it tests: the signature is checked and the content opened with `cryptography` alone.
"""

import asyncio
import base64
import json
import re
import secrets
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.clock import Clock

CURVE = ec.SECP256R1()
MOST_BYTES = 4096
TOKEN = re.compile(r"vapid t=([\w.-]+), ?k=([\w-]+)")


class Refusal(Exception):
    """What was sent is not as the standards want it; `status` is the answer."""

    def __init__(self, status: int, why: str) -> None:
        """`why` is for whoever reads the test's output."""
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Notification:
    """One message as it waits for a device."""

    content: dict[str, str]
    ttl: int
    urgency: str
    topic: str


@dataclass
class Device:
    """A browser: its keys, and what has come for it. `gone`: the person has withdrawn the permission."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey
    auth: bytes
    application_key: str
    gone: bool = False
    notifications: list[Notification] = field(default_factory=list)

    @property
    def point(self) -> bytes:
        """The public half of its key."""
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def external(self) -> str:
        """Its subscription as an address of the channel."""
        keys = {"auth": text(self.auth), "endpoint": self.endpoint, "p256dh": text(self.point)}
        return json.dumps(keys, separators=(",", ":"))

    @property
    def shown(self) -> list[dict[str, str]]:
        """What it would show, oldest first: equal tags replace each other."""
        return list({one.content["tag"]: one.content for one in self.notifications}.values())


@dataclass(frozen=True)
class Fault:
    """An answer that is given instead of the right one, after a while; `status` 0: the line goes dead."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0


class PushServer:
    """Devices subscribe, senders post; `faults` are used up one by one before anything is looked at."""

    def __init__(self, clock: Clock) -> None:
        """Not serving yet."""
        self.clock = clock
        self.origin = ""
        self.faults: deque[Fault] = deque()
        self.refusals: list[str] = []
        self.requests = 0
        self._devices: dict[str, Device] = {}

    def subscribe(self, application_key: str) -> Device:
        """A new device that takes messages from whoever holds the private half of this key."""
        token = secrets.token_urlsafe(24)
        device = Device(
            f"{self.origin}/wpush/{token}", ec.generate_private_key(CURVE), secrets.token_bytes(16), application_key
        )
        self._devices[token] = device
        return device

    def adopt(self, device: Device) -> str:
        """Take messages for a device that subscribed elsewhere; its address here."""
        token = secrets.token_urlsafe(24)
        self._devices[token] = device
        return json.dumps({**json.loads(device.external), "endpoint": f"{self.origin}/wpush/{token}"})

    async def take(self, request: web.Request) -> web.StreamResponse:
        """A message for a device."""
        self.requests += 1
        if self.faults:
            return await self._fail(request, self.faults.popleft())
        device = self._devices.get(request.match_info["token"])
        if device is None:
            return web.Response(status=404)
        if device.gone:
            return web.Response(status=410)
        try:
            self._deliver(device, await self._look_at(device, request))
        except Refusal as refusal:
            self.refusals.append(str(refusal))
            return web.Response(status=refusal.status, text=str(refusal))
        return web.Response(status=201, headers={"Location": f"{self.origin}/message/{secrets.token_hex(4)}"})

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        await asyncio.sleep(fault.after)
        if fault.status == 0 and request.transport is not None:
            request.transport.close()
        return web.Response(status=fault.status or 500, headers=fault.headers)

    async def _look_at(self, device: Device, request: web.Request) -> Notification:
        body, headers = await request.read(), request.headers
        if len(body) > MOST_BYTES:
            raise Refusal(413, "too large")
        self._check_sender(device, headers.get("Authorization", ""))
        if headers.get("Content-Encoding") != "aes128gcm":
            raise Refusal(415, "not aes128gcm")
        if not re.fullmatch(r"\d+", headers.get("TTL", "")):
            raise Refusal(400, "no TTL")
        if not re.fullmatch(r"[\w-]{0,32}", headers.get("Topic", "")):
            raise Refusal(400, "no topic")
        if headers.get("Urgency", "normal") not in {"very-low", "low", "normal", "high"}:
            raise Refusal(400, "no urgency")
        content = json.loads(opened(body, device.key, device.auth))
        return Notification(content, int(headers["TTL"]), headers.get("Urgency", "normal"), headers.get("Topic", ""))

    def _check_sender(self, device: Device, authorization: str) -> None:
        found = TOKEN.fullmatch(authorization)
        if found is None:
            raise Refusal(401, "no vapid")
        claims = verified(found[1], found[2])
        if found[2] != device.application_key:
            raise Refusal(403, "another sender")
        now, expires = self.clock.now(), datetime.fromtimestamp(claims["exp"], UTC)
        if claims["aud"] != self.origin or not now < expires <= now + timedelta(hours=24):
            raise Refusal(403, "not for us, or not now")
        if not re.match(r"mailto:|https:", claims["sub"]):
            raise Refusal(400, "nobody to write to")

    def _deliver(self, device: Device, new: Notification) -> None:
        """A waiting message with the same topic is replaced."""
        device.notifications = [one for one in device.notifications if not one.topic or one.topic != new.topic]
        device.notifications.append(new)


@asynccontextmanager
async def push_server(clock: Clock) -> AsyncIterator[PushServer]:
    """A push service at a free port of this machine."""
    server, site = PushServer(clock), web.Application()
    site.add_routes([web.post("/wpush/{token}", server.take)])
    async with served(site) as origin:
        server.origin = origin
        yield server


@asynccontextmanager
async def served(site: web.Application) -> AsyncIterator[str]:
    """The origin of a site that is served at a free port of this machine."""
    runner = web.AppRunner(site, handler_cancellation=True, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def opened(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """What only the device can read (RFC 8291, one record). Raises `Refusal`."""
    salt, size, name_length = body[:16], int.from_bytes(body[16:20]), body[20]
    sender, sealed = body[21 : 21 + name_length], body[21 + name_length :]
    if name_length != 65 or not 18 <= size or len(sealed) > size:
        raise Refusal(400, "not one record")
    own = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    secret = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
    material = _derived(secret, auth, b"WebPush: info\0" + own + sender, 32)
    content_key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    try:
        padded = AESGCM(content_key).decrypt(nonce, sealed, None)
    except InvalidTag:
        raise Refusal(400, "cannot be opened") from None
    content, mark, _ = padded.rpartition(b"\x02")
    if not mark:
        raise Refusal(400, "no end")
    return content


def verified(token: str, public: str) -> dict[str, Any]:
    """The claims of a signed token (RFC 8292). Raises `Refusal` if the signature is not by this key."""
    signed, _, signature = token.rpartition(".")
    header, _, claims = signed.partition(".")
    raw = data(signature)
    if json.loads(data(header))["alg"] != "ES256" or len(raw) != 64:
        raise Refusal(401, "not ES256")
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, data(public))
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    try:
        key.verify(pair, signed.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise Refusal(401, "signed by somebody else") from None
    found: dict[str, Any] = json.loads(data(claims))
    return found


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def text(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def data(words: str) -> bytes:
    """What `text` made, as bytes again."""
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))
