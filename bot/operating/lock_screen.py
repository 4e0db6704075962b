"""The lock-screen lint: what phones show unasked says nothing about programme, carrier, illness and the like.

Looked at is the whole of every text that may leave the carrier's own page, so its first 200 characters, too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from flows.dialogues.levels import templates
from flows.rules.profile import THIRD_PARTY, Profile
from handlers import strangers
from locales.catalog import FOLDER, LANGUAGES, PLACEHOLDER, po_file
from locales.revealing import Revealing, everywhere

from bot.bot_api.commands import ONLY_ALONE, introductions
from bot.settings import Settings

PAGE: Final = "web"
PAGES: Final = Path(__file__).parents[1] / "web" / "templates"
_TITLE = re.compile(r'block title %}\s*\{\{\s*t\("([^"]+)"')
_LEGAL_FORM = re.compile(r"[\s,]+(?:g?gmbh|g?ug|g?ag|e\.\s*v\.|ev|eg|kdör|stiftung)\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """One text as one channel shows it; `name` is its message id, or what kind of thing it is."""

    channel: str
    language: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A word that must not show, and where it does."""

    shown: Shown
    word: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the lint has looked at, and what it has found."""

    texts: int
    languages: int
    channels: int
    hits: tuple[Hit, ...]

    def __str__(self) -> str:
        """The figures."""
        return f"{self.texts} texts × {self.languages} languages × {self.channels} channels: {len(self.hits)} hits"


def revealing(profile: Profile) -> Revealing:
    """The words that must not show: everybody's, the profile's own, and the carrier's name without its legal form."""
    name = profile.carrier["name"]
    return Revealing([*everywhere(), *profile.revealing, name, _LEGAL_FORM.sub("", name)])


def inspect(profile: Profile, folder: Path = FOLDER) -> Finding:
    """Look at every text of every channel that the profile permits, in the catalogues of `folder`."""
    words = revealing(profile)
    seen = list(shown(profile, folder))
    found = {text: words.find(text) for text in {each.text for each in seen}}
    hits = tuple(Hit(each, word) for each in seen for word in found[each.text])
    return Finding(
        texts=len({each.name for each in seen}),
        languages=len({each.language for each in seen}),
        channels=len({each.channel for each in seen}),
        hits=hits,
    )


def inspect_names(settings: Settings, profile: Profile) -> list[tuple[str, str]]:
    """The names that show beside a message, by their setting, if a word is part of them: page address, sender."""
    words = revealing(profile)
    names = {"server.base_url": profile.page or settings.server.base_url, "sms.sender": settings.sms.sender}
    return [(name, word) for name, text in names.items() for word in words.find_inside(text)]


def shown(profile: Profile, folder: Path = FOLDER) -> Iterator[Shown]:
    """Everything that may show unasked: titles of the page, then what each channel of the profile may carry."""
    catalogues = {language: _words(language, folder) for language in LANGUAGES}
    for key in sorted(page_titles()):
        yield from _in_every_language(PAGE, key, catalogues)
    for channel in sorted(THIRD_PARTY):
        most = profile.level_of(channel)
        if most is None:
            continue
        for key, level in templates().items():
            if level <= most:
                yield from _in_every_language(channel, key, catalogues)
        yield from _of_a_bot(channel, catalogues)


def page_titles() -> set[str]:
    """The message ids of the titles that our pages give their tabs."""
    return {key for page in PAGES.glob("*.html") for key in _TITLE.findall(page.read_text("utf-8"))}


def _of_a_bot(channel: str, catalogues: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Iterator[Shown]:
    """Name, description and menu of a bot; what it says to strangers and in groups."""
    if not channel.startswith("telegram"):
        return
    yield from _in_every_language(channel, ONLY_ALONE.key, catalogues)
    for language in LANGUAGES:
        yield Shown(channel, language, "answer to strangers", strangers.answer())
    for each in introductions(channel):
        language = each.code or LANGUAGES[0]
        yield Shown(channel, language, "name of the bot", each.name)
        yield Shown(channel, language, "description of the bot", each.about)
        for command, text in each.commands:
            yield Shown(channel, language, f"command /{command}", f"{command} {text}")


def _in_every_language(
    channel: str, key: str, catalogues: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> Iterator[Shown]:
    for language, words in catalogues.items():
        for text in words.get(key, ()):
            yield Shown(channel, language, key, PLACEHOLDER.sub(" ", text))


def _words(language: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """All forms of every message: plural forms, and both ways of addressing somebody in German."""
    with po_file(language, folder).open("rb") as file:
        catalogue = read_po(file)
    found: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        key, forms = _spelt(message)
        if key:
            found[key] = (*found.get(key, ()), *forms)
    return found


def _spelt(message: Message) -> tuple[str, tuple[str, ...]]:
    key = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
    forms = tuple(message.string) if isinstance(message.string, (list, tuple)) else (message.string or "",)
    return str(key), forms
