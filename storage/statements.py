"""Statements written in SQLAlchemy Core, compiled once, executed as text on the driver."""

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from storage.errors import StatementRefused

_SQLITE = sqlite.dialect(paramstyle="qmark")

Params = Mapping[str, Any]
Pick = Callable[[Params], tuple[Any, ...]]


class Statement:
    """One statement: `sqlite` with the positions that `pick` fills, `postgresql` with `%(name)s`.

    Every value is a `bindparam` that we named; constants are `literal_column`s. An unnamed literal or an IN list is
    refused with `StatementRefused` at import. `unless`: an INSERT that meets a row with the same columns does nothing.
    """

    def __init__(self, core: ClauseElement, *, unless: tuple[str, ...] = ()) -> None:
        self._core = core
        self._tail = f" ON CONFLICT ({', '.join(unless)}) DO NOTHING" if unless else ""
        compiled = _compile(core, _SQLITE)
        self.sqlite = compiled.string + self._tail
        self.pick = picker(compiled.positiontup or [])

    @cached_property
    def tables(self) -> frozenset[str]:
        """The tables it reads or changes."""
        return frozenset(part.name for part in visitors.iterate(self._core) if isinstance(part, sa.Table))

    @cached_property
    def postgresql(self) -> str:
        """The text for PostgreSQL with the type of every value, compiled on first use."""
        dialect: Dialect = PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]  # SQLAlchemy's
        return _compile(self._core, dialect).string + self._tail


def _compile(core: ClauseElement, dialect: Dialect) -> SQLCompiler:
    """Compile, and refuse what could differ from one execution to the next."""
    compiled = core.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler):
        raise StatementRefused("only a SELECT, INSERT, UPDATE or DELETE can be a Statement")
    for bind in compiled.binds.values():
        if bind.expanding:
            raise StatementRefused("an IN list cannot be compiled once: loop, or join a table")
        if not bind.required:
            raise StatementRefused(f"a literal has no name of ours: use bindparam or literal_column\n{compiled.string}")
    return compiled


def picker(names: list[str]) -> Pick:
    """What takes the values out of named parameters in this order."""
    if not names:
        return lambda _params: ()
    if len(names) == 1:
        (name,) = names
        return lambda params: (params[name],)
    return itemgetter(*names)


def insert_into(table: sa.Table, *, unless: tuple[str, ...] = (), without: Collection[str] = ()) -> Statement:
    """An INSERT of a whole row, one parameter per column and named like it; `without` those that begin empty."""
    values: dict[str, sa.BindParameter[Any]] = {c.name: sa.bindparam(c.name) for c in table.c if c.name not in without}
    return Statement(table.insert().values(values), unless=unless)


def const(value: str | int) -> sa.ColumnElement[Any]:
    """A constant of ours inside a statement; never anything that came from outside."""
    return sa.literal_column(str(value) if isinstance(value, int) else f"'{value}'")


def take(query: sa.Select[Any], count: str = "limit") -> sa.Select[Any]:
    """The query cut off after as many rows as the parameter named `count` says."""
    return query.limit(sa.bindparam(count)).offset(const(0))
