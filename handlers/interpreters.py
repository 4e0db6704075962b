"""Whoever interprets moves with the appointment: staff are told what to pass on, and of a clash (R56)."""

from datetime import timedelta

from flows.dialogues.interpreting import SIGN_LANGUAGE
from flows.engine.events import Said
from flows.engine.messages import Text, Value
from flows.people import Person
from flows.rules.appointments import SIGNED, Appointment, overlaps
from handlers.occasion import Occasion, Sending
from locales.catalog import own_name

DAY = timedelta(days=1)


def language(code: str) -> Value:
    """What the language that is interpreted is called."""
    return SIGN_LANGUAGE if code == SIGNED else own_name(code)


def tell_planned(occasion: Occasion, appointment: Appointment, by: Person) -> None:
    """Whoever has planned it passes it on; the calendar entry is on their page."""
    values: dict[str, Value] = {"at": appointment.starts, "person": _named(appointment)}
    text = Text("Please ask the interpreter: {person}, {at}. The file for their calendar is on your page.", values)
    _say(occasion, appointment, by, text)
    known = {one.name for one in occasion.uow.profile.interpreters}
    if appointment.interpreter_name not in known:
        _tell_of_clash(occasion, appointment, by)


def tell_moved(occasion: Occasion, before: Appointment, moved: Appointment, by: Person) -> None:
    """The interpreter has to hear of the new time."""
    values: dict[str, Value] = {"old": before.starts, "at": moved.starts, "person": _named(moved)}
    text = Text(
        "Please tell the interpreter: {person}, from {old} to {at}. The new file for their calendar is on your page.",
        values,
    )
    _say(occasion, moved, by, text)
    _tell_of_clash(occasion, moved, by)


def tell_off(occasion: Occasion, off: Appointment, by: Person) -> None:
    """The interpreter has to hear that it does not take place."""
    values: dict[str, Value] = {"at": off.starts, "person": _named(off)}
    text = Text("Please tell the interpreter: {person}, {at} is called off. The file for that is on your page.", values)
    _say(occasion, off, by, text)


def _named(appointment: Appointment) -> str:
    return ", ".join(filter(None, (appointment.interpreter_name, appointment.interpreter_contact)))


def _say(occasion: Occasion, appointment: Appointment, by: Person, text: Text) -> None:
    if appointment.interpreter_name and occasion.now < appointment.ends:
        occasion.say(by, Said(text), Sending(lasting=True))


def _tell_of_clash(occasion: Occasion, appointment: Appointment, by: Person) -> None:
    """Nobody interprets in two places at once: said at once, with the way out."""
    if not appointment.interpreter_name:
        return
    starts = appointment.starts
    known = occasion.uow.appointments.interpreted(appointment.interpreter_name, starts - DAY, appointment.ends)
    others = [span for id_, span in known if id_ != appointment.id]
    clash = next(overlaps(starts, appointment.minutes, others), None)
    if clash is not None:
        values: dict[str, Value] = {"person": appointment.interpreter_name, "at": clash.starts}
        text = Text(
            "{person} interprets somewhere else already: {at}. Please move one of the two: “My appointments”.", values
        )
        occasion.say(by, Said(text), Sending(lasting=True))
