"""How it goes at work, some weeks after the start: one question, three buttons, or any words (R54)."""

from dataclasses import dataclass
from datetime import timedelta

from flows.engine.flow import END, Answer, Ask, Do, Done, Flow, Miss, Partly, View, goto
from flows.engine.messages import Button, Text
from flows.engine.nudge_events import CheckedIn
from flows.engine.replies import Reply

WELL, SO_SO, WORDS = "well", "so_so", "words"
ANSWERS = (
    Button(Text("It goes well"), WELL, WELL),
    Button(Text("So so"), SO_SO, SO_SO),
    Button(Text("Please call me"), "call", "call"),
)
PICK = Text("Tap what fits, or write it in your own words.")


@dataclass(frozen=True, slots=True)
class HowItGoes:
    """One of the buttons, or whatever somebody writes; a wish of its own ("I am ill") is no answer."""

    free: bool = False

    def buttons(self, _: View) -> tuple[Button, ...]:
        """The answers offered."""
        return ANSWERS

    def read(self, reply: Reply, _: View) -> Answer | Partly | Miss:
        """What was pressed, or the words."""
        if reply.action:
            known = any(button.action == reply.action for button in ANSWERS)
            return Answer(reply.action) if known else Miss(PICK)
        number = reply.reading.number
        if number is not None and 1 <= number <= len(ANSWERS):
            return Answer(ANSWERS[number - 1].value)
        if reply.reading.intents or not reply.text.strip():
            return Miss(PICK)
        if reply.reading.yes:
            return Answer(WELL)
        return Answer(f"{WORDS}:{reply.text.strip()}")


def _tell(view: View) -> Done:
    kind, _, words = view.text("how").partition(":")
    return Done((CheckedIn(kind, words),))


FLOW = Flow(
    name="check_in",
    version=1,
    start="how",
    lapses_after=timedelta(days=7),
    nodes={
        "how": Ask(
            prompt=lambda _: Text("How is it going at work? Only {caseworker} reads it, not the company."),
            parse=HowItGoes(),
            save="how",
            then=goto("tell"),
        ),
        "tell": Do(run=_tell, then=goto(END)),
    },
)
"""Asked after a placement."""
