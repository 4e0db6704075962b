"""A long walk over the lives of consents: what rests on one is touched exactly while it is effective."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from flows.engine.conversation import Conversation
from flows.people import Person, PersonId, Role
from flows.rules.consent import Consent, Consents, Form, Party, Side, State
from flows.rules.purposes import Scope
from flows.rules.wards import guardianship_of
from storage.consent_payload import Proof
from storage.errors import NoGround
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, sqlite_of

pytestmark = [pytest.mark.slow, pytest.mark.file, pytest.mark.timeout(600)]

SEED = 20261123
UNITS, STEPS = 250, 420
CHANGES, HALF = 0.01, 0.5
C1 = Scope("C1")
LATER = timedelta(minutes=5)
BORN = (date(2008, 12, 1), date(2009, 1, 15), date(1999, 5, 5), None)
"""Two who come of age during the walk, an adult, and somebody whose birthday is not known."""


@dataclass(slots=True)
class Walk:
    """Where everybody's consent stands as the pure rules see it, and what was touched."""

    people: list[Person]
    chance: random.Random
    now: datetime = NOW
    known: dict[PersonId, Consent] = field(default_factory=dict)
    steps: int = 0
    touched: int = 0
    refused: int = 0

    def go(self, uow: UnitOfWork) -> None:
        """As many steps as one unit of work takes."""
        for _ in range(STEPS):
            self.step(uow)

    def step(self, uow: UnitOfWork) -> None:
        """One thing happens: time passes, one side changes, or something that rests on C1 is touched."""
        self.steps += 1
        person = self.chance.choice(self.people)
        if self.chance.random() < CHANGES:
            self._change(uow, person)
        elif self.chance.random() < HALF:
            self._touch(uow, person)
        else:
            self.now += self.chance.random() * LATER

    def _change(self, uow: UnitOfWork, person: Person) -> None:
        party = self.chance.choice(list(Party))
        state = self.chance.choice(
            [State.EFFECTIVE, State.EFFECTIVE, State.WITHDRAWN, State.SUPERSEDED, State.DECLINED]
        )
        side = Side(state=state, since=self.now, form=Form.ELECTRONIC)
        uow.consents.keep(person.id, C1, party, side, Proof(actor=person.id, at=self.now, evidence={}))
        before = self.known.get(person.id, Consent())
        other = before.side(Party.GUARDIAN if party is Party.PERSON else Party.PERSON)
        both = (side, other) if party is Party.PERSON else (other, side)
        self.known[person.id] = Consent(person=both[0], guardian=both[1])

    def _touch(self, uow: UnitOfWork, person: Person) -> None:
        allowed = Consents({C1: self.known.get(person.id, Consent())}).unlocks(C1, guardianship_of(person), self.now)
        uow.guard.at(self.now)
        try:
            uow.conversations.add(person.id, Conversation(flow="absence", version=1, node="day"), self.now)
        except NoGround:
            self.refused += 1
            assert not allowed
        else:
            self.touched += 1
            assert allowed


def test_what_rests_on_a_consent_is_touched_only_while_it_is_effective(store: Store) -> None:
    """More than a hundred thousand steps: the guard agrees with the rules, and no refusal has left anything."""
    walk = store.submit(_people).result()
    for _ in range(UNITS):
        store.submit(walk.go).result()
    assert walk.steps >= 100_000
    assert min(walk.touched, walk.refused) > 10_000
    assert walk.touched == _rows(store)


def _people(uow: UnitOfWork) -> Walk:
    people = [
        Person(id=PersonId(uow.new_id()), handle=f"p{n}", role=Role.PARTICIPANT, name="Anna", language="de", born=born)
        for n, born in enumerate(BORN)
    ]
    for person in people:
        uow.people.add(person)
    return Walk(people=people, chance=random.Random(SEED))


def _rows(store: Store) -> int:
    """How many conversations lie in the file."""
    [(count,)] = sqlite_of(store).execute("SELECT count(*) FROM conversations").fetchall()
    return int(count)
