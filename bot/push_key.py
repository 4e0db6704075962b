"""The key by which push services recognise us (VAPID, RFC 8292): made once, kept as carefully as the master key."""

import base64
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from storage.errors import VaultError
from storage.master_key import create_master_key, read_master_key

NAME: Final = "push key"
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256."""


class PushKey:
    """Signs what we send; browsers know its public half."""

    def __init__(self, secret: bytes) -> None:
        """`secret` are the 32 bytes of the key file."""
        number = int.from_bytes(hashlib.sha512(b"push" + secret).digest()) % (_ORDER - 1) + 1
        self._key = ec.derive_private_key(number, ec.SECP256R1())

    @property
    def public(self) -> str:
        """The public half as browsers want it (applicationServerKey), base64url without padding."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def sign(self, audience: str, subject: str, expires: datetime) -> Mapping[str, str]:
        """The headers that say who sends to the push service `audience`; valid until `expires`."""
        claims = {"aud": audience, "sub": subject, "exp": int(expires.timestamp())}
        return cast(Mapping[str, str], Vapid02(self._key).sign(claims))


def make_push_key(path: Path) -> None:
    """Make the key file if it is missing; one that is there stays, because every phone is bound to it."""
    if path.exists():
        return
    with suppress(VaultError):  # another process has just made it
        create_master_key(path, name=NAME)


def read_push_key(path: Path, *, database: Path | None) -> PushKey:
    """The key in `path`. Raises `VaultError` if it is missing, beside the file `database`, or others can read it."""
    return PushKey(read_master_key(path, database=database, name=NAME))
