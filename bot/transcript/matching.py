"""How words are compared with expectations: NFC, no direction marks, white space collapsed, case ignored."""

import re
import unicodedata
from dataclasses import dataclass, field

DIRECTION_MARKS = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def level_out(text: str) -> str:
    """The text in NFC, without direction marks, with single blanks, none at its ends; its case is kept."""
    return " ".join(unicodedata.normalize("NFC", text).translate(DIRECTION_MARKS).split())


def fold(text: str) -> str:
    """The levelled text without its case, for a comparison letter by letter."""
    return unicodedata.normalize("NFC", level_out(text).casefold())


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a message, or a button's label, must contain: words, or with `/…/` a regular expression."""

    spoken: str
    expression: re.Pattern[str] | None = field(default=None, compare=False)

    def fits(self, text: str) -> bool:
        """Whether the text contains it."""
        if self.expression is not None:
            return self.expression.search(level_out(text)) is not None
        return fold(self.spoken) in fold(text)

    def __str__(self) -> str:
        """As the line spells it; words in quotation marks."""
        return self.spoken if self.expression is not None else f'"{self.spoken}"'


def read_pattern(spoken: str) -> Pattern:
    """What `bot to` expects. Raises ValueError, with the reason, on nothing at all and on a broken expression."""
    if not level_out(spoken):
        raise ValueError("the words to expect are missing")
    if len(spoken) < 2 or not (spoken.startswith("/") and spoken.endswith("/")):
        return Pattern(spoken)
    source = unicodedata.normalize("NFC", spoken[1:-1]).translate(DIRECTION_MARKS)
    try:
        return Pattern(spoken, re.compile(source, re.IGNORECASE | re.UNICODE))
    except re.error as problem:
        raise ValueError(f"the regular expression cannot be read: {problem}") from problem
