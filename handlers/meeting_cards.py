"""What staff do by a button under an appointment: agree to a move, call it off, say what became of it (F24, F26)."""

from flows.people import Person
from handlers import appearing, appointments, moves
from handlers.occasion import Occasion
from storage.buttons import StoredButton

_MOVES = frozenset({"confirm", "decline"})
_CALL_OFF = "call_off"


def knows(action: str) -> bool:
    """Whether a button under an appointment says this."""
    return action in _MOVES or action == _CALL_OFF or action in appearing.MARKS


def subject_of(occasion: Occasion, button: StoredButton) -> Person:
    """Whom the button is about: the invited person, of a whole appointment the first of them."""
    number = int(button.value.partition(":")[0])
    known = occasion.uow.appointments
    invitee = known.invited(number)[0] if button.action == _CALL_OFF else known.invitee(number)
    return occasion.uow.people.get(invitee.person)


def is_with(occasion: Occasion, by: Person, button: StoredButton) -> bool:
    """Whether the appointment is with this member of staff, whoever looks after the invited by now."""
    number = int(button.value.partition(":")[0])
    known = occasion.uow.appointments
    appointment = known.get(number if button.action == _CALL_OFF else known.invitee(number).appointment)
    return appointment.organiser == by.id and not occasion.uow.people.has_left(by.id)


def press(occasion: Occasion, by: Person, button: StoredButton) -> None:
    """Do what the button says."""
    if button.action in _MOVES:
        moves.decide(occasion, button.value, by, agreed=button.action == "confirm")
    elif button.action == _CALL_OFF:
        appointments.call_off(occasion, button.value, by)
    else:
        appearing.mark(occasion, button.action, button.value, by)
