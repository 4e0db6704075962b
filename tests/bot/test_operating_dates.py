"""Dates of participations at the command line: set, moved, taken away; none is ever shown."""

from tests.bot.operator import Operator


def test_a_date_is_set_moved_and_taken_away(operator: Operator) -> None:
    """The history says that no member of staff did it."""
    assert "p1: entry is kept" in operator.said("dates", "p1", "entry", "2026-12-01")
    assert "was so already" in operator.said("dates", "p1", "entry", "2026-12-01")
    assert "p1: entry is kept" in operator.said("dates", "p1", "entry", "2026-12-02")
    assert "p1: entry is kept" in operator.said("dates", "p1", "entry", "--remove")
    with operator.opened() as store, store.read() as uow:
        person = uow.people.by_handle("p1")
        assert person is not None
        known = uow.participations.of(person.id)
        assert known is not None
        assert ({}, 3, {None}) == (known.dates, known.revision, {one.by for one in known.history})


def test_what_cannot_be_is_refused_with_the_way_out(operator: Operator) -> None:
    """Nobody, no such date, the wrong order, staff."""
    assert "nobody with the handle" in operator.refused("dates", "p99", "entry", "2026-12-01")
    assert "participants have: assigned, entry" in operator.refused("dates", "p1", "birthday", "2026-12-01")
    assert "has no date" in operator.refused("dates", "c1", "entry", "2026-12-01")
    operator.said("dates", "p2", "entry", "2026-12-01")
    assert "exit lies before entry" in operator.refused("dates", "p2", "exit", "2026-11-30")
