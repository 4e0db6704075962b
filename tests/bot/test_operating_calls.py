"""The phone list at the command line."""

from datetime import timedelta
from functools import partial

from storage.uow import UnitOfWork
from tests.bot.operator import NOW, Operator


def put_on(handle: str, minutes: int, uow: UnitOfWork) -> None:
    """Somebody is to be called."""
    person = uow.people.by_handle(handle)
    assert person is not None
    uow.phone_list.add(person.id, "not fetched", NOW + timedelta(minutes=minutes))


def test_the_list_shows_handles_and_no_names(operator: Operator) -> None:
    """Who waits longest comes first; neither a name nor a number leaves the database."""
    with operator.opened() as store:
        for handle, minutes in (("p2", 0), ("p1", -10)):
            store.submit(partial(put_on, handle, minutes)).result()
    found = operator.read("phone-list")
    assert [("p1", "not fetched"), ("p2", "not fetched")] == [(entry["who"], entry["why"]) for entry in found]
    assert all(entry["seconds"] >= 0 for entry in found)
    table = operator.said("phone-list")
    assert "p1" in table
    assert "Jonas" not in table + str(found)


def test_an_empty_list_says_so(operator: Operator) -> None:
    """Silence would leave a doubt."""
    assert "nobody\n" == operator.said("phone-list")
