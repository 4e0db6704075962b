"""What staff do in the chat until the console is there: see alerts, answer, record a report (R20b)."""

from dataclasses import replace

from flows.dialogues import planning, staff
from flows.dialogues.registry import FLOWS, STAFF_OPENS
from flows.engine.conversation import Json, Status
from flows.engine.events import Said
from flows.engine.flow import Facts, Flow
from flows.engine.messages import Text
from flows.engine.replies import ACTION_COMMANDS, Intent, Reply
from flows.engine.run import ask_again, resume, start
from flows.people import Person, PersonId
from handlers import absences, alerts, appearing, appointments, calendar, crisis, inviting, moves, phone_list
from handlers.apply import STAFF_MENU, apply_turn, choose_language, menu, offer_languages, show_menu
from handlers.facts import gather
from handlers.occasion import Occasion
from handlers.understanding import as_label, read
from locales.catalog import LANGUAGES
from storage.buttons import StoredButton
from storage.conversations import StoredConversation

ON_CARDS = frozenset(
    {"seen", "proof", "answer", "release", "called", "confirm", "decline", "call_off", *appearing.MARKS}
)
"""What the buttons under alerts do."""


def knows(action: str, *, bound: bool) -> bool:
    """Whether a press is something done to an alert, not an answer to a question."""
    return action in ON_CARDS and not bound


def press(occasion: Occasion, person: Person, button: StoredButton) -> None:
    """Do what the button under an alert says."""
    match button.action:
        case "seen":
            alerts.acknowledge(occasion, int(button.value), person)
        case "proof":
            absences.receive_proof(occasion, int(button.value), person)
        case "confirm" | "decline":
            moves.decide(occasion, button.value, person, agreed=button.action == "confirm")
        case "call_off":
            appointments.call_off(occasion, button.value, person)
        case mark if mark in appearing.MARKS:
            appearing.mark(occasion, mark, button.value, person)
        case "called":
            phone_list.note_call(occasion, PersonId(int(button.value)), person)
        case "release":
            crisis.release(occasion, occasion.uow.people.get(PersonId(int(button.value))), person)
        case _:
            _leave_open_question(occasion, person)
            subject = occasion.uow.people.get(PersonId(int(button.value)))
            facts = gather(occasion, person)
            others = tuple(one for one in facts.people if one[0] != subject.id)
            reach = replace(facts, people=((subject.id, subject.name), *others))
            _open(occasion, person, reach, staff.WRITE, {"person": button.value, "name": subject.name})


def hear(occasion: Occasion, person: Person, reply: Reply) -> None:
    """Handle one reply of a member of staff."""
    if phone_list.asks_for_it(reply.text, person):
        phone_list.show(occasion, person)
        return
    facts = gather(occasion, person)
    if inviting.hear(occasion, person, facts, reply.text):
        return
    planned = calendar.wanted(facts, reply)
    if planned is not None:
        _leave_open_question(occasion, person)
        _open(occasion, person, facts, planning.FLOW, planned)
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


def _answers(occasion: Occasion, person: Person, facts: Facts, stored: StoredConversation, reply: Reply) -> bool:
    flow = FLOWS.get(stored.conversation.flow)
    lapsed = flow is None or stored.updated + flow.lapses_after < occasion.now
    if flow is None or lapsed or (reply.standing and reply.action not in ACTION_COMMANDS):
        _leave_open_question(occasion, person)
        return False
    local = occasion.local(person)
    question = ask_again(flow, stored.conversation, now=local, facts=facts)
    turn = resume(
        flow, stored.conversation, as_label(reply, question, person, {"name": person.name}), now=local, facts=facts
    )
    apply_turn(occasion, person, stored.id, turn)
    return True


def _leave_open_question(occasion: Occasion, person: Person) -> None:
    stored = occasion.uow.conversations.current(person.id)
    if stored is not None:
        left = replace(stored.conversation, status=Status.CANCELLED, turn=stored.conversation.turn + 1)
        occasion.uow.conversations.save(stored.id, person.id, left, occasion.now)


def _wish(occasion: Occasion, person: Person, facts: Facts, reply: Reply) -> None:
    if not reply.action:
        reply = as_label(reply, menu(occasion, person), person, {"name": person.name})
    if reply.action == phone_list.WHOM_TO_CALL.action:
        phone_list.show(occasion, person)
        return
    pressed = {"cannot": Intent.CANNOT_COME, **ACTION_COMMANDS}.get(reply.action)
    intents = (pressed,) if pressed else reply.reading.intents
    if Intent.LANGUAGE in intents:
        _language(occasion, person, reply.value or reply.reading.language or "")
        return
    named = staff.person_in_words(reply.text, facts)
    if named and not pressed:
        reply = replace(
            reply, reading=read(as_if_own(reply.text, facts), person.language, occasion.local(person).date())
        )
        intents = reply.reading.intents
    if Intent.APPOINTMENTS in intents:
        appointments.show_own(occasion, person)
        return
    flow = next((STAFF_OPENS[intent] for intent in intents if intent in STAFF_OPENS), None)
    if not facts.people and (flow is not None or reply.text):
        occasion.say(person, Said(Text("You look after nobody at the moment.")))
    elif flow is not None:
        _open(occasion, person, facts, flow, _known(facts, flow, reply))
    elif intents or not any(char.isalnum() for char in reply.text):
        _help(occasion, person)
    else:
        _open(occasion, person, facts, staff.WRITE, {"words": reply.text})


NOT_OWN = frozenset({"ist", "is", "er", "sie", "he", "she", "hat", "has", "angerufen", "und"})


def as_if_own(text: str, facts: Facts) -> str:
    """ "Jonas ist heute krank" as Jonas would say it, so that the same phrase lists read it."""
    names = {part.casefold() for _, name in facts.people for part in name.split()}
    rest = [word for word in text.split() if word.casefold().strip(",.:") not in names | NOT_OWN]
    return " ".join(("ich bin", *rest))


def _known(facts: Facts, flow: Flow, reply: Reply) -> dict[str, Json]:
    """What the words already say: who, why, from when."""
    if flow is not staff.RECORD or not reply.text:
        return {}
    named = staff.person_in_words(reply.text, facts)
    reading = reply.reading
    known: dict[str, Json] = {
        "person": named or "",
        "reason": reading.reason.value if reading.reason and reading.reason in facts.reasons else "",
        "first_day": reading.first_day.isoformat() if reading.first_day else "",
    }
    return {name: value for name, value in known.items() if value}


def _language(occasion: Occasion, person: Person, language: str) -> None:
    if language not in LANGUAGES:
        offer_languages(occasion, person)
        return
    chosen = choose_language(occasion, person, language)
    occasion.say(chosen, Said(Text("I write in English from now on."), STAFF_MENU))


def _help(occasion: Occasion, person: Person) -> None:
    occasion.say(
        person, Said(Text("Reports and messages arrive here. “Seen” tells the person that you know about it."))
    )
    show_menu(occasion, person)


def _open(occasion: Occasion, person: Person, facts: Facts, flow: Flow, answers: dict[str, Json]) -> None:
    apply_turn(occasion, person, None, start(flow, now=occasion.local(person), facts=facts, answers=answers))
