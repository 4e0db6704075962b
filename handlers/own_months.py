"""What a person taps under the statement of their month: it is right, or something is wrong (R27)."""

from typing import Final

from flows.dialogues import attendance as says
from flows.engine.conversation import Json
from flows.engine.replies import Reply
from flows.people import Person
from handlers import questions, statements
from handlers.facts import gather
from handlers.occasion import Occasion

ACTIONS: Final = frozenset({"month_right", "month_wrong"})


def knows(action: str) -> bool:
    """Whether a press is an answer to a statement."""
    return action in ACTIONS


def press(occasion: Occasion, person: Person, reply: Reply) -> None:
    """Keep that it is right, or ask what is wrong; a question that was open is left."""
    if reply.action == "month_right":
        statements.confirm(occasion, person, reply.value)
        return
    stored = questions.find_open(occasion, person)
    if stored is not None:
        questions.leave(occasion, person, stored)
    month, _, days = reply.value.partition(";")
    known: dict[str, Json] = {"month": month, "days": days}
    questions.begin(occasion, person, gather(occasion, person), says.DOUBT, known)
