"""Slow hashes (Argon2) of what people type: neither the pages nor the writer wait for them."""

from collections.abc import Callable
from functools import cache, partial
from typing import Final, TypeVar

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")
_hasher: Final = PasswordHasher()
_at_once: Final = anyio.CapacityLimiter(2)
"""Each takes 64 MB for a moment."""


async def hash_of(words: str) -> str:
    """What is kept of them."""
    return await _off_the_loop(partial(hash_now, words))


def hash_now(words: str) -> str:
    """As `hash_of`, for a command line that has nothing else to do."""
    return _hasher.hash(words)


async def fits(hashed: str | None, words: str) -> bool:
    """Whether they are what this is the hash of; without a hash the answer takes as long, and is no."""
    return await _off_the_loop(partial(_fits, hashed, words))


def _fits(hashed: str | None, words: str) -> bool:
    try:
        _hasher.verify(hashed or _nobodys(), words)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's")


async def _off_the_loop(work: Callable[[], T]) -> T:
    """Two at once in a process."""
    return await anyio.to_thread.run_sync(work, limiter=_at_once)
