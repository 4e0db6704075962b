"""Codes of invitations: ten Crockford characters and a check character, read however somebody writes them (F2)."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Final

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: without I, L, O and U."""
RANDOM: Final = 10
LENGTH: Final = RANDOM + 1
LIFE: Final = timedelta(days=14)

_GROUPS: Final = (4, 4, 3)
_POLYNOMIAL: Final = 0b100101
_FIELD: Final = 32
_ALIKE: Final = str.maketrans("OILАВЕКМНОРСТХУІ", "011ABEKMH0PCTXY1")
"""What looks like a character of a code, Cyrillic capitals too: a phone may have such a keyboard."""
_BETWEEN: Final = re.compile(r"[\s\W_]+")
_GIVEN: Final = re.compile(r"/start(?:@\w+)?[\s_]+(.*)", re.IGNORECASE | re.DOTALL)
_WORDS: Final = re.compile(r"[\s:.,;!?]+")


def check_letter(letters: str) -> str:
    """The check character: it finds every wrong character and every two that changed places."""
    state = 0
    for letter in letters:
        state = _doubled(state) ^ LETTERS.index(letter)
    return LETTERS[_doubled(state)]


def _doubled(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value >= _FIELD else value


def is_code(code: str) -> bool:
    """Whether these are the characters of a code, in the form in which codes are kept."""
    return len(code) == LENGTH and set(code) <= set(LETTERS) and check_letter(code[:RANDOM]) == code[RANDOM]


def normal(text: str) -> str:
    """What somebody wrote as characters of a code: capitals, no spaces or dashes, look-alikes read as what is meant."""
    plain = "".join(_latin(char) for char in unicodedata.normalize("NFKC", text))
    return _BETWEEN.sub("", plain.upper()).translate(_ALIKE)


def _latin(char: str) -> str:
    return str(unicodedata.digit(char)) if char.isdigit() else char


def code_in(text: str) -> str:
    """The code that a message is, or brings along among other words; empty if there is none.

    What is sent instead of a code and looks like one, is taken for one: it is answered as any wrong code is.
    """
    given = _GIVEN.fullmatch(text.strip())
    if given:
        return normal(given[1])
    whole = normal(text)
    brought = (code for words in _runs(_WORDS.split(text)) if is_code(code := normal(words)))
    return next(brought, whole if len(whole) == LENGTH else "")


def _runs(words: list[str]) -> Iterator[str]:
    """Words in a row that may be the groups of a code, single ones first; what has no digit is ordinary words."""
    for count in range(1, len(_GROUPS) + 1):
        for first in range(len(words) - count + 1):
            run = "".join(words[first : first + count])
            if any(char.isdigit() for char in run):
                yield run


def spelled(code: str) -> str:
    """The code as it is printed: in groups that can be read out."""
    ends = [sum(_GROUPS[:count]) for count in range(len(_GROUPS) + 1)]
    return "-".join(code[first:last] for first, last in pairwise(ends))


def initials(name: str) -> str:
    """By these somebody knows that the invitation is theirs, and nobody else learns whose it is: "M. K."."""
    return " ".join(f"{part[0].upper()}." for part in name.split() if part[0].isalpha())
