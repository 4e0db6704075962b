"""Texts as Telegram takes them: counted in UTF-16 units, long ones in parts that end with a sentence."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 4096
_ROOM = 16
"""Units kept free for controls of direction that a cut has to close or to open again."""
_SENTENCE = re.compile(r"\n\s*|(?<=[.!?…؟。！？])[\"'»”“’‘)\]\u2069]*\s+")
_BLANK = re.compile(r"\s+")
_OPENING, _CLOSING = "\u2066\u2067\u2068", "\u2069"
_JOINER = "\u200d"
_FARTHEST = 64
_SEPARATOR = ","


def units(text: str) -> int:
    """How long the text is for Telegram."""
    return len(text) + sum(char > "\uffff" for char in text)


def split(text: str, limit: int = LONGEST) -> list[str]:
    """The text in parts of at most `limit` units: cut after a sentence, else between words, else between characters."""
    rest, parts = text.strip(), []
    while units(rest) > limit:
        cut = _cut(rest, _fitting(rest, limit - _ROOM))
        part, rest = rest[:cut].rstrip(), rest[cut:].lstrip()
        opened = _left_open(part)
        parts.append(part + _CLOSING * len(opened))
        rest = opened + rest
    return [*parts, rest]


def joined(numbers: Iterable[int]) -> str:
    """The name of one message that was sent in parts."""
    return _SEPARATOR.join(map(str, numbers))


def numbers_of(platform_id: str) -> list[int]:
    """The parts of a message; `ValueError` if this is no name that `joined` gave."""
    return [int(number) for number in platform_id.split(_SEPARATOR)]


def _fitting(text: str, limit: int) -> int:
    """How many characters fit."""
    count = 0
    for place, char in enumerate(text):
        count += 2 if char > "\uffff" else 1
        if count > limit:
            return place
    return len(text)


def _cut(text: str, most: int) -> int:
    """Where the first part ends; blanks at the cut may stand beyond `most`, they are dropped."""
    head = text[: most + 1]
    for pattern in (_SENTENCE, _BLANK):
        ends = [found.end() for found in pattern.finditer(head) if text[: found.start()].strip(_OPENING)]
        if ends:
            return ends[-1]
    return _between_characters(text, most)


def _between_characters(text: str, most: int) -> int:
    """The last place up to `most` where nothing is torn apart that is seen as one character."""
    for place in range(most, max(most - _FARTHEST, 1), -1):
        if not _belongs_together(text, place):
            return place
    return most


def _belongs_together(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if _JOINER in {before, after} or unicodedata.category(after) in {"Mn", "Me", "Mc"} or _modifies(after):
        return True
    return _is_flag(before) and _is_flag(after) and _flags_before(text, place) % 2 == 1


def _modifies(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flags_before(text: str, place: int) -> int:
    first = place
    while first and _is_flag(text[first - 1]):
        first -= 1
    return place - first


def _left_open(part: str) -> str:
    """The controls that a part opens and does not close."""
    opened = ""
    for char in part:
        if char in _OPENING:
            opened += char
        elif char == _CLOSING:
            opened = opened[:-1]
    return opened[-_ROOM // 2 :]
