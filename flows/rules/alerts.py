"""An alert: one thing staff must know, until one of them has said that they have seen it (F42)."""

from dataclasses import dataclass
from datetime import datetime

from flows.engine.events import AlertKind
from flows.engine.messages import Button, Text
from flows.people import PersonId
from flows.quick import quick


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing a person of the staff must know about `subject`. `step` counts escalations and guards their timers.

    `absence` is the report the alert is about, if any. Several people can hold the same alert after escalations;
    whoever acknowledges it first does so for all. `words` are the person's own, where somebody must read them. `text`
    and `buttons` are its own, where its kind alone does not say it. `joined`: so much more of the same kind has come
    since it was last shown, with the words `waiting`.
    """

    id: int
    subject: PersonId
    kind: AlertKind
    to: PersonId
    raised_at: datetime
    step: int = 0
    acknowledged_by: PersonId | None = None
    absence: int | None = None
    words: str = ""
    text: Text | None = None
    buttons: tuple[Button, ...] = ()
    joined: int = 0
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Somebody has an alert. `id` is unique to that; `handed_by` is the colleague who asked them to take it over."""

    id: int
    alert: int
    person: PersonId
    handed_by: PersonId | None = None
