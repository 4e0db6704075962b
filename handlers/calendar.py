"""What staff say about a new appointment in one line, such as "Termin mit Jonas am 27.11." (F21)."""

import re
from typing import Final

from flows.dialogues.staff import person_in_words
from flows.engine.conversation import Json
from flows.engine.flow import Facts
from flows.engine.replies import Reply

PLAN: Final = "plan"
_LINE: Final = re.compile(
    r"(?:/plan|(?:neuer |einen |ein )*(?:termin|gespräch|treffen|projekttag|gruppentermin) (?:mit|für)"
    r"|(?:new |an )*(?:appointment|meeting|project day) (?:with|for))\b(.*)",
    re.IGNORECASE | re.DOTALL,
)


def wanted(facts: Facts, reply: Reply) -> dict[str, Json] | None:
    """What a line about a new appointment says already: with whom, when; None for any other line.

    Only what is clear is taken: a day or a time that could mean two things is asked for.
    """
    line = _LINE.fullmatch(" ".join(reply.text.split()))
    if reply.action != PLAN and (line is None or reply.action):
        return None
    reading = reply.reading
    day = reading.day or reading.first_day
    known: dict[str, Json] = {
        "person": person_in_words(line[1], facts) or "" if line else "",
        "group": _group(line[1], facts) if line else "",
        "day": day.isoformat() if day and reading.date_problem is None else "",
    }
    if known["group"]:
        known["person"] = ""
    return {name: value for name, value in known.items() if value}


def _group(words: str, facts: Facts) -> str:
    """The group that a line names, if there is one of that name within reach."""
    named = re.search(r"\b(?:gruppe|group)\s+(\w+)", words, re.IGNORECASE)
    known = {name.casefold(): name for name, _ in facts.groups}
    return known.get(named[1].casefold(), "") if named else ""
