"""Long texts for Telegram: nothing is lost, nothing is torn, every part fits."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bot_api.parts import LONGEST, joined, numbers_of, split, units

FOX, FAMILY, FLAG, ACCENT = "🦊", "👩‍👧‍👦", "🇩🇪", "é"
PIECES = st.sampled_from(
    [
        *("Guten Tag. ", "Wie geht es?\n", "wort ", "مرحبا. ", "x" * 30, "\n\n", "\u2068Ada\u2069"),
        *(FOX, FAMILY, FLAG, ACCENT),
    ]
)


def letters(text: str) -> str:
    """The text without blanks and controls of direction."""
    return re.sub(r"[\s\u2066-\u2069]", "", text)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=80).map("".join).filter(str.strip), st.integers(60, 200))
def test_every_part_fits_and_nothing_is_lost(text: str, limit: int) -> None:
    """However a text is made, its parts are not empty, fit, and hold the same letters in the same order."""
    parts = split(text, limit)
    assert all(part.strip() and units(part) <= limit for part in parts)
    assert letters(text) == letters("".join(parts))


@pytest.mark.parametrize("sign", [FOX, FAMILY, FLAG, ACCENT])
@pytest.mark.parametrize("lead", ["", "a", "ab", "abc"])
def test_what_is_seen_as_one_is_not_torn(sign: str, lead: str) -> None:
    """A family, a flag, an accent and a fox stay whole where no blank offers itself."""
    parts = split(lead + sign * 100, 90)
    assert len(parts) > 1
    assert all(not part.removeprefix(lead).replace(sign, "") for part in parts)


def test_a_text_is_cut_where_a_sentence_ends() -> None:
    """Sentences stay whole, also those that end with a quotation mark or an Arabic question mark."""
    assert ["Eins zwei. „Drei!“", "Vier fünf sechs sieben?"] == split("Eins zwei. „Drei!“ Vier fünf sechs sieben?", 41)
    assert ["كيف حالك؟", "أنا بخير اليوم يا صديقي العزيز."] == split("كيف حالك؟ أنا بخير اليوم يا صديقي العزيز.", 40)


def test_a_text_that_fits_stays_whole() -> None:
    """Exactly as long as allowed is not too long, counted in UTF-16 units."""
    assert 1 == len(split("x" * LONGEST))
    assert 1 == len(split(FOX * (LONGEST // 2)))
    assert 2 == len(split(FOX * (LONGEST // 2) + "x"))


def test_direction_is_closed_and_opened_again() -> None:
    """A quotation that is fenced off keeps its fence in both parts."""
    parts = split("\u2068" + "wort " * 30 + "\u2069. Ende", 100)
    assert len(parts) > 1
    assert all(part.count("\u2068") == part.count("\u2069") for part in parts)


def test_parts_have_one_name() -> None:
    """The numbers of all parts are in the message's name, and nothing else is such a name."""
    assert [4, 5] == numbers_of(joined([4, 5]))
    with pytest.raises(ValueError, match="invalid literal"):
        numbers_of("web:4")
