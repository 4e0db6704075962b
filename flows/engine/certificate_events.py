"""What happens about certificates: recorded facts, and what a dialogue wants done (R3, R5)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flows.engine.events import Event
from flows.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateChecked(Event):
    """`by` has read two dates off a certificate; the days between are proven (R5)."""

    NAME: ClassVar[str] = "CertificateChecked"
    who: PersonId
    first_day: date
    last_day: date
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDestroyed(Event):
    """The pictures of a certificate are gone unchecked; `why`: visible, lapsed or withdrawn."""

    NAME: ClassVar[str] = "CertificateDestroyed"
    who: PersonId
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesRead:
    """Staff tell the two dates of a certificate."""

    who: PersonId
    certificate: int
    first_day: date
    last_day: date
