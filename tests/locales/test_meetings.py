"""What people answer to reminders: that they come, that they would like another time, and what is neither."""

from __future__ import annotations

import pytest

from locales.phrases import understand
from tests.locales.phrase_tables import MONDAY, table

ROWS = [(*heading.split(), text) for heading, text in table("meetings")]


@pytest.mark.parametrize(("language", "meant", "text"), ROWS)
def test_an_answer_means_what_its_heading_says(language: str, meant: str, text: str) -> None:
    """Coming and another time are told apart, and neither is heard where it is not said."""
    found = understand(text, language=language, today=MONDAY)
    heard = "coming" if found.coming else "move" if "move" in found.intents else "neither"
    assert meant == heard


def test_words_about_an_appointment_hide_no_day_that_answers_a_question() -> None:
    """ "Rather on Friday" still names the day to whoever asked for one."""
    assert understand("lieber am freitag", language="de", today=MONDAY).date is not None


@pytest.mark.parametrize("text", ["verspäte mich um eine viertelstunde", "verspäte mich um eine halbe stunde"])
def test_a_length_of_time_is_no_time_of_day(text: str) -> None:
    """A quarter of an hour is not one o'clock."""
    found = understand(text, language="de", today=MONDAY)
    assert found.clock is None
    assert found.minutes in {15, 30}
