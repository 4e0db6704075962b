"""Words in a text that name an illness or a diagnosis, in whatever language it is written (F51)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from locales.revealing import FILE as REVEALING
from locales.revealing import Revealing

FILE: Final = Path(__file__).parent / "diagnoses.toml"
ILLNESS: Final = "illness"


@cache
def _all() -> Revealing:
    listed = tomllib.loads(FILE.read_text("utf-8")).values()
    shared = tomllib.loads(REVEALING.read_text("utf-8"))[ILLNESS].values()
    return Revealing(word for words in (*listed, *shared) for word in words)


def find_diagnoses(text: str) -> tuple[str, ...]:
    """The words, folded as `locales/revealing.py` does, each once; empty if there are none."""
    return tuple(_all().find(text))
