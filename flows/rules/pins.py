"""PINs of four to eight digits: which are taken, and how long to wait after a wrong one."""

import unicodedata
from datetime import timedelta
from itertools import pairwise
from typing import Final

SHORTEST: Final = 4
LONGEST: Final = 8
MOST_TRIES: Final = 10
"""Wrong ones in a row; then the device is signed out."""
FREE_TRIES: Final = 2
"""Anybody mistypes: so many wrong ones cost no time."""
_FIRST_WAIT: Final = timedelta(seconds=5)


def digits_in(text: str) -> str:
    """The digits somebody typed, in whatever script, as ASCII; empty if there is anything else but blanks."""
    found = [unicodedata.digit(char, None) for char in text if not char.isspace()]
    return "" if None in found else "".join(str(digit) for digit in found)


def is_pin(digits: str) -> bool:
    """Whether it has as many digits as a PIN."""
    return SHORTEST <= len(digits) <= LONGEST


def is_easy(digits: str) -> bool:
    """Whether it is what everybody tries first: one digit only, or digits in their order."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return steps <= {0} or steps in ({1}, {9})


def wait_after(tries: int) -> timedelta:
    """How long no other PIN is taken after so many wrong ones: twice as long each time."""
    return timedelta(0) if tries <= FREE_TRIES else _FIRST_WAIT * 2 ** (tries - FREE_TRIES - 1)
