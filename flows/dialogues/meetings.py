"""How an appointment is spoken of: date and time first, then place, who, one question, and buttons (EVIDENCE.md)."""

from datetime import datetime

from flows.engine.messages import Button, Text, Value
from flows.rules.appointments import Appointment, Kind

VALUE = "meet:"
"""What the value of a button about an appointment begins with; behind it stands whose part it is about."""
WHERE: dict[Kind, Text] = {
    Kind.IN_PERSON: Text("{at} · {place}, with {person}. Will you come?"),
    Kind.GROUP: Text("{at} · {place}, together with others. Will you come?"),
    Kind.OPEN_HOURS: Text("{at} · {place}: open hours, {person} is there. Will you come?"),
    Kind.VIDEO: Text("{at} by video, with {person}. Will you be there?"),
    Kind.PHONE: Text("{at}: {person} calls you. Does that suit you?"),
    Kind.HOME: Text("{at}: {person} comes to you. Does that suit you?"),
}
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


def details(appointment: Appointment, organiser: str) -> Text:
    """When, where, with whom, and the one question."""
    values: dict[str, Value] = {"at": appointment.starts, "person": organiser}
    if appointment.kind.has_place:
        values["place"] = appointment.place
    return Text(WHERE[appointment.kind].key, values)


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
