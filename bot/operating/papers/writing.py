"""Writes the papers: Markdown from a template, and the same as a page to print."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.operating.explaining import OFFICES
from bot.operating.papers.gathering import Papers
from bot.settings import SettingsError

PAPERS: Final = {
    "verarbeitungsverzeichnis": "Verzeichnis von Verarbeitungstätigkeiten",
    "folgenabschaetzung": "Datenschutz-Folgenabschätzung",
    "auftragsverarbeiter": "Auftragsverarbeiter",
    "verschwiegenheit": "Verpflichtung zur Verschwiegenheit",
    "datenpannen": "Vorgehen bei einer Verletzung des Datenschutzes",
}
LETTERS: Final = {
    "meldung-artikel-33": "Meldung an die Aufsichtsbehörde",
    "benachrichtigung-artikel-34": "Benachrichtigung der betroffenen Personen",
}
KINDS: Final = {
    "disclosed": "Daten wurden offengelegt",
    "lost": "Daten oder ein Datenträger gingen verloren",
    "changed": "Daten wurden verändert",
    "unavailable": "Daten waren nicht verfügbar",
}
_FOLDER: Final = Path(__file__).parent / "templates"
_TEXT: Final = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
"""Markdown knows HTML's names for characters: a tag in a value stays words, whatever shows the file."""
_PAGE: Final = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)


def write_all(papers: Papers, folder: Path) -> list[Path]:
    """Write every paper into the folder; what is there under the same names is replaced. Raises `SettingsError`."""
    return _write(papers, folder, PAPERS, {})


def write_letters(papers: Papers, breach: Mapping[str, Any] | None, folder: Path) -> list[Path]:
    """Write the letters about one breach. Raises `SettingsError`; None: there is no such breach."""
    if breach is None:
        raise SettingsError("there is no such breach; `python -m bot breach list` shows them")
    return _write(papers, folder, LETTERS, {"breach": breach, "kinds": KINDS})


def _write(papers: Papers, folder: Path, titles: Mapping[str, str], more: Mapping[str, Any]) -> list[Path]:
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, title in titles.items():
            words = render(name, title, papers, more)
            for file, content in ((folder / f"{name}.md", words), (folder / f"{name}.html", page(title, words))):
                file.write_text(content, "utf-8")
                written.append(file)
    except OSError as error:
        raise SettingsError(f"--out: {folder} cannot be written ({error.strerror}); name another folder") from None
    return written


def render(name: str, title: str, papers: Papers, more: Mapping[str, Any]) -> str:
    """One paper as Markdown; what the profile or a person says is escaped in it."""
    return _TEXT.get_template(f"{name}.md").render(p=papers, title=title, office_names=OFFICES, **more)


def page(title: str, words: str) -> str:
    """The same as a page for itself, which needs nothing but a printer. No tag from outside gets into it."""
    return _PAGE.get_template("page.html").render(title=title, body=_drawn(words))


def _drawn(words: str) -> Markup:
    """The Markdown as HTML: this parser takes no tags, it escapes everything that is not Markdown."""
    return Markup(MarkdownIt("js-default").render(words))  # nosec B704 - the parser escapes what it is given
