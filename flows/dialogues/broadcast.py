"""What is asked when somebody prepares a broadcast, and what a recipient is asked who wants to answer (F50 to F54)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from flows.dialogues.clock import Clock
from flows.dialogues.staff import lacks
from flows.dialogues.words import PLACES
from flows.engine.answers import FAR, Choice, Day, TimeOfDay, Words, no_offer
from flows.engine.broadcast_events import AudienceChosen, BroadcastAnswered, EmergencyTold, TextGiven, TimeGiven
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Text, Value
from flows.engine.replies import Reply
from flows.rules.broadcasts import LONGEST, Audience, Emergency
from flows.rules.names import words_of

ALL, GROUP, PHASE, LANGUAGE = "all", "group", "phase", "language"
FARTHEST: Final = timedelta(days=60)
DAYS_OFFERED: Final = 3
PLACE_LENGTH: Final = 60
EVERYBODY: Final = Text("Everybody")


def audience_of(value: str) -> Audience:
    """The audience that a choice stands for."""
    kind, _, name = value.partition(":")
    named = (name,)
    return {
        GROUP: Audience(groups=named), PHASE: Audience(phases=named), LANGUAGE: Audience(languages=named),
    }.get(kind, Audience())  # fmt: skip


def _options(view: View) -> list[tuple[str, str]]:
    """What may be chosen beside everybody: the value, and what it is called."""
    kept = view.answers.get("options")
    return [(str(one[0]), str(one[1])) for one in kept if isinstance(one, list)] if isinstance(kept, list) else []


def name_of(value: str, name: str) -> Text:
    """How a choice is called."""
    kind = value.partition(":")[0]
    if kind == GROUP:
        return Text("Group {group}", {"group": name})
    if kind == PHASE:
        return Text("Phase: {phase}", {"phase": PLACES.get(name, name)})
    return Text("Who reads {language}", {"language": name})


def _audiences(view: View) -> Sequence[Button]:
    named = (Button(name_of(value, name), "audience", value) for value, name in _options(view))
    return (Button(EVERYBODY, "audience", ALL), *named)


def _audience_in_words(reply: Reply, view: View) -> str | None:
    """The only choice whose name stands in the words."""
    said = words_of(reply.text)
    hits = [value for value, name in _options(view) if words_of(name) and words_of(name) <= said]
    return hits[0] if len(hits) == 1 else None


AUDIENCE = Flow(
    name="broadcast_audience",
    version=1,
    start="audience",
    nodes={
        "audience": Ask(
            prompt=lambda _: Text("Who gets the broadcast?"),
            parse=Choice(_audiences, _audience_in_words),
            save="audience",
            then=goto("begin"),
        ),
        "begin": Do(
            run=lambda view: Done((AudienceChosen(audience=audience_of(view.text("audience"))),)), then=goto(END)
        ),
    },
)


def _number(view: View) -> int:
    kept = view.answers.get("broadcast")
    return kept if isinstance(kept, int) else 0


def _text_prompt(view: View) -> Text:
    values: dict[str, Value] = {"language": view.text("language_name"), "longest": LONGEST}
    return Text("The text in this language, please: {language}. At most {longest} characters.", values)


def _text_given(view: View) -> Done:
    given = TextGiven(broadcast=_number(view), language=view.text("language"), words=view.text("words"))
    return Done((given,))


TEXT = Flow(
    name="broadcast_text",
    version=1,
    start="words",
    nodes={
        "words": Ask(
            prompt=_text_prompt,
            parse=Words(longest=LONGEST),
            save="words",
            then=goto("give"),
            optional=True,
            skip=Text("Later"),
        ),
        "give": Do(run=_text_given, then=goto(END)),
    },
)


def _days(view: View) -> Sequence[Button]:
    today = view.now.date()
    offered = (today, *view.facts.calendar.next_days(today, DAYS_OFFERED - 1))
    days = (Button(Text("{day}", {"day": day}), "day", day.isoformat()) for day in dict.fromkeys(offered))
    return (*days, Button(Text("Another day"), "other"))


def _day(view: View) -> date:
    return date.fromisoformat(view.text("day"))


def _time_given(view: View) -> Done:
    at = datetime.combine(_day(view), time.fromisoformat(view.text("clock")), view.now.tzinfo)
    return Done((TimeGiven(broadcast=_number(view), at=at),))


TIME = Flow(
    name="broadcast_time",
    version=1,
    start="day",
    nodes={
        "day": Ask(
            prompt=lambda _: Text("On which day shall it go out?"),
            parse=Day(_days, lambda view: view.now.date(), lambda view: view.now.date() + FARTHEST, FAR),
            save="day",
            then=goto("clock"),
        ),
        "clock": Ask(
            prompt=lambda view: Text("{day}: at what time?", {"day": _day(view)}),
            parse=Clock(no_offer, _day, once=True),
            save="clock",
            then=goto("give"),
        ),
        "give": Do(run=_time_given, then=goto(END)),
    },
)


def _places(view: View) -> Sequence[Button]:
    return tuple(Button(Text("{place}", {"place": place}), "place", place) for place in view.facts.places)


def _place_in_words(reply: Reply, _: View) -> str | None:
    place = " ".join(reply.text.split())
    return place if 0 < len(place) <= PLACE_LENGTH else None


def _moved(view: View) -> Done:
    audience = audience_of(view.text("audience"))
    told = EmergencyTold(
        emergency=Emergency.MOVED, audience=audience, place=view.text("place"), clock=view.text("clock")
    )
    return Done((told,))


MOVED = Flow(
    name="broadcast_moved",
    version=1,
    start="place",
    nodes={
        "place": Ask(
            prompt=lambda _: Text("Where does it take place instead? Everybody reads these words as they are."),
            parse=Choice(_places, _place_in_words, free=True),
            save="place",
            then=goto("clock"),
        ),
        "clock": Ask(
            prompt=lambda _: Text("When does it begin?"),
            parse=TimeOfDay(),
            save="clock",
            then=goto("tell"),
            optional=True,
            skip=Text("The time stays"),
        ),
        "tell": Do(run=_moved, then=goto(END)),
    },
)


def _answer(view: View) -> Done:
    if not view.text("words"):
        return Done((Said(Text("That is fine. Nothing is sent.")),))
    return Done((BroadcastAnswered(broadcast=_number(view), words=view.text("words")),))


REPLY = Flow(
    name="broadcast_reply",
    version=1,
    start="words",
    nodes={
        "words": Ask(
            prompt=lambda view: Text(
                "What would you like to answer? {person} reads it.", {"person": view.text("author")}
            ),
            parse=Words(longest=LONGEST),
            save="words",
            then=goto("send"),
            only_if=lacks("words"),
            optional=True,
            skip=Text("Nothing more"),
        ),
        "send": Do(run=_answer, then=goto(END)),
    },
)
