"""Signed roots of the audit chain, in the database and in a file elsewhere: a cut end is found with either."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage.audit import BEFORE_FIRST, Audit, Root
from storage.audit_check import ChainBroken, Progress, Verified, verify
from storage.errors import DatabaseFailed, StoreError

ROOT: Final = "root"
RESTORED: Final = "restored"
_NEWLINE: Final = b"\n"


class Signer:
    """Signs with an Ed25519 key; `public` is what its signatures are checked with."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, chain: int, head: tuple[int, bytes], at: datetime, kind: str = ROOT) -> Root:
        """A root for number and hash of a chain's newest group."""
        signed = self._key.sign(_content(kind, chain, head, at))
        return Root(chain=chain, seq=head[0], hash=head[1], at=at, key=self.public, signature=signed)


def _content(kind: str, chain: int, head: tuple[int, bytes], at: datetime) -> bytes:
    return json.dumps(["lotse audit", kind, chain, head[0], head[1].hex(), at.isoformat()]).encode("ascii")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file: a root, or that the chain went on from here after an older database was brought back."""

    kind: str
    root: Root

    def text(self) -> str:
        """The line as it stands in the file."""
        root = self.root
        return json.dumps(
            {
                "kind": self.kind,
                "chain": root.chain,
                "seq": root.seq,
                "hash": root.hash.hex(),
                "at": root.at.isoformat(),
                "key": root.key.hex(),
                "signature": root.signature.hex(),
            }
        )


class RootsFile:
    """The roots outside the database, one JSON object a line, only ever appended to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Other processes on this machine neither sign nor look meanwhile, so that the table and the file agree."""
        try:
            lock = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:  # a folder nobody can write to: nobody signs there either
            yield
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def append(self, roots: Iterable[Root], kind: str = ROOT) -> None:
        """Add roots, durably. What a crash left of an unfinished line goes. `StoreError` if it cannot be written."""
        lines = "".join(_Line(kind, root).text() + "\n" for root in roots).encode("ascii")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
                file.seek(file.read().rfind(_NEWLINE) + 1)
                file.truncate()
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(
                f"the roots cannot be written to {self.path} ({error.strerror}): check audit.roots_file"
            ) from None

    def roots(self, public: bytes) -> list[Root]:
        """The roots that count: not those after a moment to which a restore went back. `ChainBroken` by line."""
        try:
            text = self.path.read_bytes() if self.path.exists() else b""
        except OSError as error:
            raise StoreError(f"{self.path} cannot be read: {error.strerror}") from None
        counting: dict[int, list[Root]] = {}
        for number, line in enumerate(text.splitlines(keepends=True), start=1):
            place = f"{self.path.name}, line {number}"
            read = _read(line, place)
            check_signature(read.root, public, place, read.kind)
            roots = counting.setdefault(read.root.chain, [])
            if read.kind == RESTORED:
                counting[read.root.chain] = [root for root in roots if root.seq <= read.root.seq]
            elif roots and roots[-1].seq >= read.root.seq:
                raise ChainBroken(f"{place}: not in order")
            else:
                roots.append(read.root)
        return [root for roots in counting.values() for root in roots]


def _read(line: bytes, place: str) -> _Line:
    if not line.endswith(_NEWLINE):
        raise ChainBroken(f"{place}: not finished; starting the assistant completes it")
    try:
        raw = json.loads(line)
        root = Root(
            chain=int(raw["chain"]),
            seq=int(raw["seq"]),
            hash=bytes.fromhex(raw["hash"]),
            at=datetime.fromisoformat(raw["at"]),
            key=bytes.fromhex(raw["key"]),
            signature=bytes.fromhex(raw["signature"]),
        )
        read = _Line(raw["kind"], root)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise ChainBroken(f"{place}: cannot be read") from None
    if read.text().encode() + _NEWLINE != line:
        raise ChainBroken(f"{place}: was changed")
    return read


def check_signature(root: Root, public: bytes, place: str, kind: str = ROOT) -> None:
    """`ChainBroken` unless the holder of the key `public` signed the root."""
    if root.key != public:
        raise ChainBroken(
            f"{place}: signed with another key than audit.key beside the master key; "
            "if that file was replaced, bring the old one back from its safe copy"
        )
    try:
        content = _content(kind, root.chain, (root.seq, root.hash), root.at)
        Ed25519PublicKey.from_public_bytes(public).verify(root.signature, content)
    except (InvalidSignature, TypeError, ValueError, AttributeError):
        raise ChainBroken(f"{place}: its signature does not fit it") from None


def sign_heads(audit: Audit, signer: Signer, at: datetime) -> list[Root]:
    """Sign and keep a root for every chain that went on since its last one."""
    known = {(root.chain, root.seq) for root in audit.roots()}
    heads = ((chain, audit.head(chain)) for chain in audit.chains())
    roots = [signer.sign(chain, head, at) for chain, head in heads if head and (chain, head[0]) not in known]
    for root in roots:
        audit.add_root(root)
    return roots


def catch_up(file: RootsFile, table: Sequence[Root], public: bytes) -> None:
    """Add to the file what the table got after the file's last line: by a crash in between, or on another machine."""
    last = {root.chain: root.seq for root in file.roots(public)}
    newer = [root for root in table if root.seq > last.get(root.chain, 0)]
    if newer:
        file.append(newer)


def mark_restored(audit: Audit, signer: Signer, file: RootsFile, at: datetime) -> None:
    """Write down that every chain goes on from where it stands in `audit`, also those that are not there any more."""
    chains = {root.chain for root in file.roots(signer.public)} | set(audit.chains())
    heads = ((chain, audit.head(chain) or (0, BEFORE_FIRST)) for chain in sorted(chains))
    file.append([signer.sign(chain, head, at, RESTORED) for chain, head in heads], RESTORED)


def verify_signed(
    audit: Audit, public: bytes | None, file: RootsFile, *, older: bool = False, tell: Progress | None = None
) -> Verified:
    """Verify chain, rows, roots and signatures; `ChainBroken` names the first thing that is not as it was.

    `public` None: there is no audit key, and then there may be no roots either. `older`: the database is a backup, so
    that the file may know later roots.
    """
    with file.held():
        table, elsewhere = _signed(audit, public, file)
    if older:
        heads = {chain: (audit.head(chain) or (0, b""))[0] for chain in audit.chains()}
        elsewhere = [root for root in elsewhere if root.seq <= heads.get(root.chain, 0)]
    else:
        _compare_places(table, elsewhere, file)
    return verify(audit, [*table, *elsewhere], tell)


def _signed(audit: Audit, public: bytes | None, file: RootsFile) -> tuple[list[Root], list[Root]]:
    """The roots in the table and in the file, each with its signature checked."""
    try:
        table = audit.roots()
        if public is None:
            if table or file.path.exists():
                raise ChainBroken(
                    "there are signed roots but no audit.key beside the master key: bring it back from its safe copy"
                )
            return [], []
        for root in table:
            check_signature(root, public, f"root of chain {root.chain}, group {root.seq}")
        return table, file.roots(public)
    except (DatabaseFailed, TypeError, ValueError, OverflowError) as error:
        raise ChainBroken(f"the roots cannot be read: {error}") from None


def _compare_places(table: Sequence[Root], elsewhere: Sequence[Root], file: RootsFile) -> None:
    """The table and the file hold the same roots."""
    for root in missing_in(elsewhere, table):
        raise ChainBroken(
            f"root of chain {root.chain}, group {root.seq}: in the database, not in {file.path}; "
            "if that file was lost, starting the assistant writes it again"
        )
    for root in missing_in(table, elsewhere):
        raise ChainBroken(f"root of chain {root.chain}, group {root.seq}: in {file.path}, not in the database")


def missing_in(place: Sequence[Root], roots: Sequence[Root]) -> list[Root]:
    """Which of the roots are not in this place."""
    there = {(root.chain, root.seq) for root in place}
    return [root for root in roots if (root.chain, root.seq) not in there]
