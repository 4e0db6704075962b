"""One process owns the database file: a lock on a file beside it, which the system releases when a process dies."""

import fcntl
import os
from pathlib import Path

from storage.errors import StoreBusy, StoreError


class FileLock:
    """Held from construction to `release`."""

    def __init__(self, database: Path) -> None:
        path = database.with_name(database.name + ".lock")
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError(
                f"{path} cannot be opened: {error.strerror}; check the folder and its permissions"
            ) from None
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._handle)
            raise StoreBusy(
                f"the database {database} is in use by process {holder}: stop it, or name another database"
            ) from None
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let others in."""
        os.close(self._handle)
