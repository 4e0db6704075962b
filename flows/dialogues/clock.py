"""A time of day on a day chosen before: what is over, or not on the clock that night, is said with a way out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from flows.engine.answers import Choice, Offer
from flows.engine.flow import Answer, Miss, Partly, View
from flows.engine.messages import Button, Text
from flows.engine.replies import Reply
from flows.rules.appointments import comes_twice, exists

PAST = Text("This time is over already. Please choose a later one.")
LEFT_OUT = Text("This time does not exist that night: clocks go forward. Please choose another one.")
TWICE = Text("This time comes twice that night: clocks go back. Please choose another one.")


@dataclass(frozen=True, slots=True)
class Clock:
    """One of the times offered, or one that is written. `once`: a time that comes twice that night is none."""

    offer: Offer
    day: Callable[[View], date]
    once: bool = False
    free: bool = False

    def buttons(self, view: View) -> tuple[Button, ...]:
        """The times offered."""
        return self._choice.buttons(view)

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """The time that was pressed or written."""
        clock = reply.reading.clock
        if not reply.action and clock is not None:
            moment = datetime.combine(self.day(view), clock, view.now.tzinfo)
            if problem := problem_of(moment, view.now, once=self.once):
                return Miss(problem)
        return self._choice.read(reply, view)

    @property
    def _choice(self) -> Choice:
        return Choice(self.offer, _in_words)


def problem_of(moment: datetime, now: datetime, *, once: bool = False) -> Text | None:
    """Why nothing can be at this moment, both on one clock; None: it can."""
    if moment <= now:
        return PAST
    if not exists(moment):
        return LEFT_OUT
    return TWICE if once and comes_twice(moment) else None


def _in_words(reply: Reply, _: View) -> str | None:
    clock: time | None = reply.reading.clock
    return None if clock is None else clock.isoformat("minutes")
