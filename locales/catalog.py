"""Words: turns a text (message id and values) into a sentence in somebody's language.

Catalogues are the `.po` files beside this module, compiled in memory when a language is first needed. Formal German
("Sie") is the same catalogue with the message context "Sie"; where there is no such entry the plain one serves.
`{name:declined}` stands where German declines a name: "Herr Demir", but "an Herrn Demir".
"""

import gettext
import io
import logging
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn, Protocol, TypeAlias, TypeGuard
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

FOLDER = Path(__file__).parent
FORMAL = "Sie"
FALLBACK = "de"
PLACEHOLDER = re.compile(r"\{(\w+)(?::declined)?\}")

_SLOT = re.compile(r"\{(\w+)(:declined)?\}(\.?)")
_HERR = re.compile(r"\bHerr(?= )")
_UNKNOWN = "…"
_DAYS_KEPT = 2_000
_FSI, _PDI = "\u2068", "\u2069"
_OPENING = "\u2066\u2067\u2068"
_ISOLATING = re.compile(f"[{_OPENING}{_PDI}]")
_PERHAPS_TURNING = re.compile("[\u0590-\U0010ffff]")
_TURNING = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"}
_log = logging.getLogger(__name__)


class CatalogError(Exception):
    """A text cannot be put into words: its message, a value or the whole catalogue is missing."""


class NameLike(Protocol):
    """A name that is given in every language; `flows.engine.messages.Named` is one."""

    def in_language(self, language: str, *, formal: bool) -> str:
        """The name as it is said to somebody."""


class TextLike(Protocol):
    """What can be rendered; `flows.engine.messages.Text` is one. With `plural` the value `n` decides the form."""

    @property
    def key(self) -> str:
        """The message id, an English sentence."""

    @property
    def params(self) -> Mapping[str, object]:
        """The values of its placeholders: str, int, date, datetime, time, a text or a tuple of texts."""

    @property
    def plural(self) -> str:
        """The message id of the plural, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    """How a language writes dates: `day` within the year, `year` with it, `comma` before the time of day."""

    own_name: str
    folder: str
    locale: str
    day: str
    year: str
    comma: str = ", "
    rtl: bool = False


_LANGUAGES = {
    "de": _Language(own_name="Deutsch", folder="de", locale="de", day="ccc d.M.", year="ccc d.M.y"),
    "de-simple": _Language(
        own_name="Einfaches Deutsch", folder="de@simple", locale="de", day="cccc d.M.", year="cccc d.M.y"
    ),
    "en": _Language(own_name="English", folder="en", locale="en", day="ccc d MMM", year="ccc d MMM y"),
    "ar": _Language(
        own_name="العربية", folder="ar", locale="ar", day="cccc d/M", year="cccc d/M/y", comma="، ", rtl=True
    ),
    "uk": _Language(own_name="Українська", folder="uk", locale="uk", day="ccc dd.MM", year="ccc dd.MM.y"),
}
LANGUAGES: tuple[str, ...] = tuple(_LANGUAGES)


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Which way the language is written; left to right for one that is not known."""
    return "rtl" if language in _LANGUAGES and _LANGUAGES[language].rtl else "ltr"


def own_name(language: str) -> str:
    """What the language calls itself ("Deutsch"), for the first screen and the menu."""
    return _LANGUAGES[language].own_name


def po_file(language: str, folder: Path = FOLDER) -> Path:
    """Where the catalogue of a language lies."""
    return folder / _LANGUAGES[language].folder / "LC_MESSAGES" / "lotse.po"


class _Missing(gettext.NullTranslations):
    """The end of every look-up: says so instead of answering with the message id."""

    def _refuse(self, message: str) -> NoReturn:
        raise CatalogError(f"no message {message!r}")

    def gettext(self, message: str) -> str:
        """Refuse."""
        self._refuse(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Refuse."""
        self._refuse(msgid1)

    def pgettext(self, context: str, message: str) -> str:
        """Refuse."""
        self._refuse(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """Refuse."""
        self._refuse(msgid1)


def load(path: Path) -> gettext.NullTranslations:
    """A `.po` file as look-ups, which raise CatalogError for what is missing or half filled, as this does itself."""
    compiled = io.BytesIO()
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.parent.name)
        for message in list(catalogue):
            if message.id and isinstance(message.string, (list, tuple)) and not all(message.string):
                catalogue.delete(message.id, message.context)
        write_mo(compiled, catalogue)
        compiled.seek(0)
        words = gettext.GNUTranslations(compiled)
    except (OSError, ValueError) as error:
        raise CatalogError(f"the catalogue {path.parent.parent.name} cannot be read: {error}") from error
    words.add_fallback(_Missing())
    return words


def _isolate(value: str, *, always: bool) -> str:
    """The value fenced off from the direction of the words around it, whatever controls it brings itself."""
    if not always and (not _PERHAPS_TURNING.search(value) or not _turns(value)):
        return value
    if not _ISOLATING.search(value):
        return _FSI + value + _PDI
    inner, depth = [], 0
    for char in value:
        if char == _PDI and depth == 0:
            continue
        depth += (char in _OPENING) - (char == _PDI)
        inner.append(char)
    return _FSI + "".join(inner) + _PDI * (depth + 1)


def _turns(value: str) -> bool:
    return any(unicodedata.bidirectional(char) in _TURNING for char in value)


_Slot: TypeAlias = tuple[str, str, bool, str]
"""The words before a placeholder, its name, whether German declines it, and the full stop that follows, if one does."""


class _Template(NamedTuple):
    """A message of a catalogue, taken apart at its placeholders; without any, `rest` is all of it."""

    slots: tuple[_Slot, ...]
    rest: str


def _template(words: str) -> _Template:
    slots, end = [], 0
    for found in _SLOT.finditer(words):
        name, declined, stop = found.groups()
        slots.append((words[end : found.start()], name, bool(declined), stop))
        end = found.end()
    return _Template(tuple(slots), words[end:])


class Catalog:
    """The catalogues of one folder. Strict ones raise CatalogError; others always give the best words there are."""

    def __init__(self, folder: Path = FOLDER, *, strict: bool = False) -> None:
        """Nothing is read yet: a language is loaded when the first text asks for it."""
        self.strict = strict
        self._folder = folder
        self._loaded: dict[str, gettext.NullTranslations] = {}
        self._found: dict[tuple[str, str, str, bool], _Template] = {}
        self._missed = False

    def render(
        self, text: TextLike, language: str, *, formal: bool = False, params: Mapping[str, object] | None = None
    ) -> str:
        """The text in `language`; see the function of the same name."""
        if language not in _LANGUAGES:
            self._miss(f"no language {language!r}")
            language = FALLBACK
        found = self._found.get((text.key, text.plural, language, formal)) or self._find(text, language, formal)
        slots, rest = found
        if not slots:
            return rest
        own, standard = text.params, params or {}
        filled: list[str] = []
        for before, name, declined, stop in slots:
            value = own[name] if name in own else standard.get(name)
            if value is None:
                self._miss(f"no value for {name!r} in {text.key!r} ({language})")
                shown = _UNKNOWN
            else:
                shown = self._show(value, language, formal, standard)
            shown = _HERR.sub("Herrn", shown) if declined else shown
            filled += (before, shown, "" if stop and shown.rstrip(_PDI).endswith(".") else stop)
        return "".join(filled) + rest

    def _find(self, text: TextLike, language: str, formal: bool) -> _Template:
        n = text.params.get("n")
        count = n if isinstance(n, int) else 1
        for code in dict.fromkeys((language, FALLBACK)):
            words = self._words(code)
            for context in (FORMAL, "") if formal else ("",):
                try:
                    found = _template(_look_up(words, context, text, count))
                except CatalogError:
                    continue
                if code == language and not text.plural:
                    self._found[text.key, "", language, formal] = found
                return found
            self._miss(f"no message {text.key!r} ({code})")
        return _template(text.plural if text.plural and count != 1 else text.key)

    def _words(self, code: str) -> gettext.NullTranslations:
        if code not in self._loaded:
            try:
                self._loaded[code] = load(po_file(code, self._folder))
            except CatalogError as error:
                self._loaded[code] = _Missing()
                self._miss(str(error))
        return self._loaded[code]

    def _show(self, value: object, language: str, formal: bool, params: Mapping[str, object]) -> str:
        """One value in words; texts and lists of them are rendered with the same standard values."""
        rtl = _LANGUAGES[language].rtl
        if isinstance(value, str):
            return _isolate(value, always=rtl)
        if isinstance(value, (int, date, time)):
            if isinstance(value, datetime) and value.tzinfo is None:
                self._miss("an instant without a zone")
            return _isolate(_format(value, language, params), always=rtl)
        if isinstance(value, tuple):
            shown = [self._show(item, language, formal, params) for item in value]
            return shown[0] if len(shown) == 1 else format_list(shown, locale=_LANGUAGES[language].locale)
        if _is_named(value):
            return _isolate(value.in_language(language, formal=formal), always=rtl)
        if _is_text(value):
            return self.render(value, language, formal=formal, params=params)
        self._miss(f"a {type(value).__name__} cannot be shown")
        return _UNKNOWN

    def _miss(self, what: str) -> None:
        """Raise if strict, else log once that something is missing: which, the catalogue check tells."""
        if self.strict:
            raise CatalogError(what)
        if not self._missed:
            self._missed = True
            _log.warning("a catalogue is incomplete; the catalogue check names what is missing")


def _look_up(words: gettext.NullTranslations, context: str, text: TextLike, count: int) -> str:
    if text.plural and context:
        return words.npgettext(context, text.key, text.plural, count)
    if text.plural:
        return words.ngettext(text.key, text.plural, count)
    return words.pgettext(context, text.key) if context else words.gettext(text.key)


def _is_named(value: object) -> TypeGuard[NameLike]:
    return hasattr(value, "in_language")


def _is_text(value: object) -> TypeGuard[TextLike]:
    return hasattr(value, "key") and hasattr(value, "params") and hasattr(value, "plural")


def _format(value: int | date | time, language: str, params: Mapping[str, object]) -> str:
    how = _LANGUAGES[language]
    if isinstance(value, datetime):
        local = _in_zone(value, params.get("zone"))
        return _format(local.date(), language, params) + how.comma + _format(local.time(), language, params)
    if isinstance(value, date):
        return _format_day(value, how.day if _same_year(value, params.get("today")) else how.year, how.locale)
    if isinstance(value, int):
        return format_decimal(value, locale=how.locale)
    return format_time(value.replace(tzinfo=None), "H:mm", locale=how.locale)


@lru_cache(_DAYS_KEPT)
def _format_day(day: date, pattern: str, locale: str) -> str:
    return format_date(day, pattern, locale=locale)


def _in_zone(instant: datetime, zone: object) -> datetime:
    return instant.astimezone(ZoneInfo(zone)) if instant.tzinfo and isinstance(zone, str) else instant


def _same_year(value: date, today: object) -> bool:
    return not isinstance(today, date) or value.year == today.year


_catalog = Catalog()


def render(text: TextLike, language: str, *, formal: bool = False, params: Mapping[str, object] | None = None) -> str:
    """The text in words: `language` is one of LANGUAGES, `formal` prefers the entries with context "Sie".

    `params` are values that every text may use (caseworker, phone, name, ...); the text's own win. Two of them steer:
    `today` (date) lets dates of other years show their year, `zone` (IANA name) is where instants are shown; without it
    they are shown in their own zone. In right-to-left languages every value is isolated (FSI, PDI), elsewhere those
    that hold right-to-left letters. A missing message or value: CatalogError after `set_strict`, otherwise German,
    then the message id, and "…" for the value.
    """
    return _catalog.render(text, language, formal=formal, params=params)


def set_strict(strict: bool) -> None:
    """Whether `render` raises for what is missing: yes in tests, no in production."""
    _catalog.strict = strict
