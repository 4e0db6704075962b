"""What can go wrong in storage. Messages name the cause and the way out, never anything personal."""


class StorageError(Exception):
    """Anything that storage refuses or fails to do."""


class StoreError(StorageError):
    """The database cannot be opened: its place or its settings are wrong."""


class StoreBusy(StoreError):
    """Another process owns the database file."""


class WrongSchema(StoreError):
    """The database has another revision than this program: `python -m bot migrate` brings an older one forward."""


class VaultError(StorageError):
    """A key is missing or misplaced, or something sealed does not open."""


class NoGround(StorageError):
    """Something personal was to be touched or said without a purpose or a ground (F16)."""


class KeyGone(VaultError):
    """There is no key for this person: it was never made, or was destroyed by erasure."""


class WrongKey(VaultError):
    """The master key (or the carrier's name) does not fit this database."""


class StoreFull(StorageError):
    """Too many units wait for the writer; the caller answers "try again" and does not acknowledge."""


class StoreClosed(StorageError):
    """The store has been closed; nothing more is written."""


class UnitEnded(StorageError):
    """A unit of work was used after its transaction had ended."""


class ReadOnly(StorageError):
    """Something tried to write through `Store.read()`."""


class StatementRefused(StorageError, ValueError):
    """A statement holds an unnamed literal or an IN list, so it cannot be compiled once for all."""


class DatabaseFailed(StorageError):
    """The database could not do what it was asked; the unit was rolled back."""


class DiskFull(DatabaseFailed):
    """No room is left for the database; nothing of the unit was kept."""


class DatabaseLocked(DatabaseFailed):
    """Another program holds the database for longer than the lock time-out."""


class StatementTimeout(DatabaseFailed):
    """A statement took longer than the statement time-out."""


class Conflict(DatabaseFailed):
    """A constraint or an append-only trigger refused the row."""


class Interrupted(DatabaseFailed):
    """The transaction was lost through no fault of the unit (two waited for each other); it may run again."""


class ConnectionLost(Interrupted):
    """The connection to the database broke before the transaction was committed; nothing of it was kept."""


class CommitUnknown(DatabaseFailed):
    """The connection broke in mid-COMMIT and the database cannot be asked: nobody knows whether the unit was kept.

    It is not run again. Who waits does not acknowledge; what comes again is known by the inbox or its dedupe key.
    """


class UnknownRow(StorageError):
    """No row has this id."""


class UnknownPerson(UnknownRow):
    """No person has this id."""


def is_passing(error: BaseException) -> bool:
    """Whether the database was in the way and not the unit of work: the same may succeed later."""
    return isinstance(error, DatabaseFailed | ReadOnly | StoreFull) and not isinstance(error, Conflict)
