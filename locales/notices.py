"""Consent texts as versioned documents: what is read before somebody says yes or no (F10, F13, F17).

A document is `locales/<language>/consent/<notice>.md`: a header between two lines of dashes, a title, and one part per
block, each under a heading that names its block, `## What is it about? {#purpose}`. Earlier versions stay beside it as
`<notice>-<version>.md`. `locales/publishing.py` checks them.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from babel.units import format_unit

from locales.catalog import FALLBACK, FOLDER, direction, po_file

BLOCKS = (
    "purpose",
    "data",
    "recipients",
    "storage",
    "retention",
    "voluntary",
    "withdrawal",
    "afterwards",
    "by_law",
    "rights",
    "controller",
)
"""What every consent text says, in this order (RULES.md, "Consent content")."""
DIFFERENTLY = "differently"
"""The same in fewer words, for whoever asks to have it explained differently."""
PLACEHOLDERS = frozenset({"carrier", "address", "phone", "mail", "officer", "retention"})
"""What the profile fills in."""
SLOT = re.compile(r"\{(\w+)\}")

Value: TypeAlias = "str | timedelta"
_HEADING = re.compile(r"^## +(.+?) +\{#([a-z_]+)\}$")
_HEADER = ("notice", "version", "language", "level", "machine-drafted")
_FSI, _PDI = "\u2068", "\u2069"
_YEAR = 365


class NoticeError(Exception):
    """A consent text is missing, cannot be read, or lacks a value: nobody is asked without the whole text."""


@dataclass(frozen=True, slots=True)
class Part:
    """One block of a document: its heading and what stands below."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One consent text in one language and version, before the profile's values are filled in.

    `digest` is the SHA-256 of everything below the header: a review noted in the header changes no text.
    """

    notice: str
    version: int
    language: str
    level: str
    machine_drafted: bool
    title: str
    parts: Mapping[str, Part]
    digest: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as it is shown, and the SHA-256 of exactly these bytes (UTF-8)."""

    document: Document
    text: str
    digest: str


def notices_folder(language: str, folder: Path = FOLDER) -> Path:
    """Where the consent texts of a language lie."""
    return po_file(language, folder).parents[1] / "consent"


@lru_cache(maxsize=256)
def load_notice(notice: str, language: str, folder: Path = FOLDER) -> Document:
    """The newest version in this language, or in German where there is none. Raises NoticeError."""
    for each in (language, FALLBACK):
        file = notices_folder(each, folder) / f"{notice}.md"
        if file.is_file():
            return parse_notice(file.read_text("utf-8"))
    raise NoticeError(f"there is no text for {notice}")


def parse_notice(text: str) -> Document:
    """Read a document. Raises NoticeError, naming what is wrong."""
    opening, found, rest = text.replace("\r\n", "\n").partition("---\n")
    header, closed, body = rest.partition("\n---\n")
    if opening or not found or not closed:
        raise NoticeError("it has no header between two lines of dashes")
    fields = _fields(header)
    title, parts = _parts(body)
    return Document(
        notice=fields["notice"],
        version=int(fields["version"]),
        language=fields["language"],
        level=fields["level"],
        machine_drafted=fields["machine-drafted"] == "yes",
        title=title,
        parts=parts,
        digest=hashlib.sha256(body.encode()).hexdigest(),
    )


def _fields(header: str) -> Mapping[str, str]:
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in header.split("\n"))}
    for key in _HEADER:
        if not fields.get(key):
            raise NoticeError(f"its header has no {key}")
    if not re.fullmatch("[1-9][0-9]*", fields["version"]):
        raise NoticeError("its version is no number from 1")
    if fields["machine-drafted"] not in {"yes", "no"}:
        raise NoticeError("machine-drafted is yes or no")
    return fields


def _parts(body: str) -> tuple[str, Mapping[str, Part]]:
    first, *sections = re.split(r"^(?=## )", body.strip(), flags=re.MULTILINE)
    if not re.fullmatch("# [^\n]+", first.strip()):
        raise NoticeError("it does not begin with its title")
    parts: dict[str, Part] = {}
    for section in sections:
        heading, _, text = section.partition("\n")
        named = _HEADING.fullmatch(heading.strip())
        if not named or named[2] in parts:
            raise NoticeError(f"the heading {heading!r} names no block, or one that was there before")
        parts[named[2]] = Part(named[1], " ".join(text.split()))
    return first.strip().removeprefix("# "), parts


def render_notice(document: Document, values: Mapping[str, Value], *, differently: bool = False) -> Rendered:
    """The whole text with the profile's values, or its shorter wording. Raises NoticeError if a block or value lacks.

    A `timedelta` becomes days, or whole years, in the words of the language.
    """
    wanted = (DIFFERENTLY,) if differently else BLOCKS
    missing = [block for block in wanted if not (part := document.parts.get(block)) or not part.text]
    if missing:
        raise NoticeError(f"{document.notice} ({document.language}) has no {missing[0]}")
    parts = (document.parts[block] for block in wanted)
    blocks = (part.text if differently else f"{part.heading}\n{part.text}" for part in parts)
    text = _fill(document, "\n\n".join((document.title, *blocks)), values)
    return Rendered(document, text, hashlib.sha256(text.encode()).hexdigest())


def _fill(document: Document, text: str, values: Mapping[str, Value]) -> str:
    def value(slot: re.Match[str]) -> str:
        given = values.get(slot[1], "")
        said = _span(given, document.language) if isinstance(given, timedelta) else given
        if not said:
            raise NoticeError(f"{document.notice} needs {slot[1]}")
        return f"{_FSI}{said}{_PDI}" if direction(document.language) == "rtl" else said

    return SLOT.sub(value, text)


def _span(span: timedelta, language: str) -> str:
    years, days = divmod(span.days, _YEAR)
    locale = language.partition("-")[0]
    if years and not days:
        return format_unit(years, "duration-year", locale=locale)
    return format_unit(span.days, "duration-day", locale=locale)
