"""Unseen alerts at the command line."""

from datetime import timedelta

from flows.engine.events import AlertKind
from flows.rules.alerts import Alert
from storage.uow import UnitOfWork
from tests.bot.operator import NOW, Operator


def raise_two(uow: UnitOfWork) -> None:
    """One is with the caseworker, one with nobody: it waits in the name of whom it is about."""
    ids = {handle: person.id for handle in ("p1", "c1") if (person := uow.people.by_handle(handle))}
    for to, minutes in (("c1", 60), ("p1", 5)):
        raised = NOW - timedelta(minutes=minutes)
        uow.alerts.add(
            Alert(id=uow.new_id(), subject=ids["p1"], kind=AlertKind.CRISIS, to=ids[to], raised_at=raised, step=2)
        )


def test_the_list_says_with_whom_and_never_about_whom(operator: Operator) -> None:
    """Who waits longest comes first; neither the person nor the kind leaves the database."""
    with operator.opened() as store:
        store.submit(raise_two).result()
    found = operator.read("alerts")
    assert [["c1"], []] == [entry["with"] for entry in found]
    assert {"seconds", "passed_on", "with"} == {key for entry in found for key in entry}
    table = operator.said("alerts")
    assert "c1" in table
    assert "nobody: name somebody" in table
    assert not {"p1", "crisis", "Jonas"} & set(table.replace(":", " ").split())


def test_nothing_unseen_says_so(operator: Operator) -> None:
    """Silence would leave a doubt."""
    assert "nothing unseen\n" == operator.said("alerts")
