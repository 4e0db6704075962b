"""Codes of invitations: what is written is read, what is wrong is noticed."""

import random

import pytest

from flows.rules import invitations
from flows.rules.invitations import LETTERS, check_letter, code_in, initials, is_code, normal, spelled

CODE = "7K3M9QXT2P" + check_letter("7K3M9QXT2P")


@pytest.mark.parametrize(
    "written",
    [
        CODE,
        CODE.lower(),
        "7k3m-9qxt-2pr",
        " 7K3M 9QXT 2PR ",
        "7K3M–9QXT–2PR",
        "/start 7K3M9QXT2PR",
        "/start@anybot 7k3m9qxt2pr",
        "Mein Code ist 7K3M-9QXT-2PR",
        "Code: 7K3M 9QXT 2PR.",
        "٧K٣M٩QXT٢PR",
        "７Ｋ３Ｍ９ＱＸＴ２ＰＲ",
        "7К3М9QХТ2РR",
    ],
)
def test_a_code_is_read_however_it_is_written(written: str) -> None:
    """Case, spaces, dashes, other digits, other letters that look alike and words around it change nothing."""
    assert CODE == code_in(written)


@pytest.mark.parametrize("text", ["", "Hallo", "ich bin heute krank", "/start", "0151 23456789 ist meine Nummer", "🌻"])
def test_what_is_no_code_is_none(text: str) -> None:
    """Ordinary words are not taken for a code."""
    assert not is_code(code_in(text))


def test_letters_that_look_alike_are_read_as_what_is_meant() -> None:
    """O is 0, I and L are 1."""
    assert "0111" == normal("oIlL")


def test_every_wrong_character_is_noticed() -> None:
    """One wrong character anywhere makes the code none."""
    for place in range(invitations.LENGTH):
        for letter in set(LETTERS) - {CODE[place]}:
            assert not is_code(CODE[:place] + letter + CODE[place + 1 :])


def test_every_two_neighbours_that_changed_places_are_noticed() -> None:
    """The commonest slip of the pen makes the code none."""
    dice = random.Random(11)
    for _ in range(500):
        letters = "".join(dice.choices(LETTERS, k=invitations.RANDOM))
        code = letters + check_letter(letters)
        assert is_code(code)
        for place in range(invitations.LENGTH - 1):
            if code[place] != code[place + 1]:
                swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                assert not is_code(swapped), (code, swapped)


def test_a_code_is_printed_in_groups_that_are_read_again() -> None:
    """The printed form leads back to the code."""
    assert "7K3M-9QXT-2PR" == spelled(CODE)
    assert CODE == code_in(spelled(CODE))


@pytest.mark.parametrize(("name", "shown"), [("Mia König", "M. K."), ("أمل حداد", "أ. ح."), ("Li", "L."), ("", "")])
def test_initials_say_no_more_than_needed(name: str, shown: str) -> None:
    """Of a name nothing but the first letters is shown."""
    assert shown == initials(name)
