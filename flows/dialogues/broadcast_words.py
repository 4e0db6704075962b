"""What broadcasts say: to those who get one, and to those who send it (F50 to F54)."""

from collections.abc import Mapping
from typing import Final

from flows.engine.messages import Button, Text, Value
from flows.rules.broadcasts import Broadcast, Emergency, Outcome, Progress, Refusal

START: Final = Button(Text("Broadcast"), "broadcast", "broadcast")
CLOSED: Final = Button(Text("House closed today"), "house_closed", "broadcast")
MOVED: Final = Button(Text("Somewhere else today"), "course_moved", "broadcast")
ANSWER: Final = Text("Answer")

REFUSED: Final[Mapping[Refusal, Text]] = {
    Refusal.NOBODY: Text("Nobody belongs to this audience. Nothing is sent."),
    Refusal.ANOTHER: Text("Another broadcast is under way. Only when it has ended can this one follow."),
    Refusal.CHANGED: Text("The audience has changed since it was shown. Please look once more, then approve."),
    Refusal.PAST: Text("The time set for it is over. Please choose another one."),
}
OUTCOMES: Final[Mapping[Outcome, Text]] = {
    Outcome.WAITING: Text("still waits"),
    Outcome.SENT: Text("sent"),
    Outcome.ARRIVED: Text("sent and arrived"),
    Outcome.FAILED: Text("not delivered"),
    Outcome.UNCERTAIN: Text("uncertain whether it arrived"),
    Outcome.UNREACHED: Text("not reached here, please call"),
    Outcome.LEFT_OUT: Text("left out: is reported absent today"),
}
NO_BROADCAST: Final = Text("There is no broadcast at the moment.")
NO_SECOND: Final = Text("A second person has to look at it, and nobody is there who could. Please try again later.")
OFF: Final = Text("The broadcast is called off. Nobody gets it.")
FOLLOWS: Final = Text("Another broadcast is under way. This one follows by itself.")
STOPPED: Final = Text("Stopped. Nothing more goes out until you let it go on.")
GOES_ON: Final = Text("It goes on.")
NOT_ANY_MORE: Final = Text("This is not possible any more. The broadcast has moved on.")
EVERYBODY_GOT_IT: Final = Text("Everybody has got it.")
NO_ANSWERS: Final = Text("There are no answers yet.")
HOW: Final = Text(
    "For a broadcast write: Broadcast. In an emergency: Emergency. Later: Stop broadcast, Broadcast goes on, "
    "How far is the broadcast?"
)
ON_THE_LIST: Final = Text("Whoever was not reached stands on the phone list.")


def refused(why: Refusal, languages: tuple[Text, ...]) -> Text:
    """Why a broadcast does not go out."""
    if why is Refusal.LANGUAGE:
        return Text("A text is missing in: {languages}. Before that nothing is sent.", {"languages": languages})
    return REFUSED[why]


def message(words: str, direct: Mapping[str, Value]) -> Text:
    """A broadcast as people get it: the words as they were written, and whom to ask (R57)."""
    return Text("{words} Questions: {person}, {phone}.", {"words": words, **direct})


def emergency(broadcast: Broadcast, direct: Mapping[str, Value]) -> Text:
    """The fixed text with its blanks filled."""
    if broadcast.emergency is Emergency.CLOSED:
        return Text("The house is closed today. Please do not come. Questions: {person}, {phone}.", direct)
    values: dict[str, Value] = {**direct, "place": broadcast.place}
    if not broadcast.clock:
        return Text("Today it takes place here: {place}. Questions: {person}, {phone}.", values)
    values["clock"] = broadcast.clock
    return Text("Today it takes place here: {place}, at {clock}. Questions: {person}, {phone}.", values)


def progress(found: Progress) -> Text:
    """How far it is, in numbers."""
    values: dict[str, Value] = {
        "percent": found.percent,
        "n": found.sent,
        "total": found.total,
        "arrived": found.of(Outcome.ARRIVED),
        "failed": found.of(Outcome.FAILED),
        "uncertain": found.of(Outcome.UNCERTAIN),
        "unreached": found.of(Outcome.UNREACHED),
        "waiting": found.of(Outcome.WAITING),
    }
    return Text(
        "{percent} % done. Sent: {n} of {total}, arrived for certain: {arrived}. Not delivered: {failed}, uncertain: "
        "{uncertain}, not reached here: {unreached}, still waiting: {waiting}.",
        values,
    )
