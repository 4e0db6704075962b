"""When somebody of the staff can be met: their hours of the week, and what is taken already (F21)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Protocol

Window = tuple[time, time]
"""From and to on one day."""


class Taken(Protocol):
    """Something that takes up time: an appointment, or a span of which nothing else is known."""

    @property
    def starts(self) -> datetime:
        """When it begins (aware)."""

    @property
    def ends(self) -> datetime:
        """When it is over (aware)."""

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""


@dataclass(frozen=True, slots=True)
class Span:
    """Time that is taken, without a word about what by."""

    starts: datetime
    ends: datetime

    @property
    def cancelled(self) -> bool:
        """A span that is known of is taken."""
        return False


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one member of staff by weekday (Monday is 0); on a day that is missing they meet nobody."""

    week: Mapping[int, tuple[Window, ...]] = field(default_factory=dict)

    def on(self, weekday: int) -> tuple[Window, ...]:
        """The windows of that weekday."""
        return self.week.get(weekday, ())


def merged(spans: list[Span]) -> list[Span]:
    """The same time in as few spans as possible, in order."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.starts, one.ends)):
        if kept and span.starts <= kept[-1].ends:
            kept[-1] = Span(kept[-1].starts, max(kept[-1].ends, span.ends))
        else:
            kept.append(span)
    return kept
