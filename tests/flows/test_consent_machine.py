"""The life of consents, walked at random: every step in every state, two sides, ages, blocks and withdrawals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from flows.rules.consent import (
    QUIET,
    Accepted,
    Consents,
    Declined,
    Expired,
    Form,
    Happening,
    Notice,
    Party,
    Refusal,
    Shown,
    Signed,
    State,
    TextChanged,
    Withdrawn,
)
from flows.rules.guardians import Assessment, Guardianship
from flows.rules.purposes import PURPOSES, Scope

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 23, 8, tzinfo=UTC)
NOTICES = [Notice(version, f"{language}{version}") for version in (1, 2) for language in ("de", "ar")]
DOCUMENTS = [
    Scope.of_document("C6", b"report", recipient="agency"),
    Scope.of_document("C6", b"report, corrected", recipient="agency"),
    Scope.of_document("C7", b"report", recipient="company-1"),
    Scope.of_document("C7", b"report", recipient="company-2"),
]
SCOPES = [*(Scope(code) for code, purpose in PURPOSES.items() if not purpose.per_document), *DOCUMENTS]
GUARDIANSHIPS = [
    Guardianship(born=born, zone=BERLIN, assessment=assessment, scopes=scopes, blocked=blocked)
    for born in (None, date(2012, 5, 1), date(2010, 1, 5), date(2008, 12, 24), date(1990, 2, 3))
    for assessment in Assessment
    for scopes in (frozenset[str](), frozenset({"C1", "C3"}))
    for blocked in (False, True)
]
walked = {"steps": 0}


@dataclass
class Memory:
    """What the walk remembers of one side: when it said the yes that counts, if any, and until when not to ask."""

    yes: datetime | None = None
    quiet_until: datetime | None = None


class Life(RuleBasedStateMachine):
    """Steps in any order; beside them a plain account of what was said."""

    def __init__(self) -> None:
        super().__init__()
        self.consents = Consents()
        self.now = START
        self.guardianship = GUARDIANSHIPS[-1]
        self.memory: dict[tuple[Scope, Party], Memory] = {}

    def _before(self) -> Mapping[Scope, bool]:
        return {scope: self.consents.unlocks(scope, self.guardianship, self.now) for scope in SCOPES}

    def _take(self, scope: Scope, step: Happening) -> bool:
        """Take a step; show that no other consent moved. Return whether it was accepted."""
        walked["steps"] += 1
        before, kept = self._before(), dict(self.consents.each)
        after = self.consents.apply(scope, step, self.guardianship)
        if isinstance(after, Refusal):
            return False
        self.consents = after
        kept.pop(scope, None)
        assert kept == {other: consent for other, consent in after.each.items() if other != scope}
        unlocked = self._before()
        assert [before[other] for other in SCOPES if other != scope] == [
            unlocked[other] for other in SCOPES if other != scope
        ]
        return True

    def _said(self, scope: Scope, party: Party) -> Memory:
        return self.memory.setdefault((scope, party), Memory())

    @rule(
        scope=st.sampled_from(SCOPES),
        by=st.sampled_from(Party),
        notice=st.sampled_from(NOTICES),
        form=st.sampled_from(Form),
        wished=st.booleans(),
    )
    def show(self, scope: Scope, by: Party, notice: Notice, form: Form, wished: bool) -> None:
        """A text is shown; a yes to an older one is over then."""
        memory = self._said(scope, by)
        quiet = memory.quiet_until is not None and self.now < memory.quiet_until
        if self._take(scope, Shown(at=self.now, by=by, notice=notice, form=form, wished=wished)):
            assert wished or not quiet
            memory.yes = None

    @rule(scope=st.sampled_from(SCOPES), by=st.sampled_from(Party), data=st.data())
    def accept(self, scope: Scope, by: Party, data: st.DataObject) -> None:
        """A yes: to the text that was shown, or to another one."""
        side = self.consents.of(scope).side(by)
        notice = data.draw(st.sampled_from([*NOTICES, *[side.notice] * 4] if side.notice else NOTICES))
        if self._take(scope, Accepted(at=self.now, by=by, notice=notice)):
            assert notice == side.notice
            if side.form is Form.ELECTRONIC:
                self.memory[scope, by] = Memory(yes=self.now)

    @rule(scope=st.sampled_from(SCOPES), by=st.sampled_from(Party), notice=st.sampled_from(NOTICES))
    def sign(self, scope: Scope, by: Party, notice: Notice) -> None:
        """A paper is recorded."""
        side = self.consents.of(scope).side(by)
        if self._take(scope, Signed(at=self.now, by=by, notice=notice)):
            assert (side.form, side.notice, side.state) == (Form.WRITTEN, notice, State.ACKNOWLEDGED)
            self.memory[scope, by] = Memory(yes=self.now)

    @rule(scope=st.sampled_from(SCOPES), by=st.sampled_from(Party))
    def decline(self, scope: Scope, by: Party) -> None:
        """A no."""
        if self._take(scope, Declined(at=self.now, by=by)):
            self.memory[scope, by] = Memory(quiet_until=self.now + QUIET)

    @rule(scope=st.sampled_from(SCOPES), by=st.sampled_from(Party))
    def withdraw(self, scope: Scope, by: Party) -> None:
        """The end; never refused to the person, and never to a guardian who has a right."""
        accepted = self._take(scope, Withdrawn(at=self.now, by=by))
        assert accepted == (by is Party.PERSON or self.guardianship.may_act(scope.code, self.now))
        if accepted:
            self.memory[scope, by] = Memory(quiet_until=self.now + QUIET)
            assert by is Party.GUARDIAN or not self.consents.unlocks(scope, self.guardianship, self.now)

    @rule(scope=st.sampled_from(SCOPES), by=st.sampled_from(Party), version=st.sampled_from([None, 1, 2]))
    def outdate(self, scope: Scope, by: Party, version: int | None) -> None:
        """The time is over, or there is a new text."""
        step = Expired(at=self.now, by=by) if version is None else TextChanged(at=self.now, by=by, version=version)
        if self._take(scope, step):
            self._said(scope, by).yes = None

    @rule(days=st.integers(0, 100), seconds=st.integers(1, 86_400))
    def wait(self, days: int, seconds: int) -> None:
        """Time passes, birthdays with it."""
        walked["steps"] += 1
        self.now += timedelta(days=days, seconds=seconds)

    @rule(guardianship=st.sampled_from(GUARDIANSHIPS))
    def learn(self, guardianship: Guardianship) -> None:
        """Staff record an age, an assessment, a legal guardian or a block."""
        walked["steps"] += 1
        self.guardianship = guardianship

    def _counts(self, scope: Scope, party: Party) -> bool:
        """Whether there is a yes, and no 18th birthday after it."""
        yes, grown = self._said(scope, party).yes, self.guardianship.of_age_at
        return yes is not None and (grown is None or not yes < grown <= self.now)

    @invariant()
    def only_what_both_agreed_to_unlocks(self) -> None:
        """A consent that unlocks something has a yes of everybody who is needed, and nothing after it."""
        for scope in SCOPES:
            if self.consents.unlocks(scope, self.guardianship, self.now):
                assert self._counts(scope, Party.PERSON)
                needed = self.guardianship.needed(scope.code, self.now)
                assert needed is None or self._counts(scope, Party.GUARDIAN)


def _walk(examples: int, steps: int) -> int:
    """Walk and return how many steps were taken."""
    walked["steps"] = 0
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return walked["steps"]


def test_a_life_of_consents_keeps_its_promises() -> None:
    """A few thousand random steps move no other consent, unlock nothing without a yes, and refuse no withdrawal."""
    assert _walk(60, 50) >= 1_000


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_long_life_of_consents_keeps_its_promises() -> None:
    """A hundred thousand random steps do the same."""
    walked_in_all = 0
    while walked_in_all < 100_000:
        walked_in_all += _walk(500, 100)
