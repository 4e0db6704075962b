"""Leave of staff at the command line: entered, covered by the stand-in, ended."""

from datetime import date

from tests.bot.operator import Operator


def test_a_leave_is_entered_and_ended(operator: Operator) -> None:
    """Both days count; the stand-in is the one named; back means from today on."""
    said = operator.said("staff", "away", "c1", "2026-11-20", "2099-12-24", "--stand-in", "k1")
    assert "c1 is away from 2026-11-20 to 2099-12-24" in said
    with operator.opened() as store, store.read() as uow:
        c1, k1 = uow.people.by_handle("c1"), uow.people.by_handle("k1")
        assert c1 is not None
        assert k1 == uow.people.substitute_of(c1.id)
        assert uow.people.is_away(c1.id, date(2099, 12, 24))
        assert not uow.people.is_away(c1.id, date(2099, 12, 25))
    assert "c1 is here again" in operator.said("staff", "back", "c1")
    assert "c1 was not away" in operator.said("staff", "back", "c1")
    with operator.opened() as store, store.read() as uow:
        assert not uow.people.is_away(c1.id, date(2099, 12, 24))


def test_without_a_last_day_it_ends_with_back(operator: Operator) -> None:
    """It says how."""
    assert "it ends with: staff back c2" in operator.said("staff", "away", "c2", "2026-11-20")
    assert "c2 is here again" in operator.said("staff", "back", "c2")


def test_what_cannot_be_away_is_refused(operator: Operator) -> None:
    """Participants, nobody, a stand-in who is none, the wrong order."""
    assert "nobody of the staff with the handle 'p1'" in operator.refused("staff", "away", "p1", "2026-12-01")
    assert "nobody of the staff with the handle 'c9'" in operator.refused("staff", "back", "c9")
    refused = operator.refused("staff", "away", "c1", "2026-12-01", "--stand-in", "p2")
    assert "nobody of the staff with the handle 'p2'" in refused
    assert "the last day lies before the first" in operator.refused("staff", "away", "c1", "2026-12-02", "2026-12-01")
