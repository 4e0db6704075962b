"""Processes that share a PostgreSQL database tell each other that something was written: `NOTIFY`, outside any unit.

At most one every 50 milliseconds, because one in each commit halved the rate of small transactions. A notice is a hint:
whoever waits for something looks every second all the same.
"""

import logging
import os
import select
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, Final

import psycopg

from storage.driver import TimeOuts
from storage.errors import StorageError
from storage.postgres import connect

CHANNEL: Final = "lotse"
BETWEEN_NOTICES: Final = 0.05
BETWEEN_TRIES: Final = 1.0

_log: Final = logging.getLogger("lotse.storage")


class Notices:
    """A thread with a connection of its own that sends and hears notices, as long as the store is open."""

    def __init__(self, url: str, time_outs: TimeOuts) -> None:
        self._url = url
        self._time_outs = time_outs
        self._listeners: list[Callable[[], None]] = []
        self._news = threading.Event()
        self._closed = False
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wake, False)
        self._thread = threading.Thread(target=self._loop, name="notices", daemon=True)
        self._thread.start()

    def announce(self) -> None:
        """Something was committed; others will be told soon. Quick, and from any thread."""
        if not self._news.is_set():
            self._news.set()
            self._ring()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` when another process has written, and after a time without connection."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Tell what is still to be told, then end."""
        self._closed = True
        self._ring()
        self._thread.join()
        os.close(self._woken)
        os.close(self._wake)

    def _ring(self) -> None:
        with suppress(BlockingIOError):
            os.write(self._wake, b"!")

    def _loop(self) -> None:
        while not self._closed:
            try:
                with connect(self._url, self._time_outs) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._tell()
                    self._serve(connection)
            except (psycopg.Error, StorageError, OSError) as error:
                _log.warning("no notices from other processes for now: %s", type(error).__name__)
                self._wait(None, BETWEEN_TRIES)

    def _serve(self, connection: "psycopg.Connection[Any]") -> None:
        mine = connection.info.backend_pid
        told = 0.0
        while True:
            if self._news.is_set() and (self._closed or monotonic() >= told + BETWEEN_NOTICES):
                self._news.clear()
                connection.execute(f"NOTIFY {CHANNEL}")
                told = monotonic()
            if self._closed:
                return
            due = max(told + BETWEEN_NOTICES - monotonic(), 0) if self._news.is_set() else None
            self._wait(connection, due)
            if [notice for notice in connection.notifies(timeout=0) if notice.pid != mine]:
                self._tell()

    def _wait(self, connection: "psycopg.Connection[Any] | None", seconds: float | None) -> None:
        """Until the server or this process has something to say, or the time is over."""
        sources = [self._woken] if connection is None else [self._woken, connection.fileno()]
        ready, _, _ = select.select(sources, [], [], seconds)
        if self._woken in ready:
            with suppress(BlockingIOError):
                os.read(self._woken, 4096)

    def _tell(self) -> None:
        for listener in self._listeners:
            try:
                listener()
            except BaseException as error:  # noqa: BLE001 - a listener never stops the thread
                _log.error("a listener failed after a notice: %s", type(error).__name__)
