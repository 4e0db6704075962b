"""Words that must not show on a locked phone: found in every form their language gives them."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "revealing.toml"
LEAST_INSIDE = 5
"""From how many letters on a word is looked for inside of longer ones."""

_OPEN = "*"
_APOSTROPHE = re.compile("(?<=[а-яєіїґ])['’ʼ`´](?=[а-яєіїґ])")
_SAME = str.maketrans({"ى": "ي", "ة": "ه", "ـ": None, "ı": "i", "ł": "l", "ø": "o"})
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_BETWEEN = r"[\W_]*"
_LETTER = r"[^\W_]"
_LATIN = "e|n|s|en|er|es|em|ern|ns|se|sen|in|innen|ses|d|ed"
_CYRILLIC_ENDINGS = (
    "а|я|у|ю|о|е|є|и|і|ї|й|ь|ом|ем|єм|ою|ею|єю|ам|ям|ах|ях|ами|ями|ів|їв|ей|ові|еві|єві|ий|ій|ого|ому|им|ім|их|іх|ими"
)
_CLITICS = "[وف]?(?:[بكل]?ال|لل|[بكلس])?"
_POSSESSIVES = "ي|ك|ه|ها|نا|كم|كن|هم|هن|ات|ين|ون|ان|ا|تي|تك|ته|تها|تنا|تكم|تهم"
_VOWELS = "аяуюоеєиіь"
_ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")
_CYRILLIC_LETTER = re.compile(r"[а-яєіґ]")


def fold(text: str) -> str:
    """The text without what writers leave out or put in: case, accents, controls, kinds of the same letter."""
    apart = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text.casefold()))
    return "".join(char for char in apart if unicodedata.category(char) not in {"Mn", "Cf"}).translate(_SAME)


@cache
def everywhere() -> tuple[str, ...]:
    """The words of `revealing.toml`, of all kinds and languages."""
    kinds = tomllib.loads(FILE.read_text("utf-8")).values()
    return tuple(word for kind in kinds for words in kind.values() for word in words)


class Revealing:
    """A list of words that are looked for in texts of any language."""

    def __init__(self, words: Iterable[str]) -> None:
        """Words as `revealing.toml` explains them. Raises ValueError for one without a letter."""
        spelt = [_patterns(word) for word in dict.fromkeys(words)]
        self._pattern = re.compile("|".join(pattern for whole, _ in spelt for pattern in whole) or "(?!)")
        self._inside = re.compile("|".join(letters for _, inside in spelt for letters in inside) or "(?!)")

    def find(self, text: str) -> list[str]:
        """What in the text must not show, as it stands there after `fold`; empty if all is well."""
        return list(dict.fromkeys(found.group() for found in self._pattern.finditer(fold(text))))

    def find_inside(self, name: str) -> list[str]:
        """The same for a name that may be written as one word: a host, a sender, a bot."""
        joined = re.sub(_BETWEEN, "", fold(name))
        within = (found.group() for found in self._inside.finditer(joined))
        return list(dict.fromkeys([*self.find(name), *within]))


def _patterns(word: str) -> tuple[list[str], list[str]]:
    """How the word is found between boundaries, and inside of longer ones."""
    if not any(char.isalpha() for char in word):
        raise ValueError(f"{word!r} is no word")
    forms = list(dict.fromkeys((fold(word), fold(word.casefold().translate(_SPELT_OUT)))))
    abbreviated = word.isupper() and word.isascii()
    spelt = (_BETWEEN.join(part if abbreviated else _part(part) for part in _parts(form)) for form in forms)
    whole = [f"(?<!{_LETTER}){each}(?!{_LETTER})" for each in spelt]
    letters = ["".join(_parts(form)).replace(_OPEN, "") for form in forms]
    return whole, [re.escape(each) for each in letters if len(each) >= LEAST_INSIDE]


def _parts(form: str) -> list[str]:
    return [part for part in re.split(r"[^\w*]+|_+", form) if part.strip(_OPEN)]


def _part(part: str) -> str:
    """One word of a phrase, with what may stand before and behind it."""
    letters = part.strip(_OPEN)
    before = f"{_LETTER}*" if part.startswith(_OPEN) else ""
    if part.endswith(_OPEN):
        return f"{before}{re.escape(letters)}{_LETTER}*"
    if _ARABIC_LETTER.search(letters):
        return before or _CLITICS + _arabic(letters)
    if _CYRILLIC_LETTER.search(letters):
        return f"{before}{re.escape(_stem(letters))}(?:{fold(_CYRILLIC_ENDINGS)})?"
    return f"{before}{re.escape(letters)}(?:{_LATIN})?"


def _arabic(letters: str) -> str:
    """A word as it is, or with an owner: its last letter is another one then, if it is a ta marbuta."""
    bound = letters.removesuffix("ه")
    return f"(?:{re.escape(letters)}|{re.escape(bound)}(?:{_POSSESSIVES}))"


def _stem(letters: str) -> str:
    return letters[:-1] if len(letters) > LEAST_INSIDE - 2 and letters[-1] in _VOWELS else letters
