"""Broadcasts: what state one is in and how it gets on, whom it is for, and what keeps it from going out (F50 to F54).

Pure: who belongs to the audience, what was written and what the profile says comes in; ADR 0036 says why it is so.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from flows.people import Person, PersonId

LONGEST: Final = 1000
"""So many characters a text may have: it is one message on every channel."""
SAMPLE: Final = 3


class State(StrEnum):
    """Where a broadcast is.

    draft: texts and audience may change · awaiting: a second person looks · cooling: approved, recipients are fixed,
    it can still be taken back · scheduled: waits for its time, or for another one to end · running · stopped: nothing
    more goes out until it goes on · done: nobody is left to send to · called_off: given up by a person.
    """

    DRAFT = "draft"
    AWAITING = "awaiting"
    COOLING = "cooling"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    CALLED_OFF = "called_off"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self in {State.DONE, State.CALLED_OFF}

    @property
    def is_fixed(self) -> bool:
        """Whether its recipients are written down."""
        return self not in {State.DRAFT, State.AWAITING}


class Step(StrEnum):
    """What moves a broadcast on; the first six are done by people, the last three by the clock."""

    SUBMIT = "submit"
    APPROVE = "approve"
    DECLINE = "decline"
    STOP = "stop"
    RESUME = "resume"
    CALL_OFF = "call_off"
    COOLED = "cooled"
    BEGIN = "begin"
    FINISH = "finish"


WAYS: Final[Mapping[State, Mapping[Step, State]]] = {
    State.DRAFT: {
        Step.SUBMIT: State.AWAITING, Step.APPROVE: State.COOLING, Step.CALL_OFF: State.CALLED_OFF,
    },
    State.AWAITING: {
        Step.APPROVE: State.COOLING, Step.DECLINE: State.DRAFT, Step.CALL_OFF: State.CALLED_OFF,
    },
    State.COOLING: {Step.COOLED: State.SCHEDULED, Step.CALL_OFF: State.CALLED_OFF},
    State.SCHEDULED: {Step.BEGIN: State.RUNNING, Step.CALL_OFF: State.CALLED_OFF},
    State.RUNNING: {Step.STOP: State.STOPPED, Step.FINISH: State.DONE},
    State.STOPPED: {Step.RESUME: State.RUNNING, Step.CALL_OFF: State.CALLED_OFF},
    State.DONE: {},
    State.CALLED_OFF: {},
}  # fmt: skip
"""Every step from every state; what does not stand here cannot be done."""


class NotNow(Exception):
    """The broadcast is in a state from which this step leads nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastRule:
    """What the profile says: above how many people a second person looks, and how long an approved one can be undone.

    `batch`: so many recipients are handed to the outbox at once.
    """

    second_above: int = 20
    cooling: timedelta = timedelta(minutes=10)
    batch: int = 100


USUAL: Final = BroadcastRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who gets it: those in one of the `groups`, of the `phases` and of the `languages`; what is empty asks nothing.

    All of them empty: everybody in the programme. Where people are and tags are in no data, so nobody asks for them.
    """

    groups: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def takes(self, person: Person) -> bool:
        """Whether the person belongs to it."""
        asked = ((self.groups, person.group), (self.phases, person.phase), (self.languages, person.language))
        return all(not wanted or value in wanted for wanted, value in asked)


@dataclass(frozen=True, slots=True)
class Member:
    """One of the audience, with the language they read."""

    person: PersonId
    language: str


def members(audience: Audience, people: Iterable[Person]) -> tuple[Member, ...]:
    """The audience among these people; whoever has not said yet which language they read is reached by nobody."""
    return tuple(Member(one.id, one.language) for one in people if one.language and audience.takes(one))


def digest(found: Iterable[Member]) -> str:
    """What an audience is compared by: somebody more, somebody less, another language give another one."""
    known = sorted(f"{one.person}:{one.language}" for one in found)
    return hashlib.sha256("\n".join(known).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One row of the language matrix: how many read this language, and whether there is a text for them."""

    language: str
    people: int
    has_text: bool


def matrix(found: Iterable[Member], texts: Mapping[str, str]) -> tuple[LanguageRow, ...]:
    """The languages the audience needs, those most people read first (F51)."""
    counts = Counter(one.language for one in found)
    rows = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(LanguageRow(language, n, bool(texts.get(language))) for language, n in rows)


def missing(rows: Iterable[LanguageRow]) -> tuple[str, ...]:
    """The languages without a text."""
    return tuple(row.language for row in rows if not row.has_text)


class WarningKind(StrEnum):
    """Why a word is pointed out: it is part of a participant's name, or a diagnosis."""

    NAME = "name"
    DIAGNOSIS = "diagnosis"


@dataclass(frozen=True, slots=True)
class Warned:
    """A word that should perhaps not go to many people; a second person may pass it ("Sommer" is a season, too)."""

    kind: WarningKind
    word: str


class Emergency(StrEnum):
    """What the fixed texts say (F54)."""

    CLOSED = "closed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """One broadcast. `seen` is the digest of the audience that was shown last, `warned` the words pointed out then.

    `at`: not before this instant (aware); None: as soon as may be. `due`: when the cooling time is over. `emergency`
    is sent from fixed texts with `place` and `clock` as their blanks. `asked` are the second persons, `approved_by` who
    has let it go. `revision` rises with every change: a button or a timer of an older one does nothing.
    """

    id: int
    by: PersonId
    created: datetime
    audience: Audience = Audience()
    texts: Mapping[str, str] = field(default_factory=dict)
    state: State = State.DRAFT
    revision: int = 0
    seen: str = ""
    warned: tuple[Warned, ...] = ()
    at: datetime | None = None
    due: datetime | None = None
    emergency: Emergency | None = None
    place: str = ""
    clock: str = ""
    asked: tuple[PersonId, ...] = ()
    approved_by: PersonId | None = None

    def step(self, step: Step) -> "Broadcast":
        """The broadcast after this step; `NotNow` where it leads nowhere."""
        after = WAYS[self.state].get(step)
        if after is None:
            raise NotNow(f"{step} leads nowhere from {self.state}")
        return replace(self, state=after, revision=self.revision + 1)

    def may(self, step: Step) -> bool:
        """Whether this step leads somewhere."""
        return step in WAYS[self.state]

    def change(self, **what: object) -> "Broadcast":
        """The draft with something else in it; `NotNow` once it is no draft any more."""
        if self.state is not State.DRAFT:
            raise NotNow(f"{self.state} is no draft")
        return replace(self, revision=self.revision + 1, **what)  # type: ignore[arg-type]  # the names are fields


class Refusal(StrEnum):
    """Why a broadcast does not go out."""

    NOBODY = "nobody"
    LANGUAGE = "language"
    ANOTHER = "another"
    CHANGED = "changed"
    PAST = "past"


def refusal(broadcast: Broadcast, found: Collection[Member], now: datetime, *, another: bool) -> Refusal | None:
    """What keeps it from being approved now; None: nothing. `another`: one is cooling, running or stopped already.

    An emergency has its texts in every language and waits for nobody.
    """
    if not found:
        return Refusal.NOBODY
    if broadcast.emergency is None and missing(matrix(found, broadcast.texts)):
        return Refusal.LANGUAGE
    if another and broadcast.emergency is None:
        return Refusal.ANOTHER
    if broadcast.at is not None and broadcast.at <= now:
        return Refusal.PAST
    return Refusal.CHANGED if digest(found) != broadcast.seen else None


def needs_second(broadcast: Broadcast, size: int, rule: BroadcastRule) -> bool:
    """Whether a second person has to look: above the set size, or where words were pointed out. Never an emergency."""
    return broadcast.emergency is None and (size > rule.second_above or bool(broadcast.warned))


def cooled_at(broadcast: Broadcast, now: datetime, rule: BroadcastRule) -> datetime:
    """Until when an approved one can be taken back without anybody having got it."""
    return now if broadcast.emergency is not None else now + rule.cooling


def text_for(broadcast: Broadcast, language: str) -> str:
    """What somebody who reads this language gets; whoever has changed it since gets German, or what there is."""
    texts = broadcast.texts
    return texts.get(language) or texts.get("de") or next(iter(texts.values()), "")


class Outcome(StrEnum):
    """What became of it for one recipient; whether somebody has read it, nobody asks."""

    WAITING = "waiting"
    SENT = "sent"
    ARRIVED = "arrived"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    UNREACHED = "unreached"
    """Gets no messages here, for whatever reason: a call is the way."""
    LEFT_OUT = "left_out"
    """Knows already, because they are reported absent today (F54)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many recipients have which outcome."""

    counts: Mapping[Outcome, int]

    def of(self, outcome: Outcome) -> int:
        """How many have this outcome."""
        return self.counts.get(outcome, 0)

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def sent(self) -> int:
        """How many the channels took, arrived or not known."""
        return self.of(Outcome.SENT) + self.of(Outcome.ARRIVED)

    @property
    def settled(self) -> int:
        """How many wait for nothing any more."""
        return self.total - self.of(Outcome.WAITING)

    @property
    def percent(self) -> int:
        """How far it is; 100 only when nobody waits."""
        return 100 * self.settled // self.total if self.total else 100

    @property
    def is_over(self) -> bool:
        """Whether nobody waits any more."""
        return self.of(Outcome.WAITING) == 0
