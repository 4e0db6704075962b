"""Statements are compiled once, so what could change from run to run is refused."""

import pytest
import sqlalchemy as sa

from storage.errors import StatementRefused
from storage.statements import Statement, const, insert_into, take
from storage.tables import people


def test_values_go_where_their_names_are() -> None:
    """The parameters of a statement are found by name, whatever their order."""
    statement = Statement(sa.update(people).where(people.c.id == sa.bindparam("id")).values(role=sa.bindparam("role")))
    assert ("caseworker", 7) == statement.pick({"id": 7, "role": "caseworker"})


def test_a_statement_without_parameters_picks_nothing() -> None:
    """No question mark, no value."""
    assert () == Statement(sa.select(people.c.id)).pick({})


def test_an_unnamed_literal_is_refused() -> None:
    """A Python value inside a statement would be frozen into it, so it raises a ValueError."""
    with pytest.raises(ValueError, match="no name of ours"):
        Statement(sa.select(people).where(people.c.handle == "p1"))


def test_an_in_list_is_refused() -> None:
    """An IN list has another text for every length, so it raises a ValueError."""
    with pytest.raises(StatementRefused, match="IN list"):
        Statement(sa.select(people).where(people.c.id.in_(sa.bindparam("ids", expanding=True))))


def test_a_table_definition_is_not_a_statement() -> None:
    """Only what reads or changes rows can be compiled."""
    with pytest.raises(StatementRefused, match="SELECT, INSERT"):
        Statement(sa.schema.CreateTable(people))


def test_the_same_statement_speaks_postgresql() -> None:
    """The text for the other database names its parameters and keeps the conflict clause."""
    text = insert_into(people, unless=("handle",)).postgresql
    assert "%(handle)s" in text
    assert text.endswith("ON CONFLICT (handle) DO NOTHING")


def test_a_limit_is_a_parameter() -> None:
    """Cutting off a query adds no literal of its own."""
    statement = Statement(take(sa.select(people.c.id).where(people.c.role == const("caseworker"))))
    assert (5,) == statement.pick({"limit": 5})
