"""A browser's subscription to notifications: the address of the channel "push" (RFC 8030, RFC 8291)."""

import base64
import hmac
import json
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from bot.channel_settings import PushSettings

MAX_LENGTH: Final = 2000
_POINT_BYTES, _SECRET_BYTES, _NAME_LENGTH = 65, 16, 32


@dataclass(frozen=True, slots=True)
class Subscription:
    """One browser that wants notifications: where its push service takes them, and the keys only it can open."""

    endpoint: str
    p256dh: str
    auth: str

    @classmethod
    def parse(cls, external: str) -> "Subscription":
        """Read an address. Raises `ValueError` if it is none: not JSON, other fields, no https, keys that are none."""
        if len(external) > MAX_LENGTH:
            raise ValueError("too long")
        found = json.loads(external)
        if not isinstance(found, dict) or set(found) != {"endpoint", "p256dh", "auth"}:
            raise ValueError("not a subscription")
        if not all(isinstance(value, str) for value in found.values()):
            raise ValueError("not text")
        subscription = cls(**found)
        if len(_decoded(subscription.auth)) != _SECRET_BYTES or len(_decoded(subscription.p256dh)) != _POINT_BYTES:
            raise ValueError("not a key")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(subscription.p256dh))
        return subscription

    @property
    def external(self) -> str:
        """The address: always the same text for the same subscription."""
        return json.dumps(asdict(self), separators=(",", ":"), sort_keys=True)

    def is_at(self, settings: PushSettings) -> bool:
        """Whether the endpoint is one of the push services we may call; never an address inside our own network."""
        try:
            parts = urlsplit(self.endpoint)
            port, host = parts.port, parts.hostname or ""
        except ValueError:
            return False
        if parts.username is not None or not self.endpoint.isascii() or not self.endpoint.isprintable():
            return False
        if settings.loopback and parts.scheme == "http" and host in {"127.0.0.1", "localhost", "::1"}:
            return True
        known = any(host == service or host.endswith(f".{service}") for service in settings.services)
        return parts.scheme == "https" and port in {None, 443} and known

    def name(self, *parts: str) -> str:
        """A name for `parts` that means something to this device only: the push service cannot guess what is behind."""
        digest = hmac.digest(_decoded(self.auth), "\0".join(parts).encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode()[:_NAME_LENGTH]


def _decoded(text: str) -> bytes:
    """Base64url with or without padding; `ValueError` for anything else."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)
