"""How often strangers may try: counted in memory, under a keyed hash, for a day (PRIVACY.md)."""

import hashlib
import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

DAY: Final = timedelta(days=1)


class Attempts:
    """So many attempts a day for each stranger. When the table is full, who has been quiet longest is forgotten."""

    def __init__(self, most: int = 20, *, strangers: int = 10_000) -> None:
        """`strangers` bounds the table."""
        self._most, self._strangers = most, strangers
        self._key = secrets.token_bytes(32)
        self._made: OrderedDict[bytes, tuple[int, datetime]] = OrderedDict()

    def note(self, stranger: str, now: datetime) -> None:
        """One more attempt."""
        name = self._name(stranger)
        count, begun = self._made.pop(name, (0, now))
        self._made[name] = (1, now) if _is_over(begun, now) else (count + 1, begun)
        if len(self._made) > self._strangers:
            self._made.popitem(last=False)

    def are_used_up(self, stranger: str, now: datetime) -> bool:
        """Whether nothing more is heard of this stranger today."""
        count, begun = self._made.get(self._name(stranger), (0, now))
        return count >= self._most and not _is_over(begun, now)

    def _name(self, stranger: str) -> bytes:
        return hashlib.blake2b(stranger.encode(), key=self._key, digest_size=16).digest()


def _is_over(begun: datetime, now: datetime) -> bool:
    return not begun <= now < begun + DAY
