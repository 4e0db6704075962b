"""Asks at every seal that is made or opened on what ground that is done; what is refused is not written (F16)."""

from collections.abc import Callable
from datetime import datetime

from flows.people import PersonId
from flows.rules.grounds import REGISTER, Ground
from storage.errors import NoGround

Holds = Callable[[PersonId, str, datetime], bool]
"""Whether a purpose is effective for a person at an instant, or none is needed for somebody like them."""


class Guard:
    """What one unit of work may touch. It knows who acts in it, and at which instant it happens."""

    __slots__ = ("_holds", "_named", "_now")

    def __init__(self) -> None:
        """Nobody acts yet; what rests on consent stays shut."""
        self._named: dict[PersonId, Ground] = {}
        self._now: datetime | None = None
        self._holds: Holds | None = None

    def ask(self, holds: Holds) -> None:
        """Whom to ask about consents."""
        self._holds = holds

    def at(self, now: datetime) -> None:
        """The unit happens at this instant (aware)."""
        self._now = now

    def hears(self, person: PersonId, now: datetime) -> None:
        """This person speaks, or reads their own page: their own words are theirs."""
        self._named[person] = Ground.ANSWER
        self._now = now

    def names(self, person: PersonId, ground: Ground) -> None:
        """The unit touches what this person said, or speaks to them, on another ground than consent: on this one."""
        if ground is Ground.CONSENT:
            raise NoGround("consent is not named, it is asked for")
        self._named.setdefault(person, ground)

    def ground_of(self, person: PersonId) -> Ground | None:
        """What was named for this person; for whoever speaks in this unit it is that they are answered."""
        return self._named.get(person)

    def check(self, person: PersonId, table: str) -> None:
        """Raise `NoGround` unless content of this kind may be touched for this person now."""
        kept = REGISTER.get(table)
        if kept is None:
            raise NoGround(f"{table}: nobody has said on what ground it is kept; flows/rules/grounds.py lists them")
        if not kept.purpose or person in self._named:
            return
        if self._now is None or self._holds is None or not self._holds(person, kept.purpose, self._now):
            raise NoGround(f"{table}: {kept.purpose} is not effective, and nobody has named another ground")
