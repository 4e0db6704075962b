"""A text falls into the sentences and lines that its reader sees, and what is struck leaves no word behind (R58)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.passages import STRUCK, passages, without


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Sucht eine Wohnung. Hat Streit zu Hause!", ("Sucht eine Wohnung.", "Hat Streit zu Hause!")),
        ("Sucht eine Wohnung", ("Sucht eine Wohnung",)),
        ("War bei Dr. Weber, z. B. am 3. Mai. Kommt wieder.", ("War bei Dr. Weber, z. B. am 3. Mai.", "Kommt wieder.")),
        ("erste Zeile\n\nzweite Zeile", ("erste Zeile", "zweite Zeile")),
        ("هل يسكن هنا؟ نعم يسكن.", ("هل يسكن هنا؟", "نعم يسكن.")),
        ("Шукає житло. Телефонує рідко.", ("Шукає житло.", "Телефонує рідко.")),
        ("  \n ", ()),
    ],
)
def test_sentences_and_lines_are_passages(words: str, expected: tuple[str, ...]) -> None:
    """Abbreviations and dates part nothing; other scripts and line ends do as well."""
    assert expected == passages(words)


def test_of_what_is_struck_a_sign_is_left() -> None:
    """One sign for neighbours; nothing at all where nothing is left."""
    words = "Eins hier. Zwei hier. Drei hier."
    assert words == without(words, ())
    assert f"Eins hier. {STRUCK} Drei hier." == without(words, {1})
    assert f"Eins hier. {STRUCK}" == without(words, {1, 2})
    assert without(words, {0, 1, 2}) == ""


@given(st.text(), st.sets(st.integers(0, 9)))
def test_no_word_is_lost_and_no_struck_one_stays(words: str, struck: set[int]) -> None:
    """Passages hold everything but white space; what is left is made of the others alone."""
    parts = passages(words)
    assert "".join("".join(parts).split()) == "".join(words.split())
    left = without(words, struck)
    kept = [part for number, part in enumerate(parts) if number not in struck]
    if struck:
        assert "".join(kept).replace(" ", "") == left.replace(STRUCK, "").replace(" ", "") or STRUCK in words
