"""The limit: what our units of work really do to the database, written down once and done again by hand.

While a recording runs, every statement of every connection is noted with its parameters, and every seal with its
plaintext. The replay is the loop somebody would write who needs nothing else: the standard library's sqlite3 with its
statement cache, the same pragmas, tables, indexes and triggers, one AES-GCM seal for each of ours. It parses no
message, decides nothing, renders nothing, opens no seal, computes no keyed hash, and takes no savepoint.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.vault import Key

NONCE_BYTES: Final = 12
CONTROL: Final = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")
STATEMENTS_KEPT: Final = 512


@dataclass(frozen=True, slots=True)
class Sealed:
    """A parameter that has to be sealed again: which one, bound to what, and the plaintext."""

    place: int
    bound: bytes
    plaintext: bytes


@dataclass(frozen=True, slots=True)
class Step:
    """One statement with its parameters."""

    sql: str
    params: tuple[Any, ...]
    seals: tuple[Sealed, ...]


Transaction = list[Step]


class Recording:
    """Statements in the order they were executed, cut where something was committed."""

    def __init__(self) -> None:
        self.transactions: list[Transaction] = [[]]
        self._plain: dict[bytes, tuple[bytes, bytes]] = {}

    def seal(self, sealed: bytes, bound: bytes, plaintext: bytes) -> None:
        """Note what a ciphertext was made from."""
        self._plain[sealed] = (bound, plaintext)

    def execute(self, sql: str, params: Sequence[Any]) -> None:
        """Note a statement; a commit begins the next transaction."""
        if sql == "COMMIT":
            self.transactions.append([])
        elif not sql.startswith(CONTROL):
            self.transactions[-1].append(Step(sql, tuple(params), tuple(self._seals(params))))

    def _seals(self, params: Sequence[Any]) -> Iterator[Sealed]:
        for place, value in enumerate(params):
            if isinstance(value, bytes) and value in self._plain:
                yield Sealed(place, *self._plain.pop(value))

    @property
    def kept(self) -> list[Transaction]:
        """The transactions that did something."""
        return [transaction for transaction in self.transactions if transaction]


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, params: Any = (), /) -> "_Cursor":
        connection = self.connection
        if isinstance(connection, _Connection):
            connection.recording.execute(sql, params)
        super().execute(sql, params)
        return self


class _Connection(sqlite3.Connection):
    recording: Recording

    def cursor(self, factory: Any = None) -> Any:
        del factory
        return super().cursor(_Cursor)


@contextmanager
def recorded() -> Iterator[Recording]:
    """Record everything that stores opened inside do."""
    recording = Recording()

    class Connection(_Connection):
        pass

    Connection.recording = recording
    seal = Key.seal

    def noting(key: Key, table: str, column: str, row: int | str, plaintext: bytes) -> bytes:
        sealed = seal(key, table, column, row, plaintext)
        recording.seal(sealed, f"{table}|{column}|{row}".encode(), plaintext)
        return sealed

    connect = partial(sqlite3.connect, factory=Connection)
    with patch("sqlite3.connect", connect), patch.object(Key, "seal", noting):
        yield recording


def replay(database: Path, pragmas: Sequence[str], transactions: Sequence[Transaction]) -> Iterator[None]:
    """Do the transactions again, one commit each; yields after each commit, and once before the first."""
    encrypt, random = AESGCM(bytes(32)).encrypt, os.urandom
    with closing(sqlite3.connect(database, isolation_level=None, cached_statements=STATEMENTS_KEPT)) as connection:
        cursor = connection.cursor()
        execute: Callable[..., sqlite3.Cursor] = cursor.execute
        for pragma in pragmas:
            execute(f"PRAGMA {pragma}")
        yield
        for steps in transactions:
            execute("BEGIN IMMEDIATE")
            for step in steps:
                params: Any = step.params
                if step.seals:
                    params = list(params)
                    for seal in step.seals:
                        nonce = random(NONCE_BYTES)
                        params[seal.place] = b"\x01" + nonce + encrypt(nonce, seal.plaintext, seal.bound)
                execute(step.sql, params).fetchall()
            execute("COMMIT")
            yield
