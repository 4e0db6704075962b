"""One PostgreSQL connection in pipeline mode: questions go out without waiting, answers come back in their order.

psycopg opens the connection; on it we speak libpq ourselves, because a statement is prepared once for the life of the
connection (psycopg forgets what it has prepared with every ROLLBACK) and an answer is looked at when it is needed.
"""

import re
import select
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Any, Final

import psycopg
from psycopg import pq
from psycopg.pq.abc import PGresult

from storage.errors import ConnectionLost
from storage.statements import Pick, Statement, picker

FATAL: Final = pq.ExecStatus.FATAL_ERROR
ABORTED: Final = pq.ExecStatus.PIPELINE_ABORTED
_SYNC: Final = pq.ExecStatus.PIPELINE_SYNC
_NUMBERED: Final = re.compile(r"%\((\w+)\)s")
_TEXT, _BINARY = 0, 1
_BYTEA: Final = 17
_INTEGERS: Final = frozenset({20, 21, 23, 26, 5069})
_numbers = count(1)

Load = Callable[[bytes], Any]
Answer = tuple[Any, PGresult]


@dataclass(frozen=True, slots=True)
class Question:
    """A statement as PostgreSQL prepares it: `$1` for the first of the values that `pick` finds."""

    name: bytes
    sql: bytes
    pick: Pick

    @classmethod
    def of(cls, statement: Statement) -> "Question":
        """The question that this statement is."""
        return cls.written(statement.postgresql)

    @classmethod
    def written(cls, text: str) -> "Question":
        """The question in this text, with `%(name)s` for its values; a name that comes twice is one value."""
        names = list(dict.fromkeys(_NUMBERED.findall(text)))
        places = {name: f"${place}" for place, name in enumerate(names, start=1)}
        numbered = _NUMBERED.sub(lambda found: places[found[1]], text)
        return cls(b"lotse%d" % next(_numbers), numbered.encode(), picker(names))


class Wire:
    """A connection, and what it still owes an answer to. Every failure of the connection is a `ConnectionLost`."""

    def __init__(self, connection: "psycopg.Connection[Any]", patience: float) -> None:
        self._connection = connection
        self._pg = connection.pgconn
        self._patience = patience
        self._prepared: set[bytes] = set()
        self._loads: dict[bytes, list[Load]] = {}
        self._owed: deque[Any] = deque()
        self._pg.nonblocking = 1
        self._pg.enter_pipeline_mode()
        self._readable = select.poll()
        self._readable.register(self._pg.socket, select.POLLIN)
        self._open = select.poll()
        self._open.register(self._pg.socket, select.POLLIN | select.POLLOUT)

    @property
    def pid(self) -> int:
        """The server's process behind the connection."""
        return self._pg.backend_pid

    def ask(self, question: Question, values: Sequence[Any], tag: object) -> None:
        """Send a question without waiting; its answer comes with `tag`."""
        try:
            if question.name not in self._prepared:
                self._pg.send_prepare(question.name, question.sql)
                self._owed.append(question.name)
                self._prepared.add(question.name)
            params, formats = _encode(values)
            self._pg.send_query_prepared(question.name, params, formats, _BINARY)
        except psycopg.Error as error:
            raise _lost(error) from error
        self._owed.append((tag,))

    def push(self) -> None:
        """Let the server begin with what was asked, while we go on."""
        try:
            self._pg.flush()
        except psycopg.Error as error:
            raise _lost(error) from error

    def answers(self) -> list[Answer]:
        """Everything that is owed, in the order of the questions; a failed preparation answers for its question."""
        if not self._owed:
            return []
        try:
            self._pg.send_flush_request()
            self._send()
            return self._take()
        except psycopg.Error as error:
            raise _lost(error) from error

    def sync(self) -> list[Answer]:
        """As `answers`, and the end of the pipeline: what comes afterwards is executed again even after a failure."""
        try:
            self._pg.pipeline_sync()
            self._send()
            answers = self._take()
            if self._result().status != _SYNC:
                raise ConnectionLost("the database answers out of turn")
        except psycopg.Error as error:
            raise _lost(error) from error
        return answers

    def look(self) -> None:
        """Notice a connection that the server has closed meanwhile."""
        try:
            while self._readable.poll(0):
                self._pg.consume_input()
            if self._pg.status != pq.ConnStatus.OK:
                raise ConnectionLost("the database has closed the connection")
        except psycopg.Error as error:
            raise _lost(error) from error

    def rows(self, question: Question, result: PGresult) -> list[tuple[Any, ...]]:
        """What a query found."""
        loads = self._loads.get(question.name)
        if loads is None:
            loads = self._loads[question.name] = [_load(result.ftype(place)) for place in range(result.nfields)]
        value = result.get_value
        return [
            tuple(None if (raw := value(row, place)) is None else load(raw) for place, load in enumerate(loads))
            for row in range(result.ntuples)
        ]

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _take(self) -> list[Answer]:
        answers: list[Answer] = []
        unprepared: PGresult | None = None
        while self._owed:
            owed = self._owed.popleft()
            result = self._result()
            if self._end() is not None:
                raise ConnectionLost("the database answers twice")
            failed = result.status in {FATAL, ABORTED}
            if failed and self._pg.status != pq.ConnStatus.OK:
                raise ConnectionLost("the database has ended the connection")
            if isinstance(owed, bytes):
                if failed:
                    self._prepared.discard(owed)
                    unprepared = result if result.status == FATAL else unprepared
                continue
            answers.append((owed[0], unprepared if failed and unprepared is not None else result))
            unprepared = None
        return answers

    def _result(self) -> PGresult:
        result = self._end()
        if result is None:
            raise ConnectionLost("the database has closed the connection in mid-answer")
        return result

    def _end(self) -> PGresult | None:
        """The next result; None after the last one of a question."""
        pg = self._pg
        deadline = 0.0
        while pg.is_busy():
            if not self._readable.poll(1000):
                deadline = deadline or monotonic() + self._patience
                if monotonic() > deadline:
                    raise ConnectionLost("the database does not answer any more")
                continue
            pg.consume_input()
        return pg.get_result()

    def _send(self) -> None:
        """Push everything out; take in meanwhile, or both sides could wait for the other with full hands."""
        while self._pg.flush():
            for _, event in self._open.poll(int(self._patience * 1000)):
                if event & select.POLLIN:
                    self._pg.consume_input()


def _encode(values: Sequence[Any]) -> tuple[list[bytes | None], list[int]]:
    params: list[bytes | None] = []
    formats: list[int] = []
    for value in values:
        if value is None:
            params.append(None)
            formats.append(_TEXT)
        elif isinstance(value, int):
            params.append(b"%d" % value)
            formats.append(_TEXT)
        else:  # libpq would cut a text at a NUL; as binary it arrives whole and is refused
            params.append(value if isinstance(value, bytes) else value.encode())
            formats.append(_BINARY)
    return params, formats


def _integer(raw: bytes) -> int:
    return int.from_bytes(raw, "big", signed=True)


def _load(kind: int) -> Load:
    if kind in _INTEGERS:
        return _integer
    return bytes if kind == _BYTEA else bytes.decode


def _lost(error: psycopg.Error) -> ConnectionLost:
    return ConnectionLost(f"the connection to the database is lost: {type(error).__name__}")
