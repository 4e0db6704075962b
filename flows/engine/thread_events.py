"""What happens to what is written about somebody."""

from dataclasses import dataclass
from typing import ClassVar

from flows.engine.events import Event
from flows.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageStruck(Event):
    """`who` has struck `count` passages of the note with this id; nobody but its writer reads them any more (R58)."""

    NAME: ClassVar[str] = "PassageStruck"
    who: PersonId
    note: int
    count: int
