"""Files as they arrive, within bounds: in memory until they are looked at, never on a disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import Request

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_FILES: Final = 4
HEAVIEST: Final = 10 * 2**20
"""Bytes of one file; what is more is read past and not kept."""
MOST_READ: Final = 160 * 2**20
"""Bytes of one form that are read past at most: four photos that are far too heavy get a kind answer."""
MOST_FIELD_BYTES: Final = 8192
MOST_FIELDS: Final = 10
_TOO_LARGE, _UNREADABLE = 413, 400


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
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise HTTPException(_UNREADABLE)
    parts, read = _Parts(), 0
    try:
        parser = MultipartParser(options.get(b"boundary", b""), parts.callbacks())
        async for chunk in request.stream():
            read += len(chunk)
            if read > MOST_READ:
                raise HTTPException(_TOO_LARGE)
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise HTTPException(_UNREADABLE) from error
    fields = {name: bytes(value).decode("utf-8", "replace") for name, value in parts.fields.items()}
    return Upload(fields, [None if file is None else bytes(file) for file in parts.files if file is None or file])


@dataclass(slots=True)
class _Parts:
    """Collects fields and files part by part."""

    fields: dict[str, bytearray] = field(default_factory=dict)
    files: list[bytearray | None] = field(default_factory=list)
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: bytes = b""
    _into: bytearray | None = None
    _is_file: bool = False
    _small: int = 0

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_part_data": self._on_data,
        }

    def _begin(self) -> None:
        self._disposition, self._into, self._is_file = b"", None, False

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._is_file = b"filename" in options
        if self._is_file and len(self.files) <= MOST_FILES + MOST_FIELDS:
            self._into = bytearray()
            self.files.append(self._into)
        elif b"name" in options and not self._is_file and len(self.fields) < MOST_FIELDS:
            self._into = self.fields[options[b"name"].decode("utf-8", "replace")] = bytearray()

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if not self._is_file:
            self._count(end - start)
        if self._into is None:
            return
        self._into += data[start:end]
        if self._is_file and (len(self._into) > HEAVIEST or self._filled > MOST_FILES):
            self.files[-1] = self._into = None

    @property
    def _filled(self) -> int:
        return sum(1 for file in self.files if file is None or file)

    def _count(self, size: int) -> None:
        self._small += size
        if self._small > MOST_FIELD_BYTES:
            raise HTTPException(_TOO_LARGE)
