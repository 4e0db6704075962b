"""Text as Telegram counts and marks it: UTF-16 units, HTML tags, and what is recognised without being marked."""

import html
import re
from dataclasses import dataclass
from typing import Any

from tests.channels.telegram_server.refusals import Refusal, bad

Entity = dict[str, Any]

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""", re.IGNORECASE)
RECOGNISED = [
    ("bot_command", re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?\b")),
    ("url", re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)\]]")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    ("mention", re.compile(r"(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
]


def length(text: str) -> int:
    """Return how long `text` is in UTF-16 units: offsets are counted so, and the strictest reading of every limit."""
    return len(text.encode("utf-16-le")) // 2


def recognise(text: str, marked: list[Entity]) -> list[Entity]:
    """Return `marked` with the commands, links and addresses found in `text`, in order."""
    found = list(marked)
    for kind, pattern in RECOGNISED:
        for match in pattern.finditer(text):
            begin, size = length(text[: match.start()]), length(match.group())
            if not any(begin < e["offset"] + e["length"] and e["offset"] < begin + size for e in found):
                found.append({"type": kind, "offset": begin, "length": size})
    return sorted(found, key=lambda e: (e["offset"], -e["length"]))


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    tag: str
    begin: int
    attributes: str


class _Reader:
    """Reads Telegram's HTML once, from left to right."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text = ""
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            if self.source[self.at] == "<":
                self._tag()
            else:
                self._words()
        if self.open:
            raise _unreadable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return self.text, self.entities

    def _words(self) -> None:
        if match := ENTITY.match(self.source, self.at):
            self.text += html.unescape(match.group())
            self.at = match.end()
        else:
            self.text += self.source[self.at]
            self.at += 1

    def _tag(self) -> None:
        end = self.source.find(">", self.at)
        where = len(self.source[: self.at].encode())
        if end < 0:
            raise _unreadable(f"Unclosed start tag at byte offset {where}")
        inside = self.source[self.at + 1 : end]
        if inside.startswith("/"):
            self._close(inside[1:].strip().lower(), where)
        else:
            self._begin(inside, where)
        self.at = end + 1

    def _begin(self, inside: str, where: int) -> None:
        tag, _, attributes = inside.partition(" ")
        tag = tag.lower()
        if tag not in TAGS or (tag == "span" and "tg-spoiler" not in attributes):
            raise _unreadable(f'Unsupported start tag "{tag}" at byte offset {where}')
        self.open.append(_Open(tag, length(self.text), attributes))

    def _close(self, tag: str, where: int) -> None:
        if not self.open:
            raise _unreadable(f"Unexpected end tag at byte offset {where}")
        last = self.open.pop()
        if tag and tag != last.tag:
            words = f'expected "</{last.tag}>", found "</{tag}>"'
            raise _unreadable(f"Unmatched end tag at byte offset {where}, {words}")
        size = length(self.text) - last.begin
        if size:
            self.entities.append({"type": TAGS[last.tag], "offset": last.begin, "length": size} | _link(last))


def _link(tag: _Open) -> dict[str, str]:
    """Return the address of an `a` tag."""
    match = HREF.search(tag.attributes) if tag.tag == "a" else None
    return {"url": html.unescape(next(part for part in match.groups() if part is not None))} if match else {}


def _unreadable(words: str) -> Refusal:
    return bad(f"can't parse entities: {words}")


def read_marked(text: str, parse_mode: str) -> tuple[str, list[Entity]]:
    """Return what a person reads, and its marks. Raises Refusal where Telegram cannot read it either.

    Of the three parse modes only HTML is known here; Markdown is refused as an unknown one would be.
    """
    if not parse_mode:
        return text, []
    if parse_mode.lower() != "html":
        raise bad("unsupported parse_mode")
    return _Reader(text).read()


def trimmed(text: str, marked: list[Entity]) -> tuple[str, list[Entity]]:
    """Return `text` without blanks around it, and its marks moved and cut accordingly."""
    lead = length(text) - length(text.lstrip())
    text = text.strip()
    end = length(text)
    kept = []
    for entity in marked:
        begin = max(entity["offset"] - lead, 0)
        size = min(entity["offset"] - lead + entity["length"], end) - begin
        if size > 0:
            kept.append(entity | {"offset": begin, "length": size})
    return text, kept
