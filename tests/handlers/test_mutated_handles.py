"""Handles of buttons that are foreign, mutated or made up do nothing, and are answered like one that nobody knows."""

import random
import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from flows.engine.messages import Inbound, InboundKind
from handlers import inbound
from storage.outbox import Sent
from storage.uow import UnitOfWork
from tests.handlers.world import CHANNEL, LEASE, World

SOME, MANY = 500, 10_000
AT_ONCE = 250
PRESSING = ("p1", "p2", "p5", "g1", "c1", "c2", "k1", "v1")
ALPHABET = string.ascii_letters + string.digits + "-_=+/ ä"


def handles_of(world: World) -> list[tuple[str, str]]:
    """Buttons of several people, participants and staff: whose, and the handle."""
    world.say("p1", "Hallo")
    world.say("p2", "مرحبا")
    world.say("p1", "Ich bin heute krank")
    world.say("p5", "I want to talk to somebody")
    world.say("c1", "hilfe")
    return [(arrived.to, button.handle) for arrived in world.arrived for button in arrived.buttons]


def mutations(genuine: list[tuple[str, str]], seed: int) -> Iterator[tuple[str, str]]:
    """Who presses, and what: never a handle of their own."""
    chance = random.Random(seed)
    ways = (_foreign, _changed, _shortened, _lengthened, _other_place, _mixed, _made_up)
    while True:
        handle = chance.choice(ways)(chance, genuine)
        who = chance.choice(PRESSING)
        if (who, handle) not in genuine and not handle.startswith(inbound.STANDING):
            yield who, handle


def _foreign(chance: random.Random, genuine: list[tuple[str, str]]) -> str:
    return chance.choice(genuine)[1]


def _changed(chance: random.Random, genuine: list[tuple[str, str]]) -> str:
    handle = list(_foreign(chance, genuine))
    for _ in range(chance.randint(1, 3)):
        handle[chance.randrange(len(handle))] = chance.choice(ALPHABET)
    return "".join(handle)


def _shortened(chance: random.Random, genuine: list[tuple[str, str]]) -> str:
    return _foreign(chance, genuine)[: chance.randrange(32)]


def _lengthened(chance: random.Random, genuine: list[tuple[str, str]]) -> str:
    return _foreign(chance, genuine) + chance.choice(ALPHABET) * chance.randint(1, 40)


def _other_place(chance: random.Random, genuine: list[tuple[str, str]]) -> str:
    """The same proof for another message or another button."""
    raw = bytearray(urlsafe_b64decode(_foreign(chance, genuine)))
    raw[chance.randrange(10)] ^= 1 << chance.randrange(8)
    return urlsafe_b64encode(bytes(raw)).decode()


def _mixed(chance: random.Random, genuine: list[tuple[str, str]]) -> str:
    cut = chance.randrange(1, 32)
    return _foreign(chance, genuine)[:cut] + _foreign(chance, genuine)[cut:]


def _made_up(chance: random.Random, _: list[tuple[str, str]]) -> str:
    return urlsafe_b64encode(chance.randbytes(24)).decode()


def answers(uow: UnitOfWork, presses: list[tuple[int, str, str]], world: World) -> list[tuple[str, str]]:
    """Press each of them; what each person was told, with the buttons under it."""
    for number, who, handle in presses:
        update = Inbound(channel=CHANNEL, external_id=f"m{number}", sender=who, kind=InboundKind.TAP, tap=handle)
        assert inbound.receive(uow, update, world.now) is None
    found = []
    while batch := uow.outbox.claim(world.now, LEASE, 1000):
        uow.outbox.mark_all_sent([Sent(one.message.id, one.lease, None, world.now) for one in batch])
        found += [
            (one.external, one.message.text + repr([button.label for button in one.message.buttons])) for one in batch
        ]
    return found


@pytest.mark.parametrize("many", [SOME, pytest.param(MANY, marks=pytest.mark.slow)])
def test_mutated_handles_hit_nothing(many: int, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """None has an effect, none is answered otherwise than an unknown one, and the genuine ones still work."""
    genuine = handles_of(world)
    before, used = world.events(), world.counts()["presses"]
    made = mutations(genuine, 20261123)
    presses = [(number, *next(made)) for number in range(many)]
    unknown = dict(
        world.write(lambda uow: answers(uow, [(-n, who, "x" * 32) for n, who in enumerate(PRESSING, 1)], world))
    )
    told: Counter[tuple[str, str]] = Counter()
    for first in range(0, many, AT_ONCE):
        told.update(world.write(partial(answers, presses=presses[first : first + AT_ONCE], world=world)))
    with capsys.disabled():
        print(f"{many} mutated handles: {len(world.events()) - len(before)} effects")  # noqa: T201 - a number to read
    assert many == told.total()
    assert set(unknown.items()) == set(told)
    assert before == world.events()
    assert used == world.counts()["presses"]
    assert world.press("p1", genuine[0][1])
    assert used + 1 == world.counts()["presses"]
