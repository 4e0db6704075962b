"""Days, times of day, lengths, numbers and languages named in free text. Today is Monday, 23 November 2026."""

from __future__ import annotations

from datetime import date, time

import pytest

from locales.phrases import understand
from tests.locales.phrase_tables import MONDAY

FRIDAY = "2026-11-27"


def day(text: str | None) -> date | None:
    """Return the day that "11-27" of 2026 or a full date means."""
    return None if text is None else date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


SPANS = [
    ("de", "bin heute krank", "11-23", None),
    ("de", "bin krank bis Freitag", None, "11-27"),
    ("de", "krank von heute bis Mittwoch", "11-23", "11-25"),
    ("de", "ab morgen 2 Wochen krank", "11-24", "12-07"),
    ("de", "seit gestern krank bis 27.11.", "11-22", "11-27"),
    ("de", "27.-30.11. krank", "11-27", "11-30"),
    ("de", "krank vom 25.11. bis 27.11.2026", "11-25", "11-27"),
    ("de", "heute und morgen krank", "11-23", "11-24"),
    ("de", "die ganze Woche krank", None, "11-27"),
    ("de", "heute, Montag, bin ich krank", "11-23", None),
    ("de", "am Donnerstag kann ich nicht kommen", "11-26", None),
    ("de", "übermorgen komme ich nicht", "11-25", None),
    ("de", "krank bis zum 30.", None, "11-30"),
    ("de", "bin krank, komme am Donnerstag wieder", None, "11-25"),
    ("de", "heute 3 Tage krank", "11-23", "11-25"),
    ("de", "Mi-Fr krank", "11-25", "11-27"),
    ("de", "krank bis 2026-11-27", None, "11-27"),
    ("de", "krank bis 27. November", None, "11-27"),
    ("de", "krank bis Ende der Woche", None, "11-27"),
    ("de", "bis gestern war ich krank", None, "11-22"),
    ("de", "am Freitag war ich krank", "11-20", None),
    ("de", "nächste Woche bin ich nicht da", None, None),
    ("de", "krank bis 5. Januar", None, "2027-01-05"),
    ("de", "irgendwann komme ich wieder", None, None),
    ("de", "bin seit Freitag krank", "11-20", None),
    ("de", "krank bis 2.12.", None, "12-02"),
    ("de", "krank bis zum 2. Dezember 2026", None, "12-02"),
    ("de", "morgen früh komme ich nicht", "11-24", None),
    ("en", "ill until Friday", None, "11-27"),
    ("en", "sick from today to Wednesday", "11-23", "11-25"),
    ("en", "ill until tomorrow", None, "11-24"),
    ("en", "can't come on Thursday", "11-26", None),
    ("en", "ill until 27 November", None, "11-27"),
    ("en", "ill until Nov 27th", None, "11-27"),
    ("en", "I was sick last Friday", "11-20", None),
    ("en", "sick all week", None, "11-27"),
    ("en", "sick today, back on Thursday", "11-23", "11-25"),
    ("en", "ill until the 27th of November", None, "11-27"),
    ("en", "ill until 27/11/2026", None, "11-27"),
    ("en", "sick since yesterday", "11-22", None),
    ("uk", "хворію до п'ятниці", None, "11-27"),
    ("uk", "з 25 до 27 листопада хворію", "11-25", "11-27"),
    ("uk", "у четвер не прийду", "11-26", None),
    ("uk", "хворію до 27.11", None, "11-27"),
    ("uk", "сьогодні і завтра не прийду", "11-23", "11-24"),
    ("uk", "болею до пятницы", None, "11-27"),
    ("uk", "весь тиждень хворію", None, "11-27"),
    ("uk", "вчора хворіла", "11-22", None),
    ("uk", "хвора до 27-го листопада", None, "11-27"),
    ("uk", "не приду в четверг", "11-26", None),
    ("ar", "مريض لحد الجمعة", None, "11-27"),
    ("ar", "انا مريض اليوم وبكرا", "11-23", "11-24"),
    ("ar", "ما رح اجي يوم الخميس", "11-26", None),
    ("ar", "مريض حتى ٢٧/١١", None, "11-27"),
    ("ar", "مريض لغاية 27 تشرين الثاني", None, "11-27"),
    ("ar", "مريض كل الاسبوع", None, "11-27"),
    ("ar", "من الثلاثاء الى الخميس مريض", "11-24", "11-26"),
    ("ar", "كنت مريض مبارح", "11-22", None),
    ("ar", "مريض للخميس", None, "11-26"),
    ("ar", "مريض من اليوم لبكرا", "11-23", "11-24"),
]

PROBLEMS = [
    ("de", "bis 31.02.", "impossible"),
    ("de", "31.11.", "impossible"),
    ("de", "27.11.2025", "past"),
    ("de", "05.10.", "past"),
    ("de", "am Montag", "ambiguous"),
    ("de", "Montag", "ambiguous"),
    ("de", "krank von Freitag bis Mittwoch", None),
    ("de", "krank vom 27.11. bis 25.11.", "reversed"),
    ("de", "letzte Woche war ich krank", "past"),
    ("de", "nächsten Freitag komme ich nicht", "ambiguous"),
    ("de", "nächsten Montag komme ich nicht", None),
    ("de", "letztes Jahr war ich krank", "past"),
    ("de", "heute krank bis gestern", "reversed"),
    ("en", "03/04", "ambiguous"),
    ("en", "27/11", None),
    ("de", "03/04", None),
    ("en", "31 February", "impossible"),
    ("en", "on Monday", "ambiguous"),
    ("en", "30 November 2025", "past"),
    ("en", "08/08", "past"),
    ("en", "last week I was sick", "past"),
    ("uk", "31.02", "impossible"),
    ("uk", "у понеділок", "ambiguous"),
    ("uk", "минулого тижня я хворіла", "past"),
    ("uk", "31 лютого", "impossible"),
    ("ar", "٣١/٢", "impossible"),
    ("ar", "يوم الاثنين", "ambiguous"),
    ("ar", "الاسبوع الماضي كنت مريض", "past"),
    ("ar", "27/11/2024", "past"),
]

ALONE = [
    ("de", "27.11.", "11-27"),
    ("de", "Freitag", "11-27"),
    ("de", "morgen", "11-24"),
    ("de", "bis Freitag", "11-27"),
    ("de", "ich glaube am 27.11.", "11-27"),
    ("de", "bin heute krank", None),
    ("de", "27.11. oder 28.11.", None),
    ("en", "tomorrow", "11-24"),
    ("en", "27 November", "11-27"),
    ("en", "until Friday", "11-27"),
    ("uk", "завтра", "11-24"),
    ("uk", "до п'ятниці", "11-27"),
    ("uk", "27 листопада", "11-27"),
    ("ar", "بكرا", "11-24"),
    ("ar", "٢٧/١١", "11-27"),
    ("ar", "يوم الجمعة", "11-27"),
    ("de", "so", None),
    ("de", "do", "11-26"),
]

CLOCKS = [
    ("de", "ich komme um 9", time(9)),
    ("de", "komme um 9:30", time(9, 30)),
    ("de", "9.30 Uhr", time(9, 30)),
    ("de", "halb zehn", time(9, 30)),
    ("de", "viertel nach neun", time(9, 15)),
    ("de", "viertel vor neun", time(8, 45)),
    ("de", "bin um 14 Uhr da", time(14)),
    ("de", "9 Uhr 15", time(9, 15)),
    ("de", "um 2 Tage", None),
    ("de", "25:00", None),
    ("en", "at 9", time(9)),
    ("en", "9:30 am", time(9, 30)),
    ("en", "at 2 pm", time(14)),
    ("en", "half past nine", time(9, 30)),
    ("en", "quarter to nine", time(8, 45)),
    ("uk", "о 9", time(9)),
    ("uk", "о дев'ятій", time(9)),
    ("uk", "о 9:30", time(9, 30)),
    ("uk", "буду в 10", time(10)),
    ("ar", "الساعة 9", time(9)),
    ("ar", "الساعة تسعة ونص", time(9, 30)),
    ("ar", "الساعة ٩:٣٠", time(9, 30)),
    ("de", "27.11.", None),
]

MINUTES = [
    ("de", "10 min später", 10),
    ("de", "zehn Minuten zu spät", 10),
    ("de", "halbe Stunde später", 30),
    ("de", "Viertelstunde Verspätung", 15),
    ("de", "1 Stunde später", 60),
    ("de", "1,5 Stunden später", 90),
    ("de", "eine Stunde später", 60),
    ("de", "2h später", 120),
    ("de", "anderthalb Stunden", 90),
    ("de", "10min", 10),
    ("en", "half an hour late", 30),
    ("en", "20 mins late", 20),
    ("en", "an hour late", 60),
    ("en", "twenty minutes late", 20),
    ("en", "quarter of an hour", 15),
    ("uk", "запізнюсь на 10 хвилин", 10),
    ("uk", "на півгодини", 30),
    ("uk", "на годину", 60),
    ("uk", "опоздаю на полчаса", 30),
    ("uk", "на пів години", 30),
    ("ar", "بتأخر نص ساعة", 30),
    ("ar", "١٠ دقائق", 10),
    ("ar", "ربع ساعة", 15),
    ("ar", "ساعة", 60),
    ("ar", "عشر دقائق", 10),
    ("de", "ich komme", None),
]

NUMBERS = [
    ("de", "5", 5),
    ("de", "fünf", 5),
    ("de", "einundzwanzig", 21),
    ("de", "31", 31),
    ("de", "fuenf", 5),
    ("de", "dreißig", 30),
    ("de", "ich habe 5 Äpfel gekauft", None),
    ("en", "seven", 7),
    ("en", "twenty one", 21),
    ("en", "thirty-one", 31),
    ("uk", "сім", 7),
    ("uk", "двадцять один", 21),
    ("uk", "п'ять", 5),
    ("uk", "семь", 7),
    ("ar", "٣", 3),
    ("ar", "خمسة", 5),
    ("ar", "واحد وعشرين", 21),
    ("ar", "۷", 7),
    ("ar", "عشرة", 10),
    ("de", "0", 0),
]

TONGUES = [
    ("de", "auf Englisch bitte", "en"),
    ("de", "Ukrainisch", "uk"),
    ("de", "Leichte Sprache", "de-simple"),
    ("de", "einfaches Deutsch bitte", "de-simple"),
    ("de", "Ich habe heute Englisch im Kurs", None),
    ("de", "sprich bitte Arabisch mit mir", "ar"),
    ("en", "in Ukrainian please", "uk"),
    ("en", "easy german", "de-simple"),
    ("en", "German", "de"),
    ("en", "I learn German in the course", None),
    ("uk", "українською", "uk"),
    ("uk", "німецькою будь ласка", "de"),
    ("uk", "англійською", "en"),
    ("uk", "я вчу німецьку мову", None),
    ("uk", "арабською", "ar"),
    ("ar", "عربي", "ar"),
    ("ar", "بالعربي", "ar"),
    ("ar", "الماني سهل", "de-simple"),
    ("ar", "بالانكليزي لو سمحت", "en"),
    ("de", "عربي", "ar"),
    ("de", "українською", "uk"),
    ("ar", "english please", "en"),
]


@pytest.mark.parametrize(("language", "text", "first", "last"), SPANS)
def test_first_and_last_day_are_what_the_text_says(
    language: str, text: str, first: str | None, last: str | None
) -> None:
    """First and last day come from the words alone, and stay open where the words leave them open."""
    found = understand(text, language=language, today=MONDAY)
    assert (day(first), day(last), None) == (found.first_day, found.last_day, found.date_problem)


@pytest.mark.parametrize(("language", "text", "problem"), PROBLEMS)
def test_a_day_that_cannot_be_is_named_as_a_problem(language: str, text: str, problem: str | None) -> None:
    """Impossible, past, ambiguous and reversed days are said to be so and never repaired."""
    found = understand(text, language=language, today=MONDAY)
    assert problem == found.date_problem
    assert problem is None or found.date is None


@pytest.mark.parametrize(("language", "text", "single"), ALONE)
def test_a_day_alone_answers_a_question(language: str, text: str, single: str | None) -> None:
    """One day without a report is the answer to a question for a day."""
    assert day(single) == understand(text, language=language, today=MONDAY).date


@pytest.mark.parametrize(("language", "text", "clock"), CLOCKS)
def test_a_time_of_day_is_read(language: str, text: str, clock: time | None) -> None:
    """Times of day are read on the 24-hour clock."""
    assert clock == understand(text, language=language, today=MONDAY).clock


@pytest.mark.parametrize(("language", "text", "minutes"), MINUTES)
def test_a_length_of_time_is_read(language: str, text: str, minutes: int | None) -> None:
    """Lengths of time are read in minutes."""
    assert minutes == understand(text, language=language, today=MONDAY).minutes


@pytest.mark.parametrize(("language", "text", "number"), NUMBERS)
def test_a_plain_number_is_read(language: str, text: str, number: int | None) -> None:
    """A number that is the whole message is read, in figures of any script or as a word."""
    assert number == understand(text, language=language, today=MONDAY).number


@pytest.mark.parametrize(("language", "text", "code"), TONGUES)
def test_a_wished_language_is_read(language: str, text: str, code: str | None) -> None:
    """A language is a wish when it is asked for, not when it is mentioned."""
    assert code == understand(text, language=language, today=MONDAY).language
