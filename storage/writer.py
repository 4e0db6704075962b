"""The one thread that writes: units of work, committed in groups, each on its own feet."""

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from time import perf_counter
from typing import Any, Final

from storage.driver import Driver
from storage.errors import CommitUnknown, DatabaseFailed, Interrupted, StorageError, StoreClosed, StoreFull
from storage.pulse import Pulse
from storage.uow import UnitOfWork

Work = Callable[[UnitOfWork], Any]
Ahead = Callable[[UnitOfWork], Iterator[None]]
"""Asks what will be asked; after each step it is asked for all units that came together."""

_END: Final = object()
_log: Final = logging.getLogger("lotse.storage")


class _Job:
    """A unit that somebody waits for."""

    __slots__ = ("again", "ahead", "error", "future", "kept", "notes", "order", "result", "work")

    def __init__(self, work: Work, order: str, ahead: Ahead | None) -> None:
        self.work = work
        self.ahead = ahead
        self.order = order
        self.again = False
        self.future: Future[Any] = Future()
        self.result: Any = None
        self.error: BaseException | None = None
        self.kept = False
        self.notes: list[bytes] = []

    def tell(self) -> None:
        """Let the waiter go; what its callbacks raise is not the writer's business."""
        try:
            if self.error is None:
                self.future.set_result(self.result)
            else:
                self.future.set_exception(self.error)
        except BaseException as error:  # noqa: BLE001 - a callback never stops the writer
            _log.error("a waiter's callback failed: %s", type(error).__name__)


class Writer:
    """Takes what waits, up to `group_size` units, and commits it at once; it never waits for more to come.

    A unit that fails is undone by itself. When the whole transaction is lost, its units run again, one by one.
    Success is told after COMMIT only, and whatever happens everybody is told something.
    """

    def __init__(
        self, driver: Driver, new_unit: Callable[[], UnitOfWork], *, group_size: int, queue_size: int, ordered: bool
    ) -> None:
        self._driver = driver
        self._ordered = ordered
        self._new_unit = new_unit
        self._group_size = group_size
        self._queue_size = queue_size
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._listeners: list[Callable[[], None]] = []
        self.pulse = Pulse()
        self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work, order: str = "", ahead: Ahead | None = None) -> Future[Any]:
        """Have a unit done; `StoreFull` when too many wait, `StoreClosed` after `close`."""
        job = _Job(work, order, ahead)
        with self._gate:
            if self._closed:
                raise StoreClosed("the store is closed: nothing more can be written")
            if self._queue.qsize() >= self._queue_size:
                raise StoreFull(f"{self._queue_size} units wait already: try again later, or raise queue_size")
            self._queue.put(job)
        return job.future

    @property
    def waiting(self) -> int:
        """How many units wait."""
        return self._queue.qsize()

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` on the writer's thread after each commit; it must be quick."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _loop(self) -> None:
        while (job := self._queue.get()) is not None:
            jobs, last = self._gather(job)
            if jobs:
                self._serve(jobs)
            if last:
                return

    def _gather(self, job: _Job) -> tuple[list[_Job], bool]:
        """What waits already, and whether the end is among it; who cancelled before the start is left out."""
        jobs: list[_Job] = []
        following: _Job | None = job
        try:
            while following is not None:
                if following.future.set_running_or_notify_cancel():
                    jobs.append(following)
                if len(jobs) >= self._group_size:
                    return jobs, False
                following = self._queue.get_nowait()
        except queue.Empty:
            return jobs, False
        return jobs, True

    def _serve(self, jobs: list[_Job]) -> None:
        """Commit the jobs and tell everybody, whatever happens."""
        began = perf_counter()
        try:
            if self._ordered:
                jobs.sort(key=_order)
            for job in self._commit(jobs):
                while self._commit([job], careful=True):
                    job.again = True
        except BaseException as error:  # noqa: BLE001 - the loop is total: nobody may wait for ever
            self._driver.recover()
            for job in jobs:
                job.error = job.error or (None if job.kept else error)
        kept = sum(job.kept for job in jobs)
        self.pulse.beat(kept, len(jobs) - kept, perf_counter() - began)
        for job in jobs:
            job.tell()
        self._notify()

    def _commit(self, jobs: list[_Job], *, careful: bool = False) -> list[_Job]:
        """One transaction for all; returns the jobs that must run again, each alone."""
        done: list[_Job] = []
        self._driver.careful = careful
        try:
            self._driver.begin()
        except StorageError as error:
            return self._lost(jobs, error, final=True)
        try:
            self._look_ahead(jobs)
        except StorageError as error:
            return self._lost(jobs, error, final=self._is_final(jobs, error))
        for job in jobs:
            if self._run(job):
                done.append(job)
            elif not self._driver.rollback_to():
                unkept = [each for each in jobs if each.error is None or each is job]
                cause = job.error or DatabaseFailed("the transaction was lost")
                return self._lost(unkept, cause, final=self._is_final(jobs, cause))
        try:
            self._close_group([note for job in done for note in job.notes])
            self._driver.commit()
        except StorageError as error:
            return self._lost(done, error, final=self._is_final(jobs, error))
        for job in done:
            job.kept = True
        return []

    def _look_ahead(self, jobs: list[_Job]) -> None:
        """Where others share the database, lock and load for all at once: the server works while the units think."""
        asking = [job.ahead for job in jobs if job.ahead is not None] if self._ordered else []
        if asking:
            unit = self._new_unit()
            steps = [ask(unit) for ask in asking]
            while steps:
                steps = [step for step in steps if next(step, _END) is None]
            unit.end(kept=True)

    def _close_group(self, notes: list[bytes]) -> None:
        """Commit to what the units have recorded: one row in the audit chain, if there is anything."""
        if notes:
            unit = self._new_unit()
            unit.close_group(notes)
            unit.end(kept=True)

    def _is_final(self, jobs: list[_Job], error: BaseException) -> bool:
        """Whether nothing runs again: a job has had its chance alone, or nobody knows what was kept."""
        if isinstance(error, CommitUnknown):
            return True
        return len(jobs) == 1 and (jobs[0].again or not isinstance(error, Interrupted))

    def _lost(self, jobs: list[_Job], error: BaseException, *, final: bool) -> list[_Job]:
        """The transaction is gone: end it; jobs either have their answer or get another try."""
        self._driver.recover()
        unit = self._new_unit()
        unit.forget_learnt()
        unit.end(kept=True)
        if not final:
            return jobs
        for job in jobs:
            job.error = error
        return []

    def _run(self, job: _Job) -> bool:
        """Run one unit inside its savepoint; a database error breaks it even if it swallowed the error."""
        unit = self._new_unit()
        try:
            self._driver.savepoint()
            job.result = job.work(unit)
            job.error = self._driver.failure
            if job.error is None:
                self._driver.release()
                job.notes = unit.audit.notes
        except BaseException as error:  # noqa: BLE001 - whatever a unit raises belongs to who waits for it
            job.error = error
        unit.end(kept=job.error is None)
        return job.error is None

    def _notify(self) -> None:
        for listener in self._listeners:
            try:
                listener()
            except BaseException as error:  # noqa: BLE001 - a listener never stops the writer
                _log.error("a listener failed after a commit: %s", type(error).__name__)


def _order(job: _Job) -> str:
    return job.order
