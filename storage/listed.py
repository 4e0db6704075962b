"""Many ids in one parameter: a JSON list, which both databases take apart; an IN list could not be compiled once."""

import json
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

IDS: Final = "ids"
"""The parameter's name; its value is what `as_list` makes."""


class _Each(FunctionElement[Any]):
    """The elements of a JSON list as rows with one column."""

    inherit_cache = True


@compiles(_Each)
def _on_sqlite(each: _Each, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_each({compiler.process(each.clauses, **how)})"


@compiles(_Each, "postgresql")
def _on_postgresql(each: _Each, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(each.clauses, **how)} AS json))"


_LISTED = _Each(sa.bindparam(IDS, type_=sa.Text)).table_valued("value", name="listed")


def among(column: sa.ColumnElement[int]) -> sa.Select[Any]:
    """An empty SELECT of the rows whose `column` is in the list: add columns, joins and the rest to it."""
    return sa.select().select_from(_LISTED).join(column.table, column == sa.cast(_LISTED.c.value, sa.BigInteger))


def as_list(ids: Iterable[int]) -> str:
    """The parameter's value: each of them once."""
    return json.dumps(list(dict.fromkeys(ids)))
