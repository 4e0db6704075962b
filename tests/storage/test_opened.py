"""What was opened lately is known by the row as it stands, and forgotten with its person."""

from flows.people import PersonId
from storage.opened import Opened
from storage.vault import KEY_BYTES, Vault

ANNA, BILAL = PersonId(1), PersonId(2)
ROW, LATER = (1, "p1", b"sealed"), (1, "p1", b"sealed anew")


def test_a_row_is_known_until_it_changes() -> None:
    """The same row gives what was kept; written anew it is another, and unknown."""
    opened = Opened()
    opened.keep(ANNA, ROW, "Anna")
    assert "Anna" == opened.get(ANNA, ROW)
    assert opened.get(ANNA, LATER) is None
    assert opened.get(BILAL, ROW) is None


def test_no_more_is_kept_than_a_bounded_number() -> None:
    """Of many people the first ones are dropped, and of many rows of one person the earlier ones."""
    opened = Opened()
    for number in range(3000):
        opened.keep(PersonId(number), ROW, number)
    assert opened.get(PersonId(0), ROW) is None
    assert 2999 == opened.get(PersonId(2999), ROW)
    for number in range(20):
        opened.keep(ANNA, (number,), number)
    assert opened.get(ANNA, (0,)) is None
    assert 19 == opened.get(ANNA, (19,))


def test_what_was_opened_goes_with_the_key() -> None:
    """Once a person's key is forgotten nothing that was opened with it is known, whatever is kept later without it."""
    vault = Vault(bytes(KEY_BYTES), carrier="test")
    vault.new_person_key(ANNA)
    vault.keep_opened(ANNA, ROW, "Anna")
    assert "Anna" == vault.opened(ANNA, ROW)
    vault.forget(ANNA)
    vault.keep_opened(ANNA, ROW, "Anna")
    assert vault.opened(ANNA, ROW) is None
