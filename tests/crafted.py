"""Files as somebody with bad intent, or with a bad phone, would send them; made anew by a seeded generator."""

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import pikepdf
from PIL import Image, PngImagePlugin

SEED: Final = 20261123
CANARY: Final = b"KANARIENVOGEL-52.5200N-13.4050E"
"""Lies in metadata, comments and trailers: it must be in nothing that comes out."""


@dataclass(frozen=True, slots=True)
class Crafted:
    """One file; `hopeless`: nothing may come of it. Of the others pixels may, because a picture is in them."""

    kind: str
    content: bytes
    hopeless: bool = True


def crafted() -> Iterator[Crafted]:
    """All of them, the same each time."""
    chance = random.Random(SEED)
    for make in (_truncated, _flipped, _polyglots, _bombs, _wrong_kinds, _pdfs, _carriers):
        yield from make(chance)


@cache
def photo(kind: str = "JPEG", size: tuple[int, int] = (300, 400), **more: object) -> bytes:
    """A small picture that is a picture."""
    made = io.BytesIO()
    noise = random.Random(SEED).randbytes(size[0] * size[1] // 100 * 3)
    small = Image.frombytes("RGB", (size[0] // 10, size[1] // 10), noise)
    small.resize(size).save(made, kind, **more)
    return made.getvalue()


def _saved(document: pikepdf.Pdf, **more: object) -> bytes:
    made = io.BytesIO()
    document.save(made, **more)  # type: ignore[arg-type]  # handed on as they came
    return made.getvalue()


def sheet(pages: int = 1) -> pikepdf.Pdf:
    """A PDF with empty pages."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    return document


@cache
def pdf(pages: int = 1) -> bytes:
    """The same as bytes."""
    return _saved(sheet(pages))


def _originals() -> tuple[bytes, ...]:
    return (photo("JPEG"), photo("PNG"), photo("WEBP"), pdf())


def _truncated(chance: random.Random) -> Iterator[Crafted]:
    for original in _originals():
        for _ in range(30):
            end = chance.randrange(4, len(original) * 9 // 10)
            yield Crafted("truncated", original[:end])


def _flipped(chance: random.Random) -> Iterator[Crafted]:
    for original in _originals():
        for _ in range(35):
            changed = bytearray(original)
            for _ in range(chance.choice((1, 8, 64))):
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
            yield Crafted("bits flipped", bytes(changed), hopeless=False)


def _polyglots(chance: random.Random) -> Iterator[Crafted]:
    tails = (b"<script>alert(1)</script>", b"PK\x03\x04" + bytes(40), b"MZ" + bytes(60), b"<?php system($_GET[0]);?>")
    for number in range(40):
        head, tail = _originals()[number % 4], chance.choice(tails) + CANARY
        yield Crafted("a tail behind a picture", head + tail, hopeless=False)
    for number in range(20):
        yield Crafted("something before a picture", tails[number % 4] + _originals()[number % 3])


def _png(width: int, height: int, body: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def _with_size(original: bytes, width: int, height: int) -> bytes:
    """A JPEG that says it has other measures."""
    place = original.index(b"\xff\xc0") + 5
    return original[:place] + struct.pack(">HH", height, width) + original[place + 4 :]


def _bombs(chance: random.Random) -> Iterator[Crafted]:
    for _ in range(20):
        width, height = chance.randrange(20_000, 2**30), chance.randrange(20_000, 2**30)
        yield Crafted("huge measures, PNG", _png(width, height, b"\0" * 1000))
    for _ in range(20):
        size = chance.randrange(20_000, 65_500), chance.randrange(20_000, 65_500)
        yield Crafted("huge measures, JPEG", _with_size(photo(), *size))
    for megabytes in (50, 100, 300):
        yield Crafted("much zeros, PNG", _png(6000, 6000, b"\0" * (megabytes * 2**20)), hopeless=False)
    for size in ((1, 1), (63, 400), (400, 1), (2, 2), (10, 63)):
        yield Crafted("too small to read", photo("PNG", (max(size[0], 10), max(size[1], 10))))
    text = io.BytesIO()
    info = PngImagePlugin.PngInfo()
    info.add_text("bomb", "A" * (3 * 2**20), zip=True)
    Image.new("RGB", (100, 100)).save(text, "PNG", pnginfo=info)
    yield Crafted("text that unpacks", text.getvalue(), hopeless=False)
    stream = sheet()
    stream.pages[0].Contents = stream.make_stream(b"q " * (8 * 2**20))
    yield Crafted("a page that unpacks", _saved(stream, compress_streams=True), hopeless=False)
    yield Crafted("a page as big as a field", _saved_page(14_400, 14_400), hopeless=False)
    yield Crafted("a page of no size", _saved_page(4, 4))


def _saved_page(width: int, height: int) -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(width, height))
    return _saved(document)


def _wrong_kinds(chance: random.Random) -> Iterator[Crafted]:
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
    beginnings = (
        b"just text, renamed to .jpg",
        heic,
        b"GIF89a" + bytes(60),
        b"BM" + bytes(80),
        b"II*\0" + bytes(80),
        b"PK\x03\x04" + bytes(80),
        b"\x7fELF" + bytes(80),
        b"MZ" + bytes(80),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"\0\0\0\x1cftypavif" + bytes(80),
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"RIFF\x10\0\0\0AVI LIST",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0\n",
        b"",
    )
    for number in range(90):
        yield Crafted("another kind", beginnings[number % len(beginnings)] + chance.randbytes(number * 7))


def _pdfs(chance: random.Random) -> Iterator[Crafted]:
    for user in ("", "geheim"):
        for level in (4, 6):
            for _ in range(4):
                locked = pikepdf.Encryption(owner="x", user=user, R=level)
                yield Crafted("a locked PDF", _saved(sheet(chance.randrange(1, 4)), encryption=locked))
    for pages in (5, 6, 50, 999, 1000):
        yield Crafted("too many pages", pdf(pages))
    yield Crafted("no pages", _saved(pikepdf.new()))
    for add in _ACTIVE:
        for pages in (1, 2, 3):
            document = sheet(pages)
            add(document)
            for packed in (True, False):
                mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
                yield Crafted("a PDF that acts", _saved(document, object_stream_mode=mode))
    nested = sheet()
    inner: pikepdf.Object = pikepdf.Array([])
    for _ in range(60):
        inner = pikepdf.Array([inner])
    nested.Root.Deep = inner
    yield Crafted("objects in objects", _saved(nested))
    crowd = sheet()
    crowd.Root.Many = pikepdf.Array([crowd.make_indirect(pikepdf.Dictionary(N=n)) for n in range(25_000)])
    yield Crafted("very many objects", _saved(crowd))


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _named_script(document: pikepdf.Pdf) -> None:
    action = document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))
    names = pikepdf.Array([pikepdf.String("a"), action])
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))


def _attached(document: pikepdf.Pdf) -> None:
    document.attachments["virus.exe"] = b"MZ" + CANARY


def _launch(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")


def _page_action(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.pages[0].obj.AA = pikepdf.Dictionary(O=action)


def _form(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(XFA=document.make_stream(b"<xdp/>"), Fields=pikepdf.Array([]))


def _sends(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="http://192.0.2.1/")
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)
    link.Rect = pikepdf.Array([0, 0, 9, 9])
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(link)])


_ACTIVE: Final[tuple[Callable[[pikepdf.Pdf], None], ...]] = (
    _script, _named_script, _attached, _launch, _page_action, _form, _sends,
)  # fmt: skip


def _carriers(chance: random.Random) -> Iterator[Crafted]:
    """Real pictures with something in them that is no pixel: a place on the map, a comment, a profile."""
    for number in range(40):
        exif = Image.Exif()
        exif[0x010E] = (CANARY + chance.randbytes(4).hex().encode()).decode()
        exif[0x0112] = 1 + number % 8
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[29] = CANARY.decode()
        kind = ("JPEG", "PNG", "WEBP")[number % 3]
        more: dict[str, object] = {"exif": exif.tobytes(), "icc_profile": b"fake profile" + CANARY}
        if kind == "JPEG":
            more["comment"] = CANARY
        yield Crafted("something beside the pixels", photo(kind, **more), hopeless=False)
