"""Decodes files that strangers made, in a process of its own that can do nothing else; run as a script by `inspecting`.

It reads length-prefixed files from its standard input, and answers on its standard output with one line of JSON for
each file and the pictures that came of it. Before the first byte is decoded it has given up: memory beyond a limit,
time beyond a limit, and every further file or socket (no free descriptor is left, so nothing can be opened at all).
It imports nothing of ours: what it gets is bytes, what it gives is bytes.
"""

import contextlib
import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import IO, Final

import puremagic
from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

MEMORY: Final = 640 * 2**20
SECONDS: Final = 10
MOST_PIXELS: Final = 40_000_000
MOST_PAGES: Final = 4
LONGEST_SIDE: Final = 2000
SMALLEST_SIDE: Final = 64
QUALITY: Final = 80
PDF_SCALE: Final = 2.2
NUMBER: Final = 8
PDF: Final = b"%PDF-"
HEAD: Final = 1024
PICTURES: Final = {".jpg": "JPEG", ".jpeg": "JPEG", ".jfif": "JPEG", ".png": "PNG", ".webp": "WEBP"}
NEEDED: Final = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin, TiffImagePlugin)
"""Loaded while files can still be opened; what cameras write beside the pixels is read like a TIFF."""
ACTIVE: Final = frozenset(
    {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/EmbeddedFiles",
        "/EmbeddedFile",
        "/RichMedia",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/XFA",
        "/Movie",
        "/Sound",
        "/Rendition",
    }
)
"""Names in a PDF that make it more than a picture of paper."""
MOST_OBJECTS: Final = 20_000


class Refusal(Exception):
    """A file is not taken; the word says why (`inspecting.Problem`)."""


def main(given: IO[bytes], answer: IO[bytes]) -> None:
    """Answer for each file in turn."""
    files = [*_read(given)]
    if any(PDF in one[:HEAD] for one in files):
        _load_pdf()
    Image.preinit()
    with open("/proc/self/status", "rb", buffering=0) as status:
        _lock_in()
        _answer(files, answer, status)


def _answer(files: list[bytes], answer: IO[bytes], status: IO[bytes]) -> None:
    for one in files:
        told: dict[str, object]
        pages: list[bytes] = []
        try:
            pages = [*_pages(one)]
            told = {"problem": "", "sizes": [len(page) for page in pages]}
        except Refusal as why:
            told = {"problem": str(why), "sizes": []}
        except MemoryError:
            told = {"problem": "too_large", "sizes": []}
        except Exception:  # noqa: BLE001 - whatever a decoder says about a stranger's file means the same: not taken
            told = {"problem": "unreadable", "sizes": []}
        told["peak"] = _peak(status)
        answer.write(json.dumps(told).encode() + b"\n")
        if not told["problem"]:
            answer.writelines(pages)
    answer.flush()


def _peak(status: IO[bytes]) -> int:
    """The most memory this process has had, in bytes."""
    status.seek(0)
    lines = status.read().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(b"VmHWM:")), 0)


def _read(given: IO[bytes]) -> Iterator[bytes]:
    while len(size := given.read(NUMBER)) == NUMBER:
        yield given.read(int.from_bytes(size, "big"))


def _load_pdf() -> None:
    """Everything that is needed is there before nothing can be opened any more."""
    import pikepdf  # noqa: PLC0415 - most uploads are photos
    import pypdfium2  # noqa: PLC0415 - as above

    with contextlib.closing(pypdfium2.PdfDocument.new()) as document:
        document.new_page(10, 10).render()
    with pikepdf.new() as made:
        made.save(io.BytesIO())


def _lock_in() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def _pages(content: bytes) -> Iterator[bytes]:
    """The pictures of one file; `Refusal` for one that is not taken."""
    if PDF in content[:HEAD]:
        yield from _of_pdf(content)
        return
    kind = _kind(content)
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise Refusal("too_large")
            if min(width, height) < SMALLEST_SIDE:
                raise Refusal("too_small")
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.load()
            yield encode(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError:
        raise Refusal("too_large") from None


def _kind(content: bytes) -> str:
    """What the content says it is; names and what a browser claims count for nothing."""
    try:
        found = puremagic.from_string(content)
    except puremagic.PureError:
        raise Refusal("wrong_kind") from None
    kind = PICTURES.get(found)
    if kind is None:
        raise Refusal("wrong_kind")
    return kind


def encode(picture: Image.Image) -> bytes:
    """The pixels alone, on white, no longer than needed to read them: nothing that came with them goes on."""
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    sheet = Image.new("RGB", picture.size, "white")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        sheet.paste(layer, mask=layer.getchannel("A"))
    else:
        sheet.paste(picture.convert("RGB"))
    made = io.BytesIO()
    sheet.save(made, "JPEG", quality=QUALITY, optimize=False)
    return made.getvalue()


def _of_pdf(content: bytes) -> Iterator[bytes]:
    import pypdfium2  # noqa: PLC0415 - loaded before

    _refuse_active(content)
    with contextlib.closing(pypdfium2.PdfDocument(content)) as document:
        for number in range(len(document)):
            page = document[number]
            width, height = page.get_size()
            if min(width, height) < SMALLEST_SIDE / 2:
                raise Refusal("too_small")
            scale = min(PDF_SCALE, LONGEST_SIDE / max(width, height))
            bitmap = page.render(scale=scale, may_draw_forms=False)
            yield encode(bitmap.to_pil())


def _refuse_active(content: bytes) -> None:
    """A PDF is taken if it is a picture of paper: not locked, nothing in it that acts or is attached, a few pages."""
    import pikepdf  # noqa: PLC0415 - loaded before

    if b"/Encrypt" in content:
        raise Refusal("locked")
    try:
        document = pikepdf.open(io.BytesIO(content), attempt_recovery=False)
    except pikepdf.PasswordError:
        raise Refusal("locked") from None
    with document:
        if not 1 <= len(document.pages) <= MOST_PAGES:
            raise Refusal("too_many_pages" if len(document.pages) else "unreadable")
        if len(document.objects) > MOST_OBJECTS:
            raise Refusal("too_large")
        if any(_acts(each) for each in [document.trailer, *document.objects]):
            raise Refusal("active")


def _acts(thing: object, depth: int = 0) -> bool:
    """Whether an object of a PDF, or one that lies directly in it, names something active."""
    import pikepdf  # noqa: PLC0415 - loaded before

    if depth > NUMBER:
        return True
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in thing.items():
            if key in ACTIVE or (key in {"/S", "/Type", "/Subtype"} and str(value) in ACTIVE):
                return True
            if _lies_in(value) and _acts(value, depth + 1):
                return True
    elif isinstance(thing, pikepdf.Array):
        return any(_acts(each, depth + 1) for each in thing if _lies_in(each))
    return False


def _lies_in(value: object) -> bool:
    """What is referred to is looked at in its own turn."""
    import pikepdf  # noqa: PLC0415 - loaded before

    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
