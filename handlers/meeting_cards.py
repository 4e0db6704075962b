"""What staff do by a button under an appointment: agree to a move, call it off, say what became of it (F24, F26)."""

from flows.people import Person
from handlers import agenda, appearing, moves
from handlers.occasion import Occasion
from storage.buttons import StoredButton

_AGREE = "confirm"
_MOVES = frozenset({_AGREE, "decline"})
_WHOLE = {
    agenda.CALL_OFF: agenda.call_off,
    agenda.CALL_OFF_REST: agenda.call_off_rest,
    agenda.SHIFT: agenda.begin_shift,
}
"""What changes the whole appointment, or begins to."""


def knows(action: str) -> bool:
    """Whether a button under an appointment says this."""
    return action in _MOVES or action in _WHOLE or action in appearing.MARKS


def subjects_of(occasion: Occasion, button: StoredButton) -> list[Person]:
    """Whom the button is about: the invited person; everybody invited, where it changes the whole appointment."""
    number = int(button.value.partition(":")[0])
    known = occasion.uow.appointments
    invitees = known.invited(number) if button.action in _WHOLE else [known.invitee(number)]
    if button.action == _AGREE:
        first = invitees[0]
        others = (one for one in known.invited(first.appointment) if one.id != first.id)
        invitees = [first, *others]
    return [occasion.uow.people.get(invitee.person) for invitee in invitees]


def may_mark(occasion: Occasion, by: Person, button: StoredButton) -> bool:
    """Whether it says what became of an appointment that was with them, whoever looks after the invited by now."""
    if button.action not in appearing.MARKS:
        return False
    known = occasion.uow.appointments
    appointment = known.get(known.invitee(int(button.value)).appointment)
    return appointment.organiser == by.id and not occasion.uow.people.has_left(by.id)


def press(occasion: Occasion, by: Person, button: StoredButton) -> None:
    """Do what the button says."""
    if button.action in _MOVES:
        moves.decide(occasion, button.value, by, agreed=button.action == _AGREE)
    elif button.action in _WHOLE:
        _WHOLE[button.action](occasion, button.value, by)
    else:
        appearing.mark(occasion, button.action, button.value, by)
