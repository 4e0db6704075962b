"""How an appointment is spoken of: date and time first, then place, who, one question, and buttons (EVIDENCE.md)."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from flows.engine.messages import Button, Text, Value
from flows.rules.appointments import Appointment, Kind

VALUE = "meet:"
"""What the value of a button about an appointment begins with; behind it stands whose part it is about."""
STAFF_KINDS: dict[Kind, Text] = {
    Kind.IN_PERSON: Text("Talk in person"),
    Kind.PHONE: Text("Phone call"),
    Kind.VIDEO: Text("Video call"),
    Kind.HOME: Text("Home visit"),
    Kind.GROUP: Text("Group"),
    Kind.OPEN_HOURS: Text("Open hours"),
}
COMES, CONFIRMS = Text("I come"), Text("That suits me")
ILL, CANNOT, MOVE, ASK = Text("I am ill"), Text("Another reason"), Text("Another time"), Text("Write to {caseworker}")


def where(kind: Kind, values: Mapping[str, Value]) -> Text:
    """The sentence for an appointment of this kind."""
    match kind:
        case Kind.IN_PERSON:
            return Text("{at} · {place}, with {person}. Will you come?", values)
        case Kind.GROUP:
            return Text("{at} · {place}, together with others. Will you come?", values)
        case Kind.OPEN_HOURS:
            return Text(
                "{at} to {until} · {place}: open hours with {person}. Come when you like. Will you come?", values
            )
        case Kind.VIDEO:
            return Text("{at} by video, with {person}. Will you be there?", values)
        case Kind.PHONE:
            return Text("{at}: {person} calls you. Does that suit you?", values)
        case Kind.HOME:
            return Text("{at}: {person} comes to you. Does that suit you?", values)


def at_home_neutrally(values: Mapping[str, Value]) -> Text:
    """A visit at home, as a locked phone may show it."""
    return Text("{at}, with {person}. Does that suit you?", values)


def details(appointment: Appointment, organiser: str, zone: tzinfo | None) -> Text:
    """When, where, with whom, and the one question; `zone` is that of whoever reads it."""
    values: dict[str, Value] = {"at": appointment.starts, "person": organiser}
    if appointment.kind.is_window:
        values["until"] = appointment.ends.astimezone(zone).timetz()
    if appointment.kind.has_place:
        values["place"] = appointment.place
    return where(appointment.kind, values)


def planned(about: Value) -> Text:
    """Said when somebody is invited."""
    return Text("A new date: {details}", {"details": about})


def moved(about: Value) -> Text:
    """Said when it begins at another time than before."""
    return Text("A date has moved: {details}", {"details": about})


def changed(about: Value) -> Text:
    """Said when something else about it is different, such as the place."""
    return Text("A date has changed: {details}", {"details": about})


def settled(about: Value) -> Text:
    """Said when it begins at the time that was wished for."""
    return Text("The new time is settled: {details}", {"details": about})


def stays(about: Value) -> Text:
    """Said when another time was wished for, and it stays at the old one."""
    return Text("The old time stays: {details}", {"details": about})


def reminder(about: Value) -> Text:
    """Said before it begins."""
    return Text("To remind you: {details}", {"details": about})


def answers(invitee: int, day: datetime) -> tuple[Button, ...]:
    """What can be said to it by one tap; illness and other reasons lead to the report for that very day (F23)."""
    date = day.date().isoformat()
    return (
        Button(COMES, "come", f"{VALUE}{invitee}"),
        Button(ILL, "ill", f"illness|{date}|{date}"),
        Button(CANNOT, "cannot", f"|{date}|{date}"),
        Button(MOVE, "move", f"{VALUE}{invitee}"),
        Button(ASK, "ask"),
    )


def invitee_of(value: str) -> int | None:
    """Whose part a button is about; None if it is about no appointment."""
    number = value.removeprefix(VALUE)
    return int(number) if value.startswith(VALUE) and number.isdecimal() else None
