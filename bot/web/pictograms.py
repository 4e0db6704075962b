"""Pictograms: which picture stands before which answer. The pictures are Lucide's (static/pictograms/LICENSE).

A picture beside its word is hidden from screen readers, because the word says it; one that stands alone has a name.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

FOLDER = Path(__file__).parent / "static" / "pictograms"
PLAIN = "chevron-right"
_TURNS_WITH_DIRECTION = {"arrow-left", "chevron-right", "skip-forward", "send", "log-out"}
_NO_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

_BY_VALUE = {
    "illness": "thermometer",
    "moving": "package",
    "own_wedding": "heart",
    "family_illness": "heart-pulse",
    "birth": "baby",
    "bereavement": "flower-2",
    "official_date": "landmark",
    "honorary_office": "hand-heart",
    "personal_matter": "user-round",
    "civil_protection": "siren",
    "child_ill": "bandage",
}
_BY_ACTION = {
    "yes": "check",
    "no": "x",
    "skip": "skip-forward",
    "back": "arrow-left",
    "pause": "pause",
    "seen": "eye",
    "call": "phone",
    "other": "ellipsis",
    "today": "calendar-days",
    "tomorrow": "calendar-plus",
    "come": "footprints",
    "ill": "thermometer",
    "cannot": "calendar-x",
    "late": "clock",
    "move": "calendar-sync",
    "ask": "message-circle-question-mark",
    "confirm": "check",
    "accept": "check",
    "decline": "x",
    "withdraw": "octagon-x",
    "stop": "octagon-x",
    "stop_all": "octagon-x",
    "stop_one": "octagon-x",
    "cancel": "x",
    "help": "life-buoy",
    "differently": "message-circle-question-mark",
    "consent": "file-check",
    "paper": "file-check",
    "language": "languages",
    "talk": "message-circle",
    "proof": "file-check",
    "photo": "file-check",
    "note_dates": "calendar-days",
    "note_visible": "eye",
    "doctor_tomorrow": "stethoscope",
    "no_doctor": "house",
    "absence": "calendar-days",
    "minutes": "clock",
    "person": "user-round",
    "in_person": "user-round",
    "phone": "phone",
    "others": "users",
    "answer": "message-circle",
    "more": "ellipsis",
    "resume": "play",
    "start": "play",
    "release": "play",
}


def pictogram_of(action: str, value: str = "") -> str:
    """The picture for an answer, by what it stands for; a plain mark for one that has no picture of its own."""
    return (
        _BY_VALUE.get(value)
        or _BY_ACTION.get(action.removeprefix("@"))
        or ("calendar-days" if _is_day(value) else PLAIN)
    )


def icon(name: str, label: str = "") -> Markup:
    """The picture as SVG: named `label` where it stands alone, otherwise hidden from screen readers."""
    turns = " turns" if name in _TURNS_WITH_DIRECTION else ""
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    opening = Markup(
        '<svg class="icon{}" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>'
    ).format(escape(turns), said)
    return opening + Markup("{}</svg>").format(_drawing(name))


@cache
def _drawing(name: str) -> Markup:
    """What is inside the svg element of a shipped file, which is our own and safe."""
    text = _NO_COMMENT.sub("", (FOLDER / f"{name}.svg").read_text("utf-8"))
    inside = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    return Markup(" ".join(inside.split()))  # nosec B704 - a file of this project, never what a person wrote


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
