"""The letter of an invitation: code, address and picture, in the person's language and in German, to be printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from locales.catalog import LANGUAGES

from bot.web import words
from bot.web.qr import picture_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What stands in it. The link names neither person nor carrier; `language` is empty as long as it is not known."""

    code: str
    link: str
    until: date
    language: str = ""


def write_letter(letter: Letter, carrier: Mapping[str, str], now: datetime) -> str:
    """The letter as a page for itself, which needs nothing but a printer. Without a language it is in all of them."""
    languages = (letter.language, words.DEFAULT) if letter.language else LANGUAGES
    readers = [words.stranger(language, now) for language in dict.fromkeys(languages)]
    picture = picture_of(letter.link)
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
    )
    page = templates.get_template("letter.html")
    return page.render(letter=letter, carrier=carrier, readers=readers, picture=picture)
