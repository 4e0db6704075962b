"""What was opened lately and will be asked for again: the same few people in every message to them."""

import threading
from typing import Any, Final

from flows.people import PersonId
from storage.driver import Row

_PEOPLE: Final = 2_000
_ROWS: Final = 16


class Opened:
    """In memory only, a bounded number of rows by the person whose key they are under; any thread.

    A row is known as it stands in the database, seal included: once it is written anew it is another.
    """

    def __init__(self) -> None:
        self._people: dict[PersonId, dict[Row, Any]] = {}
        self._lock = threading.Lock()

    def get(self, person: PersonId, row: Row) -> Any | None:
        """What this row held, or None."""
        rows = self._people.get(person)
        return None if rows is None else rows.get(row)

    def keep(self, person: PersonId, row: Row, value: object) -> None:
        """Remember what this row holds; what was kept longest goes when there is too much."""
        with self._lock:
            rows = self._people.setdefault(person, {})
            if len(rows) >= _ROWS:
                rows.clear()
            rows[row] = value
            while len(self._people) > _PEOPLE:
                del self._people[next(iter(self._people))]

    def forget(self, person: PersonId) -> None:
        """Drop everything of this person."""
        with self._lock:
            self._people.pop(person, None)
