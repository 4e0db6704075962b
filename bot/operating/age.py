"""Encryption of backups in the age format: to a recipient's public key, opened with the identity kept elsewhere."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import pyrage
from pyrage import x25519
from storage.errors import DiskFull, StoreError

from bot.settings import SettingsError

HEADER: Final = b"age-encryption.org/v1"
Tell = Callable[[int], None]


class Unopenable(StoreError):
    """A backup cannot be decrypted: another identity, or the file is damaged."""


class _Counted:
    """A file that tells how much went through it, and remembers what went wrong on the other side of the library."""

    def __init__(self, file: BinaryIO, tell: Tell) -> None:
        self._file = file
        self._tell = tell
        self.failure: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        """As a file."""
        found = self._file.read(size)
        self._tell(len(found))
        return found

    def write(self, content: bytes) -> int:
        """As a file."""
        try:
            return self._file.write(content)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None:
        """As a file."""
        try:
            self._file.flush()
        except OSError as error:
            self.failure = error
            raise


def read_recipient(text: str) -> x25519.Recipient:
    """The public key in the setting; `SettingsError` says how to get one."""
    if not text:
        raise SettingsError(
            "backup.recipient: nobody is named whom backups are encrypted to; make a key pair with "
            "`python -m bot backup-key FILE`, keep FILE away from this machine, and write the line it prints into "
            "lotse.toml"
        )
    try:
        return x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise SettingsError("backup.recipient: not a public key of age; it begins with age1") from None


def read_identity(path: Path) -> x25519.Identity:
    """The secret key in a file as age-keygen writes it; `SettingsError` if there is none."""
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"--identity: {path} cannot be read ({type(error).__name__})") from None
    for line in lines:
        if line.startswith("AGE-SECRET-KEY-"):
            try:
                return x25519.Identity.from_str(line.strip())
            except pyrage.IdentityError:
                break
    raise SettingsError(f"--identity: {path} holds no secret key of age (a line AGE-SECRET-KEY-1…)")


def make_identity(path: Path) -> str:
    """Write a new secret key to `path`, which must not exist, and return the public one."""
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"# public key: {public}\n{identity}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}); a key is never overwritten") from None
    return public


def encrypt(source: Path, target: Path, recipient: x25519.Recipient, tell: Tell) -> None:
    """Write `source` encrypted to `target`, durably. `DiskFull` or `StoreError` if it cannot be written."""
    written: _Counted | None = None
    try:
        with open(source, "rb") as plain, os.fdopen(_new(target), "wb") as file:
            written = _Counted(file, lambda _: None)
            pyrage.encrypt_io(_Counted(plain, tell), written, [recipient])
            file.flush()
            os.fsync(file.fileno())
    except (OSError, pyrage.EncryptError) as error:
        failure = (written.failure if written else None) or error
        said = failure.strerror if isinstance(failure, OSError) else str(failure)
        raise DiskFull(f"{target.parent} takes no more: {said}; free some room there or name another place") from None


def decrypt(source: Path, target: Path, identity: x25519.Identity, tell: Tell) -> None:
    """Write what is in the backup to `target`. `Unopenable` or `DiskFull` if that is impossible."""
    written: _Counted | None = None
    try:
        with open(source, "rb") as sealed, os.fdopen(_new(target), "wb") as file:
            if sealed.read(len(HEADER)) != HEADER:
                raise Unopenable(f"{source} is no backup of this program: it is not in the age format")
            sealed.seek(0)
            written = _Counted(file, lambda _: None)
            pyrage.decrypt_io(_Counted(sealed, tell), written, [identity])
            file.flush()
            os.fsync(file.fileno())
    except (OSError, pyrage.DecryptError) as error:
        if written is not None and written.failure is not None:
            raise DiskFull(f"no room to unpack the backup in {target.parent}: {written.failure.strerror}") from None
        if written is None and isinstance(error, OSError):
            raise Unopenable(f"{source} cannot be read: {error.strerror}") from None
        raise Unopenable(f"{source} does not open: the identity is another one's, or the file is damaged") from None


def _new(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
