"""A break from everything automatic (R62): how it is offered, confirmed and ended, with one kind question."""

from datetime import date

from flows.dialogues.withdrawal import OPEN, PAUSE
from flows.engine.events import Said
from flows.engine.messages import Button, Level, Text

USUAL_DAYS = 14
_SPANS = (
    (7, Text("1 week")),
    (14, Text("2 weeks")),
    (28, Text("4 weeks")),
)
_UNTIL_I_SAY = Button(Text("Until I say so"), PAUSE, OPEN)
GO_ON = Button(Text("Messages again"), "start")
ON = Text("Good. Messages come again as before.")
HOW_LONG = Text("How long shall the break be? You can also write a date. Then nothing comes by itself.")
OVER = Text("Your break is over. How are you? Messages come again as before, or do you want a longer break?")
WRONG_DAY = Text("I cannot make a break until this day. How long shall it be?")

FOR_STAFF_OPEN = Text("{name}: paused until further notice.")
FOR_STAFF_OVER = Text("{name}: the pause is over.")
FOR_STAFF_NONE = Text("{name}: there is no pause.")
STAFF_WHEN = Text("Until when? Please write it in one line, for example: pause, the name, until 12.12.")


def _spans(*, without: int = 0) -> tuple[Button, ...]:
    return (*(Button(text, PAUSE, f"days:{days}") for days, text in _SPANS if days != without), _UNTIL_I_SAY)


def ask_how_long(text: Text = HOW_LONG) -> Said:
    """Ask for the length."""
    return Said(text, _spans())


def has_begun(until: date | None) -> Said:
    """The confirmation, with the way back."""
    if until is None:
        return Said(
            Text("Break. Nothing comes by itself until you write “messages again”. Your own messages still arrive."),
            (GO_ON,),
        )
    return Said(
        Text(
            "Break until {until}. Nothing comes by itself until then. Your own messages and reports still arrive.",
            {"until": until},
        ),
        (GO_ON, *_spans()),
    )


def is_over() -> Said:
    """The one question at the end."""
    return Said(OVER, (Button(Text("Yes, as before"), "start"), Button(Text("A longer break"), PAUSE, "how")))


def staff_note(until: date | None) -> Said:
    """What staff see: neutral, no reason."""
    text = FOR_STAFF_OPEN if until is None else Text("{name}: paused until {until}.", {"until": until})
    return Said(text, level=Level.L3)
