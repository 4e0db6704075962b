"""What staff do about breaks, by one line in the chat: "Pause Jonas bis 12.12." (R62)."""

import re
from typing import Final

from flows.dialogues import pause
from flows.dialogues.staff import person_in_words
from flows.engine.events import Said
from flows.engine.flow import Facts
from flows.people import Person, PersonId
from flows.rules.access import Operation
from handlers import access, pausing
from handlers.inviting import WHO
from handlers.occasion import Occasion, Sending
from handlers.understanding import read

PAUSE: Final = re.compile(
    r"(?:/pause|pause|pausiere|пауза|استراحة)(?:\s+(?:für|fuer|for|of|von|для|ل))?\s+(\S.*)", re.IGNORECASE
)
OVER: Final = re.compile(
    r"(?:pause ende|pause beenden|pause vorbei|end pause|pause over|/resume)[\s:,]+(\S.*)", re.IGNORECASE
)
FOR_GOOD: Final = re.compile(r"\b(?:bis auf weiteres|until further notice)\b", re.IGNORECASE)


def hear(occasion: Occasion, by: Person, facts: Facts, text: str) -> bool:
    """Begin or end somebody's break as one line asks for; False for any other line."""
    words = " ".join(text.split())
    over = OVER.fullmatch(words)
    found = over or PAUSE.fullmatch(words)
    if found is None:
        return False
    named = person_in_words(found[1], facts)
    if named is None:
        occasion.say(by, Said(WHO))
        return True
    person = occasion.uow.people.get(PersonId(int(named)))
    if not access.allows(occasion, by, Operation.ARRANGE_BREAK, person):
        return True
    about = Sending(subject=person)
    if over:
        ended = pausing.finish(occasion, person)
        occasion.say(by, Said(pause.FOR_STAFF_OVER if ended else pause.FOR_STAFF_NONE), about)
        return True
    occasion.say(by, _begin(occasion, by, person, words), about)
    return True


def _begin(occasion: Occasion, by: Person, person: Person, words: str) -> Said:
    local = occasion.local(by).date()
    reading = read(f"Pause {words}", by.language, local)
    until = reading.last_day or reading.day or reading.rest_until
    if until is None and not FOR_GOOD.search(words):
        return Said(pause.STAFF_WHEN)
    try:
        pausing.begin(occasion, person, until, by)
    except pausing.WrongDay:
        return Said(pause.STAFF_WHEN)
    return pause.staff_note(until)
