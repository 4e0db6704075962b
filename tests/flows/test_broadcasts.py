"""Broadcasts as rules: every state has a way out, nobody gets one twice, and what keeps one from going out is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from flows.people import Person, PersonId, Role
from flows.rules.broadcasts import (
    WAYS,
    Audience,
    Broadcast,
    BroadcastRule,
    Emergency,
    Member,
    NotNow,
    Outcome,
    Progress,
    Refusal,
    State,
    Step,
    Warned,
    WarningKind,
    cooled_at,
    digest,
    matrix,
    members,
    missing,
    needs_second,
    refusal,
    text_for,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BY = PersonId(1)
FOUND = (Member(PersonId(2), "de"), Member(PersonId(3), "ar"), Member(PersonId(4), "de"))
TEXTS = {"de": "Hallo", "ar": "مرحبا"}
RULE = BroadcastRule(second_above=3, cooling=timedelta(minutes=10))


def made(**more: object) -> Broadcast:
    """A draft that was shown to its author as it is."""
    draft = Broadcast(id=7, by=BY, created=NOW, texts=TEXTS, seen=digest(FOUND))
    return replace(draft, **more)  # type: ignore[arg-type]  # fields of a broadcast


def person(id_: int, **more: object) -> Person:
    """A participant."""
    known = Person(id=PersonId(id_), handle=f"x{id_}", role=Role.PARTICIPANT, name="", language="de")
    return replace(known, **more)  # type: ignore[arg-type]  # fields of a person


def test_every_state_leads_to_an_end() -> None:
    """From each state some way leads to done or called off; from those two none leads anywhere."""
    for state in State:
        reached, edge = {state}, [state]
        while edge:
            ways = WAYS[edge.pop()].values()
            edge += [one for one in ways if one not in reached]
            reached |= set(ways)
        assert reached & {State.DONE, State.CALLED_OFF}, state
        assert state.is_over == (not WAYS[state])


def test_every_state_can_be_reached_from_a_draft() -> None:
    """There is no state that nothing leads to."""
    reached = {State.DRAFT, *(after for ways in WAYS.values() for after in ways.values())}
    assert set(State) == reached


def test_what_goes_out_was_approved() -> None:
    """No way from a draft to running passes by approval and the cooling time."""
    before = {step for ways in WAYS.values() for step, after in ways.items() if after is State.RUNNING}
    assert {Step.BEGIN, Step.RESUME} == before
    assert [State.COOLING] == [state for state, ways in WAYS.items() if State.SCHEDULED in ways.values()]
    assert {State.DRAFT, State.AWAITING} == {s for s, ways in WAYS.items() if State.COOLING in ways.values()}


def test_a_step_that_leads_nowhere_says_so() -> None:
    """A draft cannot be stopped, and what is fixed is no draft any more."""
    with pytest.raises(NotNow):
        made().step(Step.STOP)
    with pytest.raises(NotNow):
        made(state=State.RUNNING).change(texts={})


def test_every_change_makes_older_buttons_void() -> None:
    """A step and a change raise the revision."""
    assert made().revision < made().change(texts={}).revision
    assert made().revision < made().step(Step.APPROVE).revision


@pytest.mark.parametrize(
    ("audience", "ids"),
    [
        (Audience(), [1, 2, 3]),
        (Audience(groups=("A",)), [1, 2]),
        (Audience(groups=("A", "B")), [1, 2, 3]),
        (Audience(groups=("A",), languages=("ar",)), [2]),
        (Audience(phases=("company",)), [3]),
        (Audience(groups=("Z",)), []),
    ],
)
def test_an_audience_is_those_who_fit_everything_asked(audience: Audience, ids: list[int]) -> None:
    """What is named twice widens, another kind narrows; whoever has no language yet is reached by nobody."""
    people = [
        person(1, group="A"),
        person(2, group="A", language="ar"),
        person(3, group="B", phase="company"),
        person(4, group="A", language=""),
    ]
    assert ids == [one.person for one in members(audience, people)]


def test_the_matrix_names_every_language_and_what_is_missing() -> None:
    """Most readers first; a language nobody reads needs no text."""
    rows = matrix(FOUND, {"de": "Hallo", "uk": "Привіт"})
    assert [("de", 2, True), ("ar", 1, False)] == [(one.language, one.people, one.has_text) for one in rows]
    assert ("ar",) == missing(rows)


@pytest.mark.parametrize(
    ("broadcast", "found", "another", "why"),
    [
        (made(), FOUND, False, None),
        (made(), (), False, Refusal.NOBODY),
        (made(texts={"de": "Hallo"}), FOUND, False, Refusal.LANGUAGE),
        (made(), FOUND, True, Refusal.ANOTHER),
        (made(at=NOW), FOUND, False, Refusal.PAST),
        (made(at=NOW + timedelta(hours=1)), FOUND, False, None),
        (made(), FOUND[:2], False, Refusal.CHANGED),
        (made(), (*FOUND[:2], Member(PersonId(4), "ar")), False, Refusal.CHANGED),
        (made(emergency=Emergency.CLOSED, texts={}), FOUND, True, None),
        (made(emergency=Emergency.CLOSED, texts={}), (), False, Refusal.NOBODY),
    ],
)
def test_what_keeps_one_from_going_out_is_named(
    broadcast: Broadcast, found: tuple[Member, ...], another: bool, why: Refusal | None
) -> None:
    """Nobody, no text, another one, a time that is over, a changed audience; an emergency waits for nobody."""
    assert why == refusal(broadcast, found, NOW, another=another)


def test_a_second_person_looks_above_the_size_and_at_what_was_pointed_out() -> None:
    """As many as the profile says need none; one more does, or one word; an emergency never."""
    warned = (Warned(WarningKind.NAME, "Sommer"),)
    assert [False, True] == [needs_second(made(), size, RULE) for size in (3, 4)]
    assert needs_second(made(warned=warned), 1, RULE)
    assert not needs_second(made(warned=warned, emergency=Emergency.CLOSED), 400, RULE)


def test_an_emergency_does_not_cool() -> None:
    """What is approved can be taken back for a while; an emergency goes at once."""
    assert NOW + timedelta(minutes=10) == cooled_at(made(), NOW, RULE)
    assert NOW == cooled_at(made(emergency=Emergency.MOVED), NOW, RULE)


def test_whoever_changed_the_language_since_gets_german() -> None:
    """There is always something to read."""
    assert ["مرحبا", "Hallo"] == [text_for(made(), language) for language in ("ar", "uk")]
    assert "مرحبا" == text_for(made(texts={"ar": "مرحبا"}), "uk")


@given(st.permutations(FOUND))
def test_the_order_of_people_changes_no_audience(found: list[Member]) -> None:
    """Two lists of the same people are the same audience."""
    assert digest(FOUND) == digest(found)


def test_hundred_per_cent_means_that_nobody_waits() -> None:
    """One of a thousand is not there yet: 99 %, and it is not over."""
    near = Progress({Outcome.SENT: 900, Outcome.ARRIVED: 99, Outcome.WAITING: 1})
    assert (99, 999, 1000, False) == (near.percent, near.sent, near.total, near.is_over)
    done = Progress({Outcome.SENT: 1, Outcome.UNCERTAIN: 1})
    assert (100, 1, True) == (done.percent, done.sent, done.is_over)
    assert (100, True) == (Progress({}).percent, Progress({}).is_over)


class Life(RuleBasedStateMachine):
    """A broadcast lived through at random: recipients are fixed at approval, and each is written to at most once."""

    def __init__(self) -> None:
        super().__init__()
        self.broadcast = made()
        self.waiting: list[int] = []
        self.got: list[int] = []
        self.recipients: frozenset[int] = frozenset()

    @rule(step=st.sampled_from(Step))
    def step(self, step: Step) -> None:
        """Anybody or the clock tries any step at any time."""
        before = self.broadcast
        if not before.may(step) or (step is Step.FINISH and self.waiting):
            return
        self.broadcast = before.step(step)
        if step is Step.APPROVE:
            assert not self.recipients, "approved twice"
            self.recipients = frozenset(range(5))
            self.waiting = sorted(self.recipients)

    @precondition(lambda self: self.broadcast.state is State.RUNNING and self.waiting)
    @rule(size=st.integers(1, 3))
    def write(self, size: int) -> None:
        """The next batch is written to."""
        self.got += self.waiting[:size]
        self.waiting = self.waiting[size:]

    @invariant()
    def nobody_twice_and_nobody_else(self) -> None:
        """Whoever got it is one of the recipients, and got it once; before approval there are none."""
        assert len(self.got) == len(set(self.got))
        assert set(self.got) <= self.recipients
        assert self.broadcast.state.is_fixed or not self.recipients

    @invariant()
    def an_end_is_an_end(self) -> None:
        """Done means that nobody waits; called off or done, it stays so."""
        if self.broadcast.state is State.DONE:
            assert self.recipients == frozenset(self.got)
        assert self.broadcast.state.is_over or any(self.broadcast.may(step) for step in Step)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
