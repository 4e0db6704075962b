"""Names and passwords of staff accounts, and how the wait grows."""

from datetime import timedelta

import pytest

from flows.rules.accounts import FREE_TRIES, is_easy, is_name, is_told, name_in, wait_after


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("m.albers", True),
        ("c1", True),
        ("a", False),
        ("m albers", False),
        ("ä.b", False),
        (".ab", False),
        ("a" * 41, False),
    ],
)
def test_a_user_name_is_plain(name: str, fine: bool) -> None:
    """Small letters, digits, dots and hyphens; what people type around it does not matter."""
    assert fine == is_name(name)
    assert "m.albers" == name_in("  M.Albers ")


def test_the_wait_doubles_up_to_an_hour() -> None:
    """The first tries are free; however many follow, it is never more than an hour."""
    waits = [wait_after(tries) for tries in range(1, 60)]
    assert [timedelta(0)] * FREE_TRIES == waits[:FREE_TRIES]
    assert [5, 10, 20] == [wait.total_seconds() for wait in waits[FREE_TRIES : FREE_TRIES + 3]]
    assert sorted(waits) == waits
    assert timedelta(hours=1) == waits[-1]


def test_every_fifth_try_is_told() -> None:
    """Not each: whoever floods an account floods nobody's messages."""
    assert [5, 10, 15] == [tries for tries in range(18) if is_told(tries)]


@pytest.mark.parametrize(
    ("password", "easy"),
    [("im Regen tanzen Igel", False), ("abababababab", True), ("Sommer bei Albers", True), ("m.albers 123 xyz", True)],
)
def test_what_everybody_tries_first_is_easy(password: str, easy: bool) -> None:
    """Few different characters, or a name that is known."""
    assert easy == is_easy(password, "m.albers", "Frau", "Albers")
