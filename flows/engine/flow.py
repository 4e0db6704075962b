"""What a flow is made of: a named graph of nodes, data only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from flows.engine.broadcast_events import BroadcastHappening
from flows.engine.certificate_events import DatesRead
from flows.engine.conversation import Json
from flows.engine.events import (
    AbsenceChanged,
    AbsenceReported,
    AbsenceTakenBack,
    Arrived,
    ConsentDeclined,
    ConsentGiven,
    Decided,
    LatenessReported,
    Noted,
    NoticeRead,
    PaperSigned,
    Relayed,
    Said,
)
from flows.engine.intake_events import IntakeHappening
from flows.engine.leave_events import LeaveHappening
from flows.engine.meetings import AnswerWanted, MeetingWanted, MoveWanted, NewTimeSet
from flows.engine.messages import Button, Level, Text
from flows.engine.nudge_events import NudgeHappening
from flows.engine.replies import Reply
from flows.engine.report_events import EarlyLeaveReported, ReportTold
from flows.engine.verdict_events import VerdictHappening
from flows.engine.wishes import Wish
from flows.people import Person, PersonId
from flows.quick import quick
from flows.rules.absence import Absence
from flows.rules.appointments import Interpreter
from flows.rules.calendar import WorkCalendar
from flows.rules.hours import Span
from flows.rules.own_reasons import OwnReason

Happening = (
    Said
    | Noted
    | Relayed
    | Arrived
    | Wish
    | AbsenceReported
    | AbsenceChanged
    | AbsenceTakenBack
    | LatenessReported
    | EarlyLeaveReported
    | ReportTold
    | ConsentGiven
    | ConsentDeclined
    | NoticeRead
    | Decided
    | PaperSigned
    | IntakeHappening
    | MeetingWanted
    | MoveWanted
    | AnswerWanted
    | NewTimeSet
    | NudgeHappening
    | LeaveHappening
    | DatesRead
    | VerdictHappening
    | BroadcastHappening
)
"""Everything that can leave the engine."""

END = ""
"""The node after the last one."""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a dialogue may know about the person it speaks with; handlers gather it, nothing in it is looked up later.

    `consents` are the effective purposes; `must_tell` the offices that must hear of an absence too (R20a);
    `proof_from` the day of an illness from which on a sick note is needed (R2; 0: never), `word_counts` that the
    profile says the own word is enough;
    `people` those a staff member may write to or report for, with their names; `languages` all there are, by code, with
    their own names. For appointments: `places` with neutral names, the `free_times` that may be chosen (on the person's
    clock), what keeps the member of staff `busy`, when people are `engaged` otherwise, whose ids (as text)
    `speak_other` languages than German, who is in which of the `groups`, the `interpreters` there are, and when they
    are `interpreting` already.
    """

    person: Person
    consents: frozenset[str] = frozenset()
    absences: tuple[Absence, ...] = ()
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    reasons: tuple[str, ...] = ()
    own_reasons: tuple[OwnReason, ...] = ()
    proof_from: int = 1
    word_counts: bool = False
    must_tell: tuple[str, ...] = ()
    people: tuple[tuple[PersonId, str], ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    places: tuple[str, ...] = ()
    free_times: tuple[datetime, ...] = ()
    busy: tuple[Span, ...] = ()
    engaged: tuple[tuple[PersonId, Span], ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    interpreting: tuple[tuple[str, Span], ...] = ()
    speak_other: frozenset[str] = frozenset()
    groups: tuple[tuple[str, tuple[PersonId, ...]], ...] = ()
    phases: tuple[tuple[str, str], ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class View:
    """What a node sees: the answers so far, the person's local time, and the facts."""

    answers: Mapping[str, Json]
    now: datetime
    facts: Facts

    def text(self, name: str) -> str:
        """The answer `name` as text; empty when there is none."""
        value = self.answers.get(name)
        return value if isinstance(value, str) else ""


Test = Callable[[View], bool]


UNKNOWN = Text("I do not know")


def always(_: View) -> bool:
    """The default condition of a node."""
    return True


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply was understood; `value` is kept under the question's name."""

    value: Json


@dataclass(frozen=True, slots=True)
class Partly:
    """The reply moves the question on without answering it: the next page of choices, one more tick."""

    answers: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Miss:
    """The reply does not answer the question; `hint` says kindly why and what would."""

    hint: Text


class Parser(Protocol):
    """How one kind of answer is offered and read. Total: every reply gives one of the three results."""

    @property
    def free(self) -> bool:
        """Whether any words are an answer, so that only short commands interrupt."""
        ...

    def buttons(self, view: View) -> tuple[Button, ...]:
        """The answers offered for tapping, at most five."""
        ...

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """What the reply means as this kind of answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question: what is said, how the reply is read, where it is kept, what comes then.

    `only_if` False skips the node. `optional` adds a way to leave the question out, labelled `skip`. `help` is said on
    "help". `level` is what the question reveals.
    """

    prompt: Callable[[View], Text]
    parse: Parser
    save: str
    then: Callable[[View], str]
    only_if: Test = always
    optional: bool = False
    skip: Text = UNKNOWN
    help: Text | None = None
    level: Level = Level.L3


@dataclass(frozen=True, slots=True)
class Done:
    """What a `Do` node did: what happened, in order, and answers it adds."""

    events: Sequence[Happening] = ()
    answers: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Do:
    """A step without a question."""

    run: Callable[[View], Done]
    then: Callable[[View], str]
    only_if: Test = always


Node = Ask | Do


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A dialogue. `lapses_after`: how long an open question waits before a reply to it is not one any more.

    `keeps` True: another wish pauses it (long ones, like intake); False: another wish ends it.
    """

    name: str
    version: int
    start: str
    nodes: Mapping[str, Node]
    lapses_after: timedelta = timedelta(hours=20)
    keeps: bool = False


def goto(name: str) -> Callable[[View], str]:
    """The plain transition."""
    return lambda _: name
