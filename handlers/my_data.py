""" "My data": what is stored about somebody, in plain words, and what they can change (F7, F70)."""

from flows.dialogues.answer_words import lines, pages
from flows.dialogues.reason_names import for_person
from flows.engine.events import Said
from flows.engine.messages import Button, Level, Text, Value
from flows.people import Person, Role
from flows.rules.access import Operation
from flows.rules.purposes import PURPOSES
from handlers import absences, access, agenda, leave, my_consents, own_reminders, readers, submissions, threads
from handlers.occasion import Occasion
from locales.catalog import own_name

REPORTS_SHOWN = 5
NOTHING = Text("nothing so far")
CHANGES = (
    Button(Text("Another phone number"), "my_phone"),
    Button(Text("Another sign"), "my_sign"),
    Button(Text("Another language"), "language"),
)
SHOWN_ELSEWHERE = (my_consents.SHOW, Button(Text("My appointments"), "appointments"), readers.WHO)
CHANGE_ANSWERS = Button(Text("Change my answers"), "my_answers")
CONSENTS: dict[str, Text] = {
    "C1": Text("write to you here"),
    "C2": Text("write to you on Telegram"),
    "C3": Text("keep reports of illness and sick notes"),
    "C4": Text("say more in reminders"),
    "C5": Text("speak with a person you trust"),
    "C6": Text("send a final report"),
    "C7": Text("tell a company something"),
    "C8": Text("hand over to another service"),
    "C9": Text("send something sensitive by post"),
    "C10": Text("prove that we have talked"),
    "C11": Text("speak about sensitive topics"),
    "C13": Text("organise applications for you"),
    "C14": Text("assess something anew"),
    "C15": Text("come to your workplace"),
}
"""Purposes in a few words; what was agreed to stands in the consent texts."""


def show(occasion: Occasion, person: Person) -> None:
    """Say everything that is stored, one subject in each message."""
    if not access.may_own(person, Operation.READ_OWN_DATA):
        access.refuse(occasion, person)
        return
    person = occasion.uow.people.get(person.id)
    occasion.say(person, Said(lines(_contact(person)), level=Level.L3))
    known = submissions.unsent(occasion, person)
    answers = submissions.told(occasion, person, known) if known is not None else []
    for text in pages(answers):
        occasion.say(person, Said(text, level=Level.L4))
    occasion.say(person, Said(_agreed(occasion, person)))
    others = my_consents.not_counting(occasion, person)
    if others:
        occasion.say(person, Said(lines(others), level=Level.L3))
    for told in (_reports, _appointments, leave.told, own_reminders.told, threads.told):
        found = told(occasion, person)
        if found:
            occasion.say(person, Said(lines(found), level=Level.L4))
    ways_on = (*CHANGES, CHANGE_ANSWERS) if known is not None and known.submitted is not None else CHANGES
    if person.role is Role.PARTICIPANT:
        ways_on = (*ways_on, *SHOWN_ELSEWHERE, *threads.ways_on(occasion, person))
    occasion.say(person, Said(_who_answers(occasion), ways_on))


def _contact(person: Person) -> list[Text]:
    told: list[tuple[Text, Value]] = [
        (Text("Name"), person.name),
        (Text("Phone number"), person.phone or NOTHING),
        (Text("Language"), own_name(person.language)),
        (Text("Sign"), person.sign or NOTHING),
    ]
    if person.born is not None:
        told.append((Text("Date of birth"), person.born))
    head = Text("This is stored about you:")
    return [head, *(Text("{label}: {answer}", {"label": label, "answer": value}) for label, value in told)]


def _agreed(occasion: Occasion, person: Person) -> Text:
    effective = occasion.uow.consents.effective(person.id, occasion.now)
    agreed = tuple(CONSENTS[code] for code in PURPOSES if code in effective)
    if not agreed:
        return Text("You have not agreed to anything. That is all right.")
    return Text(
        "You have agreed that we may: {agreed}. You can take it back at any time: write “stop”.", {"agreed": agreed}
    )


def _reports(occasion: Occasion, person: Person) -> list[Text]:
    found = absences.of_person(occasion, person)[:REPORTS_SHOWN]
    own = occasion.uow.profile.own_reasons
    told = [
        Text("{day}: {reason}, taken back", {"day": one.first_day, "reason": for_person(one.reason, own)})
        if one.taken_back
        else Text("{day}: {reason}", {"day": one.first_day, "reason": for_person(one.reason, own)})
        for one in found
    ]
    return [Text("Your last reports:"), *told] if told else []


def _appointments(occasion: Occasion, person: Person) -> list[Text]:
    """The next dates, as short as they can be said; the button shows each with what can be answered."""
    coming = [one for one, _ in occasion.uow.appointments.of(person.id, occasion.now) if not one.cancelled]
    told = [Text("{at}", {"at": one.starts}) for one in coming[: agenda.MOST_SHOWN]]
    return [Text("Your next appointments:"), *told] if told else []


def _who_answers(occasion: Occasion) -> Text:
    carrier = occasion.uow.profile.carrier
    return Text(
        "{caseworker} looks after you: {phone}. Responsible for the data: {carrier}. Questions about it: {officer}. "
        "What would you like to change?",
        {"carrier": carrier["name"], "officer": carrier["officer"]},
    )
