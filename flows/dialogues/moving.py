"""Another time for an appointment: a free one is tapped, or somebody is asked (F24)."""

from collections.abc import Sequence
from datetime import datetime

from flows.engine.answers import PICK, Choice
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.meetings import MoveWanted
from flows.engine.messages import Button, Text
from flows.engine.replies import Reply

NONE_FITS = "none"


def _free(view: View) -> list[datetime]:
    offered = view.answers.get("times")
    return [datetime.fromisoformat(str(time)) for time in offered] if isinstance(offered, list) else []


def _times(view: View) -> Sequence[Button]:
    free = tuple(Button(Text("{at}", {"at": time}), "slot", time.isoformat()) for time in _free(view))
    return (*free, Button(Text("None of these"), "other", NONE_FITS))


def _time_in_words(reply: Reply, view: View) -> str | None:
    """A free time that was named by its day or its hour, if only one fits."""
    day, clock = reply.reading.day or reply.reading.first_day, reply.reading.clock
    fits = [
        time for time in _free(view) if (day or clock) and day in {None, time.date()} and clock in {None, time.time()}
    ]
    return fits[0].isoformat() if len(fits) == 1 else None


def _prompt(view: View) -> Text:
    if _free(view):
        return Text("Which of these times is better for you?")
    return Text("There is no free time here at the moment. Shall {caseworker} look for one with you?")


def _ask_for_it(view: View) -> Done:
    wish = view.text("time")
    wanted = MoveWanted(
        invitee=int(view.text("invitee") or 0), wish=None if wish == NONE_FITS else datetime.fromisoformat(wish)
    )
    if wanted.wish is None:
        said = Text("{caseworker} gets the message and looks for another time with you.")
    else:
        said = Text("I have asked {caseworker}: {at}. You hear from me when it is settled.", {"at": wanted.wish})
    return Done((wanted, Said(said)))


FLOW = Flow(
    name="moving",
    version=1,
    start="time",
    nodes={
        "time": Ask(
            prompt=_prompt,
            parse=Choice(_times, _time_in_words),
            save="time",
            then=goto("ask"),
            help=PICK,
        ),
        "ask": Do(run=_ask_for_it, then=goto(END)),
    },
)
