"""Forms as they arrive, within bounds. The bytes of an attached file are read past and never kept, only its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web.multipart import KIND, TOO_LARGE, UNREADABLE, Bounds, read_parts
from bot.web.settings import WebSettings

READ = "lotse.form"
"""Where a request keeps its form once it was read: the body can be read once only."""
_MAX_FIELDS = 40


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
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    if kind == KIND:
        return await _read_parts(request, settings)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > settings.max_form_bytes:
            raise HTTPException(TOO_LARGE)
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise HTTPException(UNREADABLE) from error
    form = request.scope[READ] = Form(dict(pairs))
    return form


async def _read_parts(request: Request, settings: WebSettings) -> Form:
    most, files = settings.max_form_bytes, _FileName()
    fields = await read_parts(
        request, files, Bounds(fields=_MAX_FIELDS, small=most, read=most + settings.max_file_bytes)
    )
    return Form(fields, files.last)


@dataclass(slots=True)
class _FileName:
    """Lets the contents of files pass."""

    last: str | None = None

    def begin(self, name: str) -> None:
        """A file; a field for one that was left empty has no name."""
        self.last = name or self.last

    def take(self, _: bytes) -> None:
        """Nothing of it is kept."""
