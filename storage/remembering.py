"""Questions asked twice within a unit of work are answered once."""

from collections.abc import Mapping, Sequence
from typing import Any

from storage.driver import Queries, Row
from storage.statements import Statement


class Remembering:
    """`Queries` that keep every answer until something is written through them.

    For tables that one repository alone writes: nobody else can make an answer wrong while the unit of work lasts.
    """

    __slots__ = ("_answers", "_db")

    def __init__(self, db: Queries) -> None:
        self._db = db
        self._answers: dict[tuple[Any, ...], list[Row]] = {}

    def rows(self, statement: Statement, /, **params: Any) -> list[Row]:
        """All rows of a query; asked again only after a change."""
        question = (statement, *params.values())
        answer = self._answers.get(question)
        if answer is None:
            answer = self._answers[question] = self._db.rows(statement, **params)
        return answer

    def row(self, statement: Statement, /, **params: Any) -> Row | None:
        """The first row of a query."""
        found = self.rows(statement, **params)
        return found[0] if found else None

    def put(self, statement: Statement, /, **params: Any) -> None:
        """Change exactly one row, and forget every answer."""
        self._answers.clear()
        self._db.put(statement, **params)

    def change(self, statement: Statement, /, **params: Any) -> int:
        """Change any number of rows, say how many, and forget every answer."""
        self._answers.clear()
        return self._db.change(statement, **params)

    def changes(self, statement: Statement, many: Sequence[Mapping[str, Any]], /) -> list[int]:
        """The same change many times; every answer is forgotten."""
        self._answers.clear()
        return self._db.changes(statement, many)

    def send(self, statement: Statement, /, **params: Any) -> None:
        """Change any number of rows, and forget every answer."""
        self._answers.clear()
        self._db.send(statement, **params)

    def guess(self, statement: Statement, /, **params: Any) -> int:
        """Change what is nearly always one row, and forget every answer."""
        self._answers.clear()
        return self._db.guess(statement, **params)

    def ahead(self, statement: Statement, /, **params: Any) -> None:
        """Ask soon what is not remembered."""
        if (statement, *params.values()) not in self._answers:
            self._db.ahead(statement, **params)

    def note(self, statement: Statement, rows: list[Row], /, **params: Any) -> None:
        """This is what the answer would be: another question has brought it."""
        self._answers[statement, *params.values()] = rows

    def lock(self, statement: Statement, /, **params: Any) -> bool:
        """Lock a row; what was asked before is asked again if somebody else could have changed it."""
        locked = self._db.lock(statement, **params)
        if locked:
            self._answers.clear()
        return locked
