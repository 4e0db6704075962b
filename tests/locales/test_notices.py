"""The consent texts: whole, shown as they stand, hashed as they are shown, and never changed once published."""

import hashlib
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from locales.catalog import FOLDER, LANGUAGES
from locales.notices import NoticeError, Value, load_notice, notices_folder, parse_notice, render_notice
from locales.publishing import NOTICES, find_notice_faults, lock_file, publish, read_lock

VALUES: dict[str, Value] = {
    "carrier": "Muster-Bildungswerk",
    "address": "Musterweg 5, 50667 Köln",
    "phone": "0221 4710 200",
    "mail": "kontakt@muster.example",
    "officer": "Frau Beyer",
    "retention": timedelta(days=90),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the documents and their lock, to be spoilt."""
    for language in LANGUAGES:
        shutil.copytree(notices_folder(language), notices_folder(language, tmp_path))
    shutil.copy(lock_file(), tmp_path)
    return tmp_path


def _spoil(folder: Path, old: str, new: str, notice: str = "C3", language: str = "de") -> None:
    path = notices_folder(language, folder) / f"{notice}.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_nothing_is_wrong_with_the_consent_texts() -> None:
    """Every purpose that is asked for has its whole text in every language, and what was published is unchanged."""
    assert [] == find_notice_faults()
    published = {(notice, language) for notice, _, language in read_lock()}
    assert published >= {(notice, language) for notice in NOTICES for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", NOTICES)
def test_what_is_shown_is_what_is_hashed(notice: str, language: str) -> None:
    """A text is shown with every value filled in; its digest is the SHA-256 of exactly these bytes."""
    document = load_notice(notice, language)
    whole = render_notice(document, VALUES)
    short = render_notice(document, VALUES, differently=True)
    for shown in (whole, short):
        assert hashlib.sha256(shown.text.encode()).hexdigest() == shown.digest
        assert not set("{}#") & set(shown.text)
        assert language == shown.document.language
    assert len(short.text) < len(whole.text) / 3
    assert all(part in whole.text for part in ("Muster-Bildungswerk", "Frau Beyer", "0221 4710 200", "90"))


def test_another_value_is_another_text() -> None:
    """One changed character in what is shown changes the digest."""
    document = load_notice("C1", "de")
    digests = {render_notice(document, {**VALUES, "officer": name}).digest for name in ("Frau Beyer", "Frau Meyer")}
    assert len(digests) == 2


def test_values_of_another_script_do_not_turn_the_line() -> None:
    """In a language written from the right, each value stands in its own isolation."""
    assert "\u2068Frau Beyer\u2069" in render_notice(load_notice("C1", "ar"), VALUES).text
    assert "\u2068" not in render_notice(load_notice("C1", "de"), VALUES).text


@pytest.mark.parametrize(
    ("days", "language", "said"),
    [(90, "de", "90 Tage"), (365, "de-simple", "1 Jahr"), (1095, "en", "3 years"), (21, "uk", "21 день")],
)
def test_a_time_limit_is_said_exactly(days: int, language: str, said: str) -> None:
    """A time limit is named in days, or in years where it is whole years."""
    shown = render_notice(load_notice("C1", language), {**VALUES, "retention": timedelta(days=days)})
    assert f": {said}." in shown.text


def test_a_text_is_never_shown_with_a_gap() -> None:
    """A value that lacks, a block that lacks and a purpose without a text are refused by name."""
    document = load_notice("C1", "de")
    with pytest.raises(NoticeError, match="C1 needs officer"):
        render_notice(document, {**VALUES, "officer": ""})
    with pytest.raises(NoticeError, match="there is no text for C12"):
        load_notice("C12", "de")
    text = (notices_folder("de") / "C1.md").read_text("utf-8")
    cut = parse_notice(text[: text.index("## Welche Rechte")])
    with pytest.raises(NoticeError, match=r"C1 \(de\) has no rights"):
        render_notice(cut, VALUES)


def test_a_language_without_the_text_gets_the_german_one(folder: Path) -> None:
    """Where a text is not there in a language, the German one is shown and says that it is German."""
    (notices_folder("uk", folder) / "C2.md").unlink()
    assert load_notice("C2", "uk", folder).language == "de"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("krank", "gesund", "C3 de version 1: it was published and has been changed; a changed text is a new version"),
        ("## Welche Daten? {#data}\n", "", "C3 de version 1: it lacks ['data']"),
        ("{#data}", "{#date}", "C3 de version 1: it lacks ['data']"),
        ("{retention}", "{forever}", "C3 de version 1: retention: nobody fills in {forever}"),
        ("{officer}", "Frau Beyer", "C3 de version 1: controller: it lacks {officer}"),
        ("Art. 13–21 DSGVO", "DSGVO", "C3 de version 1: rights: it lacks 13"),
        ("Jederzeit", "**Jederzeit**", "C3 de version 1: withdrawal: it holds signs that are no words"),
        ("Jederzeit", "ja " * 90, "C3 de version 1: withdrawal: it has 386 characters"),
        ("level: B1", "level: C2", "C3 de version 1: there is no level C2"),
        ("machine-drafted: yes", "machine-drafted: maybe", "C3 de: machine-drafted is yes or no"),
        ("version: 1", "version: first", "C3 de: its version is no number from 1"),
        ("notice: C3\n", "", "C3 de: its header has no notice"),
        ("language: de", "language: en", "C3 de: its header says it is C3 en version 1"),
        ("---\n", "", "C3 de: it has no header between two lines of dashes"),
        ("# Krank", "Krank", "C3 de: it does not begin with its title"),
        ("{#data}", "{#purpose}", "C3 de: the heading '## Welche Daten? {#purpose}' names no block, or one that was"),
    ],
)
def test_a_spoilt_text_is_named(folder: Path, old: str, new: str, fault: str) -> None:
    """The check names the document and what is wrong with it."""
    _spoil(folder, old, new)
    faults = find_notice_faults(folder)
    assert any(each.startswith(fault) for each in faults), faults


def test_easy_german_has_short_sentences(folder: Path) -> None:
    """A sentence of more than twelve words is refused in easy German."""
    long = "Ich darf Nein sagen und dann passiert mir auch wirklich gar nichts Schlechtes hier."
    _spoil(folder, "Ich darf Nein sagen.", long, language="de-simple")
    assert f"C3 de-simple version 1: voluntary: 14 words are too many: {long}" in find_notice_faults(folder)


def test_a_text_in_the_wrong_script_is_named(folder: Path) -> None:
    """An Arabic document whose block is German is refused."""
    _spoil(folder, "أنا. وكل من ينظر إلى هاتفي.", "Ich.", "C4", "ar")
    _spoil(folder, "ولدى {carrier} الشخص الذي يرافقني ومن ينوب عنه.", "", "C4", "ar")
    assert "C4 ar version 1: recipients: it is not in its language" in find_notice_faults(folder)


def _add_version(folder: Path, *, keep: bool) -> None:
    for language in LANGUAGES:
        path = notices_folder(language, folder) / "C3.md"
        if keep:
            shutil.copy(path, path.with_name("C3-1.md"))
        text = path.read_text("utf-8").replace("version: 1", "version: 2")
        path.write_text(text.replace("{#differently}\n\n", "{#differently}\n\n– "), "utf-8")


def test_a_changed_text_is_published_as_a_new_version(folder: Path) -> None:
    """A new version beside the old one is no fault, is published, and is what is shown from then on."""
    _add_version(folder, keep=True)
    assert [] == publish(folder)
    assert {("C3", version, language) for version in (1, 2) for language in LANGUAGES} <= set(read_lock(folder))
    assert load_notice("C3", "de", folder).version == 2
    _spoil(folder, "krank", "gesund")
    assert [
        "C3 de version 2: it was published and has been changed; a changed text is a new version"
    ] == find_notice_faults(folder)


def test_what_was_published_stays_readable(folder: Path) -> None:
    """A published version that is gone is named, with the file it belongs in."""
    _add_version(folder, keep=False)
    gone = "C3 de version 1: it was published and is gone; earlier versions stay as C3-1.md"
    assert gone in find_notice_faults(folder)


def test_a_version_is_there_in_every_language(folder: Path) -> None:
    """A language that lags behind a new version is named, and nothing is published."""
    _add_version(folder, keep=True)
    shutil.move(notices_folder("uk", folder) / "C3-1.md", notices_folder("uk", folder) / "C3.md")
    before = lock_file(folder).read_bytes()
    assert ["C3 uk: it is version 1, elsewhere there is 2"] == publish(folder)
    assert before == lock_file(folder).read_bytes()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [*lines, lines[-1]],
        lambda lines: [*lines, "C3 1 de abc"],
        lambda lines: [*lines, ""],
    ],
)
def test_a_spoilt_lock_is_named(folder: Path, spoil: Callable[[list[str]], list[str]]) -> None:
    """A line of the lock that is there twice, or is none, is refused."""
    lines = lock_file(folder).read_text("utf-8").splitlines()
    lock_file(folder).write_text("\n".join(spoil(lines)) + "\n", "utf-8")
    assert any(fault.startswith("notices.lock: ") for fault in find_notice_faults(folder))


def test_without_a_lock_nothing_passes(folder: Path) -> None:
    """A lock that is gone is a fault, not a free hand."""
    lock_file(folder).unlink()
    assert find_notice_faults(folder)


def test_a_review_noted_in_the_header_changes_no_text(folder: Path) -> None:
    """Saying that a native speaker has reviewed the text needs no new version."""
    _spoil(folder, "machine-drafted: yes", "machine-drafted: no")
    assert [] == find_notice_faults(folder)
    assert FOLDER != folder
