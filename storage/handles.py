"""Handles of buttons: what a press sends back. None is stored; nobody can make one without the vault's key."""

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from flows.people import PersonId
from storage.sealing import Sealing

_PLACE: Final = struct.Struct(">QH")
_KEYED_BYTES: Final = 14
_LENGTH: Final = 32


def handle_of(seals: Sealing, message_id: int, position: int, reader: PersonId) -> str:
    """The handle of the button at this position (from 0 on) under a message: 32 characters, for its reader alone."""
    keyed = seals.fingerprint("button", str(message_id), str(position), str(reader))
    return urlsafe_b64encode(_PLACE.pack(message_id, position) + keyed[:_KEYED_BYTES]).decode("ascii")


def place_of(seals: Sealing, handle: str, reader: PersonId) -> tuple[int, int] | None:
    """Message and position of a handle that was made for this reader; None for anything else."""
    if len(handle) != _LENGTH:
        return None
    try:
        message_id, position = _PLACE.unpack_from(urlsafe_b64decode(handle))
    except (ValueError, struct.error):
        return None
    made = handle_of(seals, message_id, position, reader)
    return (message_id, position) if hmac.compare_digest(made.encode(), handle.encode()) else None
