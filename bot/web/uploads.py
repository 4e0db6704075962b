"""Files as they arrive, within bounds: in memory until they are looked at, never on a disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request

from bot.web.multipart import Bounds, read_parts

MOST_FILES: Final = 4
HEAVIEST: Final = 10 * 2**20
"""Bytes of one file; what is more is read past and not kept."""
MOST_READ: Final = 160 * 2**20
"""Bytes of one form that are read past at most: four photos that are far too heavy get a kind answer."""
MOST_FIELD_BYTES: Final = 8192
MOST_FIELDS: Final = 10


@dataclass(slots=True)
class Upload:
    """The fields by name, and the files that came; one that was too heavy is None."""

    fields: Mapping[str, str]
    files: list[bytes | None]

    def get(self, name: str) -> str:
        """The field, or nothing."""
        return self.fields.get(name, "")


async def read_upload(request: Request) -> Upload:
    """The form of this request. HTTPException 413 when it never ends, 400 when it cannot be read."""
    files = _Files()
    fields = await read_parts(request, files, Bounds(fields=MOST_FIELDS, small=MOST_FIELD_BYTES, read=MOST_READ))
    return Upload(fields, [None if file is None else bytes(file) for file in files.kept if file is None or file])


@dataclass(slots=True)
class _Files:
    """Keeps the first files as long as they are not too heavy; of any other only that it came."""

    kept: list[bytearray | None] = field(default_factory=list)
    _into: bytearray | None = None

    def begin(self, _: str) -> None:
        """The next file; a form of endless empty ones is not counted on."""
        self._into = None
        if len(self.kept) <= MOST_FILES + MOST_FIELDS:
            self._into = bytearray()
            self.kept.append(self._into)

    def take(self, data: bytes) -> None:
        """Keep it, or let go of the whole file."""
        if self._into is None:
            return
        self._into += data
        if len(self._into) > HEAVIEST or sum(1 for file in self.kept if file is None or file) > MOST_FILES:
            self.kept[-1] = self._into = None
