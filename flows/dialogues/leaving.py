"""Going earlier: recorded at once; at which time is asked and may stay open. No reason is asked."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from flows.dialogues.clock import Clock
from flows.engine.events import Noted, Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Text
from flows.engine.report_events import EarlyLeaveReported

OFFERED = 3
HOUR = timedelta(hours=1)
LATEST_HOUR = 22


def _record(view: View) -> Done:
    day = _day(view)
    event = EarlyLeaveReported(who=view.facts.person.id, day=day)
    said = Said(Text("Thank you. {caseworker} gets the message: you have to go earlier, {day}.", {"day": day}))
    return Done((event, *_noted(view.text("clock")), said))


def _noted(clock: str) -> tuple[Noted, ...]:
    if not clock:
        return ()
    return (Noted(Text("{name} has to go at {clock}.", {"clock": time.fromisoformat(clock)})),)


def _day(view: View) -> date:
    """Today, unless a later day was named."""
    named = view.text("first_day")
    return max(view.now.date(), date.fromisoformat(named)) if named else view.now.date()


def _times(view: View) -> Sequence[Button]:
    """The next full hours of today; another day is written."""
    if _day(view) != view.now.date():
        return ()
    first = view.now.replace(minute=0, second=0, microsecond=0) + HOUR
    hours = [first + n * HOUR for n in range(OFFERED)]
    return tuple(
        Button(Text("At {clock}", {"clock": hour.time()}), "clock", hour.time().isoformat("minutes"))
        for hour in hours
        if hour.date() == view.now.date() and hour.hour <= LATEST_HOUR
    )


def _pass_on(view: View) -> Done:
    return Done((*_noted(view.text("at")), Said(Text("Thank you, I have passed it on."))))


FLOW = Flow(
    name="leaving",
    version=1,
    start="record",
    nodes={
        "record": Do(run=_record, then=goto("at")),
        "at": Ask(
            prompt=lambda _: Text("At what time do you have to go?"),
            parse=Clock(_times, _day),
            save="at",
            then=goto("pass_on"),
            only_if=lambda view: not view.text("clock") and "C1" in view.facts.consents,
            optional=True,
        ),
        "pass_on": Do(run=_pass_on, then=goto(END), only_if=lambda view: bool(view.text("at"))),
    },
)
