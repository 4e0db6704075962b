"""People, facts and small flows to think with, and every kind of reply somebody could send."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from flows.dialogues.registry import FLOWS
from flows.engine.answers import Choice, Day, File, Number, Phone, Several, TimeOfDay, Words
from flows.engine.conversation import Conversation, Json, Status
from flows.engine.events import CrisisKind, Reason, Said
from flows.engine.flow import END, Ask, Facts, Flow, View, goto
from flows.engine.messages import Button, Text
from flows.engine.replies import DateProblem, Intent, Reading, Reply
from flows.engine.run import Turn, resume, start
from flows.people import Person, PersonId, Role
from flows.rules.absence import Absence
from flows.rules.calendar import WorkCalendar

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=ZoneInfo("Europe/Berlin"))
TODAY = NOW.date()
P1, C1 = PersonId(1), PersonId(2)
REASONS = tuple(reason.value for reason in Reason)
CHRISTMAS = frozenset({date(2026, 12, 24), date(2026, 12, 25)})


def person(role: Role = Role.PARTICIPANT) -> Person:
    """A participant, or somebody of the staff."""
    who = P1 if role is Role.PARTICIPANT else C1
    return Person(id=who, handle=f"x{who}", role=role, name="Jonas Weber", language="de")


def absence(first: date, last: date | None = None, *, id_: int = 7, reason: Reason = Reason.ILLNESS) -> Absence:
    """A report that stands."""
    return Absence(id=id_, person=P1, reason=reason, first_day=first, last_day=last)


def facts(*absences: Absence, consents: str = "C1 C3", staff: bool = False, **more: object) -> Facts:
    """What is known about the person who talks."""
    known = Facts(
        person=person(Role.CASEWORKER if staff else Role.PARTICIPANT),
        consents=frozenset(consents.split()),
        absences=absences,
        calendar=WorkCalendar(CHRISTMAS),
        reasons=REASONS,
        must_tell=("agency", "company"),
        people=((P1, "Jonas Weber"), (PersonId(3), "Mia Brandt")) if staff else (),
        groups=(("A", (P1, PersonId(3))),) if staff else (),
        languages=(("de", "Deutsch"), ("en", "English")),
        places=("Raum 1",),
        speak_other=frozenset({"1"}),
    )
    return replace(known, **more)  # type: ignore[arg-type]  # the names of fields are given by the test


def _options(count: int) -> tuple[Button, ...]:
    return tuple(Button(Text("{n}", {"n": n}), "option", f"v{n}") for n in range(count))


def _ask(parse: object, save: str, then: str, *, optional: bool = False) -> Ask:
    return Ask(
        prompt=lambda _: Text("Which day?"),
        parse=parse,  # type: ignore[arg-type]  # every kind of answer is a Parser
        save=save,
        then=goto(then),
        optional=optional,
    )


EVERY_KIND = Flow(
    name="every_kind",
    version=3,
    start="one",
    nodes={
        "one": _ask(Choice(lambda _: _options(12)), "one", "some"),
        "some": _ask(Several("some", lambda _: _options(4)), "some", "day"),
        "day": _ask(Day(earliest=lambda view: view.now.date()), "day", "time"),
        "time": _ask(TimeOfDay(), "time", "number"),
        "number": _ask(Number(1, 10), "number", "phone"),
        "phone": _ask(Phone(), "phone", "words", optional=True),
        "words": _ask(Words(longest=50), "words", "file"),
        "file": _ask(File(), "file", END),
    },
)
"""A flow that asks for every kind of answer there is."""

ALL_FLOWS: Mapping[str, Flow] = {**FLOWS, EVERY_KIND.name: EVERY_KIND}
ABSENT_TWICE = (absence(TODAY, TODAY + timedelta(days=2)), absence(TODAY + timedelta(days=20), id_=8))
SITUATIONS: tuple[Facts, ...] = (
    facts(),
    facts(consents=""),
    facts(*ABSENT_TWICE),
    facts(staff=True),
    facts(*ABSENT_TWICE, staff=True),
    facts(reasons=()),
)
BROUGHT: Mapping[str, Json] = {
    "subject": "1",
    "certificate": "1",
    "month": "2026-10-01",
    "code": "C1",
    "version": 1,
    "text_language": "de",
    "level": "B1",
    "digest": "0" * 64,
    "title": "Nachrichten",
    "messages": ["Worum geht es?", "Wer ist verantwortlich?"],
    "shorter": "Kurz gesagt",
    "then": "at_start",
    "signer": "1",
    "waiting": [["C1//", "Nachrichten"], ["C3//", "Krank melden"]],
    "invitee": "1",
    "meet_kind": "in_person",
    "meet_at": NOW.isoformat(),
    "meet_with": "Frau Albers",
    "meet_place": "Haus 1, Raum 2",
}
"""What dialogues about a consent or an appointment bring along from their first turn on; no other looks at it."""
BEGINNINGS: tuple[Mapping[str, Json], ...] = (
    BROUGHT,
    {"reason": "illness"},
    {"reason": "illness", "first_day": TODAY.isoformat()},
    {"words": "Bitte rufen Sie an"},
    {"told": "yes", "reader": "Frau Sommer"},
    {"date_problem": "impossible"},
    {"first_day": TODAY.isoformat(), "last_day": (TODAY - timedelta(days=3)).isoformat(), "reason": "other"},
    {"minutes": 10},
    {"clock": "09:30"},
    {"kind": "video"},
)


def read(text: str = "", **reading: object) -> Reply:
    """Words with what was read in them."""
    return Reply(text=text or "…", reading=Reading(**reading))  # type: ignore[arg-type]  # named by the test


def press(button: Button) -> Reply:
    """A press."""
    return Reply(action=button.action, value=button.value)


FITTING = (
    read("Jonas", yes=True),
    read("nein", yes=False),
    read("morgen", day=TODAY + timedelta(days=1), first_day=TODAY + timedelta(days=1)),
    read("20", number=20),
    read("2", number=2),
    read("halb neun", clock=time(8, 30)),
    read("0151 23456789", phone="+4915123456789"),
    Reply(file_name="zettel.jpg"),
    Reply(action="skip"),
)
"""Replies of which one at least answers any question."""


def question(turn: Turn) -> Said | None:
    """What is asked now."""
    said = [event for event in turn.events if isinstance(event, Said)]
    return said[-1] if said else None


def situations(flow: Flow) -> tuple[Facts, ...]:
    """What may be known about somebody in this flow."""
    staff = flow.name.startswith("staff")
    return tuple(known for known in SITUATIONS if known.person.role.is_staff == staff)


def open_questions(flow: Flow) -> dict[str, tuple[Conversation, Facts]]:
    """A waiting conversation at every question of a flow that can be reached by answering."""
    found: dict[str, tuple[Conversation, Facts]] = {}
    for known in situations(flow):
        for answers in BEGINNINGS:
            here: dict[str, tuple[Conversation, Facts]] = {}
            _explore(flow, start(flow, now=NOW, facts=known, answers={**BROUGHT, **answers}), known, here)
            found = {**here, **found}
    return found


def _explore(flow: Flow, turn: Turn, known: Facts, found: dict[str, tuple[Conversation, Facts]]) -> None:
    conversation, asked = turn.conversation, question(turn)
    if conversation.status is not Status.WAITING or conversation.node in found or asked is None:
        return
    found[conversation.node] = (conversation, known)
    for reply in (*map(press, asked.buttons), *FITTING):
        _explore(flow, resume(flow, conversation, reply, now=NOW, facts=known), known, found)


def every_question() -> Iterator[tuple[Flow, Conversation, Facts]]:
    """Every reachable question of every flow."""
    for flow in ALL_FLOWS.values():
        for conversation, known in open_questions(flow).values():
            yield flow, conversation, known


def again(conversation: Conversation) -> Conversation:
    """The conversation after it has been stored as JSON and read again."""
    payload = {
        "flow": conversation.flow,
        "version": conversation.version,
        "node": conversation.node,
        "answers": dict(conversation.answers),
        "status": conversation.status.value,
        "turn": conversation.turn,
        "misses": conversation.misses,
        "asked": conversation.asked,
    }
    back = json.loads(json.dumps(payload))
    return Conversation(**{**back, "status": Status(back["status"]), "asked": tuple(back["asked"])})


def at(conversation: Conversation, known: Facts) -> View:
    """What a node sees."""
    return View(conversation.answers, NOW, known)


NEAR_DAYS = st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=400))
DAYS = st.none() | NEAR_DAYS | st.dates()
READINGS = st.builds(
    Reading,
    intents=st.lists(st.sampled_from(Intent), max_size=3).map(tuple),
    reason=st.none() | st.sampled_from(Reason),
    first_day=DAYS,
    last_day=DAYS,
    day=DAYS,
    date_problem=st.none() | st.sampled_from(DateProblem),
    minutes=st.none() | st.integers(),
    clock=st.none() | st.times(),
    language=st.none() | st.sampled_from(["de", "ar", "xx"]),
    crisis=st.none() | st.sampled_from(CrisisKind),
    for_other=st.booleans(),
    yes=st.none() | st.booleans(),
    number=st.none() | st.integers() | st.integers(0, 12),
    phone=st.none() | st.text(),
)
TEXTS = st.text(max_size=80) | st.text(alphabet="\u202e\u2066\x00\n😀<b>'{}%", max_size=12)
KNOWN_ACTIONS = """other more confirm skip day today tomorrow yes no ill seen person absence minutes option back pause
resume help cancel stop_all call ask language"""
ACTIONS = TEXTS | st.sampled_from(KNOWN_ACTIONS.split())
WRITTEN = st.builds(Reply, text=TEXTS, reading=READINGS)
FOREIGN = st.builds(Reply, action=ACTIONS, value=TEXTS | NEAR_DAYS.map(str), standing=st.booleans(), reading=READINGS)
FILES = st.builds(Reply, text=TEXTS, file_name=st.text(min_size=1, max_size=30), reading=READINGS)
REPLIES = WRITTEN | FOREIGN | FILES
