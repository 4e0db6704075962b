"""Key files: 32 random bytes as hexadecimal text, readable by their owner only, never beside the database."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from storage.errors import VaultError
from storage.vault import KEY_BYTES

_OWNER_ONLY = 0o600
_OTHERS = 0o077
MASTER = "master key"


def create_master_key(path: Path, *, name: str = MASTER) -> bytes:
    """Write a new key to `path`, which must not exist yet, and return it. `name` is what messages call it.

    All of it is there, and on the disk, or nothing: what is sealed under a key that a power cut takes is lost.
    """
    master = secrets.token_bytes(KEY_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "w") as file:
            file.write(master.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
    except FileExistsError:
        raise VaultError(f"{path} exists already: a {name} is never overwritten") from None
    finally:
        unfinished.unlink(missing_ok=True)
    _keep(path.parent)
    return master


def _keep(folder: Path) -> None:
    """Have the folder's names on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_master_key(path: Path, *, database: Path | None, name: str = MASTER) -> bytes:
    """The key in `path`; refused if it lies beside the file `database`, others can read it, or it is not a key."""
    if database is not None and path.resolve().parent == database.resolve().parent:
        raise VaultError(f"the {name} {path} must not lie in the folder of the database: move it, and name its place")
    try:
        text = path.read_text("ascii")
        others = path.stat().st_mode & _OTHERS
    except (OSError, UnicodeDecodeError) as error:
        raise VaultError(f"the {name} {path} cannot be read: {type(error).__name__}") from None
    if others:
        raise VaultError(f"the {name} {path} can be read by others: chmod 600 {path}")
    return _decoded(text, path, name)


def _decoded(text: str, path: Path, name: str) -> bytes:
    try:
        master = bytes.fromhex(text)
    except ValueError:
        master = b""
    if len(master) != KEY_BYTES:
        raise VaultError(f"the {name} {path} must hold {KEY_BYTES * 2} hexadecimal digits")
    return master


def next_file(path: Path) -> Path:
    """Where the key lies that is to follow the one in `path`, as long as it has not taken its place."""
    return path.with_name(f"{path.name}.next")


def old_files(path: Path) -> list[Path]:
    """The keys that were in `path` before, oldest first: backups from their time open with them."""
    found = path.parent.glob(f"{path.name}.old-*")
    return sorted(found, key=lambda file: (len(file.name), file.name))


def begin_next(path: Path, *, database: Path | None) -> bytes:
    """The key that is to follow: made now, or by a rotation that was cut off."""
    coming = next_file(path)
    return read_master_key(coming, database=database) if coming.exists() else create_master_key(coming)


def read_others(path: Path) -> list[bytes]:
    """The keys that may be in use beside the one in `path`: the next, what stands there by now, earlier ones."""
    found = []
    for file in (next_file(path), path, *reversed(old_files(path))):
        with suppress(VaultError):
            found.append(read_master_key(file, database=None))
    return found


def put_in_place(path: Path) -> Path:
    """Let the next key take the place of the one in `path`, in one step; where the one before lies now."""
    known = old_files(path)
    if known and known[-1].read_bytes() == path.read_bytes():
        aside = known[-1]
    else:
        aside = path.with_name(f"{path.name}.old-{len(known) + 1}")
        os.link(path, aside)
    next_file(path).replace(path)
    _keep(path.parent)
    return aside
