"""Gathers the texts from the code and brings every catalogue up to date: `python -m locales.gathering`.

It does what `pybabel extract` and `pybabel update` do, and keeps two things these lose: the entries of formal German
(message context "Sie", which no code names) and the header of each file, with the state of its review.
"""

import io
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from locales.catalog import FORMAL, LANGUAGES, po_file

ROOT = Path(__file__).parent.parent
SOURCES = ("flows", "handlers", "bot")
KEYWORDS = {"Text": None, "counted": (1, 2), "t": None}
FORMAL_LANGUAGES = ("de", "de-simple")
_HEADER = re.compile(rb"\A.*?\n\n", re.DOTALL)


def texts_of_profile(
    file: IO[bytes], *_hints: object, **_options: object
) -> Iterator[tuple[int, None, str, list[str]]]:
    """What a profile asks newcomers: the texts, labels and choices of its questions, as babel wants them."""
    questions = tomllib.loads(file.read().decode("utf-8")).get("intake", {}).get("questions", [])
    texts = (text for one in questions for text in (one["text"], one["label"], *one.get("choices", {}).values()))
    for line, text in enumerate(texts, 1):
        yield line, None, text, []


def extract(root: Path = ROOT) -> Catalog:
    """Every text of the code under `root`, in the order of files and lines, with the places where it stands."""
    with (root / "pyproject.toml").open("rb") as file:
        mappings = tomllib.load(file)["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    template = Catalog(fuzzy=False)

    def is_source(folder: str | Path) -> bool:
        """Whether the folder lies in a layer that speaks."""
        parts = Path(folder).relative_to(root).parts
        return not parts or (parts[0] in SOURCES and not parts[-1].startswith((".", "__")))

    found = extract_from_dir(root, methods, keywords=KEYWORDS, directory_filter=is_source)
    for name, line, message, _comments, context in sorted(found, key=lambda item: (item[0], item[1])):
        template.add(message, None, [(name, line)], context=context)
    return template


def entries(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its header."""
    return [message for message in catalogue if message.id]


def merge(path: Path, template: Catalog, *, formal: bool) -> int:
    """Rewrite one catalogue: keep what the code still says, drop the rest, add what is new. Returns how many are open.

    With `formal` the entries of context "Sie" are kept beside their plain ones.
    """
    with path.open("rb") as file:
        old = read_po(file)
    new = Catalog(fuzzy=False)
    new.mime_headers = [("Plural-Forms", old.plural_forms)]
    for message in entries(template):
        for context in (None, FORMAL) if formal else (None,):
            known = old.get(message.id, context)
            if known is not None or context is None:
                string = known.string if known is not None and known.id == message.id else ""
                notes = known.user_comments if known is not None else ()
                new.add(message.id, string or None, message.locations, user_comments=notes, context=context)
    body = io.BytesIO()
    write_po(body, new, width=120, omit_header=True, include_lineno=False)
    header = _HEADER.match(path.read_bytes())
    path.write_bytes((header.group() if header else b"") + body.getvalue().strip() + b"\n")
    return sum(1 for message in entries(new) if not _is_filled(message))


def _is_filled(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (list, tuple)) else bool(message.string)


def main() -> int:
    """Bring all catalogues up to date and say what is left to translate."""
    template = extract()
    for language in LANGUAGES:
        left = merge(po_file(language), template, formal=language in FORMAL_LANGUAGES)
        sys.stdout.write(f"{language}: {len(entries(template))} texts, {left} to translate\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
