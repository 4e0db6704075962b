"""A form of several parts as it arrives: its fields within bounds, its files handed on bit by bit."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import Request

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

KIND: Final = b"multipart/form-data"
TOO_LARGE, UNREADABLE = 413, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many fields are kept, how many bytes of fields and headers there may be, how many bytes are read in all."""

    fields: int
    small: int
    read: int


class Files(Protocol):
    """Whoever wants the files of a form."""

    def begin(self, name: str) -> None:
        """A file begins; its name may be empty."""

    def take(self, data: bytes) -> None:
        """The next bytes of the file that began last."""


async def read_parts(request: Request, files: Files, bounds: Bounds) -> dict[str, str]:
    """The fields by name. HTTPException 413 when the form passes its bounds, 400 when it cannot be read."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != KIND:
        raise HTTPException(UNREADABLE)
    parts, read = _Parts(files, bounds), 0
    try:
        parser = MultipartParser(options.get(b"boundary", b""), parts.callbacks())
        async for chunk in request.stream():
            read += len(chunk)
            if read > bounds.read:
                raise HTTPException(TOO_LARGE)
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise HTTPException(UNREADABLE) from error
    return {name: bytes(value).decode("utf-8", "replace") for name, value in parts.fields.items()}


@dataclass(slots=True)
class _Parts:
    """Collects fields part by part and hands on what is in a file."""

    files: Files
    bounds: Bounds
    fields: dict[str, bytearray] = field(default_factory=dict)
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: bytes = b""
    _field: bytearray | None = None
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
        self._disposition, self._field, self._is_file = b"", None, False

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
        if self._is_file:
            self.files.begin(options[b"filename"].decode("utf-8", "replace"))
        elif b"name" in options and len(self.fields) < self.bounds.fields:
            self._field = self.fields[options[b"name"].decode("utf-8", "replace")] = bytearray()

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self.files.take(data[start:end])
            return
        self._count(end - start)
        if self._field is not None:
            self._field += data[start:end]

    def _count(self, size: int) -> None:
        self._small += size
        if self._small > self.bounds.small:
            raise HTTPException(TOO_LARGE)
