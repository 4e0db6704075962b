"""The section of a profile about deadlines: what is missing or wrong is named with its key."""

from datetime import date

import pytest
from pydantic import ValidationError

from bot.profile import load_profile
from bot.profile_deadlines import Due
from flows.rules.deadline_rows import TABLE
from flows.rules.deadlines import State, Whose, binding, occurrences
from handlers.contact import calendar_of

OWN = {"key": "course", "source": "S2:1", "on": "entry", "whose": "participant", "days": 3, "words": {"de": "Kurs"}}


@pytest.mark.parametrize(
    ("section", "named"),
    [
        ({"programme": "inbeq"}, "numbers.possible is missing"),
        ({"off": ["no_such_row"]}, "there is no row no_such_row"),
        ({"numbers": {"possible": 0}}, "possible: from 1"),
        ({"numbers": {"weekly": 3}}, "there is no number weekly"),
        ({"check_in_weeks": [0]}, "0 is no number of weeks"),
        ({"own": [OWN | {"words": {"en": "course"}}]}, "words must have de"),
        ({"own": [OWN | {"words": {"de": "Kurs", "xx": "?"}}]}, "there is no language xx"),
        ({"own": [OWN | {"on": "phase_end", "phase": "second"}]}, "there is no such phase"),
        ({"own": [OWN, OWN]}, "the same key"),
        ({"programme": "hsi"}, "programme"),
    ],
)
def test_what_is_wrong_is_named(section: dict[str, object], named: str) -> None:
    """Each mistake by its key, and what would be right."""
    with pytest.raises(ValidationError, match=named):
        Due.model_validate(section)


def test_a_row_of_the_profile_is_a_row_like_any_other() -> None:
    """Its own words by language; a new rule is an entry in the profile."""
    settings = Due.model_validate({"own": [OWN]}).deadlines
    (row,) = binding(TABLE, settings)
    assert ("own_course", Whose.PARTICIPANT, {"de": "Kurs"}) == (row.key, row.whose, row.words)


def test_the_shipped_profiles_follow_their_sources() -> None:
    """Where R24 would bind only dia-am, no other profile has it; nothing stands without dates."""
    for name in ("demo", "inbeq", "durchstarten"):
        profile = load_profile(name)
        rows = binding(TABLE, profile.deadlines)
        assert {"contingent", "twelve_weeks"}.isdisjoint(row.key for row in rows)
        state = State(today=date(2026, 11, 23))
        assert [] == occurrences(rows, state, profile.deadlines, calendar_of(profile))
