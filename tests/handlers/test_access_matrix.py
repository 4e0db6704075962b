"""Every role in every relation tries every operation through the program's own doors: as the table by hand says."""

import tomllib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from flows.people import Role
from flows.rules.access import POLICY, SEATS, Actor, Operation, Relation, actor_of
from storage.uow import UnitOfWork
from tests.handlers import access_sums
from tests.handlers.access_commands import AT_THE_SERVER, Command, has_effect_in_the_chat
from tests.handlers.access_people import ROLES, Trial, exists, set_up
from tests.handlers.access_trials import BY_THE_PROGRAM, IN_THE_CHAT
from tests.handlers.world import World

TABLE = tomllib.loads(Path(__file__).with_name("access_matrix.toml").read_text("utf-8"))
CELLS = [(actor, relation) for actor in Actor for relation in Relation if exists(actor, relation)]
REFUSED = "who may not do this"
EVERY = 17
"""So far apart are the forbidden cells that are tried each time; all of them are tried where time is no matter."""
Cell = tuple[Actor, Relation]
TRIED = {**IN_THE_CHAT, **BY_THE_PROGRAM}


class Undone(Exception):
    """The trial is over; its unit of work is rolled back. `effect`: whether it had any."""

    def __init__(self, effect: bool) -> None:
        super().__init__()
        self.effect = effect


def expected(operation: Operation, cell: Cell) -> bool:
    """What the table by hand says."""
    return cell[1].value in TABLE[operation.value].get(cell[0].value, [])


def sample(operation: Operation) -> list[Cell]:
    """Whatever is allowed, and some of what is not: others for each operation."""
    first = list(Operation).index(operation) % EVERY
    return [cell for number, cell in enumerate(CELLS) if expected(operation, cell) or number % EVERY == first]


def has_effect(world: World, trial: Trial, cell: Cell) -> bool:
    """Try it in a unit of work of its own, and undo it."""

    def work(uow: UnitOfWork) -> None:
        raise Undone(trial(set_up(uow, world.now, *cell)))

    with pytest.raises(Undone) as undone:
        world.write(work)
    return undone.value.effect


def differing(world: World, operation: Operation, cells: Iterable[Cell]) -> Iterator[str]:
    """The cells in which it is not as the table by hand says. What only the program does, no actor begins."""
    for cell in cells:
        begins = operation in IN_THE_CHAT or cell[0] is Actor.SYSTEM
        effect = has_effect(world, TRIED[operation], cell) if begins else False
        if effect != expected(operation, cell):
            yield f"{operation}: {cell[0]} as {cell[1]}"


def is_obeyed(command: Command, seat: Actor, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a command gets past the gate; there is no installation, so that it does nothing beyond that."""
    monkeypatch.setenv("LOTSE_ACCESS__SEAT", seat.value)
    return REFUSED not in CliRunner().invoke(cli, command).output


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


@pytest.mark.parametrize("operation", TRIED)
def test_what_the_table_allows_has_an_effect(operation: Operation, world: World) -> None:
    """Every allowed cell is tried each time, and some of the others."""
    cells = sample(operation)
    wrong = list(differing(world, operation, cells))
    access_sums.note("sample", len(cells), len(wrong))
    assert [] == wrong


@pytest.mark.slow
@pytest.mark.parametrize("operation", TRIED)
def test_nothing_else_has_an_effect(operation: Operation, world: World) -> None:
    """Each role in each relation tries it; what differs from the table by hand is named."""
    wrong = list(differing(world, operation, CELLS))
    access_sums.note(operation.value, len(CELLS), len(wrong))
    assert [] == wrong


@pytest.mark.slow
def test_no_command_of_the_server_has_an_effect_in_the_chat(world: World) -> None:
    """Each role in each relation tries each of them in the chat."""
    wrong = [cell for cell in CELLS if has_effect(world, has_effect_in_the_chat, cell)]
    access_sums.note("commands in the chat", len(CELLS) * len(AT_THE_SERVER), len(wrong))
    assert [] == wrong


@pytest.mark.parametrize("seat", SEATS)
def test_commands_obey_the_seat(seat: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the server every seat tries every command; the refusal comes before anything is done."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.serving.serve", _serves_nobody)
    monkeypatch.setattr("bot.serving.serve_demo", _serves_nobody, raising=False)
    obeyed = partial(is_obeyed, seat=seat, monkeypatch=monkeypatch)
    commands = [(operation, command) for operation, each in AT_THE_SERVER.items() for command in each]
    wrong = [
        command for operation, command in commands if obeyed(command) != expected(operation, (seat, Relation.NO_ONE))
    ]
    access_sums.note(f"commands of the {seat}", len(commands), len(wrong))
    assert [] == wrong


async def _serves_nobody(*_: object, **__: object) -> None:
    """The assistant would run until it is told to stop."""
