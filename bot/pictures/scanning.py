"""Has files looked at by clamd before they are decoded, where the carrier has set that up (`[scan]`)."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from aioclamd import ClamdAsyncClient, ClamdError
from pydantic import BaseModel, ConfigDict, Field

from bot.pictures.inspecting import Problem

CLEAN: Final = "OK"
ALIVE: Final = "PONG"


class ScanSettings(BaseModel):
    """Where clamd listens; without `host` nothing is scanned. Once it is set, nothing is taken that was not scanned."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = ""
    port: int = Field(default=3310, ge=1, le=65_535)
    timeout_seconds: float = Field(default=20, gt=0, le=120)

    @property
    def is_on(self) -> bool:
        """Whether files are scanned."""
        return bool(self.host)

    def client(self) -> ClamdAsyncClient:
        """Somebody to ask."""
        return ClamdAsyncClient(self.host, self.port, self.timeout_seconds)


async def scan(settings: ScanSettings, files: Sequence[bytes]) -> Problem | None:
    """What is wrong with one of them; None: nothing is, or nobody is to look."""
    if not settings.is_on:
        return None
    try:
        for one in files:
            answer = await settings.client().instream(BytesIO(one))
            if not answer or any(state != CLEAN for state, _ in answer.values()):
                return Problem.SUSPICIOUS
    except (ClamdError, OSError, TimeoutError):
        return Problem.NOT_CHECKED
    return None


async def is_there(settings: ScanSettings) -> bool:
    """Whether clamd answers."""
    try:
        return bool(await settings.client().ping() == ALIVE)
    except (ClamdError, OSError, TimeoutError):
        return False
