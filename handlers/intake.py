"""The intake as the person meets it: begun, gone on with after days, carried over to new questions, nudged (F4)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC

from flows.dialogues import intake as dialogue
from flows.dialogues.registry import find
from flows.engine.conversation import Conversation, Json, Status
from flows.engine.events import AlertKind, Said
from flows.engine.flow import Flow
from flows.engine.messages import MessageClass, Text
from flows.engine.replies import Reply
from flows.engine.run import RESUME, Turn, ask_again, resume, start
from flows.people import Person, Role
from flows.rules.grounds import Ground
from flows.rules.intake import RULE, Form, Intake, State
from handlers import alerts, asking_back
from handlers.alerts import News
from handlers.apply import apply, apply_turn
from handlers.facts import gather
from handlers.occasion import Occasion, Sending
from storage.conversations import StoredConversation

TIMER = "intake"
AGAIN = "again"
"""Stands in the guard of the second timer: after it staff hear of the silence."""
WAITING = Text("Your questions are waiting here. Shall we go on?")
SOME_LEFT = Text("There are still some questions open here. It does not take long. Shall we go on?")


def begin(occasion: Occasion, person: Person) -> bool:
    """Begin the intake, or go on with it where it stands; False when there is nothing to be asked."""
    flow = find(dialogue.NAME, occasion.uow.profile)
    if flow is None or person.role is not Role.PARTICIPANT:
        return False
    person = occasion.uow.people.get(person.id)
    known = offer(occasion, person)
    if known.state is State.ASKED:
        return asking_back.put(occasion, person)
    stored = None if known.conversation is None else occasion.uow.conversations.get(known.conversation)
    if stored is not None and stored.conversation.status.is_open:
        _take_up(occasion, person, stored, flow)
    elif known.state is not State.OPEN:
        return False
    else:
        answers: dict[str, Json] = {"_way": "again", **_kept(occasion, person, stored)} if stored is not None else {}
        _start(occasion, person, flow, answers)
    return True


def is_due(occasion: Occasion, person: Person) -> bool:
    """Whether there are questions that this person has not answered yet."""
    if occasion.uow.profile.intake is None or person.role is not Role.PARTICIPANT:
        return False
    known = occasion.uow.intakes.of(person.id)
    return known is None or known.state is State.OPEN


def offer(occasion: Occasion, person: Person) -> Intake:
    """The intake of the person, empty at first: from now on it is theirs to go on with."""
    known = occasion.uow.intakes.of(person.id)
    if known is None:
        known = Intake(id=occasion.uow.new_id(), person=person.id)
        occasion.uow.intakes.add(known, occasion.now)
    return known


def is_offered(occasion: Occasion, person: Person) -> bool:
    """Whether the person has an intake to go on with."""
    return occasion.uow.intakes.of(person.id) is not None


def _start(occasion: Occasion, person: Person, flow: Flow, answers: Mapping[str, Json]) -> None:
    turn = start(flow, now=occasion.local(person), facts=gather(occasion, person), answers=answers)
    _hold(occasion, person, apply_turn(occasion, person, None, turn), turn)


def _hold(occasion: Occasion, person: Person, stored: int, turn: Turn) -> None:
    """Know which conversation holds the answers that are not sent yet."""
    known = occasion.uow.intakes.of(person.id)
    if known is not None:
        occasion.uow.intakes.save(replace(known, conversation=stored), occasion.now)
    watch(occasion, person, stored, turn.conversation)


def _take_up(occasion: Occasion, person: Person, stored: StoredConversation, flow: Flow) -> None:
    current = occasion.uow.conversations.current(person.id)
    if current is not None and current.id != stored.id:
        left = replace(current.conversation, status=Status.CANCELLED, turn=current.conversation.turn + 1)
        occasion.uow.conversations.save(current.id, person.id, left, occasion.now)
    if stored.conversation.version != flow.version:
        carry_over(occasion, person, stored, Reply(action="resume"))
        return
    facts, local = gather(occasion, person), occasion.local(person)
    if stored.conversation.status is Status.PAUSED:
        turn = resume(flow, stored.conversation, Reply(action="resume"), now=local, facts=facts)
        apply_turn(occasion, person, stored.id, turn)
        watch(occasion, person, stored.id, turn.conversation)
        return
    question = ask_again(flow, stored.conversation, now=local, facts=facts)
    if question is not None:
        apply(occasion, person, (question,), (stored.id, stored.conversation))


def _kept(occasion: Occasion, person: Person, stored: StoredConversation) -> dict[str, Json]:
    """The answers that the questions of today still ask for."""
    form: Form = occasion.uow.profile.intake
    answers = stored.conversation.answers
    kept = form.fitting(answers, occasion.uow.consents.effective(person.id, occasion.now))
    ticked: dict[str, Json] = {f"_ticked_{name}": value for name, value in kept.items() if isinstance(value, list)}
    rule = {name: answers[name] for name in (RULE, "_rule_noted") if name in answers}
    return {**kept, **ticked, **rule}


def is_outdated(occasion: Occasion, stored: StoredConversation) -> bool:
    """Whether an intake was begun with other questions than there are now."""
    if stored.conversation.flow != dialogue.NAME:
        return False
    flow = find(dialogue.NAME, occasion.uow.profile)
    return flow is not None and flow.version != stored.conversation.version


def carry_over(occasion: Occasion, person: Person, stored: StoredConversation, reply: Reply) -> None:
    """The questions have changed meanwhile: go on with the new ones, keep what fits, and take the reply if it does."""
    before = stored.conversation
    ended = replace(before, status=Status.CANCELLED, turn=before.turn + 1)
    occasion.uow.conversations.save(stored.id, person.id, ended, occasion.now)
    if before.answers.get("_only") or before.answers.get("_words"):
        asking_back.put(occasion, person)
        return
    flow = find(dialogue.NAME, occasion.uow.profile)
    if flow is None:
        return
    facts, local = gather(occasion, person), occasion.local(person)
    turn = start(flow, now=local, facts=facts, answers={"_way": "moved", **_kept(occasion, person, stored)})
    if turn.conversation.node == before.node and reply.action != "resume":
        after = resume(flow, turn.conversation, reply, now=local, facts=facts)
        turn = Turn(after.conversation, (Said(dialogue.MOVED), *after.events))
    _hold(occasion, person, apply_turn(occasion, person, None, turn), turn)


def review(occasion: Occasion, person: Person) -> bool:
    """Show a sent intake once more, so that the person can change it; False when there is none."""
    flow, known = find(dialogue.NAME, occasion.uow.profile), occasion.uow.intakes.of(person.id)
    if flow is None or known is None or known.submitted is None:
        return begin(occasion, person)
    ticked: dict[str, Json] = {
        f"_ticked_{id_}": value for id_, value in known.answers.items() if isinstance(value, list)
    }
    rule: dict[str, Json] = {RULE: "read", "_rule_noted": True} if known.rule_read else {}
    _start(occasion, person, flow, {"_way": "summary", **known.answers, **ticked, **rule})
    return True


def remind(occasion: Occasion, person: Person) -> bool:
    """Somebody looks in and has an intake lying here: offer to go on; False when there is none."""
    known = occasion.uow.intakes.of(person.id)
    if known is None or known.state not in {State.OPEN, State.ASKED}:
        return False
    occasion.say(person, Said(WAITING, (RESUME,)), Sending(lasting=True))
    return True


def watch(occasion: Occasion, person: Person, stored: int, conversation: Conversation) -> None:
    """Count the silence after a question; who asked for a break is left alone."""
    form = occasion.uow.profile.intake
    if form is None or conversation.flow != dialogue.NAME:
        return
    occasion.uow.timers.cancel(TIMER, stored)
    if conversation.status.is_open and conversation.status is not Status.PAUSED:
        keep_watching(occasion, person, stored, str(conversation.turn))


def keep_watching(occasion: Occasion, person: Person, stored: int, guard: str) -> None:
    """Look again after the silence that the profile allows."""
    at = (occasion.now + occasion.uow.profile.intake.nudge_after).astimezone(UTC)
    occasion.uow.timers.add(TIMER, at, person.id, stored, guard)


def nudge(occasion: Occasion, person: Person, stored_id: int, guard: str) -> None:
    """Days of silence: ask the person once, then tell staff. Nobody held, withdrawn or on a break is asked."""
    turn, _, again = guard.partition(":")
    occasion.uow.guard.names(person.id, Ground.PROGRAMME)
    stored = occasion.uow.conversations.get(stored_id)
    if not stored.conversation.status.is_open or str(stored.conversation.turn) != turn:
        return
    if again:
        text = Text("{name} has not gone on with the first questions for days. Please ask whether help is needed.")
        alerts.raise_alert(occasion, person, News(kind=AlertKind.NO_ANSWER, text=text))
        return
    if person.held_since is None and "C1" in occasion.uow.consents.effective(person.id, occasion.now):
        sending = Sending(message_class=MessageClass.REMINDER, purpose="C1", lasting=True)
        occasion.say(person, Said(SOME_LEFT, (RESUME,)), sending)
    keep_watching(occasion, person, stored_id, f"{turn}:{AGAIN}")
