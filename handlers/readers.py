""" "Who has seen my data?": the access log as the person it is about sees it (F72)."""

from datetime import datetime

from flows.dialogues.levels import WHO_HAS_SEEN
from flows.engine.events import Said
from flows.engine.messages import Button, Text
from flows.people import Person, PersonId
from flows.rules.access import Operation
from handlers import access
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

WHO = Button(WHO_HAS_SEEN, "readers")
WHAT = {
    Operation.READ_ALERT: Text("your report or message"),
    Operation.SEE_PHONE_LIST: Text("your phone number"),
    Operation.HANDLE_INTAKE: Text("your answers to the first questions"),
    Operation.READ_APPOINTMENTS: Text("your appointments"),
    Operation.READ_DAY_SHEET: Text("whether you come today, and what is open"),
    Operation.READ_CASE: Text("what is open about you, and what comes next"),
    Operation.READ_HISTORY: Text("your reports and appointments of the last year"),
    Operation.KEEP_ATTENDANCE: Text("on which days you were there"),
    Operation.SEE_MONTH: Text("your month for the agency"),
    Operation.READ_CERTIFICATE: Text("your sick note"),
    Operation.HAND_OVER_CASE: Text("who looks after you, when that changed"),
    Operation.SEE_UNDECIDED: Text("your report that waits for a decision"),
    Operation.READ_TASKS: Text("what has to be done about you"),
    Operation.DECIDE_LEAVE: Text("your leave"),
    Operation.KEEP_EXTRA_LEAVE: Text("your extra leave"),
    Operation.READ_BROADCAST: Text("whether a message to many reached you, and what you answered"),
    Operation.READ_PAPER: Text("your consent on paper"),
    Operation.READ_ACCESS_LOG: Text("this list"),
    Operation.PROVE_CONSENT: Text("the proof of your consents"),
}
"""What was seen, as the page says it. Only what the table calls logged is in the list."""
MOST = 500
IN_CHAT = 5


def read(uow: UnitOfWork, person: Person) -> list[tuple[str, Text, datetime]]:
    """Who has seen what of the person's, and when; newest first. Only for the person."""
    names: dict[PersonId, str] = {}
    found = []
    for entry in uow.access_log.reads_of(person.id, MOST):
        if entry.reader not in names:
            names[entry.reader] = uow.people.get(entry.reader).name
        found.append((names[entry.reader], WHAT[entry.operation], entry.at))
    return found


def show(occasion: Occasion, person: Person) -> None:
    """Say it in the chat: each reader once, with the last time; the page has all of it."""
    if not access.may_own(person, Operation.SEE_READERS):
        access.refuse(occasion, person)
        return
    zone, latest = occasion.local(person).tzinfo, dict[str, datetime]()
    entries = read(occasion.uow, person)
    for name, _, at in entries:
        latest.setdefault(name, at.astimezone(zone))
    if not latest:
        occasion.say(person, Said(Text("Nobody has opened your data here yet.")))
        return
    lines = [Text("{person} ({at})", {"person": name, "at": at}) for name, at in list(latest.items())[:IN_CHAT]]
    occasion.say(person, Said(Text("Your data was seen by: {readers}.", {"readers": tuple(lines)})))
    if len(entries) > len(lines):
        occasion.say(person, Said(Text("The whole list is on your page, under “Who has seen my data?”.")))
