"""What was asked ahead in a transaction, kept until something is written that could make the answer untrue."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from psycopg.pq.abc import PGresult

from storage.statements import Statement

Key: TypeAlias = tuple[bytes, tuple[Any, ...]]
"""A question asked ahead, with its values."""

_WHOSE: Final = "person"
"""A parameter of this name is the column of this name: whose row is read, or written."""


class Foresight:
    """The answers of one transaction to what units will ask.

    Whoever writes a person's row makes untrue what was answered about this person from the same table, and about nobody
    by name; whoever does not say whose row it is, everything from the table.
    """

    __slots__ = ("_about", "_answers")

    def __init__(self) -> None:
        self._answers: dict[Key, PGresult | None] = {}
        self._about: defaultdict[str, defaultdict[Any, set[Key]]] = defaultdict(lambda: defaultdict(set))

    def expect(self, key: Key, statement: Statement, params: Mapping[str, Any]) -> bool:
        """This will be asked; False if it is on its way already."""
        if key in self._answers:
            return False
        self._answers[key] = None
        whose = params.get(_WHOSE)
        for table in statement.tables:
            self._about[table][whose].add(key)
        return True

    def __contains__(self, key: Key) -> bool:
        return key in self._answers

    def answer(self, key: Key) -> PGresult | None:
        """The answer, if it has come and is still true."""
        return self._answers.get(key)

    def keep(self, key: Key, result: PGresult) -> None:
        """The answer has come, perhaps too late to be true."""
        if key in self._answers:
            self._answers[key] = result

    def forget(self, statement: Statement, params: Mapping[str, Any]) -> None:
        """Somebody writes: some answers are not true any more."""
        whose = params.get(_WHOSE)
        for table in statement.tables:
            about = self._about.get(table)
            if not about:
                continue
            for one in list(about) if whose is None else (whose, None):
                for key in about.pop(one, ()):
                    self._answers.pop(key, None)

    def clear(self) -> None:
        """Another transaction."""
        self._answers.clear()
        self._about.clear()
