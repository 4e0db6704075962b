"""The catalogue check: every text of the code in every language, complete, short, with its values and forms.

`find_faults` names what is wrong, one line each; tests and `python -m locales.checking` show them.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from babel.messages.catalog import Catalog as Messages
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from locales.catalog import FOLDER, FORMAL, LANGUAGES, PLACEHOLDER, Catalog, CatalogError, po_file
from locales.gathering import FORMAL_LANGUAGES, entries, extract

LONGEST = 300
FORMS = {"de": {2}, "de-simple": {2}, "en": {2}, "ar": {6}, "uk": {3, 4}}
COUNTS = (0, 1, 2, 3, 5, 11, 21, 100)
SAMPLES: Mapping[str, object] = {
    "caseworker": "Frau Wiebke Sommerfeld",
    "name": "Aleksandra Mustermann",
    "person": "Aleksandra Mustermann",
    "alert": "Aleksandra Mustermann wollte um 8:30 da sein und hat sich bisher nicht gemeldet. Bitte rufen Sie an.",
    "phone": "+49 211 5550100",
    "today": date(2026, 11, 23),
    "day": date(2026, 11, 24),
    "first": date(2026, 11, 23),
    "last": date(2027, 1, 4),
    "example": date(2026, 11, 26),
    "clock": time(8, 30),
    "when": datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    "lowest": 1,
    "highest": 60,
}
_TYPICAL = "ein Wert, wie er vorkommt"
_DU = re.compile(
    r"\b(?:du|dir|dich|dein(?:e[mnrs]?)?|euch|euer|eure[mnrs]?"
    r"|kannst|willst|hast|bist|möchtest|musst|darfst|sollst|wirst|weißt|brauchst|kommst|meinst)\b"
    r"|(?:^|[.!?:,]\s+|\b[Bb]itte\s+|\b[Dd]ann\s+|\b[Oo]der\s+|\b[Uu]nd\s+)"
    r"(?:schreibe?|ruf|sage?|wähle?|tippe?|komm|geh|warte|bleib|melde?|nimm|hol|schicke?|lade?|frag|gib|öffne|drücke?"
    r"|versuche?|bring|lies|denk|klicke?|lass|sei|zeige?|prüfe?|antworte|suche?|schaue?|schließe?|lösche?|sprich)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[^>]*>|\*\*|`|&\w+;|__|\[[^\]]*\]\(")
_SCRIPTS = {"ar": re.compile(r"[\u0621-\u064a]"), "uk": re.compile(r"[а-яіїєґ]", re.IGNORECASE)}
_FOREIGN = {"uk": re.compile(r"[ыэёъ]", re.IGNORECASE), "de": re.compile(r"[а-я]"), "de-simple": re.compile(r"[а-я]")}


@dataclass(frozen=True, slots=True)
class _Sample:
    key: str
    params: Mapping[str, object] = field(default_factory=dict)
    plural: str = ""


def find_faults(template: Messages, folder: Path = FOLDER) -> list[str]:
    """What is wrong with the catalogues in `folder`, measured against the texts of the code; empty when all is well."""
    return [f"{language}: {fault}" for language in LANGUAGES for fault in _faults(language, template, folder)]


def _faults(language: str, template: Messages, folder: Path) -> Iterator[str]:
    try:
        with po_file(language, folder).open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        text = po_file(language, folder).read_text("utf-8")
    except (OSError, ValueError, PoFileError) as error:
        yield f"cannot be read: {error}"
        return
    if catalogue.num_plurals not in FORMS[language]:
        yield f"has {catalogue.num_plurals} plural forms in its header"
    for name in ("Language", "Plural-Forms", "X-Lotse-Review"):
        if f'\n"{name}: ' not in text:
            yield f"its header has no {name}"
    words = Catalog(folder, strict=True)
    for wanted in entries(template):
        yield from _wanted_faults(language, wanted, catalogue, words)
    yield from _unwanted(language, template, catalogue)


def _unwanted(language: str, template: Messages, catalogue: Messages) -> Iterator[str]:
    for message in [*entries(catalogue), *catalogue.obsolete.values()]:
        wanted = template.get(message.id)
        if wanted is None or wanted.id != message.id:
            yield f"{_name(message)}: no code says this any more"
        elif message.context and (message.context != FORMAL or language not in FORMAL_LANGUAGES):
            yield f"{_name(message)}: unknown context {message.context!r}"
        if message.fuzzy:
            yield f"{_name(message)}: fuzzy"


def _wanted_faults(language: str, wanted: Message, catalogue: Messages, words: Catalog) -> Iterator[str]:
    plain = catalogue.get(wanted.id)
    formal = catalogue.get(wanted.id, FORMAL)
    if plain is None or plain.id != wanted.id:
        yield f"{_name(wanted)}: missing"
        return
    found = [message for message in (plain, formal) if message is not None]
    faults = [fault for message in found for fault in _message_faults(language, message, catalogue.num_plurals)]
    if language in FORMAL_LANGUAGES:
        faults += _formal_faults(plain, formal)
    if not faults:
        faults += list(_length_faults(language, wanted, words))
    yield from faults


def _message_faults(language: str, message: Message, forms: int) -> Iterator[str]:
    strings = _strings(message)
    if not all(strings):
        yield f"{_name(message)}: not translated"
        return
    if message.pluralizable and len(strings) != forms:
        yield f"{_name(message)}: {len(strings)} plural forms instead of {forms}"
    if fault := _placeholder_fault(message):
        yield f"{_name(message)}: {fault}"
    for string in strings:
        for fault in _spelling_faults(language, string):
            yield f"{_name(message)}: {fault}"
    if language != "en" and " " in PLACEHOLDER.sub("", _ids(message)[0]).strip() and strings[0] in _ids(message):
        yield f"{_name(message)}: still English"


def _placeholder_fault(message: Message) -> str:
    """What is wrong with the placeholders; a plural form may say its number in a word instead of {n}."""
    wanted = {name for text in _ids(message) for name in PLACEHOLDER.findall(text)}
    for string in _strings(message):
        given = set(PLACEHOLDER.findall(string))
        optional = {"n"} if message.pluralizable else set()
        if given - wanted or wanted - given - optional:
            return f"has the values {sorted(given)} instead of {sorted(wanted)}"
        if re.search(r"[{}]", PLACEHOLDER.sub("", string)):
            return "has a brace that is no value"
    if "n" in wanted and message.pluralizable and "{n}" not in _strings(message)[-1]:
        return "never says the number"
    return ""


def _spelling_faults(language: str, string: str) -> Iterator[str]:
    if "  " in string or string != string.strip():
        yield "superfluous blanks"
    if _MARKUP.search(string):
        yield "markup"
    if '"' in string or "..." in string:
        yield "straight quotation marks or three full stops"
    letters = PLACEHOLDER.sub("", string)
    script = _SCRIPTS.get(language)
    if script and re.search(r"\w{2,}", letters) and not script.search(letters):
        yield "not in its own script"
    foreign = _FOREIGN.get(language)
    if foreign and foreign.search(letters):
        yield "letters of another language"


def _formal_faults(plain: Message, formal: Message | None) -> Iterator[str]:
    """German that says Du has a sibling that says Sie, and only then."""
    says_du = any(_DU.search(string) for string in _strings(plain))
    if says_du and formal is None:
        yield f"{_name(plain)}: says Du and has no entry with the context {FORMAL!r}"
    if formal is not None and any(_DU.search(string) for string in _strings(formal)):
        yield f"{_name(formal)}: says Du in the context {FORMAL!r}"
    if formal is not None and formal.string == plain.string:
        yield f"{_name(formal)}: the same as without the context {FORMAL!r}"


def _length_faults(language: str, wanted: Message, words: Catalog) -> Iterator[str]:
    ids = _ids(wanted)
    names = {name for text in ids for name in PLACEHOLDER.findall(text)}
    for count in COUNTS if wanted.pluralizable else (1,):
        params = {name: SAMPLES.get(name, _TYPICAL) for name in names} | {"n": count}
        sample = _Sample(ids[0], params, ids[1] if wanted.pluralizable else "")
        for formal in (False, True):
            try:
                shown = words.render(sample, language, formal=formal, params=SAMPLES)
            except CatalogError as error:
                yield f"{_name(wanted)}: {error}"
                continue
            if len(shown) > LONGEST:
                yield f"{_name(wanted)}: {len(shown)} characters, more than {LONGEST}"


def _ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (list, tuple)) else (message.id,)


def _strings(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (list, tuple)) else (message.string or "",)


def _name(message: Message) -> str:
    return repr(_ids(message)[0])


def main() -> int:
    """Show the faults of the catalogues; 1 if there are any."""
    faults = find_faults(extract())
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
