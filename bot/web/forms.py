"""Forms as they arrive, within bounds. The bytes of an attached file are read past and never kept, only its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web.settings import WebSettings

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_MAX_FIELDS = 40
_TOO_LARGE, _UNREADABLE = 413, 400


@dataclass(frozen=True, slots=True)
class Form:
    """The fields by name, and the name of a file if one was attached."""

    fields: Mapping[str, str]
    file_name: str | None = None

    def get(self, name: str) -> str:
        """The field, or nothing."""
        return self.fields.get(name, "")


async def read_form(request: Request, settings: WebSettings) -> Form:
    """The form of this request. HTTPException 413 when it is too large, 400 when it cannot be read."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind == b"multipart/form-data":
        return await _read_parts(request, options.get(b"boundary", b""), settings)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > settings.max_form_bytes:
            raise HTTPException(_TOO_LARGE)
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise HTTPException(_UNREADABLE) from error
    return Form(dict(pairs))


async def _read_parts(request: Request, boundary: bytes, settings: WebSettings) -> Form:
    parts, read = _Parts(settings.max_form_bytes), 0
    try:
        parser = MultipartParser(boundary, parts.callbacks())
        async for chunk in request.stream():
            read += len(chunk)
            if read > settings.max_form_bytes + settings.max_file_bytes:
                raise HTTPException(_TOO_LARGE)
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise HTTPException(_UNREADABLE) from error
    return Form({name: bytes(value).decode("utf-8", "replace") for name, value in parts.fields.items()}, parts.file)


@dataclass(slots=True)
class _Parts:
    """Collects fields part by part and lets the contents of files pass."""

    limit: int
    fields: dict[str, bytearray] = field(default_factory=dict)
    file: str | None = None
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: bytes = b""
    _field: str | None = None
    _kept: int = 0

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
        self._disposition, self._field = b"", None

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._keep(end - start)
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._keep(end - start)
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"filename" in options:
            name = options[b"filename"].decode("utf-8", "replace")
            self.file = name or self.file
        elif b"name" in options and len(self.fields) < _MAX_FIELDS:
            self._field = options[b"name"].decode("utf-8", "replace")
            self.fields[self._field] = bytearray()

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._field is not None:
            self._keep(end - start)
            self.fields[self._field] += data[start:end]

    def _keep(self, size: int) -> None:
        self._kept += size
        if self._kept > self.limit:
            raise HTTPException(_TOO_LARGE)
