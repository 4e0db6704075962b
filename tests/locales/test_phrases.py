"""Free text in all languages: the tables of sentences, and what holds for any text whatever."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.replies import Intent
from locales.phrases import Understood, understand
from tests.locales.phrase_tables import MONDAY, headings, table, told

LANGUAGES = ("de", "de-simple", "en", "ar", "uk")
TABLES = (("mixed", "de"), ("german", "de"), ("english", "en"), ("ukrainian", "uk"), ("arabic", "ar"))
INTENTS = {intent.value for intent in Intent}
URGENT = {"ill", "stop", "crisis self_harm", "crisis violence"}
ROWS = [(name, language, *row) for name, language in TABLES for row in table(name)]
HEADINGS = [
    pytest.param(language, expected, texts, id=f"{name}: {expected}")
    for name, language in TABLES
    for expected, texts in headings(name)
]
"""One test takes all sentences below a heading: thousands of tests of a third of a millisecond cost minutes."""


@pytest.mark.parametrize(("language", "expected", "texts"), HEADINGS)
def test_sentences_mean_what_their_table_says(language: str, expected: str, texts: list[str]) -> None:
    """The sentences of a table are understood as their heading says."""
    assert dict.fromkeys(texts, expected) == {text: told(text, language) for text in texts}


@pytest.mark.parametrize("other", LANGUAGES)
@pytest.mark.parametrize("expected", sorted(URGENT))
def test_what_matters_is_understood_in_every_language(expected: str, other: str) -> None:
    """Illness, withdrawal, self-harm and violence are understood whatever language a person is set to."""
    texts = [text for *_, heading, text in ROWS if heading == expected]
    assert dict.fromkeys(texts, expected) == {text: told(text, other) for text in texts}


def test_an_idiom_is_never_taken_at_its_word() -> None:
    """Sayings, other people's illness and harmless talk report no illness, no stop and no crisis in any language."""
    harmless = [text for *_, heading, text in ROWS if heading == "nothing"]
    found = {text: [understand(text, language=each, today=MONDAY) for each in LANGUAGES] for text in harmless}
    assert [] == [text for text, each in found.items() if any(one.crisis for one in each)]
    reports = {"ill", "child_ill", "stop", "absent"}
    assert [] == [text for text, each in found.items() if reports.intersection(*[one.intents for one in each])]


@pytest.mark.parametrize(("name", "language"), TABLES)
def test_a_language_has_a_broad_table(name: str, language: str) -> None:
    """Each table holds at least 130 sentences, 15 of which mean nothing."""
    expected = [heading for heading, _ in table(name)]
    assert len(expected) >= 130
    assert expected.count("nothing") >= 15, language


def test_capitals_change_nothing() -> None:
    """A shouted sentence means what the quiet one means."""
    differing = [text for _, language, expected, text in ROWS if expected != told(text.upper(), language)]
    assert [] == differing


def test_blanks_and_hidden_characters_change_nothing() -> None:
    """Leading blanks, direction marks and zero-width characters do not hide a sentence."""
    hidden = "\u202b  {}\u200b \u202c"
    differing = [text for _, language, expected, text in ROWS if expected != told(hidden.format(text), language)]
    assert [] == differing


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.sampled_from(LANGUAGES), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_any_text_is_answered(text: str, language: str, today: date) -> None:
    """Any Unicode text on any day gives an Understood with known intents and days in order."""
    found = understand(text, language=language, today=today)
    assert set(found.intents) <= INTENTS
    assert found.first_day is None or found.last_day is None or found.first_day <= found.last_day


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([text for *_, text in ROWS]), min_size=1, max_size=6), st.sampled_from(LANGUAGES))
def test_any_mixture_of_sentences_is_answered(sentences: list[str], language: str) -> None:
    """Sentences of all languages, in any number and order, give an Understood."""
    found = understand(" ".join(sentences), language=language, today=MONDAY)
    assert isinstance(found, Understood)


LONG = ["krank " * 3_300, "x" * 20_000, "\u0301" * 20_000, "ich komme nicht " * 1_250, "🤒" * 9_000, "1." * 10_000]


@pytest.mark.parametrize("text", LONG)
def test_a_long_text_is_read_in_time(text: str) -> None:
    """Twenty thousand characters are read within two seconds, not counting what others do on the machine."""
    before = time.thread_time()
    understand(text, language="de", today=MONDAY)
    assert time.thread_time() - before < 2


def test_usual_texts_are_read_quickly() -> None:
    """The sentences of all tables take less than five milliseconds each on average."""
    understand("warm", language="de", today=MONDAY)
    before = time.thread_time()
    for _, language, _, text in ROWS:
        understand(text, language=language, today=MONDAY)
    assert (time.thread_time() - before) / len(ROWS) < 0.005


def test_a_crisis_at_the_end_of_a_long_text_is_found() -> None:
    """A sentence of despair is found behind a thousand harmless words."""
    text = "Heute war der Kurs ganz gut und das Wetter auch. " * 100 + "Ich will nicht mehr leben."
    assert understand(text, language="de", today=MONDAY).crisis == "self_harm"


def test_nothing_is_guessed_from_nothing() -> None:
    """Empty text, blanks and marks mean nothing at all."""
    empty = ("", "   ", "\n\t", "...", "?!", "\u202e")
    assert {Understood()} == {understand(text, language="de", today=MONDAY) for text in empty}


@pytest.mark.parametrize("sign", ["🤒", "🤢", "🤧 😷", "🤮🤮🤮"])
def test_a_sign_of_illness_alone_is_asked_about(sign: str) -> None:
    """A pictogram of illness is no report: two intents fit, so the person is asked."""
    assert told(sign, "ar") == "ill+talk"


def test_days_move_with_today() -> None:
    """Today and tomorrow are the person's own days, on any date."""
    for number in range(0, 800, 13):
        today = MONDAY + timedelta(days=number)
        found = understand("bin heute und morgen krank", language="de", today=today)
        assert (today, today + timedelta(days=1)) == (found.first_day, found.last_day)
