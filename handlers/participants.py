"""What a participant says: crisis first, then the open question, then every other wish."""

from dataclasses import replace
from datetime import UTC, timedelta

from flows.dialogues import absence, message
from flows.dialogues import staff as staff_dialogues
from flows.dialogues.registry import FLOWS, OPENS
from flows.engine.answers import File
from flows.engine.conversation import Conversation, Json, Status
from flows.engine.events import AlertKind, CrisisKind, Reason, Said
from flows.engine.flow import Ask, Facts, Flow
from flows.engine.messages import Button, Text
from flows.engine.replies import ACTION_COMMANDS, Intent, Reading, Reply
from flows.engine.run import Turn, ask_again, resume, start
from flows.engine.wishes import Wish
from flows.people import Person, Role
from flows.rules.absence import Source
from handlers import alerts, crisis
from handlers.alerts import News
from handlers.apply import apply, apply_turn, choose_language, grant, menu, offer_languages, show_menu
from handlers.facts import gather
from handlers.occasion import Occasion
from handlers.understanding import as_label, button_of_facts
from locales.catalog import LANGUAGES
from storage.conversations import StoredConversation

SILENCE = "silence"
SILENCE_AFTER = timedelta(minutes=30)

ACTIONS: dict[str, Intent] = {
    "ill": Intent.ILL,
    "child_ill": Intent.CHILD_ILL,
    "official_date": Intent.OFFICIAL_DATE,
    "cannot": Intent.CANNOT_COME,
    "late": Intent.LATE,
    "come": Intent.TAKE_BACK,
    "start": Intent.START,
    "menu": Intent.MENU,
    "appointments": Intent.APPOINTMENTS,
    "absent": Intent.ABSENT,
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
    Intent.TAKE_BACK: (Text("I am coming after all"), "come"),
    Intent.TALK: (Text("Write to {caseworker}"), "ask"),
    Intent.CALL_ME: (Text("Please call me"), "call"),
    Intent.STOP: (Text("No more messages"), "stop_all"),
    Intent.HELP: (Text("Help"), "help"),
    Intent.LANGUAGE: (Text("Another language"), "language"),
    Intent.APPOINTMENTS: (Text("My appointments"), "appointments"),
    Intent.CANCEL: (Text("Leave this"), "cancel"),
}
"""How a wish is offered when the words fit several."""

SMALL_TALK = {
    Intent.THANKS: Text("You are welcome."),
    Intent.GREETING: Text("Hello {name}!"),
}
REPORTS = frozenset({Intent.ILL, Intent.CHILD_ILL, Intent.OFFICIAL_DATE, Intent.ABSENT, Intent.CANNOT_COME})
FOUND_OUT = {Intent.ILL: "illness", Intent.CHILD_ILL: "child_ill", Intent.OFFICIAL_DATE: "official_date"}
MOST_OFFERED = 4
QUESTION_MARKS = "?؟"


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
    stored = _open_question(occasion, person)
    if reply.file_name and not _wants_file(stored):
        occasion.say(
            person, Said(Text("I cannot take files here. I have not kept it. Please show it to {caseworker}."))
        )
        if not reply.text:
            return
        reply = replace(reply, file_name="")
    if stored is not None and not _is_standing(reply) and _answers(occasion, person, facts, stored, reply):
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


def _open_question(occasion: Occasion, person: Person) -> StoredConversation | None:
    stored = occasion.uow.conversations.current(person.id)
    if stored is None:
        return None
    flow = FLOWS.get(stored.conversation.flow)
    if flow is not None and not flow.keeps and stored.updated + flow.lapses_after < occasion.now:
        _close(occasion, person, stored)
        return None
    return stored


def _close(occasion: Occasion, person: Person, stored: StoredConversation) -> None:
    """Leave a question for something else; a report begun in it does not get lost (R1)."""
    flow = FLOWS.get(stored.conversation.flow)
    status = Status.PAUSED if flow is not None and flow.keeps else Status.CANCELLED
    closed = replace(stored.conversation, status=status, turn=stored.conversation.turn + 1)
    occasion.uow.conversations.save(stored.id, person.id, closed, occasion.now)
    if _is_unfinished_report(stored.conversation):
        alerts.raise_alert(occasion, person, News(kind=AlertKind.ABSENCE))


def _is_unfinished_report(conversation: Conversation) -> bool:
    return conversation.flow == absence.FLOW.name and not conversation.answers.get("recorded")


def _wants_file(stored: StoredConversation | None) -> bool:
    if stored is None:
        return False
    flow = FLOWS.get(stored.conversation.flow)
    node = flow.nodes.get(stored.conversation.node) if flow else None
    return isinstance(node, Ask) and isinstance(node.parse, File)


def _answers(occasion: Occasion, person: Person, facts: Facts, stored: StoredConversation, reply: Reply) -> bool:
    """Try the open question; False when the words mean something else altogether."""
    flow, local = FLOWS.get(stored.conversation.flow), occasion.local(person)
    if flow is None:
        _close(occasion, person, stored)
        return False
    question = ask_again(flow, stored.conversation, now=local, facts=facts)
    labelled = as_label(reply, question, person, _names(occasion, person))
    if labelled.reading.language and Intent.LANGUAGE in labelled.reading.intents:
        _choose(occasion, person, labelled.reading.language)
        return True
    turn = resume(flow, stored.conversation, labelled, now=local, facts=facts)
    if not turn.understood and (_means_something_else(labelled) or _asks_back(flow, stored.conversation, labelled)):
        return _small_talk(occasion, person, labelled, question, stored)
    apply_turn(occasion, person, stored.id, turn)
    if (Wish.STOP in turn.events or Wish.PERSON in turn.events) and _is_unfinished_report(stored.conversation):
        alerts.raise_alert(occasion, person, News(kind=AlertKind.ABSENCE))
    _watch(occasion, person, stored.id, turn.conversation)
    return True


def _names(occasion: Occasion, person: Person) -> dict[str, str]:
    responsible = occasion.responsible(person)
    return {"name": person.name, "caseworker": responsible.name if responsible else ""}


def _means_something_else(reply: Reply) -> bool:
    return bool(reply.reading.intents) or reply.action in ACTIONS


def _asks_back(flow: Flow, conversation: Conversation, reply: Reply) -> bool:
    """A question of the person's own, where ours may stay open: it goes to a human being, not round in circles."""
    node = flow.nodes.get(conversation.node)
    return isinstance(node, Ask) and node.optional and any(mark in reply.text for mark in QUESTION_MARKS)


def _small_talk(
    occasion: Occasion, person: Person, reply: Reply, question: Said | None, stored: StoredConversation
) -> bool:
    """ "Thanks" and "hello" do not count as a wrong answer: say something kind and ask again."""
    intents = reply.reading.intents
    if question is None or reply.action or not intents or not set(intents) <= SMALL_TALK.keys():
        return False
    kind = Said(SMALL_TALK[reply.reading.intents[0]])
    apply(occasion, person, (kind, question), (stored.id, stored.conversation))
    return True


def _wish(occasion: Occasion, person: Person, facts: Facts, stored: StoredConversation | None, reply: Reply) -> None:
    if stored is None and not reply.action:
        reply = as_label(reply, menu(occasion, person), person, _names(occasion, person))
    if reply.action in PROOF_ANSWERS:
        ways_on = (Button(*LABELS[Intent.TALK]), Button(*LABELS[Intent.CALL_ME]))
        occasion.say(person, Said(PROOF_ANSWERS[reply.action], ways_on))
        return
    intents = (ACTIONS[reply.action],) if reply.action in ACTIONS else reply.reading.intents
    if Intent.RESUME in intents and _go_on(occasion, person, facts):
        return
    if stored is not None:
        _close(occasion, person, stored)
    wishes = [intent for intent in intents if intent not in SMALL_TALK]
    if len(wishes) > 1:
        _which(occasion, person, wishes, reply.reading)
    elif wishes:
        _grant(occasion, person, facts, wishes[0], reply)
    elif intents:
        small = SMALL_TALK[intents[0]]
        occasion.say(person, Said(small))
        show_menu(occasion, person)
    elif _has_words(reply.text):
        _open_flow(occasion, person, facts, message.OFFER, {"words": reply.text})
    else:
        show_menu(occasion, person)


def _has_words(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _go_on(occasion: Occasion, person: Person, facts: Facts) -> bool:
    paused = occasion.uow.conversations.paused(person.id)
    if not paused:
        return False
    stored = paused[-1]
    flow = FLOWS[stored.conversation.flow]
    turn = resume(flow, stored.conversation, Reply(action="resume"), now=occasion.local(person), facts=facts)
    apply_turn(occasion, person, stored.id, turn)
    return True


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
        _open_flow(occasion, person, facts, staff_dialogues.RECORD, _of_ward(occasion, person, facts, reply.reading))
        return
    if wish in OPENS:
        _open(occasion, person, facts, wish, reply.reading)
        return
    match wish:
        case Intent.STOP:
            grant(occasion, person, Wish.STOP)
        case Intent.CALL_ME:
            grant(occasion, person, Wish.CALL)
        case Intent.TALK:
            grant(occasion, person, Wish.TALK)
            _open_flow(occasion, person, facts, message.TALK, {})
        case Intent.LANGUAGE:
            _language(occasion, person, reply)
        case Intent.HELP:
            _help(occasion, person)
        case Intent.APPOINTMENTS:
            none = Text("There are no appointments here yet. {caseworker} knows your dates: {phone}.")
            occasion.say(person, Said(none, (Button(*LABELS[Intent.TALK]),)))
        case _:
            show_menu(occasion, person)


def _of_ward(occasion: Occasion, person: Person, facts: Facts, reading: Reading) -> dict[str, Json]:
    """What a guardian said of the ward (R20b): "my child is ill" is the ward's illness, not the guardian's absence."""
    ill = reading.reason in absence.MEANS_TODAY
    first = reading.first_day or (occasion.local(person).date() if ill else None)
    known = {
        "person": str(facts.people[0][0]) if len(facts.people) == 1 else "",
        "reason": Reason.ILLNESS.value if ill else (reading.reason or ""),
        "first_day": first.isoformat() if first else "",
        "source": Source.OTHERS.value,
    }
    return {name: value for name, value in known.items() if value}


def _help(occasion: Occasion, person: Person) -> None:
    occasion.say(
        person,
        Said(Text("You can tell me that you are ill, late or cannot come. I pass it on to {caseworker} at once.")),
    )
    occasion.say(
        person, Said(Text("You can also write to {caseworker}, ask for a call, or write “stop”. By phone: {phone}."))
    )
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
    stored = _open_question(occasion, chosen)
    question = None
    if stored is not None and stored.conversation.flow in FLOWS:
        question = ask_again(
            FLOWS[stored.conversation.flow],
            stored.conversation,
            now=occasion.local(chosen),
            facts=gather(occasion, chosen),
        )
    if stored is not None and question is not None:
        apply(occasion, chosen, (question,), (stored.id, stored.conversation))
    else:
        show_menu(occasion, chosen)


def _open(occasion: Occasion, person: Person, facts: Facts, wish: Intent, reading: Reading) -> None:
    """Begin the dialogue a wish opens, with everything the words already said."""
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
    if reading.date_problem is not None:
        answers["end_problem" if first else "date_problem"] = reading.date_problem.value
    _open_flow(occasion, person, facts, OPENS[wish], {name: value for name, value in answers.items() if value})


def _open_flow(occasion: Occasion, person: Person, facts: Facts, flow: Flow, answers: dict[str, Json]) -> None:
    turn: Turn = start(flow, now=occasion.local(person), facts=facts, answers=answers)
    stored = apply_turn(occasion, person, None, turn)
    _watch(occasion, person, stored, turn.conversation)


def _watch(occasion: Occasion, person: Person, stored: int, conversation: Conversation) -> None:
    """A report begun and not finished must not get lost: somebody hears of it after a while (R1)."""
    if conversation.status is Status.WAITING and _is_unfinished_report(conversation):
        at = (occasion.now + SILENCE_AFTER).astimezone(UTC)
        occasion.uow.timers.add(SILENCE, at, person.id, stored, str(conversation.turn))


def break_silence(occasion: Occasion, person: Person, stored_id: int, guard: str) -> None:
    """Somebody began to report an absence and did not go on: the responsible person hears what is known."""
    stored = occasion.uow.conversations.get(stored_id)
    if stored.conversation.status is not Status.WAITING or str(stored.conversation.turn) != guard:
        return
    alerts.raise_alert(occasion, person, News(kind=AlertKind.ABSENCE))
