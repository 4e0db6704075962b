"""Rendering: messages, values, plural forms, Du and Sie, direction, and what happens when something is missing."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path

import pytest

from flows.engine.messages import Text, counted
from locales import catalog
from locales.catalog import LANGUAGES, Catalog, CatalogError, direction, own_name, po_file, render

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n\n'
TWO = "nplurals=2; plural=(n != 1);"
SIX = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
MONDAY = date(2026, 11, 23)
FSI, PDI = "\u2068", "\u2069"


def write(folder: Path, language: str, body: str, plural: str = TWO) -> None:
    """Put a small catalogue into the folder."""
    path = po_file(language, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.format(plural=plural) + body, "utf-8")


def entry(key: str, string: str, context: str = "") -> str:
    """One message of a catalogue."""
    head = f'msgctxt "{context}"\n' if context else ""
    return f'{head}msgid "{key}"\nmsgstr "{string}"\n\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Catalogues that pass every value through."""
    for language in LANGUAGES:
        write(tmp_path, language, entry("{x}", "{x}") + entry("Until {x}.", "→ {x}."))
    return tmp_path


@pytest.fixture
def words(folder: Path) -> Catalog:
    """Strict words from those catalogues."""
    return Catalog(folder, strict=True)


@pytest.fixture(autouse=True)
def lenient() -> Iterator[None]:
    """`render` is as in production unless a test says otherwise, and strictness does not leak into other tests."""
    was = catalog._catalog.strict
    catalog.set_strict(False)
    yield
    catalog.set_strict(was)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("de", "Mo 23.11."),
        ("de-simple", "Montag 23.11."),
        ("en", "Mon 23 Nov"),
        ("uk", "пн 23.11"),
        ("ar", f"{FSI}الاثنين 23/11{PDI}"),
    ],
)
def test_a_date_is_written_as_the_language_writes_it(words: Catalog, language: str, shown: str) -> None:
    """A date of this year shows its weekday, day and month."""
    assert shown == words.render(Text("{x}", {"x": MONDAY}), language, params={"today": MONDAY})


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("de", "Mo 4.1.2027"),
        ("de-simple", "Montag 4.1.2027"),
        ("en", "Mon 4 Jan 2027"),
        ("uk", "пн 04.01.2027"),
        ("ar", f"{FSI}الاثنين 4/1/2027{PDI}"),
    ],
)
def test_a_date_of_another_year_shows_the_year(words: Catalog, language: str, shown: str) -> None:
    """A date of another year than the standard value `today` shows its year too."""
    assert shown == words.render(Text("{x}", {"x": date(2027, 1, 4)}), language, params={"today": MONDAY})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clock_has_24_hours_in_every_language(words: Catalog, language: str) -> None:
    """Eight in the evening is 20:00, also where the usual clock has twelve hours."""
    shown = words.render(Text("{x}", {"x": datetime(2026, 11, 23, 20, 0, tzinfo=UTC)}), language)
    assert shown.strip(FSI + PDI).endswith((", 20:00", "، 20:00"))
    assert "8:05" == words.render(Text("{x}", {"x": time(8, 5)}), language).strip(FSI + PDI)


def test_an_instant_is_shown_in_the_zone_of_the_person(words: Catalog) -> None:
    """With the standard value `zone` an instant in UTC is shown as the person's clock shows it."""
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    text = Text("{x}", {"x": instant})
    assert "Mo 23.11., 0:30" == words.render(text, "de", params={"zone": "Europe/Berlin"})
    assert "So 22.11., 23:30" == words.render(text, "de")


def test_an_instant_without_a_zone_is_refused(words: Catalog, folder: Path) -> None:
    """A naive instant is an error where errors are wanted, and is shown as it stands elsewhere."""
    text = Text("{x}", {"x": datetime(2026, 11, 23, 8, 0)})  # noqa: DTZ001 # the mistake under test
    with pytest.raises(CatalogError):
        words.render(text, "de")
    assert "Mo 23.11., 8:00" == Catalog(folder).render(text, "de", params={"zone": "Europe/Berlin"})


def test_a_full_stop_is_not_doubled(words: Catalog) -> None:
    """A sentence that ends with a German date ends with one full stop."""
    assert "→ Mo 23.11." == words.render(Text("Until {x}.", {"x": MONDAY}), "de")
    assert "→ пн 23.11." == words.render(Text("Until {x}.", {"x": MONDAY}), "uk")


def test_numbers_follow_the_language(words: Catalog) -> None:
    """Thousands are grouped as the language groups them."""
    assert "12.345" == words.render(Text("{x}", {"x": 12345}), "de")
    assert "12,345" == words.render(Text("{x}", {"x": 12345}), "en")


def test_lists_are_joined_with_the_word_of_the_language(folder: Path) -> None:
    """Several texts become a list with the language's own "and"."""
    items = tuple(Text(name) for name in ("A", "B", "C"))
    lenient = Catalog(folder)
    assert "A, B und C" == lenient.render(Text("{x}", {"x": items}), "de")
    assert "A, B, and C" == lenient.render(Text("{x}", {"x": items}), "en")
    assert "A, B і C" == lenient.render(Text("{x}", {"x": items}), "uk")
    assert "A وB وC" == lenient.render(Text("{x}", {"x": items}), "ar")
    assert "A" == lenient.render(Text("{x}", {"x": items[:1]}), "de")


def test_a_text_as_a_value_is_rendered_in_the_same_language_and_form(tmp_path: Path) -> None:
    """A text inside a text is translated, formal where the outer one is, and sees the standard values."""
    body = entry("Tell {who}.", "Sag es: {who}") + entry("your {what}", "dein {what}")
    write(tmp_path, "de", body + entry("your {what}", "Ihr {what}", "Sie"))
    text = Text("Tell {who}.", {"who": Text("your {what}")})
    words = Catalog(tmp_path, strict=True)
    assert "Sag es: dein Chef" == words.render(text, "de", params={"what": "Chef"})
    assert "Sag es: Ihr Chef" == words.render(text, "de", formal=True, params={"what": "Chef"})


def test_the_values_of_the_text_win_over_the_standard_ones(words: Catalog) -> None:
    """A value the text brings itself replaces the standard value of the same name."""
    assert "b" == words.render(Text("{x}", {"x": "b"}), "en", params={"x": "a"})


def test_an_enum_is_shown_as_its_value(words: Catalog) -> None:
    """A member of a string enum reads as its value, not as its name in the code."""

    class Colour(StrEnum):
        RED = "rot"

    assert "rot" == words.render(Text("{x}", {"x": Colour.RED}), "de")


def test_braces_in_a_value_are_only_text(words: Catalog) -> None:
    """What a person wrote is shown as written, even when it looks like a placeholder."""
    assert "{phone} {x}" == words.render(Text("{x}", {"x": "{phone} {x}"}), "de", params={"phone": "110"})


def test_formal_german_is_an_entry_of_its_own_and_falls_back_to_the_plain_one(tmp_path: Path) -> None:
    """`formal` finds the entry with the context "Sie", or the plain one where the language needs no other."""
    write(tmp_path, "de", entry("Come!", "Komm!") + entry("Come!", "Kommen Sie!", "Sie") + entry("Yes", "Ja"))
    write(tmp_path, "uk", entry("Come!", "Приходьте!"))
    words = Catalog(tmp_path, strict=True)
    assert "Komm!" == words.render(Text("Come!"), "de")
    assert "Kommen Sie!" == words.render(Text("Come!"), "de", formal=True)
    assert "Ja" == words.render(Text("Yes"), "de", formal=True)
    assert "Приходьте!" == words.render(Text("Come!"), "uk", formal=True)


def test_the_number_chooses_the_plural_form_by_the_header_of_the_file(tmp_path: Path) -> None:
    """Arabic has six forms, and which one serves is what the header of its file says."""
    forms = "".join(f'msgstr[{index}] "{index}"\n' for index in range(6))
    write(tmp_path, "ar", f'msgid "{{n}} day"\nmsgid_plural "{{n}} days"\n{forms}\n', SIX)
    words = Catalog(tmp_path, strict=True)
    chosen = {n: words.render(counted("{n} day", "{n} days", n), "ar") for n in (0, 1, 2, 3, 11, 100)}
    assert {0: "0", 1: "1", 2: "2", 3: "3", 11: "4", 100: "5"} == chosen


def test_formal_german_has_plural_forms_too(tmp_path: Path) -> None:
    """A counted text can have an entry with the context "Sie"."""
    body = 'msgctxt "Sie"\nmsgid "a {n}"\nmsgid_plural "b {n}"\nmsgstr[0] "Ihr {n}"\nmsgstr[1] "Ihre {n}"\n'
    write(tmp_path, "de", body)
    words = Catalog(tmp_path, strict=True)
    assert "Ihre 2" == words.render(counted("a {n}", "b {n}", 2), "de", formal=True)
    with pytest.raises(CatalogError):
        words.render(counted("a {n}", "b {n}", 2), "de")


def test_values_are_isolated_in_right_to_left_languages(words: Catalog) -> None:
    """In Arabic a phone number cannot turn the sentence around it."""
    assert f"→ {FSI}+49 211 1{PDI}." == words.render(Text("Until {x}.", {"x": "+49 211 1"}), "ar")


def test_right_to_left_words_are_isolated_in_left_to_right_languages(words: Catalog) -> None:
    """An Arabic name in a German sentence is fenced off, a German one is left alone."""
    assert f"→ {FSI}سلمى{PDI}." == words.render(Text("Until {x}.", {"x": "سلمى"}), "de")
    assert "→ Salma." == words.render(Text("Until {x}.", {"x": "Salma"}), "de")


@pytest.mark.parametrize("value", ["a\u202eb", "\u2069\u2069a", "\u2067\u2067a", "a\u2069\u2067"])
def test_direction_controls_in_a_value_stay_inside_it(words: Catalog, value: str) -> None:
    """Whatever direction controls somebody types, openings and endings are balanced after the value."""
    shown = words.render(Text("Until {x}.", {"x": value}), "de")
    depth = 0
    for char in shown.removeprefix("→ ").removesuffix("."):
        depth += (char in "\u2066\u2067\u2068") - (char == PDI)
        assert depth >= 0
    assert 0 == depth


def test_missing_messages_and_values_are_errors_where_errors_are_wanted(words: Catalog) -> None:
    """Strict words name a missing message, value, language and a value nobody can show."""
    for text, language in (
        (Text("nothing"), "de"),
        (Text("{x}"), "de"),
        (Text("{x}", {"x": "a"}), "tlh"),
        (Text("{x}", {"x": None}), "de"),  # type: ignore[dict-item]  # wrong on purpose
        (Text("{x}", {"x": 1.5}), "de"),  # type: ignore[dict-item]  # wrong on purpose
    ):
        with pytest.raises(CatalogError):
            words.render(text, language)


def test_in_production_there_are_always_words_and_never_braces(folder: Path) -> None:
    """A message that is missing comes in German, else in English; a missing value is a dot dot dot."""
    write(folder, "de", entry("Come, {x}!", "Komm, {x}!"))
    lenient = Catalog(folder)
    assert "Komm, Ali!" == lenient.render(Text("Come, {x}!", {"x": "Ali"}), "uk")
    assert "Komm, …!" == lenient.render(Text("Come, {x}!"), "tlh")
    assert "Go, …." == lenient.render(Text("Go, {y}.", {"y": 1.5}), "en")  # type: ignore[dict-item]  # wrong on purpose
    assert "2 days" == lenient.render(counted("{n} day", "{n} days", 2), "de")


@pytest.mark.parametrize("plural", [TWO, "nplurals=2; plural=import"])
def test_a_half_filled_or_broken_catalogue_never_stops_production(tmp_path: Path, plural: str) -> None:
    """Empty messages, half filled plural forms and a broken header end in the next best words."""
    body = entry("Come!", "") + 'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "день"\nmsgstr[1] ""\n'
    write(tmp_path, "uk", body, plural)
    write(tmp_path, "de", entry("Come!", "Komm!"))
    assert "Komm!" == Catalog(tmp_path).render(Text("Come!"), "uk")
    assert "3 days" == Catalog(tmp_path).render(counted("{n} day", "{n} days", 3), "uk")


def test_a_broken_catalogue_is_an_error_where_errors_are_wanted(tmp_path: Path) -> None:
    """A catalogue that is not there or cannot be read is named."""
    with pytest.raises(CatalogError, match="de cannot be read"):
        Catalog(tmp_path, strict=True).render(Text("Come!"), "de")


def test_the_log_names_no_text(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The warning about a missing message is given once and holds neither the message nor a value."""
    lenient = Catalog(folder)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            lenient.render(Text("secret {y}", {"x": "secret"}), "de")
    assert 1 == len(caplog.records)
    assert "secret" not in caplog.text


def test_render_uses_the_shipped_catalogues() -> None:
    """The words of the project are found without naming a folder."""
    assert {"Zurück", "Back", "رجوع", "Назад"} == {render(Text("Back"), language) for language in LANGUAGES}


def test_strictness_is_a_switch() -> None:
    """After `set_strict` a missing message raises, before it does not."""
    assert "nothing like this" == render(Text("nothing like this"), "de")
    catalog.set_strict(True)
    with pytest.raises(CatalogError):
        render(Text("nothing like this"), "de")


def test_languages_have_a_name_of_their_own_and_a_direction() -> None:
    """Every language is offered by its own name, and only Arabic runs from right to left."""
    assert ("Deutsch", "Einfaches Deutsch", "English", "العربية", "Українська") == tuple(map(own_name, LANGUAGES))
    assert {"ar"} == {language for language in LANGUAGES if direction(language) == "rtl"}
    assert "ltr" == direction("tlh")


def test_german_declines_a_name_where_the_catalogue_says_so() -> None:
    """Herr Demir is written to as "an Herrn Demir"; as the subject he stays "Herr Demir"."""
    values = {"caseworker": "Herr Demir", "phone": "1", "name": "Mia"}
    assert "Nachricht an Herrn Demir" == render(Text("Write to {caseworker}"), "de", params=values)
    said = render(Text("I have noted it. {caseworker} gets the message now."), "de", params=values)
    assert "Herr Demir bekommt" in said
