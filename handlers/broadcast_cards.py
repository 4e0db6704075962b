"""What those who send broadcasts are shown: a preview, the card for a second person, how far it is, who has got it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from flows.dialogues import broadcast as dialogue
from flows.dialogues import broadcast_words as says
from flows.engine.events import Said
from flows.engine.messages import Button, Level, Text, Value
from flows.people import Person, PersonId, Role
from flows.rules.access import Operation
from flows.rules.broadcasts import (
    SAMPLE,
    Audience,
    Broadcast,
    LanguageRow,
    Member,
    Outcome,
    State,
    WarningKind,
    matrix,
)
from flows.rules.grounds import TALK
from handlers import access
from handlers.broadcast_audience import phase_name
from handlers.occasion import Occasion, Sending
from locales.catalog import own_name
from storage.broadcasts import Replied

VALUE: Final = "broadcast:"
APPROVE, WRITE, TIME, CALL_OFF = "approve", "write_text", "set_time", "call_off"
PASS, BACK, HALT, GO_ON = "let_pass", "send_back", "halt", "go_on"
HOW_FAR, WHO, ANSWERS, SEND_NOW = "how_far", "who_got_it", "answers", "send_now"
ACTIONS: Final = frozenset({APPROVE, WRITE, TIME, CALL_OFF, PASS, BACK, HALT, GO_ON, HOW_FAR, WHO, ANSWERS, SEND_NOW})
LASTING: Final = Sending(lasting=True)
MOST_SHOWN: Final = 30
OFF: Final = Text("Call it off")


def value_of(broadcast: Broadcast, more: str = "") -> str:
    """What a button of this broadcast stands for: which one, and as it was then."""
    return f"{VALUE}{broadcast.id}:{broadcast.revision}:{more}"


def whom_to_ask(occasion: Occasion, by: PersonId) -> Person:
    """Whoever sent a broadcast; once they have left, a coordinator answers for it (R57)."""
    people = occasion.uow.people
    sender = people.get(by)
    return next(iter(people.all(Role.COORDINATOR)), sender) if people.has_left(by) else sender


def direct_line(author: Person) -> Mapping[str, Value]:
    """Whom people can ask about a broadcast (R57)."""
    return {"person": author.name, "phone": author.phone}


def language(code: str) -> Text:
    """A language by its own name."""
    return Text("{language}", {"language": own_name(code)})


def audience_name(occasion: Occasion, audience: Audience) -> Text:
    """How an audience is called."""
    uow = occasion.uow
    parts = (
        *(dialogue.name_of(f"{dialogue.GROUP}:{one}", one) for one in audience.groups),
        *(dialogue.name_of(f"{dialogue.PHASE}:{one}", phase_name(uow, one)) for one in audience.phases),
        *(dialogue.name_of(f"{dialogue.LANGUAGE}:{one}", own_name(one)) for one in audience.languages),
    )
    return Text("{parts}", {"parts": parts}) if parts else dialogue.EVERYBODY


def show_preview(occasion: Occasion, to: Person, broadcast: Broadcast, found: tuple[Member, ...]) -> None:
    """Everything about a draft: for whom, in which languages, the texts, what to look at, and what can be done."""
    rows = matrix(found, broadcast.texts)
    sample = ", ".join(occasion.uow.people.get(one.person).name for one in found[:SAMPLE])
    for row in rows:
        if row.has_text:
            _say_text(occasion, to, row.language, broadcast.texts[row.language])
    _say_warnings(occasion, to, broadcast)
    values: dict[str, Value] = {
        "audience": audience_name(occasion, broadcast.audience), "n": len(found), "sample": sample,
        "rows": tuple(_row(row) for row in rows),
    }  # fmt: skip
    text = Text("Broadcast to: {audience}. People: {n}, among them {sample}. Languages: {rows}.", values)
    if broadcast.at is not None:
        local = broadcast.at.astimezone(occasion.local(to).tzinfo)
        text = Text("{before} It goes out at the earliest: {at}.", {"before": text, "at": local})
    if found:
        occasion.say(to, Said(text, _draft_ways(broadcast, rows), Level.L4), LASTING)


def _row(row: LanguageRow) -> Text:
    values: dict[str, Value] = {"language": own_name(row.language), "n": row.people}
    return Text("{language}: {n}", values) if row.has_text else Text("{language}: {n}, text is missing", values)


def _draft_ways(broadcast: Broadcast, rows: Iterable[LanguageRow]) -> tuple[Button, ...]:
    lacking = [
        Button(Text("Text: {language}", {"language": own_name(row.language)}), WRITE, value_of(broadcast, row.language))
        for row in rows
        if not row.has_text
    ]
    ways = (
        Button(Text("Approve"), APPROVE, value_of(broadcast)),
        Button(Text("Change a text"), WRITE, value_of(broadcast)),
        Button(Text("Send later"), TIME, value_of(broadcast)),
        Button(OFF, CALL_OFF, value_of(broadcast)),
    )
    return (*lacking, ways[0], *ways[2:]) if lacking else ways


def ask_which_text(occasion: Occasion, to: Person, broadcast: Broadcast) -> None:
    """Of several texts one is to be changed."""
    ways = tuple(Button(language(code), WRITE, value_of(broadcast, code)) for code in sorted(broadcast.texts))
    occasion.say(to, Said(Text("Which text?"), ways), LASTING)


def _say_text(occasion: Occasion, to: Person, code: str, words: str) -> None:
    text = Text("{language}: {words}", {"language": own_name(code), "words": words})
    occasion.say(to, Said(text, level=Level.L4))


def _say_warnings(occasion: Occasion, to: Person, broadcast: Broadcast) -> None:
    name, ill = _words(broadcast, WarningKind.NAME), _words(broadcast, WarningKind.DIAGNOSIS)
    texts = {
        WarningKind.NAME: Text("This may be somebody’s name: {words}. A second person decides.", {"words": name}),
        WarningKind.DIAGNOSIS: Text("This may name an illness: {words}. A second person decides.", {"words": ill}),
    }
    for kind, text in texts.items():
        if any(one.kind is kind for one in broadcast.warned):
            occasion.say(to, Said(text, level=Level.L4))


def _words(broadcast: Broadcast, kind: WarningKind) -> str:
    return ", ".join(one.word for one in broadcast.warned if one.kind is kind)


def show_second(occasion: Occasion, to: Person, broadcast: Broadcast, found: tuple[Member, ...]) -> None:
    """What a second person decides about: every text, what was pointed out, how many get it."""
    author = occasion.uow.people.get(broadcast.by)
    for code, words in sorted(broadcast.texts.items()):
        _say_text(occasion, to, code, words)
    _say_warnings(occasion, to, broadcast)
    values: dict[str, Value] = {
        "person": author.name, "n": len(found), "audience": audience_name(occasion, broadcast.audience),
    }  # fmt: skip
    text = Text("{person} wants to send this broadcast. To: {audience}. People: {n}. May it go out?", values)
    ways = (
        Button(Text("Approve"), PASS, value_of(broadcast)),
        Button(Text("Send it back"), BACK, value_of(broadcast)),
    )
    occasion.say(to, Said(text, ways, Level.L4), LASTING)


def show_emergency(occasion: Occasion, to: Person, broadcast: Broadcast, found: tuple[Member, ...], gone: int) -> None:
    """The fixed text and how many get it: one tap, and it goes."""
    author = occasion.uow.people.get(broadcast.by)
    values: dict[str, Value] = {
        "audience": audience_name(occasion, broadcast.audience), "n": len(found) - gone, "gone": gone,
        "words": says.emergency(broadcast, direct_line(author)),
    }  # fmt: skip
    text = Text("To: {audience}. At once, people: {n}. Reported absent and left out: {gone}. {words}", values)
    ways = (Button(Text("Send it now"), SEND_NOW, value_of(broadcast)), Button(OFF, CALL_OFF, value_of(broadcast)))
    occasion.say(to, Said(text, ways, Level.L4), LASTING)


def approved(occasion: Occasion, to: Person, broadcast: Broadcast) -> None:
    """It is approved: until when it can be taken back."""
    due = broadcast.due
    if due is None or due <= occasion.now:
        return
    text = Text(
        "Approved. Until {at} it can be taken back and nobody gets it.",
        {"at": due.astimezone(occasion.local(to).tzinfo)},
    )
    occasion.say(to, Said(text, (Button(Text("Take it back"), CALL_OFF, value_of(broadcast)),)), LASTING)


def running(occasion: Occasion, to: Person, broadcast: Broadcast, total: int) -> None:
    """It has begun."""
    text = Text("The broadcast goes out now. People: {n}.", {"n": total})
    occasion.say(to, Said(text, ways_of(broadcast)), LASTING)


def ways_of(broadcast: Broadcast) -> tuple[Button, ...]:
    """What can be done with one that is fixed."""
    far = Button(Text("How far is it?"), HOW_FAR, value_of(broadcast))
    match broadcast.state:
        case State.RUNNING:
            return (Button(Text("Stop it"), HALT, value_of(broadcast)), far)
        case State.STOPPED:
            on = Button(Text("Let it go on"), GO_ON, value_of(broadcast))
            return (on, Button(Text("End it"), CALL_OFF, value_of(broadcast)), far)
        case State.COOLING | State.SCHEDULED:
            return (Button(Text("Take it back"), CALL_OFF, value_of(broadcast)),)
        case _:
            who = Button(Text("Who has not got it?"), WHO, value_of(broadcast))
            return (who, Button(Text("Answers"), ANSWERS, value_of(broadcast)))


def show_progress(occasion: Occasion, to: Person, broadcast: Broadcast) -> None:
    """How far it is, with what can be done."""
    found = occasion.uow.broadcasts.progress(broadcast.id)
    occasion.say(to, Said(says.progress(found), ways_of(broadcast)), LASTING)


def show_end(occasion: Occasion, to: Person, broadcast: Broadcast) -> None:
    """It is done: what came of it, and whom to call."""
    uow = occasion.uow
    text = Text("The broadcast is done. {progress}", {"progress": says.progress(uow.broadcasts.progress(broadcast.id))})
    occasion.say(to, Said(text, ways_of(broadcast)), LASTING)
    if broadcast.emergency is not None:
        occasion.say(to, Said(says.ON_THE_LIST))


def show_outcomes(occasion: Occasion, to: Person, broadcast: Broadcast) -> None:
    """Everybody whom it has not reached for sure, each by name, with the reason."""
    fine = {Outcome.SENT, Outcome.ARRIVED}
    others = [one for one in occasion.uow.broadcasts.outcomes(broadcast.id) if one.outcome not in fine]
    if not others:
        occasion.say(to, Said(says.EVERYBODY_GOT_IT))
    for one in others[:MOST_SHOWN]:
        person = occasion.uow.people.get(one.person)
        if access.may(occasion, to, Operation.READ_BROADCAST, person):
            text = Text("{person}: {outcome}", {"person": person.name, "outcome": says.OUTCOMES[one.outcome]})
            occasion.say(to, Said(text, level=Level.L4), Sending(subject=person))
            access.note_read(occasion, to, Operation.READ_BROADCAST, person)
    _say_more(occasion, to, len(others))


def replies(occasion: Occasion, to: Person, broadcast: Broadcast) -> Iterator[tuple[Person, Replied, str]]:
    """What was answered by those of whom `to` may read it; of whoever has withdrawn consent nothing is read."""
    uow = occasion.uow
    for one in uow.broadcasts.replies(broadcast.id):
        person = uow.people.get(one.person)
        agreed = TALK in uow.consents.effective(person.id, occasion.now)
        if agreed and access.may(occasion, to, Operation.READ_BROADCAST, person):
            yield person, one, uow.broadcasts.words_of(one)


def show_replies(occasion: Occasion, to: Person, broadcast: Broadcast) -> None:
    """What was answered, the oldest first."""
    found = list(replies(occasion, to, broadcast))
    if not found:
        occasion.say(to, Said(says.NO_ANSWERS))
    for person, _, words in found[:MOST_SHOWN]:
        text = Text("{person} answers: {words}", {"person": person.name, "words": words})
        occasion.say(to, Said(text, level=Level.L4), Sending(subject=person))
        access.note_read(occasion, to, Operation.READ_BROADCAST, person)
    _say_more(occasion, to, len(found))


def _say_more(occasion: Occasion, to: Person, found: int) -> None:
    if found > MOST_SHOWN:
        occasion.say(to, Said(Text("There are more: {n}. All of them stand on the page.", {"n": found - MOST_SHOWN})))
