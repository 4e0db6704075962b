"""PostgreSQL as a `Driver`: one connection, one pipeline per transaction, no savepoints.

What only writes is sent without waiting; its failure shows with the next query, or at the commit. There is no way back
to the start of a unit, so a unit that fails after it has written costs the whole transaction, and the writer lets the
others run again, one by one.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import psycopg
from psycopg import pq
from psycopg.pq.abc import PGresult

from storage.driver import Row, TimeOuts
from storage.errors import (
    CommitUnknown,
    Conflict,
    ConnectionLost,
    DatabaseFailed,
    DatabaseLocked,
    DiskFull,
    Interrupted,
    ReadOnly,
    StatementTimeout,
    StorageError,
    StoreError,
    UnknownRow,
)
from storage.postgres_ahead import Foresight, Key
from storage.postgres_seat import MARK, Seat
from storage.postgres_wire import ABORTED, FATAL, Answer, Question, Wire
from storage.statements import Statement

_BEGIN: Final = Question.written("BEGIN")
_BEGIN_READING: Final = Question.written("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
_COMMIT: Final = Question.written("COMMIT")
_ROLLBACK: Final = Question.written("ROLLBACK")

_ANY, _ONE, _WANTED, _COUNTED, _GUESSED = range(5)
_SOBER: Final = 50
"""For so many transactions nothing is guessed after a wrong guess: updates that come again seldom come alone."""

_SPARE_SECONDS: Final = 5.0
_BETWEEN_TRIES: Final = 0.1
_ENDED: Final = ("08", "57P", "25P03")

_NAMED: Final[dict[str, Callable[[str], StorageError]]] = {
    "53100": lambda said: DiskFull(f"no room for the database: {said}; free some, then try again"),
    "55P03": lambda _: DatabaseLocked("another transaction holds the row: try again, or raise lock_timeout"),
    "57014": lambda _: StatementTimeout("a statement ran for longer than statement_timeout"),
    "25006": lambda _: ReadOnly("this connection, or the database, cannot be written"),
    "40P01": lambda _: Interrupted("two transactions waited for each other"),
    "40001": lambda _: Interrupted("another transaction was faster"),
    "P0001": lambda said: Conflict(f"the database refuses the row: {said}"),
}
_CONSTRAINT: Final = "23"

question_of = cache(Question.of)


def connect(url: str, time_outs: TimeOuts) -> "psycopg.Connection[Any]":
    """A connection that commits each statement by itself; `ConnectionLost` if the database does not answer."""
    try:
        connection = psycopg.connect(
            url,
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=max(2, int(time_outs.lock.total_seconds())),
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            client_encoding="UTF8",
            application_name="lotse",
        )
        _set_up(connection, time_outs)
    except psycopg.OperationalError as error:
        raise ConnectionLost(f"the database does not answer: {type(error).__name__}; check database.url") from None
    except psycopg.Error as error:
        raise StoreError(f"the database refuses to be used: {type(error).__name__}; check database.url") from None
    return connection


def _set_up(connection: "psycopg.Connection[Any]", time_outs: TimeOuts) -> None:
    patience = time_outs.lock.total_seconds() + time_outs.statement.total_seconds() + _SPARE_SECONDS
    for name, seconds in (
        ("lock_timeout", time_outs.lock.total_seconds()),
        ("statement_timeout", time_outs.statement.total_seconds()),
        ("idle_in_transaction_session_timeout", patience),
    ):
        connection.execute("SELECT set_config(%s, %s, false)", (name, f"{int(seconds * 1000)}ms"))
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )


class PostgresDriver:
    """A `Driver` on one connection; used by one thread at a time. With a `seat` it writes, without one it reads."""

    def __init__(self, url: str, time_outs: TimeOuts, *, seat: Seat | None = None) -> None:
        self._url = url
        self._time_outs = time_outs
        self._seat = seat
        self._patience = time_outs.statement.total_seconds() + time_outs.lock.total_seconds() + _SPARE_SECONDS
        self._wire: Wire | None = None
        self._wrote = self._unit_wrote = self._unchecked = False
        self._sober = 0
        self._ahead = Foresight()
        self.careful = False
        self.failure: StorageError | None = None
        self._lost: StorageError | None = None
        self.on_change: Callable[[], None] = _nothing
        self._connect()

    def _connect(self) -> bool:
        """Connect, and take the seat; whether the last commit is known to have happened."""
        connection = connect(self._url, self._time_outs)
        try:
            kept = self._seat.take(connection) if self._seat is not None else False
            self._wire = Wire(connection, self._patience)
        except psycopg.Error as error:
            connection.close()
            raise ConnectionLost(f"the database does not answer: {type(error).__name__}") from None
        return kept

    def rows(self, statement: Statement, /, **params: Any) -> list[Row]:
        """All rows of a query."""
        question = question_of(statement)
        values = question.pick(params)
        found = self._found_ahead((question.name, values))
        if found is None:
            self._ask(question, values, _WANTED)
            found = self._answer()
        return self._open_wire().rows(question, found)

    def row(self, statement: Statement, /, **params: Any) -> Row | None:
        """The first row of a query."""
        found = self.rows(statement, **params)
        return found[0] if found else None

    def put(self, statement: Statement, /, **params: Any) -> None:
        """Change exactly one row; whether there was one shows with the next query, or at the commit."""
        question = question_of(statement)
        self._ask(question, question.pick(params), _ONE)
        self._changes(statement, params)
        self._wrote = self._unchecked = True
        if self._seat is None:
            self._take_in(self._asked())

    def change(self, statement: Statement, /, **params: Any) -> int:
        """Change any number of rows and say how many."""
        question = question_of(statement)
        self._ask(question, question.pick(params), _WANTED)
        self._changes(statement, params)
        changed = self._answer().command_tuples or 0
        self._wrote = self._wrote or changed > 0
        return changed

    def changes(self, statement: Statement, many: Sequence[Mapping[str, Any]], /) -> list[int]:
        """The same change with many parameters in one go, and how many rows each of them changed."""
        question = question_of(statement)
        for params in many:
            self._ask(question, question.pick(params), _COUNTED)
            self._changes(statement, params)
        answers = self._asked()
        self._take_in(answers)
        changed = [result.command_tuples or 0 for tag, result in answers if tag == _COUNTED]
        self._wrote = self._wrote or any(changed)
        return changed

    def send(self, statement: Statement, /, **params: Any) -> None:
        """Change any number of rows, without waiting."""
        question = question_of(statement)
        self._ask(question, question.pick(params), _ANY)
        self._changes(statement, params)
        self._wrote = True

    def guess(self, statement: Statement, /, **params: Any) -> int:
        """As `change`; unless careful, 1 without waiting. If that was wrong, the unit is `Interrupted`."""
        if self.careful or self._sober or self._seat is None:
            return self.change(statement, **params)
        question = question_of(statement)
        self._ask(question, question.pick(params), _GUESSED)
        self._changes(statement, params)
        self._wrote = self._unchecked = True
        return 1

    def ahead(self, statement: Statement, /, **params: Any) -> None:
        """Ask without waiting; `rows` finds the answer, unless the unit changes one of the tables before."""
        question = question_of(statement)
        values = question.pick(params)
        key = (question.name, values)
        if self._ahead.expect(key, statement, params):
            self._ask(question, values, key)

    def _found_ahead(self, key: Key) -> PGresult | None:
        if key not in self._ahead:
            return None
        found = self._ahead.answer(key)
        if found is None:
            self._take_in(self._asked())
            found = self._ahead.answer(key)
        return found

    def _changes(self, statement: Statement, params: Mapping[str, Any]) -> None:
        self._unit_wrote = True
        self._ahead.forget(statement, params)

    def lock(self, statement: Statement, /, **params: Any) -> bool:
        """Lock the one row that the query finds, without waiting for the answer; everything later waits for it."""
        question = question_of(statement)
        self._ask(question, question.pick(params), _ONE)
        return True

    def begin(self) -> None:
        """Start a transaction; a connection that was closed meanwhile is replaced before anybody notices."""
        self.failure = self._lost = None
        self._ahead.clear()
        self._sober = max(0, self._sober - 1)
        self._wrote = self._unit_wrote = self._unchecked = False
        if self._wire is not None:
            try:
                self._wire.look()
            except ConnectionLost:
                self._hang_up()
        if self._wire is None:
            self._connect()
        self._ask(_BEGIN_READING if self._seat is None else _BEGIN, (), _ANY)

    def savepoint(self) -> None:
        """Start a unit and forget earlier failures; PostgreSQL is not told."""
        self.failure = None
        self._unit_wrote = False

    def release(self) -> None:
        """Keep what the unit did; the server does it while the next unit thinks."""
        try:
            self._open_wire().push()
        except ConnectionLost as error:
            raise self._failed(error) from error

    def rollback_to(self) -> bool:
        """True if the unit has changed nothing; otherwise the whole transaction is lost with it."""
        return self._lost is None and not self._unit_wrote

    def commit(self) -> None:
        """Make everything since `begin` durable. `CommitUnknown`: nobody can know whether it is."""
        if self._unchecked:
            self._take_in(self._asked())
        if self._wrote and self._seat is not None:
            self._ask(MARK, self._seat.move(), _ANY)
        self._ask(_COMMIT, (), _WANTED)
        try:
            done = self._take_in(self._open_wire().sync())
        except ConnectionLost as error:
            self._find_out(error)
            return
        if done is None or done.command_status != b"COMMIT":
            raise self._failed(DatabaseFailed("the database rolled the transaction back"))
        self._committed()

    def _committed(self) -> None:
        if self._wrote and self._seat is not None:
            self._seat.moved()
            self.on_change()

    def _find_out(self, error: ConnectionLost) -> None:
        """Come back and ask what became of the commit: `ConnectionLost` if nothing was kept."""
        self._hang_up()
        self._lost = None
        try:
            kept = self._come_back()
        except StorageError:
            if not self._wrote:
                raise error from None
            raise self._failed(
                CommitUnknown("the connection broke in mid-commit, and the database does not come back")
            ) from None
        if not (self._wrote and kept):
            raise self._failed(error)
        self.on_change()

    def recover(self) -> None:
        """End the transaction, reconnect if need be, never raise: the next `begin` will say what is wrong."""
        try:
            if self._wire is not None:
                self._wire.sync()
                self._wire.ask(_ROLLBACK, (), _ANY)
                self._wire.sync()
                return
        except ConnectionLost:
            self._hang_up()
        try:
            if self._seat is not None:
                self._come_back()
        except StorageError as error:
            self.failure = error

    def _come_back(self) -> bool:
        """Connect again, as soon as the database answers; as `_connect`."""
        deadline = time.monotonic() + self._time_outs.reconnect.total_seconds()
        while True:
            try:
                return self._connect()
            except ConnectionLost:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_BETWEEN_TRIES)

    def close(self) -> None:
        """Close the connection."""
        self._hang_up()

    def _hang_up(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()

    def _open_wire(self) -> Wire:
        if self._wire is None:
            raise self._failed(ConnectionLost("there is no connection to the database"))
        return self._wire

    def _ask(self, question: Question, values: tuple[Any, ...], tag: int | Key) -> None:
        if self._lost is not None:
            raise self._failed(self._lost)
        try:
            self._open_wire().ask(question, values, tag)
        except ConnectionLost as error:
            raise self._failed(error) from error

    def _asked(self) -> list[Answer]:
        try:
            return self._open_wire().answers()
        except ConnectionLost as error:
            raise self._failed(error) from error

    def _answer(self) -> PGresult:
        """What the question that was asked last has brought."""
        found = self._take_in(self._asked())
        if found is None:
            raise self._failed(DatabaseFailed("the database gave no answer"))
        return found

    def _take_in(self, answers: list[Answer]) -> PGresult | None:
        """Look at every answer; the wanted one."""
        wanted = None
        for tag, result in answers:
            if result.status in {FATAL, ABORTED}:
                raise self._failed(_named(result))
            if tag == _ONE and result.command_tuples != 1:
                raise self._failed(UnknownRow("no row has this id"))
            if tag == _GUESSED and result.command_tuples != 1:
                self._sober = _SOBER
                raise self._failed(Interrupted("the row is there already"))
            if tag == _WANTED:
                wanted = result
            elif tag.__class__ is tuple:
                self._ahead.keep(tag, result)
        self._unchecked = False
        return wanted

    def _failed(self, error: StorageError) -> StorageError:
        """Kept, so that a unit that swallows it is broken all the same; the first failure is the cause of the rest."""
        self._lost = self.failure = self._lost or error
        return self._lost


def _named(result: PGresult) -> StorageError:
    """The failure by our name. PostgreSQL's own words name tables and constraints; values are in its details only."""
    state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
    said = (result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"").decode("utf-8", "replace")
    if state in _NAMED:
        return _NAMED[state](said)
    if state.startswith(_CONSTRAINT):
        return Conflict(f"the database refuses the row: {said}")
    if state.startswith(_ENDED):
        return ConnectionLost(f"the database has ended the connection: {said}")
    return DatabaseFailed(f"the database failed: {said or 'no reason given'}")


def _nothing() -> None:
    """Nobody wants to know."""
