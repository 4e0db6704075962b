"""A task (Wiedervorlage): something a person has to do until a day, and who has done it when (F41)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from flows.people import PersonId


class TaskState(StrEnum):
    """open: to be done · done: somebody has ticked it · void: what it hung on has moved or ended · said: a nudge."""

    OPEN = "open"
    DONE = "done"
    VOID = "void"
    SAID = "said"


class Contact(StrEnum):
    """A contact of a week, as staff tick it (R40); a chat is none."""

    PERSON_ON_SITE = "person_on_site"
    MENTOR_ON_SITE = "mentor_on_site"
    PERSON = "person"
    MENTOR = "mentor"


@dataclass(frozen=True, slots=True)
class Tick:
    """Who said so, and when (aware UTC)."""

    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task, or one nudge that was said. `row`, `n` and `anchor` name the occurrence it stands for.

    `said`: until which moment it was said; `told`: since when it is known. `alerts` are those raised for it.
    """

    id: int
    person: PersonId
    row: str
    n: str
    anchor: date
    due: date
    told: datetime
    state: TaskState = TaskState.OPEN
    said: datetime | None = None
    alerts: tuple[int, ...] = ()
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    done_by: PersonId | None = None
    done_at: datetime | None = None

    @property
    def name(self) -> str:
        """The occurrence it stands for."""
        return f"{self.row}|{self.n}|{self.anchor}"


def week_is_complete(ticked: frozenset[Contact], *, in_entry_phase: bool) -> bool:
    """Whether the contacts of a calendar week suffice (R40).

    Entry phase: with the person and the mentor, on site. Later: with the person or the mentor, and one on site.
    """
    on_site = {Contact.PERSON_ON_SITE, Contact.MENTOR_ON_SITE}
    if in_entry_phase:
        return ticked >= on_site
    return bool(ticked & on_site) and len(ticked) > 1
