"""What staff do in the chat, and press on pages of the console: see alerts, answer, record a report (R20b)."""

from dataclasses import replace

from flows.dialogues import broadcast_words, certificate, leave_staff, planning, recording, staff
from flows.dialogues import dates as date_dialogue
from flows.dialogues.registry import STAFF_OPENS, find
from flows.engine.conversation import Json, Status
from flows.engine.events import Said
from flows.engine.flow import Facts, Flow
from flows.engine.messages import Text
from flows.engine.replies import ACTION_COMMANDS, Intent, Reply
from flows.engine.run import ask_again, resume, start
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.alerts import Alert
from flows.rules.certificates import Certificate
from flows.rules.names import words_of
from handlers import (
    access,
    agenda,
    alert_desk,
    alerts,
    broadcast_desk,
    calendar,
    certificate_checks,
    companies,
    crisis,
    dates,
    day_sheets,
    digests,
    guardians,
    handing_over,
    inviting,
    leave_desk,
    meeting_cards,
    months,
    needed,
    phone_list,
    resting,
    sheets,
    signing,
    staff_intakes,
    staff_leave,
    statements,
    task_cards,
    tasks,
    threads,
    verdict_desk,
)
from handlers.apply import BROADCASTS, apply_turn, choose_language, menu, menu_of, offer_languages, show_menu
from handlers.facts import gather
from handlers.occasion import Occasion
from handlers.own_reasons import with_own
from handlers.understanding import as_label, read
from locales.catalog import LANGUAGES
from storage.buttons import StoredButton
from storage.conversations import StoredConversation

ON_CARDS = {
    "seen": Operation.ACKNOWLEDGE_ALERT,
    "proof": Operation.RECEIVE_PROOF,
    certificate.DATES: Operation.RECEIVE_PROOF,
    certificate.VISIBLE: Operation.RECEIVE_PROOF,
    "answer": Operation.WRITE_TO,
    "release": Operation.RELEASE_MESSAGES,
    "called": Operation.NOTE_CALL,
    inviting.INVITE_OF: Operation.INVITE,
    inviting.LOST_OF: Operation.CUT_OFF_PHONE,
    **dict.fromkeys(task_cards.ACTIONS, Operation.TICK_TASK),
}
"""What the buttons under alerts do; those under an intake are `staff_intakes`' own, those
under an appointment `meeting_cards`'."""
HEARD = (resting, guardians, needed, signing, task_cards, leave_desk, sheets, months, companies)
"""Who takes a line about somebody, in order."""


def knows(button: StoredButton) -> bool:
    """Whether a press is something done to an alert, not an answer to a question or a wish of the menu."""
    if leave_desk.knows(button) or verdict_desk.knows(button) or broadcast_desk.knows(button):
        return True
    others = (staff_intakes, meeting_cards, task_cards, alert_desk, sheets)
    done = button.action in {*ON_CARDS, statements.TALKED} or (
        bool(button.value) and any(one.knows(button.action) for one in others)
    )
    return done and button.question.conversation is None


def press(occasion: Occasion, person: Person, button: StoredButton) -> None:
    """Do what the button under an alert says, if it is still theirs to do: buttons last, tasks may not."""
    if verdict_desk.knows(button):
        if verdict_desk.asks(button):
            leave_open_question(occasion, person)
        verdict_desk.press(occasion, person, button)
        return
    if _press_elsewhere(occasion, person, button):
        return
    alert, subjects = _concerns(occasion, button)
    operation = ON_CARDS.get(button.action) or _operation_beside(button)
    own = operation is Operation.ARRANGE and meeting_cards.may_mark(occasion, person, button)
    if not own and not all(access.allows(occasion, person, operation, subject, alert) for subject in subjects):
        return
    match operation:
        case Operation.HANDLE_INTAKE:
            leave_open_question(occasion, person)
            staff_intakes.press(occasion, person, button)
        case Operation.ARRANGE:
            if button.action == agenda.SHIFT:
                leave_open_question(occasion, person)
            meeting_cards.press(occasion, person, button)
        case Operation.TICK_TASK:
            task_cards.press(occasion, person, button)
        case _:
            _press(occasion, person, subjects[0], button)


def _press_elsewhere(occasion: Occasion, person: Person, button: StoredButton) -> bool:
    """Whether it is about an alert's way on, attendance or leave, where the table is asked about every person."""
    if alert_desk.knows(button.action):
        alert_desk.press(occasion, person, button)
    elif button.action == statements.TALKED:
        statements.talk(occasion, person, button.value)
    elif broadcast_desk.knows(button):
        broadcast_desk.press(occasion, person, button)
    elif sheets.knows(button.action):
        sheets.press(occasion, person, button)
    elif leave_desk.knows(button):
        leave_open_question(occasion, person)
        leave_desk.press(occasion, person, button)
    else:
        return False
    return True


def _operation_beside(button: StoredButton) -> Operation:
    return Operation.ARRANGE if meeting_cards.knows(button.action) else Operation.HANDLE_INTAKE


def _press(occasion: Occasion, person: Person, subject: Person, button: StoredButton) -> None:
    match button.action:
        case "seen":
            alerts.acknowledge(occasion, int(button.value), person)
        case "proof":
            _ask_dates(occasion, person, certificate_checks.receive_paper(occasion, int(button.value), person))
        case certificate.DATES:
            _ask_dates(occasion, person, certificate_checks.is_open(occasion, int(button.value), person))
        case certificate.VISIBLE:
            certificate_checks.destroy_visible(occasion, int(button.value), person)
        case "called":
            phone_list.note_call(occasion, PersonId(int(button.value)), person)
        case inviting.INVITE_OF | inviting.LOST_OF:
            inviting.press(occasion, person, button)
        case "release":
            crisis.release(occasion, subject, person)
        case _:
            leave_open_question(occasion, person)
            facts = gather(occasion, person)
            others = tuple(one for one in facts.people if one[0] != subject.id)
            reach = replace(facts, people=((subject.id, subject.name), *others))
            _open(occasion, person, reach, staff.WRITE, {"person": button.value, "name": subject.name})


def _ask_dates(occasion: Occasion, person: Person, known: Certificate | None) -> None:
    """Ask for the two dates of a certificate; None: that is over."""
    if known is not None:
        leave_open_question(occasion, person)
        asked = certificate_checks.to_ask(occasion, known)
        _open(occasion, person, gather(occasion, person), certificate.FLOW, asked)


def _concerns(occasion: Occasion, button: StoredButton) -> tuple[Alert | None, list[Person]]:
    """Whom a button under an alert is about, and which alert it is if it is about that alone."""
    if meeting_cards.knows(button.action):
        return None, meeting_cards.subjects_of(occasion, button)
    if task_cards.knows(button.action):
        return None, task_cards.subjects_of(occasion, button)
    uow, value = occasion.uow, int(button.value)
    if button.action == "seen":
        alert = uow.alerts.get(value)
        return alert, [uow.people.get(alert.subject)]
    if button.action in certificate_checks.ACTIONS:
        known = uow.certificates.get(value)
        return None, [] if known is None else [uow.people.get(known.person)]
    return None, [uow.people.get(uow.absences.get(value).person if button.action == "proof" else PersonId(value))]


def hear(occasion: Occasion, person: Person, reply: Reply) -> None:
    """Handle one reply of a member of staff."""
    if broadcast_desk.takes_words(occasion, person) and _goes_on(occasion, person, reply):
        return
    if phone_list.asks_for_it(reply.text, person):
        phone_list.show(occasion, person)
        return
    by_line = (staff_leave, digests, inviting, handing_over, verdict_desk, threads, broadcast_desk)
    heard = (one.hear(occasion, person, reply.text) for one in by_line)
    if day_sheets.hear(occasion, person, reply) or any(heard):
        return
    facts = gather(occasion, person)
    if any(one.hear(occasion, person, facts, reply.text) for one in HEARD) or _begins(occasion, person, facts, reply):
        return
    stored = occasion.uow.conversations.current(person.id)
    if reply.file_name:
        occasion.say(person, Said(Text("I cannot take files here. I have not kept it.")))
        if not reply.text:
            return
        reply = replace(reply, file_name="")
    if stored is not None and _answers(occasion, person, facts, stored, reply):
        return
    _wish(occasion, person, facts, reply)


def _goes_on(occasion: Occasion, person: Person, reply: Reply) -> bool:
    """Whether it answers the open question; words that are waited for are no line, whatever they look like."""
    stored = occasion.uow.conversations.current(person.id)
    return (
        stored is not None
        and not reply.file_name
        and _answers(occasion, person, gather(occasion, person), stored, reply)
    )


def _begins(occasion: Occasion, person: Person, facts: Facts, reply: Reply) -> bool:
    """Begin what a line asks for: an appointment, dates of a participation, extra leave; False for any other line."""
    flow, known = planning.FLOW, calendar.wanted(facts, reply)
    if known is None:
        flow, known = date_dialogue.FLOW, dates.wanted(occasion, person, facts, reply)
    if known is None:
        flow, known = leave_staff.EXTRA, leave_desk.wanted(occasion, facts, reply)
    if known is None:
        return False
    leave_open_question(occasion, person)
    _open(occasion, person, facts, flow, known)
    return True


def _answers(occasion: Occasion, person: Person, facts: Facts, stored: StoredConversation, reply: Reply) -> bool:
    flow = find(stored.conversation.flow, occasion.uow.profile)
    lapsed = flow is None or stored.updated + flow.lapses_after < occasion.now
    elsewhere = reply.standing and reply.action not in ACTION_COMMANDS
    if flow is None or lapsed or elsewhere or _is_about_another(stored, facts, reply):
        leave_open_question(occasion, person)
        return False
    local = occasion.local(person)
    question = ask_again(flow, stored.conversation, now=local, facts=facts)
    turn = resume(
        flow, stored.conversation, as_label(reply, question, person, {"name": person.name}), now=local, facts=facts
    )
    apply_turn(occasion, person, stored.id, turn)
    return True


def leave_open_question(occasion: Occasion, person: Person) -> None:
    """A question that waits for an answer is left, because something else begins."""
    stored = occasion.uow.conversations.current(person.id)
    if stored is not None:
        left = replace(stored.conversation, status=Status.CANCELLED, turn=stored.conversation.turn + 1)
        occasion.uow.conversations.save(stored.id, person.id, left, occasion.now)


def _is_about_another(stored: StoredConversation, facts: Facts, reply: Reply) -> bool:
    """Whether the words name somebody else than the report that is asked about: then they are no answer to it."""
    known = stored.conversation.answers.get("person")
    if stored.conversation.flow != recording.FLOW.name or not known or reply.action:
        return False
    return staff.person_in_words(reply.text, facts) not in {None, known}


def _wish(occasion: Occasion, person: Person, facts: Facts, reply: Reply) -> None:
    if not reply.action:
        reply = as_label(reply, menu(occasion, person), person, {"name": person.name})
    if reply.action == phone_list.WHOM_TO_CALL.action:
        phone_list.show(occasion, person)
        return
    if reply.action == tasks.SHOW.action:
        tasks.show(occasion, person)
        return
    pressed = {"cannot": Intent.CANNOT_COME, **ACTION_COMMANDS}.get(reply.action)
    intents = (pressed,) if pressed else reply.reading.intents
    if Intent.LANGUAGE in intents:
        _language(occasion, person, reply.value or reply.reading.language or "")
        return
    named = staff.person_in_words(reply.text, facts)
    if named and not pressed:
        words = as_if_own(reply.text, facts)
        reading = read(words, person.language, occasion.local(person).date())
        reply = replace(reply, reading=with_own(reading, words, person.language, facts.own_reasons))
        intents = reply.reading.intents
    if Intent.APPOINTMENTS in intents:
        agenda.show_own(occasion, person)
        return
    flow = next((STAFF_OPENS[intent] for intent in intents if intent in STAFF_OPENS), None)
    if not facts.people and flow is not None:
        occasion.say(person, Said(Text("You look after nobody at the moment.")))
    elif flow is not None:
        _open(occasion, person, facts, flow, _known(facts, flow, reply))
    elif intents or not facts.people or not any(char.isalnum() for char in reply.text):
        _help(occasion, person, facts)
    else:
        _open(occasion, person, facts, staff.WRITE, {"words": reply.text})


NOT_OWN = frozenset({"ist", "is", "er", "sie", "he", "she", "hat", "has", "angerufen", "und"})


def as_if_own(text: str, facts: Facts) -> str:
    """ "Jonas ist heute krank" as Jonas would say it, so that the same phrase lists read it."""
    names = {word for _, name in facts.people for word in words_of(name)}
    rest = [word for word in text.split() if not _is_name(word, names) and word.casefold().strip(",.:") not in NOT_OWN]
    return " ".join(("ich bin", *rest))


def _is_name(word: str, names: set[str]) -> bool:
    """Whether a word is part of a name, as "Weber" and "Anna-Lena" are."""
    parts = words_of(word)
    return bool(parts) and parts <= names


def _known(facts: Facts, flow: Flow, reply: Reply) -> dict[str, Json]:
    """What the words already say: who, why, from when."""
    if flow is not recording.FLOW or not reply.text:
        return {}
    named = staff.person_in_words(reply.text, facts)
    reading = reply.reading
    known: dict[str, Json] = {
        "person": named or "",
        "reason": reading.reason.value if reading.reason and reading.reason in facts.reasons else "",
        "first_day": reading.first_day.isoformat() if reading.first_day else "",
        "last_day": reading.last_day.isoformat() if reading.last_day else "",
    }
    return {name: value for name, value in known.items() if value}


def _language(occasion: Occasion, person: Person, language: str) -> None:
    if language not in LANGUAGES:
        offer_languages(occasion, person)
        return
    chosen = choose_language(occasion, person, language)
    occasion.say(chosen, Said(Text("I write in English from now on."), menu_of(occasion, chosen)))


def _help(occasion: Occasion, person: Person, facts: Facts) -> None:
    occasion.say(
        person, Said(Text("Reports and messages arrive here. “Seen” tells the person that you know about it."))
    )
    if broadcast_desk.may_send(occasion, person):
        occasion.say(person, Said(broadcast_words.HOW))
    if not facts.people:
        alone = Text("You look after nobody at the moment. You can write: /open or /today.")
        occasion.say(person, Said(alone, BROADCASTS if broadcast_desk.may_send(occasion, person) else ()))
        return
    lines = Text(
        "You can also write: “What is open?”, “Hand over NAME to NAME”, “Invitation for NAME”, “Pause NAME until …”."
    )
    occasion.say(person, Said(lines))
    occasion.say(person, Said(threads.HOW))
    show_menu(occasion, person)


def _open(occasion: Occasion, person: Person, facts: Facts, flow: Flow, answers: dict[str, Json]) -> None:
    apply_turn(occasion, person, None, start(flow, now=occasion.local(person), facts=facts, answers=answers))
