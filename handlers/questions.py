"""The open question of a person: tried, asked again, left, gone on with; and a report begun in it never lost (R1)."""

from dataclasses import replace
from datetime import UTC, date, timedelta

from flows.dialogues import absence, arrival, verdict
from flows.dialogues import intake as intake_dialogue
from flows.dialogues.registry import FLOWS, find
from flows.engine.answers import File
from flows.engine.conversation import Conversation, Json, Status
from flows.engine.events import AlertKind, Said
from flows.engine.flow import Ask, Facts, Flow
from flows.engine.messages import Text
from flows.engine.replies import Intent, Reply
from flows.engine.run import ask_again, resume, start
from flows.engine.wishes import Wish
from flows.people import Person
from flows.rules.grounds import Ground
from handlers import absences, alerts, company_offers, intake
from handlers.alerts import News
from handlers.apply import apply, apply_turn
from handlers.facts import gather
from handlers.occasion import Occasion
from handlers.understanding import as_label
from storage.conversations import StoredConversation

SILENCE = "silence"
ARRIVAL, INTAKE = arrival.FLOW.name, intake_dialogue.NAME
SILENCE_AFTER = timedelta(minutes=30)
QUESTION_MARKS = "?؟"
SMALL_TALK = {
    Intent.THANKS: Text("You are welcome."),
    Intent.GREETING: Text("Hello {name}!"),
}


def find_open(occasion: Occasion, person: Person) -> StoredConversation | None:
    """The question that waits for an answer; one that waited too long is left (its silence was told long before)."""
    stored = occasion.uow.conversations.current(person.id)
    if stored is None:
        return None
    flow = find(stored.conversation.flow, occasion.uow.profile)
    if flow is not None and not flow.keeps and stored.updated + flow.lapses_after < occasion.now:
        _put_by(occasion, person, stored)
        return None
    return stored


def _put_by(occasion: Occasion, person: Person, stored: StoredConversation) -> None:
    flow = find(stored.conversation.flow, occasion.uow.profile)
    status = Status.PAUSED if flow is not None and flow.keeps else Status.CANCELLED
    closed = replace(stored.conversation, status=status, turn=stored.conversation.turn + 1)
    occasion.uow.conversations.save(stored.id, person.id, closed, occasion.now)
    if flow is not None and flow.name == INTAKE:
        intake.keep_watching(occasion, person, stored.id, str(closed.turn))


def leave(occasion: Occasion, person: Person, stored: StoredConversation) -> None:
    """Leave a question for something else; a report begun in it does not get lost (R1)."""
    _put_by(occasion, person, stored)
    if _is_unfinished_report(stored.conversation):
        alerts.raise_alert(occasion, person, News(kind=AlertKind.ABSENCE))


def _is_unfinished_report(conversation: Conversation) -> bool:
    return conversation.flow == absence.FLOW.name and not conversation.answers.get("recorded")


def wants_file(stored: StoredConversation | None) -> bool:
    """Whether the open question asks for a file."""
    if stored is None:
        return False
    flow = FLOWS.get(stored.conversation.flow)
    node = flow.nodes.get(stored.conversation.node) if flow else None
    return isinstance(node, Ask) and isinstance(node.parse, File)


def takes_any_words(stored: StoredConversation) -> bool:
    """Whether any words would be an answer to the open question."""
    flow = FLOWS.get(stored.conversation.flow)
    node = flow.nodes.get(stored.conversation.node) if flow else None
    return isinstance(node, Ask) and node.parse.free


def answer(occasion: Occasion, person: Person, facts: Facts, stored: StoredConversation, reply: Reply) -> bool:
    """Try the open question; False when the words mean something else altogether."""
    flow, local = find(stored.conversation.flow, occasion.uow.profile), occasion.local(person)
    if flow is None:
        leave(occasion, person, stored)
        return False
    if intake.is_outdated(occasion, stored):
        intake.carry_over(occasion, person, stored, reply)
        return True
    question = ask_again(flow, stored.conversation, now=local, facts=facts)
    labelled = as_label(reply, question, person, names(occasion, person))
    turn = resume(flow, stored.conversation, labelled, now=local, facts=facts)
    if not turn.understood and (bool(labelled.reading.intents) or _asks_back(flow, stored.conversation, labelled)):
        return _small_talk(occasion, person, labelled, question, stored)
    apply_turn(occasion, person, stored.id, turn)
    broken_off = Wish.STOP in turn.events or Wish.PERSON in turn.events or turn.conversation.status is Status.FAILED
    if broken_off and _is_unfinished_report(stored.conversation):
        alerts.raise_alert(occasion, person, News(kind=AlertKind.ABSENCE))
    _watch(occasion, person, stored.id, turn.conversation)
    if flow.name == INTAKE and turn.conversation.status is Status.HANDED_OVER:
        intake.remind(occasion, person)
    return True


def names(occasion: Occasion, person: Person) -> dict[str, str]:
    """The names that stand on buttons."""
    responsible = occasion.responsible(person)
    return {"name": person.name, "caseworker": responsible.name if responsible else ""}


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


def go_on(occasion: Occasion, person: Person, facts: Facts) -> bool:
    """Go on with what was paused last; False when there is nothing. No intake begins by it that was never offered."""
    paused = occasion.uow.conversations.paused(person.id)
    profile = occasion.uow.profile
    stored = next((one for one in paused if find(one.conversation.flow, profile) is not None), None)
    flow = find(stored.conversation.flow, profile) if stored is not None else None
    if stored is None or flow is None or flow.name == INTAKE:
        return intake.is_offered(occasion, person) and intake.begin(occasion, person)
    turn = resume(flow, stored.conversation, Reply(action="resume"), now=occasion.local(person), facts=facts)
    apply_turn(occasion, person, stored.id, turn)
    return True


def repeat(occasion: Occasion, person: Person, facts: Facts) -> bool:
    """Put the open question once more, for instance in another language; False when there is none."""
    stored = find_open(occasion, person)
    flow = find(stored.conversation.flow, occasion.uow.profile) if stored else None
    if stored is None or flow is None:
        return False
    question = ask_again(flow, stored.conversation, now=occasion.local(person), facts=facts)
    if question is not None:
        apply(occasion, person, (question,), (stored.id, stored.conversation))
    return question is not None


def begin(occasion: Occasion, person: Person, facts: Facts, flow: Flow, answers: dict[str, Json]) -> None:
    """Begin a dialogue with what is already known."""
    turn = start(flow, now=occasion.local(person), facts=facts, answers=answers)
    stored = apply_turn(occasion, person, None, turn)
    _watch(occasion, person, stored, turn.conversation)


def answer_verdict(occasion: Occasion, person: Person, value: str) -> bool:
    """The person wants to answer what staff asked or decided about a report of theirs; False when it is not theirs."""
    theirs = {str(one.id) for one in absences.of_person(occasion, person)}
    if value not in theirs:
        return False
    stored = find_open(occasion, person)
    if stored is not None:
        leave(occasion, person, stored)
    begin(occasion, person, gather(occasion, person), verdict.ANSWER, {"absence": value})
    return True


def _watch(occasion: Occasion, person: Person, stored: int, conversation: Conversation) -> None:
    """A report begun and not finished must not get lost: somebody hears of it after a while (R1).

    Where it lacks only its end, a company may have to hear of what is known.
    """
    intake.watch(occasion, person, stored, conversation)
    is_report = conversation.status.is_open and conversation.flow == absence.FLOW.name
    if is_report and (_is_unfinished_report(conversation) or company_offers.has_to_know(occasion, person)):
        at = (occasion.now + SILENCE_AFTER).astimezone(UTC)
        occasion.uow.timers.add(SILENCE, at, person.id, stored, str(conversation.turn))


def break_silence(occasion: Occasion, person: Person, stored_id: int, guard: str) -> None:
    """Somebody began to report an absence and did not go on: the responsible person hears what is known (R1)."""
    occasion.uow.guard.names(person.id, Ground.PROGRAMME)
    stored = occasion.uow.conversations.get(stored_id)
    if not stored.conversation.status.is_open or str(stored.conversation.turn) != guard:
        return
    if _is_unfinished_report(stored.conversation):
        alerts.raise_alert(occasion, person, News(kind=AlertKind.ABSENCE))
    else:
        first = date.fromisoformat(str(stored.conversation.answers["first_day"]))
        company_offers.offer_after_silence(occasion, person, first)
