"""How long the event loop could not answer anybody."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

BEAT_SECONDS = 0.002


@dataclass(slots=True)
class Beat:
    """The longest time the loop was late, in seconds."""

    longest: float = 0.0


@asynccontextmanager
async def watched() -> AsyncIterator[Beat]:
    """Watch the running loop while the block runs."""
    beat = Beat()
    ended = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_beat(beat, ended))
        try:
            yield beat
        finally:
            ended.set()


async def _beat(beat: Beat, ended: asyncio.Event) -> None:
    while not ended.is_set():
        before = time.perf_counter()
        await asyncio.sleep(BEAT_SECONDS)
        beat.longest = max(beat.longest, time.perf_counter() - before - BEAT_SECONDS)
