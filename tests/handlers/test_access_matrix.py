"""Every role in every relation tries every operation through the program's own doors: as the table by hand says."""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from flows.people import Role
from flows.rules.access import POLICY, SEATS, Actor, Operation, Relation, actor_of
from storage.uow import UnitOfWork
from tests.handlers.access_people import ROLES, exists, set_up
from tests.handlers.access_trials import AT_THE_SERVER, BY_THE_PROGRAM, IN_THE_CHAT, at_the_server
from tests.handlers.world import World

TABLE = tomllib.loads(Path(__file__).with_name("access_matrix.toml").read_text("utf-8"))
CELLS = [(actor, relation) for actor in Actor for relation in Relation if exists(actor, relation)]
REFUSED = "who may not do this"


class Undone(Exception):
    """The trial is over; its unit of work is rolled back. `effect`: whether it had any."""

    def __init__(self, effect: bool) -> None:
        super().__init__()
        self.effect = effect


def expected(operation: Operation, actor: Actor, relation: Relation) -> bool:
    """What the table by hand says."""
    return relation.value in TABLE[operation.value].get(actor.value, [])


def has_effect(world: World, operation: Operation, actor: Actor, relation: Relation) -> bool:
    """Try it in a unit of work of its own, and undo it."""
    trial = IN_THE_CHAT.get(operation) or at_the_server(operation)
    if actor is Actor.SYSTEM:
        trial = BY_THE_PROGRAM.get(operation, trial)

    def work(uow: UnitOfWork) -> None:
        raise Undone(trial(set_up(uow, world.now, actor, relation)))

    with pytest.raises(Undone) as undone:
        world.write(work)
    return undone.value.effect


def is_obeyed(operation: Operation, seat: Actor, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a command gets past the gate; there is no installation, so that it does nothing beyond that."""
    monkeypatch.setenv("LOTSE_ACCESS__SEAT", seat.value)
    ran = CliRunner().invoke(cli, AT_THE_SERVER[operation])
    return REFUSED not in ran.output


def chat_cells(operation: Operation) -> Iterator[tuple[Actor, Relation]]:
    """The cells that are tried in the chat: all but those of whoever sits at the server."""
    for actor, relation in CELLS:
        seated = actor in SEATS and relation is Relation.NO_ONE and operation in AT_THE_SERVER
        if not seated:
            yield actor, relation


def tell(capsys: pytest.CaptureFixture[str], what: str, cells: int, wrong: int) -> None:
    """Say how much was tried, whether or not anything is wrong."""
    with capsys.disabled():
        sys.stdout.write(f"access matrix, {what}: {cells} cells, {wrong} mismatches\n")


def test_the_table_by_hand_names_every_operation() -> None:
    """A new operation without rows fails here; so does a row for none, and a word that is no role or relation."""
    assert {operation.value for operation in Operation} == set(TABLE)
    assert set(POLICY) == set(Operation)
    assert {*IN_THE_CHAT, *AT_THE_SERVER, *BY_THE_PROGRAM} == set(Operation)
    for rows in TABLE.values():
        assert set(rows) <= {actor.value for actor in Actor}
        assert {relation for named in rows.values() for relation in named} <= {each.value for each in Relation}


def test_nobody_is_what_no_cell_is_for() -> None:
    """Whoever acts here is in a role and relation that is tried."""
    acting = {(actor_of(role, relation), relation) for role in Role for relation in Relation}
    assert acting | {(actor, Relation.NO_ONE) for actor in Actor if actor not in ROLES} == set(CELLS)


@pytest.mark.parametrize("operation", list(Operation))
def test_what_the_table_allows_has_an_effect_and_nothing_else_has(
    operation: Operation, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each role in each relation tries it; what differs from the table by hand is named."""
    cells = list(chat_cells(operation))
    wrong = [
        f"{operation}: {actor} as {relation}"
        for actor, relation in cells
        if has_effect(world, operation, actor, relation) != expected(operation, actor, relation)
    ]
    tell(capsys, operation, len(cells), len(wrong))
    assert [] == wrong


@pytest.mark.parametrize("seat", SEATS)
def test_commands_obey_the_seat(
    seat: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At the server every seat tries every command; the refusal comes before anything is done."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.serving.serve", _serves_nobody)
    wrong = [
        operation
        for operation in AT_THE_SERVER
        if is_obeyed(operation, seat, monkeypatch) != expected(operation, seat, Relation.NO_ONE)
    ]
    tell(capsys, seat, len(AT_THE_SERVER), len(wrong))
    assert [] == wrong


async def _serves_nobody(*_: object, **__: object) -> None:
    """The assistant would run until it is told to stop."""
