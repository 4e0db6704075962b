"""How much of everything is measured: in full for the table, a little for tests and a quick look."""

from dataclasses import dataclass

from flows.rules.contact import Caps


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """`messages` from as many different people; `in_flight` of them at once.

    `reminders` are due to people who get `each` so many, the most on one day (F25); their numbers are multiples of it.
    `broadcast`: to how many; 10,000 take six minutes.
    `peer_messages`, `jobs`, `replayed`: how many of a round's things a slower peer or a recorded limit does.
    """

    messages: int = 2_000
    peer_messages: int = 300
    in_flight: int = 64
    reminders: int = 100_000
    each: int = Caps().day
    replayed: int = 10_000
    jobs: int = 10_000
    few_timers: int = 100_000
    many_timers: int = 1_000_000
    fired: int = 2_000
    idle_seconds: float = 3.0
    broadcast: int = 900


FULL = Sizes()
QUICK = Sizes(
    messages=60,
    peer_messages=20,
    in_flight=16,
    reminders=60,
    replayed=40,
    jobs=30,
    few_timers=100,
    many_timers=1_000,
    fired=40,
    idle_seconds=0.2,
    broadcast=30,
)
