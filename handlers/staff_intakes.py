"""What the buttons under an intake do for staff: accept, ask back, note another answer, read (F6)."""

from flows.dialogues import intake_staff
from flows.dialogues.registry import find
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.messages import Text
from flows.engine.run import start
from flows.people import Person, PersonId
from handlers import submissions
from handlers.apply import apply_turn
from handlers.facts import gather
from handlers.occasion import Occasion, Sending
from storage.buttons import StoredButton

_OPENS = {"ask": intake_staff.ASK, "correct": intake_staff.CORRECT}
_ACTIONS = frozenset({"accept", "answers", *_OPENS})


def knows(action: str) -> bool:
    """Whether a button under an intake says this."""
    return action in _ACTIONS


def press(occasion: Occasion, by: Person, button: StoredButton) -> None:
    """Do what the button says; its value is the person the intake is of."""
    subject = occasion.uow.people.get(PersonId(int(button.value)))
    match button.action:
        case "accept":
            submissions.accept(occasion, subject, by)
        case "answers":
            submissions.show(occasion, by, subject)
        case _:
            _open(occasion, by, subject, _OPENS[button.action])


def _open(occasion: Occasion, by: Person, subject: Person, name: str) -> None:
    flow, known = find(name, occasion.uow.profile), occasion.uow.intakes.of(subject.id)
    if flow is None or known is None or known.submitted is None:
        occasion.say(by, Said(Text("{name} has not sent any answers yet.")), Sending(subject=subject))
        return
    answers: dict[str, Json] = {"_person": str(subject.id), "_name": subject.name, "_given": list[Json](known.answers)}
    turn = start(flow, now=occasion.local(by), facts=gather(occasion, by), answers=answers)
    apply_turn(occasion, by, None, turn)
