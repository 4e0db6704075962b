"""Words on pages: which language a reader gets, and how templates ask for texts, dates and pictograms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.engine.messages import Text, Value
from flows.people import Person
from locales.catalog import LANGUAGES, direction, own_name, render
from starlette.requests import HTTPConnection

DEFAULT = "de"
HOME_ZONE = "Europe/Berlin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody before a page: their language, Du or Sie, and the day it is where they are."""

    language: str
    today: date
    formal: bool = False
    zone: str = HOME_ZONE

    @property
    def direction(self) -> str:
        """Which way their language is written: "ltr" or "rtl"."""
        return direction(self.language)

    def t(self, key: str, **params: Value) -> str:
        """The text in the reader's language; `key` is the message id, an English sentence."""
        return self.say(Text(key, params))

    def say(self, text: Text) -> str:
        """A text that came from somewhere else, in the reader's language."""
        return render(text, self.language, formal=self.formal, params={"today": self.today, "zone": self.zone})

    def local(self, instant: datetime) -> datetime:
        """The instant on the reader's own clock."""
        return instant.astimezone(ZoneInfo(self.zone))

    def day(self, day: date) -> str:
        """What stands on the line between two days."""
        if day == self.today:
            return self.t("Today, {day}", day=day)
        if day == self.today - timedelta(days=1):
            return self.t("Yesterday, {day}", day=day)
        return self.t("{day}", day=day)


def reader_of(person: Person, now: datetime) -> Reader:
    """The person as a reader."""
    today = now.astimezone(ZoneInfo(person.zone)).date()
    return Reader(language=person.language or DEFAULT, today=today, formal=person.formal, zone=person.zone)


def stranger(language: str, now: datetime) -> Reader:
    """Somebody who is not signed in."""
    return Reader(language=language, today=now.astimezone(ZoneInfo(HOME_ZONE)).date())


def wanted_language(connection: HTTPConnection) -> str:
    """The first language of the browser's own list that we speak, else German."""
    accepted = (choice.partition(";") for choice in connection.headers.get("accept-language", "").split(","))
    wishes = sorted(((_weight(rest), name.strip().lower()) for name, _, rest in accepted), key=lambda wish: -wish[0])
    for weight, name in wishes:
        if weight > 0 and (language := spoken(name)):
            return language
    return DEFAULT


def spoken(name: str) -> str | None:
    """Our code for a language tag ("uk-UA" is "uk"), or None."""
    return name if name in LANGUAGES else next((code for code in LANGUAGES if code == name.partition("-")[0]), None)


def language_choices() -> Iterable[tuple[str, str, str]]:
    """Every language as code, own name and direction."""
    return [(code, own_name(code), direction(code)) for code in LANGUAGES]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
