"""What a programme asks somebody new, as data of its profile, and what came of it (F4, F6; R4, R58)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from flows.engine.conversation import Json
from flows.engine.messages import Level
from flows.people import PersonId

RULE = "absence_rule"
"""Under this name stands that the absence rule was read (R4)."""


class Kind(StrEnum):
    """How an answer is given."""

    CHOICE = "choice"
    SEVERAL = "several"
    DATE = "date"
    PHONE = "phone"
    NUMBER = "number"
    TEXT = "text"


class Kept(StrEnum):
    """Where else an answer is kept: the phone number at once, name and birthday once staff have accepted them."""

    NOWHERE = ""
    PHONE = "phone"
    BORN = "born"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A question is asked only if another one has one of these answers."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `text` and `label` are message ids; `choices` pairs of a value and its message id.

    `purpose` is the consent it needs while it is asked and passed on; without one it rests on the programme's basis.
    `lowest` and `highest` bound a number; a `past` date lies before today.
    """

    id: str
    kind: Kind
    text: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    skippable: bool = True
    condition: Condition | None = None
    purpose: str = ""
    level: Level = Level.L3
    keep: Kept = Kept.NOWHERE
    past: bool = False
    lowest: int = 0
    highest: int = 100

    def takes(self, value: Json) -> bool:
        """Whether this can be an answer: one that was given to an earlier version may not fit any more."""
        known = {choice for choice, _ in self.choices}
        match self.kind:
            case _ if value is None:
                return self.skippable
            case Kind.CHOICE:
                return value in known if isinstance(value, str) else False
            case Kind.SEVERAL:
                return isinstance(value, list) and all(isinstance(one, str) and one in known for one in value)
            case Kind.NUMBER:
                return isinstance(value, int) and self.lowest <= value <= self.highest
            case Kind.DATE:
                return isinstance(value, str) and _is_day(value)
            case _:
                return isinstance(value, str)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The questions of a programme, in order.

    `shows_rule`: the absence rule comes first (R4). `nudge_after`: how long somebody may be silent before they are
    asked to go on, and as long again before staff hear of it.
    """

    version: int
    questions: tuple[Question, ...]
    shows_rule: bool = False
    nudge_after: timedelta = timedelta(days=3)

    def question(self, id_: str) -> Question | None:
        """The question with this id."""
        return next((one for one in self.questions if one.id == id_), None)

    def applies(self, question: Question, answers: Mapping[str, Json], purposes: frozenset[str]) -> bool:
        """Whether a question is asked, and its answer passed on: condition met, purpose effective."""
        if question.purpose and question.purpose not in purposes:
            return False
        condition = question.condition
        if condition is None:
            return True
        before = self.question(condition.question)
        if before is None or not self.applies(before, answers, purposes):
            return False
        given = answers.get(condition.question)
        values = given if isinstance(given, list) else [given]
        return any(value in condition.answers for value in values)

    def fitting(self, answers: Mapping[str, Json], purposes: frozenset[str]) -> dict[str, Json]:
        """Those of the answers that the form still asks for, in its order."""
        return {
            one.id: answers[one.id]
            for one in self.questions
            if one.id in answers and one.takes(answers[one.id]) and self.applies(one, answers, purposes)
        }


class State(StrEnum):
    """How far an intake is.

    open: the person is answering · submitted: staff look at it · asked: staff have asked back · accepted: done
    """

    OPEN = "open"
    SUBMITTED = "submitted"
    ASKED = "asked"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What staff say instead of an answer; the person's own stays beside it."""

    question: str
    value: Json
    note: str
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What staff have asked back: about a question of the form, or in their own words; `answer` once there is one."""

    question: str
    words: str
    by: PersonId
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One person's intake. `answers` are the person's own, as sent; what is not sent yet lies in the conversation."""

    id: int
    person: PersonId
    state: State = State.OPEN
    conversation: int | None = None
    version: int = 0
    answers: Mapping[str, Json] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    queries: tuple[Query, ...] = ()
    rule_read: datetime | None = None
    submitted: datetime | None = None
    accepted_by: PersonId | None = None

    @property
    def open_query(self) -> Query | None:
        """The question of staff that waits for an answer."""
        return next((one for one in self.queries if one.answer is None), None)

    def corrected(self, question: str) -> Correction | None:
        """What staff say last about this answer."""
        return next((one for one in reversed(self.corrections) if one.question == question), None)
