"""Leave as staff see it: a request with its balance in view, granted, asked about or declined, once (F37; R44, R46).

How much extra leave somebody has is said to the caseworker or the stand-in alone; cards that may travel up to the
coordination show what there is without it.
"""

import re
from typing import Final

from flows.dialogues import leave as dialogue
from flows.dialogues.leave_staff import ANSWER, DECLINE
from flows.dialogues.staff import person_in_words
from flows.engine.conversation import Json
from flows.engine.events import AlertAcknowledged, AlertKind, Said
from flows.engine.flow import Facts
from flows.engine.leave_events import ExtraLeaveTold, LeaveAnswered, LeaveAskedBack, LeaveDecided
from flows.engine.messages import Button, Level, Text, Value
from flows.engine.replies import Reply
from flows.engine.run import start
from flows.people import Person, PersonId
from flows.rules import leave as rules
from flows.rules.access import Operation
from flows.rules.alerts import Alert
from flows.rules.ladder import named
from flows.rules.leave import Deed, Leave, LeaveState, LeaveStep
from handlers import access, alerts, covered
from handlers.alerts import News
from handlers.leave import MOST_SHOWN, SHOWN, TALK, VALUE, account_of, line
from handlers.occasion import Occasion, Sending
from storage.buttons import StoredButton

GRANT, QUESTION, REFUSE, ALL_THE_SAME = "accept", "ask", "decline", "accept_all"
ACTIONS: Final = frozenset({GRANT, QUESTION, REFUSE, ALL_THE_SAME})
OF: Final = re.compile(r"(?:/leave|urlaub|leave)\s+(?:von\s+|of\s+)?(\S.*)", re.IGNORECASE)
EXTRA_OF: Final = re.compile(r"(?:/extra|zusatzurlaub|extra leave)\s+(?:von\s+|of\s+)?(\S.*)", re.IGNORECASE)
NO_MESSAGES: Final = Text("{name} gets no messages here. Please say it yourself.")


def put(occasion: Occasion, person: Person, leave: Leave, notes: list[Text]) -> None:
    """A new request: an alert with the ways to decide, then what speaks against it, and extra leave where it may be."""
    text = _card(occasion, person, leave)
    alerts.raise_alert(occasion, person, News(kind=AlertKind.LEAVE, text=text, buttons=ways(leave)))
    for note in notes:
        alerts.note(occasion, person, note)
    reader = occasion.responsible(person)
    if reader is not None:
        _say_extra(occasion, reader, person)


def _card(occasion: Occasion, person: Person, leave: Leave) -> Text:
    values: dict[str, Value] = {
        "first": leave.first,
        "last": leave.last,
        "n": len(rules.working_days(leave.first, leave.last, occasion.calendar)),
        "balance": dialogue.balance(account_of(occasion, person, with_extra=False)),
    }
    return Text("{name} asks for leave from {first} until {last}, working days: {n}. {balance}", values)


def ways(leave: Leave) -> tuple[Button, ...]:
    """The buttons under a request that waits for a decision."""
    value = f"{VALUE}{leave.id}"
    return (
        Button(Text("Grant it"), GRANT, value),
        Button(Text("Ask back"), QUESTION, value),
        Button(Text("Decline it"), REFUSE, value),
    )


def _say_extra(occasion: Occasion, reader: Person, person: Person) -> None:
    """Beside the card, to whoever may know of it: what there is with the extra leave (R46)."""
    since = occasion.uow.leaves.extra_from(person.id)
    if since is None or not access.may(occasion, reader, Operation.KEEP_EXTRA_LEAVE, person):
        return
    values: dict[str, Value] = {"day": since, "balance": dialogue.balance(account_of(occasion, person))}
    text = Text("{name}, with the extra leave from {day} on: {balance}", values)
    if occasion.say(reader, Said(text, level=Level.L4), Sending(subject=person)):
        access.note_read(occasion, reader, Operation.KEEP_EXTRA_LEAVE, person)


def knows(button: StoredButton) -> bool:
    """Whether a button is one under a request for leave."""
    return button.action in ACTIONS and button.value.startswith(VALUE) and button.question.conversation is None


def press(occasion: Occasion, by: Person, button: StoredButton) -> None:
    """Do what the button says, once, and if it is theirs to do."""
    number = button.value.removeprefix(VALUE)
    leave = _locked(occasion, int(number)) if number.isdecimal() else None
    if leave is None:
        access.refuse(occasion, by)
        return
    person = occasion.uow.people.get(leave.person)
    if not _may_decide(occasion, by, person, leave):
        return
    if button.action in {GRANT, ALL_THE_SAME}:
        _grant(occasion, by, person, leave, sure=button.action == ALL_THE_SAME)
        return
    what = DECLINE if button.action == REFUSE else QUESTION
    _ask_for_words(occasion, by, {"request": str(leave.id), "what": what, "name": person.name})


def _locked(occasion: Occasion, request: int) -> Leave | None:
    """The request, as nobody else can change it now."""
    owner = occasion.uow.leaves.owner(request)
    if owner is None:
        return None
    occasion.uow.people.lock(owner)
    return occasion.uow.leaves.get(request)


def _alerts(occasion: Occasion, leave: Leave) -> list[Alert]:
    """What was raised for the request."""
    value = f"{VALUE}{leave.id}"
    about = occasion.uow.alerts.about(leave.person)
    return [one for one in about if any(button.value == value for button in one.buttons)]


def _may_decide(occasion: Occasion, by: Person, person: Person, leave: Leave) -> bool:
    """Whether it is still to be decided, and by them. Whoever was asked, too, reads who has decided what."""
    if leave.state is LeaveState.REQUESTED:
        return access.allows(occasion, by, Operation.DECIDE_LEAVE, person)
    was_asked = any(by.id in occasion.uow.alerts.holders(one.id) for one in _alerts(occasion, leave))
    if not was_asked and not access.allows(occasion, by, Operation.DECIDE_LEAVE, person):
        return False
    occasion.say(by, Said(_settled(occasion, leave)), Sending(subject=person))
    return False


def _settled(occasion: Occasion, leave: Leave) -> Text:
    """What became of a request, and who has decided it."""
    who = "" if leave.decided is None else occasion.uow.people.get(leave.decided.by).name
    match leave.state:
        case LeaveState.GRANTED:
            return Text("{person} has granted this leave already.", {"person": who})
        case LeaveState.DECLINED:
            return Text("{person} has declined this leave already.", {"person": who})
        case LeaveState.TAKEN_BACK:
            return Text("{name} has taken this request back.")
        case _:
            return Text("{name} has asked for other days instead.")


def _ask_for_words(occasion: Occasion, by: Person, known: dict[str, Json]) -> None:
    from handlers.apply import apply_turn  # noqa: PLC0415 - what a dialogue says is carried out there, and here

    turn = start(ANSWER, now=occasion.local(by), facts=Facts(person=by), answers=known)
    apply_turn(occasion, by, None, turn)


def _grant(occasion: Occasion, by: Person, person: Person, leave: Leave, *, sure: bool) -> None:
    """Grant it; where more is asked for than is left, whoever grants it says so twice."""
    about = Sending(subject=person, lasting=True)
    left = account_of(occasion, person, without=() if leave.replaces is None else (leave.replaces,)).left
    if left is not None and len(rules.working_days(leave.first, leave.last, occasion.calendar)) > left and not sure:
        anyway = Button(Text("Grant it all the same"), ALL_THE_SAME, f"{VALUE}{leave.id}")
        text = Text("{name} has fewer days of leave left than asked for. What shall hold?")
        occasion.say(by, Said(text, (anyway, ways(leave)[2])), about)
        return
    _do(occasion, by, leave, Deed.GRANTED)
    _replace(occasion, by, person, leave)
    occasion.record(LeaveDecided(who=person.id, decision="accepted", by=by.id), person.id)
    covered.decline_on(occasion, person, leave.span.__contains__)
    values: dict[str, Value] = {"person": by.name, "first": leave.first, "last": leave.last}
    told = Text("{person} has granted your leave from {first} until {last}. Have a good time!", values)
    _tell(occasion, by, person, Said(told, (dialogue.MINE,)), Text("Granted. {name} is told."))


def _replace(occasion: Occasion, by: Person, person: Person, leave: Leave) -> None:
    """What it changes does not hold any more."""
    earlier = None if leave.replaces is None else occasion.uow.leaves.get(leave.replaces)
    if earlier is not None and earlier.stands:
        covered.open_again(occasion, person, earlier.span.__contains__)
        occasion.uow.leaves.step(earlier.done(LeaveStep(deed=Deed.REPLACED, by=by.id, at=occasion.now)))


def _do(occasion: Occasion, by: Person, leave: Leave, deed: Deed, words: str = "") -> None:
    """Keep what was done; the alert about it is seen."""
    occasion.uow.leaves.step(leave.done(LeaveStep(deed=deed, by=by.id, at=occasion.now, words=words)))
    for alert in _alerts(occasion, leave):
        if alert.acknowledged_by is None:
            occasion.uow.alerts.acknowledge(alert.id, by.id, occasion.now)
            occasion.record(AlertAcknowledged(who=leave.person, kind=named(alert.kind), by=by.id), leave.person)


def _tell(occasion: Occasion, by: Person, person: Person, said: Said, done: Text) -> None:
    reached = occasion.say(person, said, Sending(purpose="C1", lasting=True))
    occasion.say(by, Said(done if reached else NO_MESSAGES), Sending(subject=person))


def answer(occasion: Occasion, by: Person, answered: LeaveAnswered) -> None:
    """A reason why not, or a question: kept with the request, and told to the person as it is."""
    leave = _locked(occasion, answered.request)
    if leave is None:
        return
    person = occasion.uow.people.get(leave.person)
    if not _may_decide(occasion, by, person, leave):
        return
    values: dict[str, Value] = {
        "person": by.name, "first": leave.first, "last": leave.last, "words": answered.words,
    }  # fmt: skip
    if answered.declined:
        _do(occasion, by, leave, Deed.DECLINED, answered.words)
        occasion.record(LeaveDecided(who=person.id, decision="declined", by=by.id), person.id)
        text = Text("The leave from {first} until {last} is not granted. {person} writes: {words}", values)
        buttons = (dialogue.ASK, TALK)
    else:
        _do(occasion, by, leave, Deed.ASKED, answered.words)
        occasion.record(LeaveAskedBack(who=person.id, by=by.id), person.id)
        text = Text("{person} has a question about your leave from {first} until {last}: {words}", values)
        buttons = (TALK, dialogue.MINE)
        occasion.say(by, Said(line(leave), ways(leave), Level.L4), Sending(subject=person, lasting=True))
    _tell(occasion, by, person, Said(text, buttons, Level.L4), Text("I have told {name}."))


def tell_extra(occasion: Occasion, by: Person, told: ExtraLeaveTold) -> None:
    """From when somebody has extra leave, or that they have none any more; nothing else is kept (R46)."""
    occasion.uow.people.lock(told.who)
    person = occasion.uow.people.get(told.who)
    occasion.uow.leaves.set_extra(person.id, told.since, by.id, occasion.now)
    if told.since is None:
        occasion.say(by, Said(Text("Taken away: the extra leave of {name}.")), Sending(subject=person))
        return
    done = Text("Entered: {name} has extra leave from {day}. Coordination does not see it.", {"day": told.since})
    occasion.say(by, Said(done, level=Level.L4), Sending(subject=person))


def hear(occasion: Occasion, by: Person, facts: Facts, text: str) -> bool:
    """Take a line that asks for somebody's leave; False for any other line."""
    named = _named(occasion, facts, OF, text)
    if named is None:
        return False
    show(occasion, by, occasion.uow.people.get(PersonId(int(named))))
    return True


def _named(occasion: Occasion, facts: Facts, line_: re.Pattern[str], text: str) -> str | None:
    found = line_.fullmatch(" ".join(text.split()))
    if found is None or occasion.uow.profile.leave is None:
        return None
    return person_in_words(found[1], facts)


def wanted(occasion: Occasion, facts: Facts, reply: Reply) -> dict[str, Json] | None:
    """What a line such as "Zusatzurlaub Jonas ab 1.3." says already; None for any other line."""
    named = None if reply.action else _named(occasion, facts, EXTRA_OF, reply.text)
    if named is None:
        return None
    reading = reply.reading
    day = reading.past if reading.date_problem is not None else (reading.day or reading.first_day)
    return {"person": named, **({} if day is None else {"day": day.isoformat()})}


def show(occasion: Occasion, by: Person, person: Person) -> None:
    """How much leave somebody has, and every request; what is open can be decided here."""
    if not access.allows(occasion, by, Operation.DECIDE_LEAVE, person):
        return
    about = Sending(subject=person, lasting=True)
    values: dict[str, Value] = {"balance": dialogue.balance(account_of(occasion, person, with_extra=False))}
    occasion.say(by, Said(Text("{name}: {balance}", values), level=Level.L4), about)
    _say_extra(occasion, by, person)
    today = occasion.local(person).date()
    ahead = [one for one in occasion.uow.leaves.of(person.id) if one.last >= today and one.state in SHOWN]
    for one in ahead[-MOST_SHOWN:]:
        buttons = ways(one) if one.state is LeaveState.REQUESTED else ()
        occasion.say(by, Said(line(one), buttons, Level.L4), about)
    access.note_read(occasion, by, Operation.DECIDE_LEAVE, person)
