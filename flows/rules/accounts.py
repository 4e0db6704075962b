"""Accounts of staff: which names and passwords are taken, how long to wait after a wrong try (PRIVACY.md, "Access")."""

import re
from datetime import timedelta
from typing import Final

LINK_LIFE: Final = timedelta(hours=24)
"""So long a link to set an account up can be used."""
SETUP_LIFE: Final = timedelta(minutes=30)
LOGIN_LIFE: Final = timedelta(minutes=5)
"""So long after the password the second factor may be given."""
SHORTEST: Final = 12
LONGEST: Final = 128
FEWEST_SIGNS: Final = 5
"""A password of fewer different characters is a pattern."""
FREE_TRIES: Final = 3
"""Anybody mistypes: so many wrong ones cost no time."""
TELL_EVERY: Final = 5
"""After so many wrong tries in a row the owner and the officer are told, and after as many again once more."""
RECOVERY_CODES: Final = 8
_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(hours=1)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def name_in(text: str) -> str:
    """A user name as it is kept: without blanks around it, in small letters."""
    return text.strip().casefold()


def is_name(name: str) -> bool:
    """Whether a user name can be that: 2 to 40 small letters, digits, dots, hyphens."""
    return _NAME.fullmatch(name) is not None


def wait_after(tries: int) -> timedelta:
    """How long no other try is taken after so many wrong ones: twice as long each time, an hour at most."""
    if tries <= FREE_TRIES:
        return timedelta(0)
    doubled: int = 2 ** min(tries - FREE_TRIES - 1, 20)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


def is_told(tries: int) -> bool:
    """Whether the owner and the officer hear of so many wrong tries."""
    return tries > 0 and tries % TELL_EVERY == 0


def has_length(password: str) -> bool:
    """Whether a password is as long as one has to be."""
    return SHORTEST <= len(password) <= LONGEST


def is_easy(password: str, *known: str) -> bool:
    """Whether it is guessed quickly: few different characters, or it holds a name that everybody knows."""
    folded = password.casefold()
    return len(set(folded)) < FEWEST_SIGNS or any(len(word) > 3 and word.casefold() in folded for word in known)
