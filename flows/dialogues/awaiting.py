"""What is said on somebody else's channel to a newcomer who has not agreed to it yet: neutral, and nobody's name."""

import re
from typing import Final

from flows.engine.events import Said
from flows.engine.messages import Level, Text

LEVEL: Final = Level.L2
"""What the questions for newcomers reveal: that there is something to organise, in neutral words."""
IN_DANGER = Text("In danger? Call 112 at once. Somebody listens at any hour: 0800 1110111.")
_NAMED = re.compile(r"\{(name|caseworker|person|phone)\b")


def open_page(page: str) -> Text:
    """Where the page is, and what opens it."""
    return Text(
        "Please open {page} now and enter your code there once more. "
        "There you say whether I may write to you here. Until then I write nothing more here.",
        {"page": page},
    )


def not_here(page: str) -> Text:
    """The last word on a channel that was declined."""
    return Text("I do not write to you here any more. You find everything here: {page}", {"page": page})


def names_nobody(said: Said) -> bool:
    """Whether neither text nor buttons hold a name or a number."""
    return not any(_NAMED.search(text.key) for text in (said.text, *(button.label for button in said.buttons)))
