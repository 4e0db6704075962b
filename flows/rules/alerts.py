"""Alerts: who must know, and who next when nobody has looked (F42, demo world)."""

from dataclasses import dataclass
from datetime import datetime

from flows.engine.events import AlertKind
from flows.people import PersonId
from flows.quick import quick


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing a person of the staff must know about `subject`. `step` counts escalations and guards their timers.

    `absence` is the report the alert is about, if any. Several people can hold the same alert after escalations;
    whoever acknowledges it first does so for all. `words` are the person's own, where somebody must read them.
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
