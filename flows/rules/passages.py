"""A text in passages, so that the person it is about can strike each of them alone (R58)."""

import re
from collections.abc import Collection
from typing import Final

_ENDS: Final = re.compile(r"(?<=\w{3}[.!?؟…])\s+(?=[^\W\d_]|[\"„“«(])|(?<=\w{3}[!?؟])\s+|\s*\n\s*")
"""Where a sentence or a line ends; "Dr. Weber", "z. B." and "am 3. Mai" go on."""
STRUCK: Final = "[…]"
"""What others read where something was struck: that words are missing, and nothing of them."""


def passages(words: str) -> tuple[str, ...]:
    """The sentences and lines of a text, in order; a text of one sentence is one passage."""
    return tuple(filter(None, _ENDS.split(words.strip())))


def without(words: str, struck: Collection[int]) -> str:
    """What is left when these passages are struck, by their numbers from 0; empty when nothing is."""
    if not struck:
        return words
    left: list[str] = []
    for number, passage in enumerate(passages(words)):
        shown = STRUCK if number in struck else passage
        if shown != STRUCK or left[-1:] != [STRUCK]:
            left.append(shown)
    return "" if left == [STRUCK] else " ".join(left)
