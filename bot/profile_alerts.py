"""The section of a profile about alerts that can wait: which come gathered, and when (F42)."""

from datetime import time

from flows.engine.events import AlertKind
from flows.rules.ladder import AT_ONCE
from flows.rules.profile import Digest
from pydantic import field_validator

from bot.section import Section

USUAL = Digest()


class Gathered(Section):
    """`kinds` wait for the next of the times `at`, all of them in office hours; without kinds nothing waits."""

    kinds: tuple[AlertKind, ...] = tuple(sorted(USUAL.kinds))
    at: tuple[time, ...] = USUAL.at

    @field_validator("kinds")
    @classmethod
    def _can_wait(cls, value: tuple[AlertKind, ...]) -> tuple[AlertKind, ...]:
        if wrong := sorted(AT_ONCE & set(value)):
            raise ValueError(f"{', '.join(wrong)} cannot wait: somebody may be in danger")
        return value

    def closed_at(self, opens: time, closes: time) -> tuple[time, ...]:
        """The times at which the office is not open."""
        return tuple(at for at in self.at if not opens <= at < closes)

    @property
    def digest(self) -> Digest:
        """What waits, and until when."""
        return Digest(kinds=frozenset(self.kinds), at=tuple(sorted(set(self.at))))
