"""A process's seat among the writers of one PostgreSQL database: a number for its ids, and a mark in every commit.

The number is leased by an advisory lock, which the server releases when the process's connection ends. The mark tells
after a connection broke in mid-COMMIT whether the commit happened: each commit moves it from the last value to a new
one, or fails. Whoever comes back moves it too, and so stops a commit that is still on its way.
"""

import secrets
from collections.abc import Callable
from typing import Any, Final

import psycopg

from storage.errors import StoreError
from storage.ids import NODES
from storage.postgres_wire import Question

LEASES: Final = 1_281_649_733
"""The first half of the advisory locks that lease numbers."""

MARK: Final = Question.written(
    "WITH moved AS (UPDATE writers SET mark = %(new)s::bigint, at = now()"
    " WHERE id = %(id)s::bigint AND mark = %(old)s::bigint RETURNING 1) SELECT 1 / count(*) FROM moved"
)
_LEASE: Final = "SELECT pg_try_advisory_lock(%s, %s)"
_FIND: Final = "SELECT mark FROM writers WHERE id = %s FOR UPDATE"
_MOVE: Final = "UPDATE writers SET mark = %s, node = %s, at = now() WHERE id = %s"
_ADD: Final = "INSERT INTO writers (id, node, mark, at) VALUES (%s, %s, %s, now())"
_FORGET: Final = "DELETE FROM writers WHERE at < now() - interval '7 days'"


class Seat:
    """Taken on every new connection of the writer; `node` may change then."""

    def __init__(self) -> None:
        self.node = 0
        self._id = secrets.randbits(62)
        self._mark = 0
        self._next = 0
        self._move: Callable[[int], None] | None = None

    def follow(self, move: Callable[[int], None]) -> None:
        """Tell `move` the number, now and whenever it changes."""
        self._move = move
        move(self.node)

    def take(self, connection: "psycopg.Connection[Any]") -> bool:
        """Lease a number on this connection and move the mark; whether the last commit had moved it before."""
        self.node = self._lease(connection)
        if self._move is not None:
            self._move(self.node)
        with connection.transaction():
            found = connection.execute(_FIND, (self._id,)).fetchone()
            kept = found is not None and found[0] == self._next
            self._next += 1
            self._mark = self._next
            if found is None:
                connection.execute(_FORGET)
                connection.execute(_ADD, (self._id, self.node, self._mark))
            else:
                connection.execute(_MOVE, (self._mark, self.node, self._id))
        return kept

    def move(self) -> tuple[int, int, int]:
        """The values of `MARK` for the commit that comes next."""
        self._next += 1
        return self._next, self._id, self._mark

    def moved(self) -> None:
        """The commit succeeded."""
        self._mark = self._next

    def _lease(self, connection: "psycopg.Connection[Any]") -> int:
        for tried in range(NODES):
            node = (self.node + tried) % NODES
            row = connection.execute(_LEASE, (LEASES, node)).fetchone()
            if row is not None and row[0]:
                return node
        raise StoreError(f"{NODES} processes use the database already: stop some")
