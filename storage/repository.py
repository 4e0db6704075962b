"""What every repository holds: the transaction, the seals, and a source of ids."""

from collections.abc import Callable

from storage.driver import Queries
from storage.sealing import Sealing


class Repository:
    """Part of a unit of work: takes and returns dataclasses, never rows."""

    __slots__ = ("_db", "_new_id", "_seals")

    def __init__(self, db: Queries, seals: Sealing, new_id: Callable[[], int]) -> None:
        self._db = db
        self._seals = seals
        self._new_id = new_id

    def end(self, ended: Queries) -> None:
        """The unit of work is over: from now on `ended` answers."""
        self._db = ended
