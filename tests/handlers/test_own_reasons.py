"""A profile's own reasons as people say them, and what is kept of a report (ADR 0035)."""

from datetime import date
from pathlib import Path

import pytest

from bot import profile
from bot.profile import load_profile
from bot.settings import SettingsError
from flows.engine.events import CrisisKind, Reason
from flows.engine.replies import Intent, Reading
from handlers.own_reasons import find, with_own
from handlers.understanding import read

OWN = load_profile("durchstarten").own_reasons
RIDE = Reason("ride_failed")
MONDAY = date(2026, 11, 23)
DURCHSTARTEN = (profile.FOLDER / "durchstarten.toml").read_text("utf-8")


def heard(language: str, words: str) -> Reading:
    """What is read in words."""
    return with_own(read(words, language, MONDAY), words, language, OWN)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "fahrdienst kam nicht"),
        ("de", "Hey, der Fahrdienst ist heute nicht gekommen!!"),
        ("de", "fahrdinst kam nicht, kann nicht kommen"),
        ("de", "Mich hat niemand abgeholt. Niemand hat mich abgeholt"),
        ("de", "der shuttle ist heut wieder ausgefallen"),
        ("de-simple", "Der Fahr-Dienst kommt heute nicht."),
        ("en", "the shuttle never came today"),
        ("en", "nobody picked me up"),
        ("ar", "ما حدا اجا ياخدني"),
        ("ar", "لم تأتِ سيارة النقل اليوم"),
        ("uk", "Мене сьогодні ніхто не забрав"),
    ],
)
def test_it_is_read_as_people_say_it(language: str, words: str) -> None:
    """With slips, and a word between."""
    found = heard(language, words)
    assert ((Intent.ABSENT,), RIDE) == (found.intents, found.reason)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Ist der Fahrdienst ausgefallen?"),
        ("de", "ich bin krank, der fahrdienst kam nicht"),
        ("de", "ich komme 10 minuten später, fahrdienst kam nicht pünktlich"),
        ("de", "Der Fahrdienst war super"),
        ("de", "mein sohn ist krank"),
        ("en", "the shuttle came"),
        ("ar", "سيارة النقل جيدة"),
        ("uk", "автобус програми приїхав"),
    ],
)
def test_anything_stronger_or_nothing_of_it_is_not(language: str, words: str) -> None:
    """A question, an illness, mere lateness, and words about something else."""
    assert RIDE is not heard(language, words).reason


def test_a_crisis_goes_before_everything() -> None:
    """Nothing is read beside it."""
    crisis = Reading(crisis=CrisisKind.SELF_HARM)
    assert crisis is with_own(crisis, "fahrdienst kam nicht", "de", OWN)


def test_long_words_are_read_in_time() -> None:
    """Only the beginning is looked at."""
    assert find("fahrdienst " * 4000, "de", OWN) is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[absence.own.ride_failed]", "[absence.own.illness]", "absence.own: 'illness' is one of the standard reasons"),
        ("[absence.own.ride_failed]", '[absence.own."Ride failed"]', "absence.own: 'Ride failed' is no code"),
        ('uk = "Автобус програми не приїхав"\n', "", "absence.own.ride_failed.name: has no words for uk"),
        ('en = "The bus service did not come"', 'en = ""', "absence.own.ride_failed.name: has no words for en"),
        ('en = "The bus service did not come"', f'en = "{"x" * 41}"', "name: is too long for a button in en"),
        ('en = "The bus service did not come"', 'en = "x y"\nfr = "bus"', "name: there is no language fr"),
        ('"nobody picked me up"', '"bus"', "absence.own.ride_failed.words: 'bus' is too short"),
        ('evidence = "own_word"                #', 'evidence = "certificate_day_1" #', "own.ride_failed.evidence"),
        ("means_today = true", "means_today = true\ncolour = 1", "own.ride_failed.colour: there is no such key"),
        ('# counts = "E"', 'counts = "X"', "absence.own.ride_failed.counts"),
        ('"birth", "own_wedding"', '"birth", "fishing"', "absence.reasons: there is no reason fishing"),
    ],
)
def test_what_is_wrong_is_named_with_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, says: str
) -> None:
    """The key first, then what would be right."""
    assert old in DURCHSTARTEN
    monkeypatch.setattr(profile, "FOLDER", tmp_path)
    text = DURCHSTARTEN.replace(old, new)
    if old.startswith("[absence.own.ride_failed]"):
        text = text.replace("[absence.own.ride_failed.", new[:-1] + ".")
    (tmp_path / "durchstarten.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError) as wrong:
        load_profile("durchstarten")
    assert says in str(wrong.value)


def test_nobody_decides_where_letting_us_know_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both at once is told with the two ways out."""
    monkeypatch.setattr(profile, "FOLDER", tmp_path)
    text = DURCHSTARTEN.replace('evidence = "own_word"                #', 'evidence = "notify_only" #')
    text = text.replace("decided = false ", "decided = true ")
    (tmp_path / "durchstarten.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="write decided = false, or evidence"):
        load_profile("durchstarten")
