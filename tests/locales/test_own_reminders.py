"""Reminders that somebody sets for themselves, in every language: heard as such, and what they are about."""

from datetime import date, time

import pytest

from locales.own_reminders import subject_of
from locales.phrases import understand

TODAY = date(2026, 11, 23)
TOMORROW, FRIDAY = date(2026, 11, 24), date(2026, 11, 27)
ASKED = [
    ("de", "erinnere mich morgen um 8 an den Arzt", TOMORROW, time(8), "den Arzt"),
    ("de", "Erinnere mich an den Arzt morgen um 8", TOMORROW, time(8), "den Arzt"),
    ("de", "kannst du mich bitte am Freitag um 10 Uhr an die Miete erinnern?", FRIDAY, time(10), "die Miete"),
    ("de", "Erinere mich morgen um 8 an Arzt", TOMORROW, time(8), "Arzt"),
    ("de", "stell mir eine Erinnerung für Freitag 15 Uhr: Ausländerbehörde", FRIDAY, time(15), "Ausländerbehörde"),
    ("de-simple", "erinner mich bitte an meine Tabletten", None, None, "meine Tabletten"),
    ("en", "remind me tomorrow at 8 to call the doctor", TOMORROW, time(8), "call the doctor"),
    ("en", "remind me to call mum at 5 pm on Friday", FRIDAY, time(17), "call mum"),
    ("en", "reminde me tomorow at 8 about the bus ticket", TOMORROW, time(8), "the bus ticket"),
    ("uk", "нагадай мені завтра о 8 про лікаря", TOMORROW, time(8), "лікаря"),
    ("uk", "Нагадайте будь ласка про квиток у п'ятницю о 10:00", FRIDAY, time(10), "квиток"),
    ("uk", "напомни мне завтра в 8 утра про врача", TOMORROW, time(8), "врача"),
    ("ar", "ذكرني غدا الساعة 8 بموعد الطبيب", TOMORROW, time(8), "بموعد الطبيب"),
    ("ar", "ممكن تذكرني بكرا الساعة 9 بالدوا", TOMORROW, time(9), "بالدوا"),
    ("ar", "فكرني يوم الجمعة الساعة 10 أن أدفع الإيجار", FRIDAY, time(10), "أدفع الإيجار"),
]
ELSE = [
    ("de", "keine Erinnerungen mehr"),
    ("de", "erinnere mich nicht mehr"),
    ("de", "ich erinnere mich nicht"),
    ("de", "Ich kann mich nicht an den Termin erinnern"),
    ("de", "erinnert mich wieder an Termine"),
    ("de", "ich bin heute krank"),
    ("en", "no more reminders"),
    ("en", "that reminds me of my mother"),
    ("uk", "не нагадуйте мені більше"),
    ("ar", "لا ترسلوا تذكيرات"),
]


@pytest.mark.parametrize(("language", "text", "day", "clock", "about"), ASKED)
def test_a_wish_is_heard_with_day_time_and_subject(
    language: str, text: str, day: date | None, clock: time | None, about: str
) -> None:
    """It is this wish alone: the doctor in it is no absence."""
    found = understand(text, language=language, today=TODAY)
    assert (("remind_me",), day, clock) == (found.intents, found.date or found.first_day, found.clock)
    assert about == subject_of(text, language)


@pytest.mark.parametrize(("language", "text"), ELSE)
def test_what_only_sounds_like_it_is_something_else(language: str, text: str) -> None:
    """An end of reminders stays an end, forgetting is no wish, and a report stays a report."""
    assert "remind_me" not in understand(text, language=language, today=TODAY).intents


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Meine Erinnerungen"), ("en", "show my reminders"), ("uk", "мої нагадування"), ("ar", "تذكيراتي")],
)
def test_the_list_is_asked_for(language: str, text: str) -> None:
    """In every language."""
    assert ("my_reminders",) == understand(text, language=language, today=TODAY).intents


def test_a_report_beside_it_is_heard_too() -> None:
    """Two wishes: what is meant is asked."""
    found = understand("Ich bin krank. Erinnere mich morgen um 8 an den Arzt", language="de", today=TODAY)
    assert ("ill", "remind_me") == found.intents
