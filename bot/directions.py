"""The invisible marks of writing directions, where others show them as boxes."""

import re
from unicodedata import bidirectional

_MARKS = re.compile("[\u2066-\u2069\u200e\u200f\u202a-\u202e]")


def plain(text: str) -> str:
    """Without the invisible marks of writing directions, unless something runs from right to left.

    Old phones show them as boxes, and one of them halves what fits into a part.
    """
    if any(bidirectional(char) in {"R", "AL"} for char in text):
        return text
    return _MARKS.sub("", text)
