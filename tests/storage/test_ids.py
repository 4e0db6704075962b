"""Ids rise, whatever the clock does."""

from hypothesis import given
from hypothesis import strategies as st

from storage.ids import Ids

MILLISECOND = 1_000_000
AUTUMN_2026 = 1_795_000_000_000 * MILLISECOND


@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=200))
def test_ids_rise_over_any_clock(steps: list[int]) -> None:
    """However the clock jumps, back or forth, each id is above the one before and has 63 bits."""
    moments = iter(steps)
    ids = Ids(clock=lambda: AUTUMN_2026 + next(moments) * MILLISECOND)
    made = [ids.new() for _ in steps]
    assert made == sorted(set(made))
    assert made[-1] < 2**63


def test_ids_rise_when_the_clock_stands() -> None:
    """More ids than fit into a millisecond borrow from the next one."""
    ids = Ids(clock=lambda: AUTUMN_2026)
    made = [ids.new() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_ids_of_two_processes_differ() -> None:
    """Two nodes at the same moment never make the same id."""
    here, there = Ids(node=1, clock=lambda: AUTUMN_2026), Ids(node=2, clock=lambda: AUTUMN_2026)
    assert not {here.new() for _ in range(5_000)} & {there.new() for _ in range(5_000)}


@given(st.integers(1, 2**62))
def test_ids_go_on_above_the_highest(highest: int) -> None:
    """A process that starts with its clock behind continues above what the database holds."""
    assert Ids(highest=highest, clock=lambda: 0).new() > highest


def test_ids_are_ordered_by_time() -> None:
    """A millisecond later, a greater id, on any node."""
    early = Ids(node=1023, clock=lambda: AUTUMN_2026).new()
    late = Ids(node=0, clock=lambda: AUTUMN_2026 + MILLISECOND).new()
    assert early < late
