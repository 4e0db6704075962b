"""The shipped catalogues are complete and right, and the check that says so notices every kind of fault."""

import ast
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog as Messages

from locales.catalog import FOLDER, LANGUAGES, PLACEHOLDER, po_file
from locales.checking import find_faults
from locales.gathering import FORMAL_LANGUAGES, ROOT, SOURCES, entries, extract, merge

COME = "Please come at {clock}."
DAYS = ("{n} free day", "{n} free days")
STRINGS = {
    "de": ("Bitte komm um {clock} Uhr.", ("{n} freier Tag", "{n} freie Tage")),
    "de-simple": ("Bitte komm um {clock} Uhr.", ("{n} freier Tag", "{n} freie Tage")),
    "en": (COME, DAYS),
    "ar": ("موعدك الساعة {clock}.", ("لا أيام", "يوم واحد", "يومان", "{n} أيام", "{n} يوماً", "{n} يوم")),
    "uk": ("Приходьте о {clock}.", ("{n} вільний день", "{n} вільні дні", "{n} вільних днів")),
}
STANDARD = {"name", "caseworker", "phone", "today"}
SIE = "Bitte kommen Sie um {clock} Uhr."


@pytest.fixture(scope="module")
def template() -> Messages:
    """Every text of the code."""
    return extract()


def small() -> Messages:
    """A template with one plain and one counted text."""
    texts = Messages()
    texts.add(COME, None, [("flows/dialogues/x.py", 1)])
    texts.add(DAYS, None, [("flows/dialogues/x.py", 2)])
    return texts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Catalogues that say that template in every language without a fault."""
    for language, (come, days) in STRINGS.items():
        path = po_file(language, tmp_path)
        path.parent.mkdir(parents=True)
        header = po_file(language).read_text("utf-8").partition("\n\n")[0]
        sie = f'msgctxt "Sie"\nmsgid "{COME}"\nmsgstr "{SIE}"\n\n' if language in FORMAL_LANGUAGES else ""
        forms = "".join(f'msgstr[{index}] "{form}"\n' for index, form in enumerate(days))
        body = f'msgid "{COME}"\nmsgstr "{come}"\n\n{sie}msgid "{DAYS[0]}"\nmsgid_plural "{DAYS[1]}"\n{forms}'
        path.write_text(f"{header}\n\n{body}", "utf-8")
    return tmp_path


def test_every_text_is_in_every_catalogue_complete_and_right(template: Messages) -> None:
    """No text of the code is missing, half filled, too long or without its values in any language."""
    assert [] == find_faults(template)


def test_the_code_has_texts(template: Messages) -> None:
    """Gathering finds the texts of the dialogues, the handlers and the web pages."""
    places = {location[0].split("/")[0] for message in entries(template) for location in message.locations}
    assert {"flows", "handlers", "bot"} == places


def texts_without_values() -> Iterator[str]:
    """Texts in the code with a placeholder that is neither given beside them nor a standard value."""
    for path in sorted(path for layer in SOURCES for path in (ROOT / layer).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name("Text"), args=[ast.Constant(str(key)), *values]):
                    missing = set(PLACEHOLDER.findall(key)) - STANDARD
                    if missing and not missing <= _given(values, missing):
                        yield f"{path.name}:{node.lineno}: {key}"
                case _:
                    pass


def _given(values: list[ast.expr], wanted: set[str]) -> set[str]:
    """The names given beside a text; what is put together elsewhere is believed to hold all that is wanted."""
    match values:
        case []:
            return set()
        case [ast.Dict(keys), *_] if all(isinstance(key, ast.Constant) for key in keys):
            return {str(key.value) for key in keys if isinstance(key, ast.Constant)}
    return wanted


def test_every_value_of_a_text_is_given() -> None:
    """A text in the code names its values right beside it, or uses one that every text may use."""
    assert [] == list(texts_without_values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_claims_a_review_it_has_not_had(language: str) -> None:
    """The header of every catalogue says that a machine drafted it and that nobody has reviewed it."""
    assert "X-Lotse-Review: machine-drafted, not reviewed by a native speaker" in po_file(language).read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_hold_nothing_that_changes_by_itself(language: str) -> None:
    """No dates and no line numbers: a catalogue changes only when a text does."""
    text = po_file(language).read_text("utf-8")
    assert not re.search(r"-Date:", text)
    assert not re.search(r"^#: .*:\d", text, re.MULTILINE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_gathering_again_changes_nothing(language: str, template: Messages, tmp_path: Path) -> None:
    """A catalogue that is up to date is rewritten byte by byte the same."""
    copy = tmp_path / "lotse.po"
    shutil.copy(po_file(language), copy)
    merge(copy, template, formal=language in FORMAL_LANGUAGES)
    assert po_file(language).read_bytes() == copy.read_bytes()


def test_a_right_catalogue_has_no_faults(folder: Path) -> None:
    """The catalogues that the next tests break are right before."""
    assert [] == find_faults(small(), folder)


def replace(old: str, new: str) -> Callable[[str], str]:
    """A change of a catalogue that must change something."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


@pytest.mark.parametrize(
    ("language", "change", "fault"),
    [
        ("uk", replace(f'msgid "{COME}"\nmsgstr "Приходьте о {{clock}}."\n', ""), "missing"),
        ("uk", replace('msgstr "Приходьте о {clock}."', 'msgstr ""'), "not translated"),
        ("en", replace(f'msgstr "{COME}"', 'msgstr ""'), "not translated"),
        ("uk", replace("Приходьте о {clock}.", "Приходьте о {time}."), "has the values"),
        ("uk", replace("Приходьте о {clock}.", "Приходьте."), "has the values"),
        ("uk", replace("Приходьте о {clock}.", "Приходьте о {clock}}."), "brace"),
        ("uk", replace("{n} вільних днів", "{m} вільних днів"), "has the values"),
        ("uk", replace("{n} вільних днів", "багато днів"), "never says the number"),
        ("uk", replace('msgstr[2] "{n} вільних днів"\n', ""), "not translated"),
        ("ar", replace('msgstr[5] "{n} يوم"\n', ""), "not translated"),
        ("ar", replace("nplurals=6; plural=(n==0", "nplurals=2; plural=(n==0"), "more translations"),
        ("uk", replace(f'msgid_plural "{DAYS[1]}"', 'msgid_plural "{n} days off"'), "missing"),
        ("uk", replace('msgstr "Приходьте', '#, fuzzy\nmsgstr "Приходьте'), "cannot be read"),
        ("uk", replace(f'msgid "{COME}"', f'#, fuzzy\nmsgid "{COME}"'), "fuzzy"),
        ("uk", lambda text: text + '\nmsgid "Old words"\nmsgstr "Старі слова"\n', "no code says this"),
        ("uk", lambda text: text + '\n#~ msgid "Old words"\n#~ msgstr "Старі слова"\n', "no code says this"),
        ("uk", replace(f'msgid "{COME}"', f'msgctxt "x"\nmsgid "{COME}"'), "missing"),
        ("uk", lambda text: text + f'\nmsgctxt "Sie"\nmsgid "{COME}"\nmsgstr "Так о {{clock}}."\n', "unknown context"),
        ("uk", replace("Приходьте о {clock}.", COME), "not in its own script"),
        ("de", replace("Bitte komm um {clock} Uhr.", COME), "still English"),
        ("uk", replace("Приходьте", "Выходьте"), "letters of another language"),
        ("uk", replace("Приходьте о", "Приходьте  о"), "superfluous blanks"),
        ("uk", replace("Приходьте", "<b>Приходьте</b>"), "markup"),
        ("uk", replace("Приходьте", "**Приходьте**"), "markup"),
        ("uk", replace("Приходьте", 'Приходьте \\"скоро\\"'), "straight quotation marks"),
        ("uk", replace("Приходьте", "Приходьте " * 30 + "сюди"), "more than 300"),
        ("de", replace(f'msgctxt "Sie"\nmsgid "{COME}"\nmsgstr "{SIE}"\n', ""), "says Du"),
        ("de", replace(SIE, "Komm bitte um {clock} Uhr."), "says Du in the context"),
        ("de-simple", replace("Bitte komm um", "Bitte kommen Sie um"), "the same as without"),
        ("ar", replace("Plural-Forms", "Plurals"), "no Plural-Forms"),
        ("de", replace("X-Lotse-Review", "X-Other"), "no X-Lotse-Review"),
        ("uk", lambda _: "no catalogue at all\n", "cannot be read"),
        ("uk", replace("nplurals=3", "nplurals=5"), "5 plural forms"),
    ],
)
def test_the_check_notices(folder: Path, language: str, change: Callable[[str], str], fault: str) -> None:
    """A fault put into one catalogue is named with its language, and no other language is blamed."""
    path = po_file(language, folder)
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    faults = find_faults(small(), folder)
    assert any(fault in line for line in faults), faults
    assert {language} == {line.partition(":")[0] for line in faults}


def test_the_check_notices_a_catalogue_that_is_not_there(folder: Path) -> None:
    """A language without a file is a fault."""
    po_file("ar", folder).unlink()
    assert ["ar"] == [line.partition(":")[0] for line in find_faults(small(), folder)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_gathering_keeps_what_is_said_and_drops_what_is_not(folder: Path, language: str) -> None:
    """A text that is gone leaves the catalogue with its formal entry, a new one comes in empty, the header stays."""
    texts = Messages()
    texts.add(DAYS, None, [("flows/dialogues/x.py", 2)])
    texts.add("New", None, [("flows/dialogues/x.py", 3)])
    path = po_file(language, folder)
    assert 1 == merge(path, texts, formal=language in FORMAL_LANGUAGES)
    text = path.read_text("utf-8")
    assert COME not in text
    assert SIE not in text
    assert STRINGS[language][1][-1] in text
    assert text.startswith(po_file(language).read_text("utf-8").partition("\n\n")[0])


def test_gathering_keeps_formal_german(folder: Path) -> None:
    """The entries with the context "Sie", which no code names, survive gathering in German only."""
    for language in ("de", "uk"):
        merge(po_file(language, folder), small(), formal=language in FORMAL_LANGUAGES)
    assert SIE in po_file("de", folder).read_text("utf-8")
    assert 'msgctxt "Sie"' not in po_file("uk", folder).read_text("utf-8")


def test_gathering_keeps_the_notes_of_translators(folder: Path) -> None:
    """A comment that a translator left above an entry is still there after gathering."""
    path = po_file("de", folder)
    text = path.read_text("utf-8").replace(f'msgid "{DAYS[0]}"', f'# Holidays, not weekends.\nmsgid "{DAYS[0]}"')
    path.write_text(text, "utf-8")
    merge(path, small(), formal=True)
    assert "# Holidays, not weekends." in path.read_text("utf-8")


def test_extraction_finds_texts_in_code_and_templates(tmp_path: Path) -> None:
    """Texts, counted texts and the words of templates are found; names from variables and other folders are not."""
    shutil.copy(FOLDER.parent / "pyproject.toml", tmp_path)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "x.py").write_text('Text("One " "two", {})\ncounted("{n} a", "{n} b", 2)\nText(key)\n')
    (tmp_path / "bot/web/templates").mkdir(parents=True)
    (tmp_path / "bot/web/templates/x.html").write_text("<p>{{ t('Three') }}</p>{% if a %}{{ t(\"Four\") }}{% endif %}")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "x.py").write_text('Text("Five")\n')
    found = {message.id for message in entries(extract(tmp_path))}
    assert {"One two", ("{n} a", "{n} b"), "Three", "Four"} == found
