"""No statement reads a whole table that grows, and every statement speaks both databases' languages."""

import importlib
import pkgutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import storage
from storage import resealing
from storage.statements import Statement

PEOPLE_ONLY = {
    "persons._ALL",
    "participations._ALL",
    "persons.UNINDEXED",
    "store.UNINDEXED",
    "key_versions._VERSIONS[0]",
    "key_versions._VERSIONS[1]",
}
SMALL = {
    "accounts._SWEEP",
    "broadcast_statements.LATELY",
    "store._SYSTEM_KEYS",
    "sealing._SYSTEM_KEYS",
    "rewrapping._SYSTEM",
    "rewrapping._OLD_SYSTEM",
    "key_versions._SYSTEM_VERSIONS",
    "key_versions._OPEN",
}
COUNTED = {f"resealing.STATEMENTS[{place}]" for place in range(4, len(resealing.STATEMENTS), 5)}
"""How many rows a table has: asked once for the bar of a rotation."""


def _statements() -> dict[str, Statement]:
    """Every statement of the layer by module and name."""
    modules = [importlib.import_module(f"storage.{each.name}") for each in pkgutil.iter_modules(storage.__path__)]
    return {
        f"{module.__name__.removeprefix('storage.')}.{name}{place}": statement
        for module in modules
        for name, value in vars(module).items()
        for place, statement in _named(value)
    }


def _named(value: object) -> list[tuple[str, Statement]]:
    """The statements in a module's attribute, with their place in it."""
    if isinstance(value, list):
        return [(f"[{n}]", each) for n, each in enumerate(value) if isinstance(each, Statement)]
    return [("", value)] if isinstance(value, Statement) else []


STATEMENTS = _statements()


def test_all_statements_are_found() -> None:
    """The search for statements reaches every repository."""
    assert len(STATEMENTS) > 80
    assert {"outbox_statements.DUE", "timers._DUE", "store._HIGHEST[0]"} <= set(STATEMENTS)


def _is_cheap(step: str) -> bool:
    """Whether a scan walks an index, or a list that came with the question."""
    return " USING " in step or step.startswith("SCAN listed VIRTUAL TABLE")


@pytest.mark.parametrize("name", sorted(set(STATEMENTS) - PEOPLE_ONLY - SMALL - COUNTED))
def test_no_growing_table_is_read_whole(database: Path, name: str) -> None:
    """SQLite finds the rows by an index, or walks an index that holds only what is still to be worked on."""
    text = STATEMENTS[name].sqlite
    with closing(sqlite3.connect(database)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {text}", [0] * text.count("?")).fetchall()
    scans = [step for *_, step in plan if step.startswith("SCAN") and not _is_cheap(step)]
    assert [] == scans


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_every_statement_speaks_postgresql(name: str) -> None:
    """Nothing is written for SQLite only: the parameters have the same names on the other side."""
    text = STATEMENTS[name].postgresql
    assert "?" not in text
    assert STATEMENTS[name].sqlite.count("?") == text.count("%(")
