"""Leave as the person sees it: how much there is, asking for some, taking it back, another time instead (F37)."""

from collections.abc import Container
from datetime import date
from typing import Final

from flows.dialogues import leave as dialogue
from flows.engine.answers import DATE_HINTS, FAR, LENGTH_KEY, OVER
from flows.engine.conversation import Json
from flows.engine.events import AlertKind, Said
from flows.engine.flow import Facts, View
from flows.engine.leave_events import LeaveRequested, LeaveTakenBack, LeaveWanted
from flows.engine.messages import Button, Text, Value
from flows.engine.replies import Intent, Reply
from flows.people import Person
from flows.rules import leave as rules
from flows.rules.access import Operation
from flows.rules.excuses import Excuse, excuse_on
from flows.rules.leave import Account, Conflict, Deed, Leave, LeaveState, LeaveStep, Participating
from handlers import access, alerts, covered, questions
from handlers.excusing import known_of
from handlers.facts import gather
from handlers.occasion import Occasion, Sending

WISHES: Final = frozenset({Intent.LEAVE, Intent.MY_LEAVE})
ACTIONS: Final = {dialogue.ASK.action: Intent.LEAVE, dialogue.MINE.action: Intent.MY_LEAVE}
LABELS: Final = {
    Intent.LEAVE: (dialogue.ASK.label, dialogue.ASK.action),
    Intent.MY_LEAVE: (dialogue.MINE.label, dialogue.MINE.action),
}
VALUE: Final = "leave:"
"""What the value of a button about a request begins with; its id follows."""
BACK, CHANGE = "leave_back", "leave_change"
MOST_SHOWN: Final = 6
TALK: Final = Button(Text("Write to {caseworker}"), "ask")
NOT_HERE: Final = Text("I do not deal with leave here. {caseworker} tells you how it works: {phone}.")
SHOWN: Final = frozenset({LeaveState.REQUESTED, LeaveState.GRANTED, LeaveState.DECLINED})
"""What is told of a request; those that were taken back or replaced are history."""
GONE: Final = Text("This request is settled or taken back already.")
BEGUN: Final = Text("This leave has begun. Please talk about it with {caseworker}: {phone}.")


def grant(occasion: Occasion, person: Person, facts: Facts, reply: Reply, wish: Intent) -> None:
    """Show what there is, or ask for leave; where the programme knows no leave, say who does."""
    if not access.may_own(person, Operation.ASK_LEAVE):
        access.refuse(occasion, person)
    elif occasion.uow.profile.leave is None:
        occasion.say(person, Said(NOT_HERE, (TALK,)))
    elif wish is Intent.MY_LEAVE:
        show(occasion, person)
    else:
        begin(occasion, person, facts, _known(occasion, person, reply))


def offered(occasion: Occasion, person: Person) -> tuple[Button, ...]:
    """The button that begins it, where there is leave and the person may have some."""
    known = occasion.uow.profile.leave is not None and access.may_own(person, Operation.ASK_LEAVE)
    return (dialogue.ASK,) if known else ()


def participating(occasion: Occasion, person: Person) -> Participating:
    """From when to when the person takes part, and since when they have extra leave."""
    known = occasion.uow.participations.of(person.id)
    extra = occasion.uow.leaves.extra_from(person.id)
    if known is None:
        return Participating(extra_from=extra)
    end = known.end
    return Participating(entry=known.day("entry"), end=None if end is None else end.day, extra_from=extra)


def account_of(occasion: Occasion, person: Person, *, with_extra: bool = True, without: Container[int] = ()) -> Account:
    """What the person has, has taken and has left today; `with_extra` False: as those see it who may not know of it.

    `without`: requests that would not stand any more.
    """
    rule, today = occasion.uow.profile.leave, occasion.local(person).date()
    spans = rules.granted(one for one in occasion.uow.leaves.of(person.id) if one.id not in without)
    known = known_of(occasion, person.id, min((span.first for span in spans), default=today))
    taken = rules.used(spans, occasion.calendar, lambda day: excuse_on(day, known) is Excuse.PROVEN, rule)
    return rules.account(participating(occasion, person), today, taken, rule, with_extra=with_extra)


def begin(
    occasion: Occasion, person: Person, facts: Facts, known: dict[str, Json], changed: Leave | None = None
) -> None:
    """Ask for what is still open, with everything the request is held against."""
    of = _held(occasion, person, changed)
    questions.begin(occasion, person, facts, dialogue.FLOW, {**known, "held": of.as_json()})


def _held(occasion: Occasion, person: Person, changed: Leave | None) -> dialogue.Held:
    """What stands; a request that is to be changed does not stand in its own way."""
    zone = occasion.local(person).tzinfo
    standing = [one for one in occasion.uow.leaves.of(person.id) if one.stands]
    gives_way = () if changed is None else rules.gives_way(changed, standing)
    ahead = occasion.uow.appointments.of(person.id, occasion.now)
    dates = (one.starts.astimezone(zone) for one, _ in ahead if not one.cancelled)
    return dialogue.Held(
        account=account_of(occasion, person, without=gives_way),
        known=participating(occasion, person),
        taken=tuple(one.span for one in standing if one.id not in gives_way),
        dates=tuple(sorted(dates)),
        replaces=None if changed is None else changed.id,
    )


def _known(occasion: Occasion, person: Person, reply: Reply) -> dict[str, Json]:
    """Which days the words name. What cannot be is said, and asked for again."""
    reading, today = reply.reading, occasion.local(person).date()
    if reply.action:
        return {}
    first, last, problem = reading.first_day or reading.day, reading.last_day, reading.date_problem
    if problem is not None:
        occasion.say(person, Said(DATE_HINTS[problem]))
        first, last = (first, None) if reading.problem_ends else (None, None)
    if first is not None and not today <= first <= today + rules.FARTHEST:
        occasion.say(person, Said(OVER if first < today else FAR))
        first = last = None
    if first is not None and last is not None and (last - first).days >= rules.LONGEST:
        occasion.say(person, Said(dialogue.TOO_LONG))
        last = None
    known: dict[str, Json] = {"first": first.isoformat() if first else "", "last": last.isoformat() if last else ""}
    if reading.length is not None and last is None:
        known[LENGTH_KEY] = reading.length
    return {name: value for name, value in known.items() if value}


def ask(occasion: Occasion, person: Person, wanted: LeaveWanted) -> None:
    """The request goes to whoever is responsible, unless something has come between."""
    if not access.may_own(person, Operation.ASK_LEAVE) or occasion.uow.profile.leave is None:
        access.refuse(occasion, person)
        return
    changed = _own(occasion, person, wanted.replaces)
    found = _against(occasion, person, wanted, changed)
    if hard := [text for conflict, text in found if conflict in rules.IMPOSSIBLE]:
        occasion.say(person, Said(hard[0], (dialogue.ASK, dialogue.MINE)))
        return
    leave = _keep(occasion, person, wanted, changed)
    occasion.record(LeaveRequested(who=person.id, first_day=leave.first, last_day=leave.last), person.id)
    sent = Text("I have asked {caseworker}. You hear from me when it is decided.")
    occasion.say(person, Said(sent, (dialogue.MINE,)))
    from handlers import leave_desk  # noqa: PLC0415 - the desk shows what is asked here, and asks what is known here

    # How much is left with extra leave says that there is some: staff see it where they may.
    notes = [text for conflict, text in found if conflict is not Conflict.TOO_MANY]
    leave_desk.put(occasion, person, leave, notes)


def _against(
    occasion: Occasion, person: Person, wanted: LeaveWanted, changed: Leave | None
) -> list[tuple[Conflict, Text]]:
    """What speaks against the days by now, in words."""
    of, local = _held(occasion, person, changed), occasion.local(person)
    reports = tuple(occasion.uow.absences.of(person.id, since=local.date()))
    view = View({}, local, Facts(person=person, calendar=occasion.calendar, absences=reports))
    n = len(rules.working_days(wanted.first, wanted.last, occasion.calendar))
    days = (wanted.first, wanted.last)
    found = rules.conflicts(wanted.first, wanted.last, dialogue.around(of, view))
    return [(one, dialogue.said_of(one, of, days, n)) for one in found]


def _keep(occasion: Occasion, person: Person, wanted: LeaveWanted, changed: Leave | None) -> Leave:
    """The new request. What it changes and nobody has decided yet is replaced at once, what is granted when it is."""
    step = LeaveStep(deed=Deed.REQUESTED, by=person.id, at=occasion.now)
    standing = [one for one in occasion.uow.leaves.of(person.id) if one.stands]
    gives_way = () if changed is None else rules.gives_way(changed, standing)
    later = [one for one in standing if one.id in gives_way]
    held = next((one.id for one in later if one.state is LeaveState.GRANTED), None)
    leave = Leave(
        id=occasion.uow.new_id(),
        person=person.id,
        first=wanted.first,
        last=wanted.last,
        steps=(step,),
        replaces=held,
    )
    occasion.uow.leaves.add(leave)
    replaced = LeaveStep(deed=Deed.REPLACED, by=person.id, at=occasion.now)
    for one in later:
        if one.state is LeaveState.REQUESTED:
            occasion.uow.leaves.step(one.done(replaced))
    return leave


def _own(occasion: Occasion, person: Person, number: int | None) -> Leave | None:
    """The person's own request with this id, while it stands."""
    known = [] if number is None else occasion.uow.leaves.of(person.id)
    return next((one for one in known if one.id == number and one.stands), None)


def show(occasion: Occasion, person: Person) -> None:
    """How much there is, and every request with what can be done about it."""
    today = occasion.local(person).date()
    occasion.say(person, Said(dialogue.balance(account_of(occasion, person)), (dialogue.ASK,)))
    ahead = [one for one in occasion.uow.leaves.of(person.id) if one.last >= today and one.state in SHOWN]
    for one in ahead[-MOST_SHOWN:]:
        occasion.say(person, Said(line(one), _ways(one, today)), Sending(lasting=True))


def line(leave: Leave) -> Text:
    """One request and what became of it."""
    values: dict[str, Value] = {"first": leave.first, "last": leave.last}
    if leave.state is LeaveState.REQUESTED:
        return Text("Leave from {first} until {last}: asked for, not decided yet.", values)
    if leave.state is LeaveState.GRANTED:
        return Text("Leave from {first} until {last}: granted.", values)
    return Text("Leave from {first} until {last}: not granted.", values)


def _ways(leave: Leave, today: date) -> tuple[Button, ...]:
    if not leave.stands or leave.first <= today:
        return ()
    value = f"{VALUE}{leave.id}"
    return (Button(Text("Other days"), CHANGE, value), Button(Text("Take it back"), BACK, value))


def knows(action: str) -> bool:
    """Whether a button under a request says this."""
    return action in {BACK, CHANGE}


def press(occasion: Occasion, person: Person, reply: Reply) -> None:
    """Take a request back, or ask for other days instead of it."""
    number = reply.value.removeprefix(VALUE)
    leave = _own(occasion, person, int(number)) if number.isdecimal() else None
    if not access.may_own(person, Operation.ASK_LEAVE):
        access.refuse(occasion, person)
    elif leave is None:
        occasion.say(person, Said(GONE, (dialogue.MINE,)))
    elif leave.first <= occasion.local(person).date() and leave.state is LeaveState.GRANTED:
        occasion.say(person, Said(BEGUN, (TALK,)))
    elif reply.action == CHANGE:
        begin(occasion, person, gather(occasion, person), {}, leave)
    else:
        _take_back(occasion, person, leave)


def _take_back(occasion: Occasion, person: Person, leave: Leave) -> None:
    """The person does not want it: what fell into it is open again, and staff read it."""
    was_granted = leave.state is LeaveState.GRANTED
    occasion.uow.leaves.step(leave.done(LeaveStep(deed=Deed.TAKEN_BACK, by=person.id, at=occasion.now)))
    occasion.record(LeaveTakenBack(who=person.id, first_day=leave.first), person.id)
    values: dict[str, Value] = {"first": leave.first, "last": leave.last}
    occasion.say(person, Said(Text("Taken back: leave from {first} until {last}.", values), (dialogue.MINE,)))
    text = Text("{name} takes the leave back: {first} until {last}.", values)
    if was_granted:
        covered.open_again(occasion, person, leave.span.__contains__)
        alerts.raise_alert(occasion, person, alerts.News(kind=AlertKind.LEAVE, text=text))
    else:
        alerts.note(occasion, person, text)


def told(occasion: Occasion, person: Person) -> list[Text]:
    """Lines for "my data"."""
    requests = [line(one) for one in occasion.uow.leaves.of(person.id) if one.state in SHOWN]
    since = occasion.uow.leaves.extra_from(person.id)
    extra = [] if since is None else [Text("Extra leave from {day}.", {"day": since})]
    return [Text("Your leave:"), *requests[-MOST_SHOWN:], *extra] if requests or extra else []
