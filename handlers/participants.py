"""What a participant says: crisis first, then the open question, then every other wish."""

from dataclasses import replace

from flows.dialogues import absence, message, my_data, recording
from flows.dialogues.registry import OPENS
from flows.engine.answers import LENGTH_KEY
from flows.engine.conversation import Json
from flows.engine.events import CrisisKind, Reason, Said
from flows.engine.flow import Facts
from flows.engine.messages import Button, Text
from flows.engine.replies import ACTION_COMMANDS, Intent, Reading, Reply
from flows.engine.wishes import Wish
from flows.people import Person, Role
from flows.rules.absence import Source
from flows.rules.access import Operation
from handlers import (
    access,
    after_reports,
    agenda,
    appearing,
    asking_back,
    certificate_senders,
    complaints,
    consenting,
    crisis,
    ending,
    entry,
    intake,
    invited,
    leave,
    misses,
    my_consents,
    own_months,
    own_reminders,
    questions,
    readers,
    sick_notes,
    strikes,
    unclear,
    withdrawal,
)
from handlers.apply import choose_language, grant, menu, offer_languages, show_menu
from handlers.facts import gather
from handlers.occasion import Occasion
from handlers.understanding import as_label, button_of_facts
from locales.catalog import LANGUAGES
from storage.conversations import StoredConversation

ACTIONS: dict[str, Intent] = {
    "ill": Intent.ILL,
    "child_ill": Intent.CHILD_ILL,
    "official_date": Intent.OFFICIAL_DATE,
    "cannot": Intent.CANNOT_COME,
    "late": Intent.LATE,
    "leave_early": Intent.LEAVE_EARLY,
    "come": Intent.TAKE_BACK,
    "start": Intent.START,
    "menu": Intent.MENU,
    "appointments": Intent.APPOINTMENTS,
    "absent": Intent.ABSENT,
    readers.WHO.action: Intent.READERS,
    **own_reminders.ACTIONS,
    **leave.ACTIONS,
    **complaints.ACTIONS,
    **ACTION_COMMANDS,
}
"""What a button outside a question means."""

LABELS: dict[Intent, tuple[Text, str]] = {
    Intent.ILL: (Text("I am ill"), "ill"),
    Intent.CHILD_ILL: (Text("My child is ill"), "child_ill"),
    Intent.OFFICIAL_DATE: (Text("Official appointment"), "official_date"),
    Intent.ABSENT: (Text("I cannot come"), "absent"),
    Intent.CANNOT_COME: (Text("I cannot come"), "cannot"),
    Intent.LATE: (Text("I am late"), "late"),
    Intent.LEAVE_EARLY: (Text("I have to go earlier"), "leave_early"),
    Intent.TAKE_BACK: (Text("I am coming after all"), "come"),
    Intent.TALK: (Text("Write to {caseworker}"), "ask"),
    Intent.CALL_ME: (Text("Please call me"), "call"),
    Intent.STOP: (Text("No more messages"), "stop_all"),
    Intent.HELP: (Text("Help"), "help"),
    Intent.LANGUAGE: (Text("Another language"), "language"),
    Intent.APPOINTMENTS: (Text("My appointments"), "appointments"),
    Intent.CANCEL: (Text("Leave this"), "cancel"),
    Intent.READERS: (readers.WHO.label, readers.WHO.action),
    Intent.MY_DATA: (Text("My data"), "my_data"),
    **own_reminders.LABELS,
    **leave.LABELS,
    **complaints.LABELS,
}
"""How a wish is offered when the words fit several."""

REPORTS = frozenset({Intent.ILL, Intent.CHILD_ILL, Intent.OFFICIAL_DATE, Intent.ABSENT, Intent.CANNOT_COME})
FOUND_OUT = {Intent.ILL: "illness", Intent.CHILD_ILL: "child_ill", Intent.OFFICIAL_DATE: "official_date"}
MOST_OFFERED = 4
SAID_BY_PHONE = Text("Thank you. Please say this by phone: {phone}.")
"""What somebody reads who reports for others and speaks for nobody here; why, it does not say."""
CHANGES = frozenset({"my_phone", "my_sign", "my_answers", "answer_back"})
"""Buttons under "my data", and the one under a question of staff."""

PROOF_ANSWERS = {
    "doctor_tomorrow": Text("Good. All the best for the doctor. Please show the sick note to {caseworker} then."),
    "no_doctor": Text("Call 116 117, free of charge. They find a doctor for you. {caseworker} also helps: {phone}."),
}
"""Ways out under the reminder of an open proof (R3). 116 117: kbv.de, to be checked by the carrier."""


def hear(occasion: Occasion, person: Person, reply: Reply) -> None:
    """Handle one reply of a participant or another person outside the staff."""
    if reply.reading.crisis is not None:
        _hear_crisis(occasion, person, reply, reply.reading.crisis)
        return
    facts = gather(occasion, person)
    stored = questions.find_open(occasion, person)
    if reply.file_name and not questions.wants_file(stored):
        no_files = Text("I cannot take files here. I have not kept it. Please show it to {caseworker}.")
        occasion.say(person, Said(no_files, certificate_senders.leads_on(occasion, person)))
        if not reply.text:
            return
        reply = replace(reply, file_name="")
    heard = ending.hear(occasion, person, stored, reply)
    if heard is None:
        return
    if heard is not reply:
        reply, stored = heard, questions.find_open(occasion, person)
        person = occasion.uow.people.get(person.id)
    if reply.reading.language and reply.reading.intents == (Intent.LANGUAGE,):
        _choose(occasion, person, reply.reading.language)
        return
    if my_consents.hear(occasion, person, reply.text) or sick_notes.hear(occasion, person, stored, reply):
        return
    reply = invited.keep_to_appointments(occasion, person, stored, reply)
    if stored is not None and not _is_standing(reply) and questions.answer(occasion, person, facts, stored, reply):
        return
    _wish(occasion, person, facts, stored, reply)


def _hear_crisis(occasion: Occasion, person: Person, reply: Reply, kind: CrisisKind) -> None:
    reading = reply.reading
    crisis.respond(occasion, person, kind, reply.text, for_other=reading.for_other)
    report = next((intent for intent in reading.intents if intent in REPORTS), None)
    if report is not None and reading.reason is not None and not reading.for_other:
        _open(occasion, person, gather(occasion, person), report, reading)


def _is_standing(reply: Reply) -> bool:
    """A press that is no answer to the open question, other than the commands every question knows."""
    return reply.standing and reply.action not in ACTION_COMMANDS


def _wish(occasion: Occasion, person: Person, facts: Facts, stored: StoredConversation | None, reply: Reply) -> None:
    if stored is None and not reply.action:
        reply = as_label(reply, menu(occasion, person), person, questions.names(occasion, person))
    if _presses(occasion, person, facts, reply) or _answers_date(occasion, person, facts, stored, reply):
        return
    intents = (ACTIONS[reply.action],) if reply.action in ACTIONS else reply.reading.intents
    if Intent.RESUME in intents and _go_on(occasion, person, facts):
        return
    if stored is not None:
        questions.leave(occasion, person, stored)
    wishes = [intent for intent in intents if intent not in questions.SMALL_TALK]
    if len(wishes) > 1:
        _which(occasion, person, wishes, reply.reading)
    elif wishes:
        _grant(occasion, person, facts, wishes[0], reply)
    elif intents:
        _chat(occasion, person, intents[0])
    elif _has_words(reply.text) and person.held_since is not None:
        crisis.pass_on(occasion, person, reply.text)
    elif _has_words(reply.text):
        complaints.offer(occasion, person, facts, reply.text)
    else:
        show_menu(occasion, person)


def _answers_date(
    occasion: Occasion, person: Person, facts: Facts, stored: StoredConversation | None, reply: Reply
) -> bool:
    """Whether it was an answer to what they were asked about an appointment, clear or not."""
    return any(one.hear(occasion, person, facts, stored, reply) for one in (invited, unclear))


def _go_on(occasion: Occasion, person: Person, facts: Facts) -> bool:
    """ "Go on" ends a break and takes up what was paused; False when there is neither."""
    rested = person.paused_since is not None and withdrawal.resume_messages(occasion, person)
    return questions.go_on(occasion, person, facts) or rested


def _presses(occasion: Occasion, person: Person, facts: Facts, reply: Reply) -> bool:
    """Whether it was a button that does something of its own."""
    if reply.action in CHANGES or reply.action in PROOF_ANSWERS:
        _do(occasion, person, facts, reply.action)
        return True
    if reply.action == my_consents.BESIDE and person.role is Role.GUARDIAN:
        my_consents.take_back_beside(occasion, person, reply.value)
        return True
    if reply.action == my_consents.ANEW_BESIDE and person.role is Role.GUARDIAN:
        my_consents.decide_anew_beside(occasion, person, reply.value)
        return True
    if _does_at_once(occasion, person, reply):
        return True
    if reply.action == my_consents.ACTION:
        return my_consents.decide_anew(occasion, person, reply.value)
    return invited.press(occasion, person, facts, reply)


def _does_at_once(occasion: Occasion, person: Person, reply: Reply) -> bool:
    """Take a press that needs nothing else: my consents, "I am here", an answer the morning after a miss."""
    if (reply.action, reply.value) == (my_consents.OTHERS.action, my_consents.OTHERS.value):
        my_consents.show_rarer(occasion, person)
    elif reply.action == my_consents.SHOW.action:
        my_consents.show(occasion, person)
    elif reply.action == "here":
        appearing.say_here(occasion, person, reply.value)
    elif reply.action == sick_notes.ACTION:
        sick_notes.lead(occasion, person)
    elif misses.knows(reply.action):
        misses.hear(occasion, person, reply.action)
    elif room := next((one for one in (leave, own_months, strikes) if one.knows(reply.action)), None):
        room.press(occasion, person, reply)
    elif reply.action == "forget":
        own_reminders.forget(occasion, person, reply.value)
    elif after_reports.knows(reply.action):
        return after_reports.press(occasion, person, reply)
    else:
        return False
    return True


def _chat(occasion: Occasion, person: Person, intent: Intent) -> None:
    """Somebody looks in: something kind, then what they were at, or what can be done here."""
    occasion.say(person, Said(questions.SMALL_TALK[intent]))
    if not entry.remind(occasion, person):
        show_menu(occasion, person)


def _do(occasion: Occasion, person: Person, facts: Facts, action: str) -> None:
    """Do what a button under a reminder of proof, under "my data" or under a question of staff says."""
    if action in PROOF_ANSWERS:
        ways_on = (Button(*LABELS[Intent.TALK]), Button(*LABELS[Intent.CALL_ME]))
        occasion.say(person, Said(PROOF_ANSWERS[action], ways_on))
        return
    stored = questions.find_open(occasion, person)
    if stored is not None:
        questions.leave(occasion, person, stored)
    match action:
        case "my_phone" | "my_sign":
            flow = my_data.PHONE if action == "my_phone" else my_data.SIGN
            questions.begin(occasion, person, facts, flow, {})
        case "my_answers" if intake.review(occasion, person):
            pass
        case "answer_back" if asking_back.put(occasion, person):
            pass
        case _:
            show_menu(occasion, person)


def _has_words(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _which(occasion: Occasion, person: Person, wishes: list[Intent], reading: Reading) -> None:
    """Two that fit: ask, never guess."""
    known = button_of_facts(reading)
    offered = [wish for wish in dict.fromkeys(wishes) if wish in LABELS][:MOST_OFFERED]
    buttons = [Button(LABELS[wish][0], LABELS[wish][1], known) for wish in offered]
    if Intent.TALK not in offered:
        buttons.append(Button(*LABELS[Intent.TALK]))
    occasion.say(person, Said(Text("I am not sure what you mean. What fits?"), tuple(buttons)))


def _grant(occasion: Occasion, person: Person, facts: Facts, wish: Intent, reply: Reply) -> None:
    if wish in REPORTS and person.role is Role.GUARDIAN:
        _report_for_ward(occasion, person, facts, reply.reading)
        return
    if wish is Intent.START and withdrawal.resume_messages(occasion, person):
        return
    for room in (own_reminders, leave, complaints):
        if wish in room.WISHES:
            room.grant(occasion, person, facts, reply, wish)
            return
    if wish in OPENS:
        _open(occasion, person, facts, wish, reply.reading)
        if wish is Intent.LATE:
            invited.note_late(occasion, person)
        return
    _answer(occasion, person, facts, wish, reply)


def _answer(occasion: Occasion, person: Person, facts: Facts, wish: Intent, reply: Reply) -> None:
    """Do what is done at once, without a dialogue of its own."""
    match wish:
        case Intent.STOP:
            grant(occasion, person, Wish.STOP)
        case Intent.CALL_ME:
            grant(occasion, person, Wish.CALL)
        case Intent.TALK:
            grant(occasion, person, Wish.TALK)
            questions.begin(occasion, person, facts, message.TALK, {})
        case Intent.LANGUAGE:
            _language(occasion, person, reply)
        case Intent.MY_DATA:
            grant(occasion, person, Wish.MY_DATA)
        case Intent.HELP:
            _help(occasion, person)
        case Intent.READERS:
            readers.show(occasion, person)
        case Intent.APPOINTMENTS if agenda.show(occasion, person):
            pass
        case Intent.APPOINTMENTS:
            none = Text("There are no appointments here yet. {caseworker} knows your dates: {phone}.")
            occasion.say(person, Said(none, (Button(*LABELS[Intent.TALK]),)))
        case _:
            show_menu(occasion, person)


def _report_for_ward(occasion: Occasion, person: Person, facts: Facts, reading: Reading) -> None:
    if facts.people:
        questions.begin(occasion, person, facts, recording.FLOW, _of_ward(occasion, person, facts, reading))
    else:
        occasion.say(person, Said(SAID_BY_PHONE))


def _of_ward(occasion: Occasion, person: Person, facts: Facts, reading: Reading) -> dict[str, Json]:
    """What a guardian said of the ward (R20b): "my child is ill" is the ward's illness, not the guardian's absence."""
    ill = reading.reason in absence.MEANS_TODAY
    first = reading.first_day or (occasion.local(person).date() if ill else None)
    known = {
        "person": str(facts.people[0][0]) if len(facts.people) == 1 else "",
        "reason": Reason.ILLNESS.value if ill else (reading.reason or ""),
        "first_day": first.isoformat() if first else "",
        "last_day": reading.last_day.isoformat() if reading.last_day else "",
        "source": Source.OTHERS.value,
    }
    return {name: value for name, value in known.items() if value}


def _help(occasion: Occasion, person: Person) -> None:
    occasion.say(
        person,
        Said(Text("You can tell me that you are ill, late or cannot come. I pass it on to {caseworker} at once.")),
    )
    also = Text("You can also write to {caseworker}, ask for a call, or write “stop”. By phone: {phone}.")
    offered = (Intent.STOP, Intent.READERS, Intent.MY_DATA, Intent.REMIND_ME)
    ways_on = (*(Button(*LABELS[wish]) for wish in offered), *leave.offered(occasion, person))
    occasion.say(person, Said(also, ways_on))
    show_menu(occasion, person)


def _language(occasion: Occasion, person: Person, reply: Reply) -> None:
    language = reply.value if reply.action else reply.reading.language
    if language:
        _choose(occasion, person, language)
    else:
        offer_languages(occasion, person)


def _choose(occasion: Occasion, person: Person, language: str) -> None:
    if language not in LANGUAGES:
        offer_languages(occasion, person)
        return
    chosen = choose_language(occasion, person, language)
    occasion.say(chosen, Said(Text("I write in English from now on.")))
    if consenting.show_anew(occasion, chosen):
        return
    if not questions.repeat(occasion, chosen, gather(occasion, chosen)):
        show_menu(occasion, chosen)


def _open(occasion: Occasion, person: Person, facts: Facts, wish: Intent, reading: Reading) -> None:
    """Begin the dialogue a wish opens, with everything the words already said; who reports has to be a participant."""
    if wish is not Intent.START and not access.may_own(person, Operation.REPORT_OWN):
        access.refuse(occasion, person)
        return
    if wish is Intent.START and person.role is Role.PARTICIPANT and consenting.is_new(occasion, person):
        entry.go_on(occasion, person)
        return
    if wish is Intent.START and my_consents.ask_for_messages(occasion, person):
        return
    reason = reading.reason.value if reading.reason else FOUND_OUT.get(wish, "")
    allowed = reason in facts.reasons
    last, first = reading.last_day, reading.first_day
    answers: dict[str, Json] = {
        "reason": reason if wish in REPORTS and allowed else "",
        "first_day": first.isoformat() if first else "",
        "last_day": last.isoformat() if last else "",
        "minutes": reading.minutes,
        "clock": reading.clock.isoformat("minutes") if reading.clock else "",
    }
    if reading.length is not None:
        answers[LENGTH_KEY] = reading.length
    if reading.date_problem is not None:
        answers["end_problem" if first or reading.problem_ends else "date_problem"] = reading.date_problem.value
    answers |= {"mourning": reading.mourning, "goes_on": reading.goes_on}
    questions.begin(occasion, person, facts, OPENS[wish], {name: value for name, value in answers.items() if value})
