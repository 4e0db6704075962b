"""The check of the consent texts: whole, short, in every language; what was published is never changed (F10, F17).

`find_notice_faults` names what is wrong, one line each. `python -m locales.publishing` shows them;
`python -m locales.publishing --publish` adds what is new to `notices.lock`, if nothing is wrong.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from locales.catalog import FOLDER, LANGUAGES
from locales.notices import (
    BLOCKS,
    DIFFERENTLY,
    PLACEHOLDERS,
    SLOT,
    Document,
    NoticeError,
    notices_folder,
    parse_notice,
)

NOTICES = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C13", "C14", "C15")
"""The purposes that have a text; the others cannot be asked for."""
LONGEST = 300
MOST_WORDS = {"de-simple": 12}
MOST_WORDS_ELSEWHERE = 22
SAMPLES = {
    "carrier": "Muster-Bildungswerk",
    "address": "Musterweg 5, 50667 Köln",
    "phone": "0221 4710 200",
    "mail": "kontakt@muster.example",
    "officer": "Frau Beyer, datenschutz@muster.example",
    "retention": "365 Tage",
}
NEEDED = {
    "retention": ("{retention}",),
    "withdrawal": ("{phone}",),
    "rights": ("13", "21"),
    "controller": ("{carrier}", "{address}", "{officer}"),
}
"""What has to stand in a block, whatever the language."""

Key: TypeAlias = tuple[str, int, str]
Lock: TypeAlias = Mapping[Key, str]
_SCRIPTS = {"ar": re.compile(r"[\u0621-\u064a]"), "uk": re.compile("[а-яіїєґ]", re.IGNORECASE)}
_MARKUP = re.compile(r"[*`<>_\[\]#]")
_LOCK_LINE = re.compile(r"(C\d+) ([1-9]\d*) ([a-z-]+) ([0-9a-f]{64})")


def lock_file(folder: Path = FOLDER) -> Path:
    """Where the digests of all published texts stand."""
    return folder / "notices.lock"


def read_lock(folder: Path = FOLDER) -> Lock:
    """The digest of every published text by notice, version and language. Raises NoticeError for a line it is not."""
    lock: dict[Key, str] = {}
    for line in lock_file(folder).read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        found = _LOCK_LINE.fullmatch(line)
        if not found or (key := (found[1], int(found[2]), found[3])) in lock:
            raise NoticeError(f"notices.lock: {line!r} is no line of its own")
        lock[key] = found[4]
    return lock


def find_notice_faults(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the consent texts in `folder`; empty when all is well."""
    documents: dict[Key, Document] = {}
    faults: list[str] = []
    for language in LANGUAGES:
        faults += _gather(language, folder, documents)
    faults += [f"{_name(key)}: {fault}" for key, document in documents.items() for fault in _faults(document)]
    faults += _uneven(documents)
    try:
        lock = read_lock(folder)
    except (OSError, NoticeError) as error:
        return [*faults, str(error)]
    return [*faults, *_changed(documents, lock)]


def publish(folder: Path = FOLDER) -> list[str]:
    """Add every text that is new to the lock; return the faults instead if there are any, and add nothing."""
    if faults := find_notice_faults(folder):
        return faults
    documents: dict[Key, Document] = {}
    for language in LANGUAGES:
        list(_gather(language, folder, documents))
    lock = read_lock(folder)
    lines = (
        f"{notice} {version} {language} {document.digest}\n"
        for (notice, version, language), document in documents.items()
        if (notice, version, language) not in lock
    )
    with lock_file(folder).open("a", encoding="utf-8") as file:
        file.writelines(lines)
    return []


def _gather(language: str, folder: Path, documents: dict[Key, Document]) -> Iterator[str]:
    """Read the documents of a language into `documents`; name those that cannot be read, or are not what they say."""
    home = notices_folder(language, folder)
    yield from (f"{notice} {language}: there is no text" for notice in NOTICES if not (home / f"{notice}.md").is_file())
    for path in sorted(home.glob("*.md")):
        try:
            document = parse_notice(path.read_text("utf-8"))
        except (OSError, ValueError, NoticeError) as error:
            yield f"{path.stem} {language}: {error}"
            continue
        key = (document.notice, document.version, document.language)
        if document.language != language or path.stem not in {key[0], f"{key[0]}-{key[1]}"} or key in documents:
            yield f"{path.stem} {language}: its header says it is {_name(key)}"
            continue
        documents[key] = document


def _faults(document: Document) -> Iterator[str]:
    wanted = (*BLOCKS, DIFFERENTLY)
    if tuple(document.parts) != wanted:
        lacking = [block for block in wanted if block not in document.parts]
        yield f"it lacks {lacking}" if lacking else f"its blocks are {list(document.parts)}, not as they should be"
    if not re.fullmatch("A2|B1|B2", document.level):
        yield f"there is no level {document.level}"
    for block, part in document.parts.items():
        yield from (f"{block}: {fault}" for fault in _faults_of_text(part.text, document.language))
        yield from (f"{block}: it lacks {needed}" for needed in NEEDED.get(block, ()) if needed not in part.text)


def _faults_of_text(text: str, language: str) -> Iterator[str]:
    yield from (f"nobody fills in {{{name}}}" for name in SLOT.findall(text) if name not in PLACEHOLDERS)
    if not text:
        yield "it is empty"
    if (length := len(_filled(text))) > LONGEST:
        yield f"it has {length} characters"
    if _MARKUP.search(text):
        yield "it holds signs that are no words"
    if (script := _SCRIPTS.get(language)) and not script.search(text):
        yield "it is not in its language"
    most = MOST_WORDS.get(language, MOST_WORDS_ELSEWHERE)
    for sentence in re.split(r"(?<=[.!?؟:;؛])\s+", _filled(text)):
        if len(sentence.split()) > most:
            yield f"{len(sentence.split())} words are too many: {sentence}"


def _filled(text: str) -> str:
    return SLOT.sub(lambda slot: SAMPLES.get(slot[1], ""), text)


def _uneven(documents: Mapping[Key, Document]) -> Iterator[str]:
    """A version is one text in all languages: name those that lag behind."""
    newest: dict[tuple[str, str], int] = {}
    for notice, version, language in documents:
        newest[notice, language] = max(version, newest.get((notice, language), 0))
    for (notice, language), version in newest.items():
        latest = max(each for (other, _), each in newest.items() if other == notice)
        if version < latest:
            yield f"{notice} {language}: it is version {version}, elsewhere there is {latest}"


def _changed(documents: Mapping[Key, Document], lock: Lock) -> Iterator[str]:
    for key, digest in lock.items():
        if key not in documents:
            yield f"{_name(key)}: it was published and is gone; earlier versions stay as {key[0]}-{key[1]}.md"
        elif documents[key].digest != digest:
            yield f"{_name(key)}: it was published and has been changed; a changed text is a new version"


def _name(key: Key) -> str:
    notice, version, language = key
    return f"{notice} {language} version {version}"


def main() -> int:
    """Show the faults, or publish; 1 if there are any."""
    faults = publish() if "--publish" in sys.argv[1:] else find_notice_faults()
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
