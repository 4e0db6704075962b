"""The lock-screen lint: texts × languages × channels × profiles, and that it finds what it is there for."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channel_settings import SmsSettings
from bot.operating import lock_screen
from bot.operating.lock_screen import inspect, inspect_names, shown
from bot.profile import load_profile, names
from bot.settings import ServerSettings, Settings
from flows.dialogues.levels import templates
from flows.engine.messages import Level
from flows.rules.profile import THIRD_PARTY, Profile
from locales.catalog import FOLDER, LANGUAGES, PLACEHOLDER
from locales.revealing import Revealing, everywhere, fold

EVERYBODYS = Revealing(everywhere())
KEY = "Leave this"
"""A text that every channel at L2 may show."""
SPOILT = {
    "de": "Ihre Krankmeldung",
    "de-simple": "Post vom Jobcenter",
    "en": "Your doctor’s note",
    "ar": "موعدك مع الطبيب",
    "uk": "Про твою хворобу",
}


def wide_open(name: str) -> Profile:
    """The profile as if the carrier had switched everything on, as far as it goes."""
    levels = {"telegram": Level.L2, "telegram_staff": Level.L0, "push": Level.L1, "sms": Level.L1, "mail": Level.L2}
    return replace(load_profile(name), levels=levels)


@pytest.fixture
def catalogues(tmp_path: Path) -> Path:
    """A copy of the catalogues, to be spoilt."""
    return Path(shutil.copytree(FOLDER, tmp_path / "locales", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def spoil(folder: Path, language: str, words: str) -> None:
    """Give the text other words in one language."""
    name = {"de-simple": "de@simple"}.get(language, language)
    path = folder / name / "LC_MESSAGES" / "lotse.po"
    before, found, after = path.read_text("utf-8").partition(f'\nmsgid "{KEY}"\nmsgstr "')
    assert found
    path.write_text(f'{before}{found}{words}"{after.partition(chr(34))[2]}', "utf-8")


@pytest.mark.parametrize("name", names())
def test_no_locked_phone_shows_more_than_it_may(name: str) -> None:
    """No text that may leave the own page holds a word of the list: as the profile is, and with everything on."""
    for profile in (load_profile(name), wide_open(name)):
        finding = inspect(profile)
        assert () == finding.hits, "\n".join(f"{hit.shown}: {hit.word}" for hit in finding.hits)
        assert len(LANGUAGES) == finding.languages
        assert len(profile.levels) + 1 == finding.channels
        assert f"× 5 languages × {finding.channels} channels: 0 hits" in str(finding)


def test_everything_that_shows_is_looked_at() -> None:
    """Every text with a level up to the channel's is there in every language, and what bots and pages are called."""
    seen = {
        (each.channel, each.language, each.name)
        for each in shown(wide_open("demo"))
        if each.text.strip() or not PLACEHOLDER.sub("", each.name).strip()
    }
    for language in LANGUAGES:
        for key, level in templates().items():
            assert (level <= Level.L2) is (("telegram", language, key) in seen), (language, key)
            assert (level <= Level.L1) is (("push", language, key) in seen), (language, key)
        for title in lock_screen.page_titles():
            assert ("web", language, title) in seen
    assert {"Messages"} <= lock_screen.page_titles()
    for language in ("de", "en", "ar", "uk"):
        for name in ("name of the bot", "description of the bot", "command /help"):
            assert ("telegram", language, name) in seen
            assert ("telegram_staff", language, name) in seen


def test_what_is_off_is_not_counted() -> None:
    """The figures are those of the channels that the profile has on; each text counts once."""
    few, many = inspect(load_profile("inbeq")), inspect(load_profile("demo"))
    assert few.texts < many.texts
    assert 1 == few.channels
    assert THIRD_PARTY == {each.channel for each in shown(load_profile("demo"))} - {"web"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_word_is_found_in_every_language(catalogues: Path, language: str) -> None:
    """One word too many in one text of one catalogue is one hit on each channel that may show it."""
    spoil(catalogues, language, SPOILT[language])
    hits = inspect(load_profile("demo"), catalogues).hits
    found = {(hit.shown.channel, hit.shown.language, hit.shown.name) for hit in hits}
    assert {("telegram", language, KEY), ("mail", language, KEY)} == found
    assert all(hit.word in fold(SPOILT[language]) for hit in hits)


@pytest.mark.parametrize(
    "words", ["Nachricht von Beispiel-Träger", "Beispielprogramms", "im Musterbetrieb", "INBEQ-Team"]
)
def test_the_carriers_name_and_the_words_of_the_profile_are_found(catalogues: Path, words: str) -> None:
    """What only this carrier must not say is on no list but its own."""
    spoil(catalogues, "de", words)
    assert KEY in {hit.shown.name for hit in inspect(load_profile("demo"), catalogues).hits}


def test_names_beside_a_message_are_looked_at() -> None:
    """The page's host name and the sender of short messages show, too; they may be written as one word."""
    profile = load_profile("inbeq")

    def found(url: str, sender: str = "") -> list[str]:
        return [name for name, _ in inspect_names(settings(url, sender), profile)]

    def settings(url: str, sender: str) -> Settings:
        return Settings(server=ServerSettings(base_url=url), sms=SmsSettings(sender=sender))

    assert [] == found("https://nachrichten.example", "Info")
    assert {"server.base_url"} == set(found("https://inbeqkoeln.example"))
    assert {"server.base_url"} == set(found("https://musterbildungswerk.example/chat"))
    assert {"sms.sender"} == set(found("", "Jobcenter"))


@pytest.mark.parametrize(
    "text",
    [
        "Ihre Krankmeldungen",
        "GUTE BESSERUNG",
        "wegen der Ärzte",
        "beim Facharzt",
        "im Job‑Center",
        "im Jobcenter",
        "Agentur fuer Arbeit",
        "im Ausbildungsbetrieb",
        "den Trägern",
        "den Traegern",
        "K\u00adran\u00adken\u200bhaus",
        "Jugendämter",
        "Bewährungshelfer",
        "JVA-Termin",
        "I am ill.",
        "sickness",
        "two doctors",
        "the employment agency",
        "at court",
        "مريضة",
        "لطبيبك",
        "وبالمستشفى",
        "والمَرَض",
        "مـــرض",
        "شركتك",
        "إقامته",
        "دائرة الأجانب",
        "بالمحكمة",
        "хворобою",
        "у лікарні",
        "здоров’я",
        "здоровʼям",
        "суду",
        "до центру зайнятості",
        "роботодавцю",
    ],
)
def test_forms_of_a_word_are_found(text: str) -> None:
    """Endings, case, accents, hyphens, invisible characters, clitics and owners hide no word."""
    assert EVERYBODYS.find(f"Hallo, {text} 8:00")


@pytest.mark.parametrize(
    "text",
    [
        "zum Beispiel aus dem Chat, insgesamt und gesamt",
        "die Mannschaft ist eingerichtet",
        "Das ist in Ordnung, danke",
        "der Gastgeber, die Auskunft, das Erscheinen",
        "I’ll be still there, that is fine",
        "courteous skills",
        "هذا صحيح",
        "بنفسي",
        "судно пов’язане",
        "Mo 23.11., 8:00",
        "🦊 Heute 8:00",
        "",
    ],
)
def test_harmless_words_are_left_alone(text: str) -> None:
    """A word that only looks like one of the list is no hit."""
    assert [] == EVERYBODYS.find(text)


def test_a_word_without_a_letter_is_refused() -> None:
    """It would be found everywhere or nowhere."""
    for word in ("", "*", "–", "123"):
        with pytest.raises(ValueError, match="no word"):
            Revealing([word])


def test_an_empty_list_finds_nothing() -> None:
    """Without words there is nothing to be found."""
    assert [] == Revealing([]).find("krank")
    assert [] == Revealing([]).find_inside("krankenhaus")
