"""Whatever is done to the audit data past the program is found."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.people import PersonId
from storage.audit import AUDITED, ENTRY, Audit, digest
from storage.audit_check import ChainBroken, Verified, verify
from storage.audit_roots import RootsFile, verify_signed
from storage.driver import SqliteDriver, TimeOuts
from storage.settings import StoreSettings
from storage.uow import UnitOfWork
from tests.storage.conftest import open_store, person
from tests.storage.test_audit import SIGNER, consent, record, sign

GROUPS = 24
ROOTS_EVERY = 6


@dataclass
class Victim:
    """A database with a signed chain, open to every manipulation."""

    driver: SqliteDriver
    roots: RootsFile
    chance: random.Random

    def execute(self, sql: str, *params: object) -> list[tuple[object, ...]]:
        """Do anything to it."""
        return self.driver._connection.execute(sql, params).fetchall()

    def verify(self) -> Verified:
        """Look for what was done."""
        return verify_signed(Audit(self.driver), SIGNER.public, self.roots)

    def some_row(self, table: str) -> tuple[object, ...]:
        """A row, by chance."""
        return self.chance.choice(self.execute(f"SELECT * FROM {table}"))


@pytest.fixture(scope="module")
def chained(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of some groups and nightly roots, and the roots' file."""
    folder = tmp_path_factory.mktemp("chained")
    shutil.copy(migrated, folder / "lotse.db")
    store = open_store(StoreSettings(url=f"sqlite:///{folder}/lotse.db"))
    people = store.submit(populated).result()
    for n in range(GROUPS):
        who = people[n % 2]
        store.submit(lambda uow, who=who, n=n: record(uow, who, 1 + n % 3)).result()  # type: ignore[misc]  # a default argument
        if n % 4 == 0:
            store.submit(lambda uow, who=who: consent(uow, who)).result()  # type: ignore[misc]  # as above
        if n % ROOTS_EVERY == 0:
            sign(store, RootsFile(folder / "roots.jsonl"), days=n)
    sign(store, RootsFile(folder / "roots.jsonl"), days=GROUPS)
    store.close()
    return folder


def populated(uow: UnitOfWork) -> tuple[PersonId, PersonId]:
    """Two people."""
    return person(uow, "p1", "Anna").id, person(uow, "p2", "Bilal").id


@contextmanager
def opened(folder: Path, seed: int) -> Iterator[Victim]:
    """A copy of the database without its triggers."""
    path = folder / f"victim-{seed}.db"
    shutil.copy(folder / "lotse.db", path)
    shutil.copy(folder / "roots.jsonl", path.with_suffix(".jsonl"))
    driver = SqliteDriver(path, TimeOuts())
    victim = Victim(driver, RootsFile(path.with_suffix(".jsonl")), random.Random(seed))
    for (name,) in victim.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        victim.execute(f"DROP TRIGGER {name}")
    victim.execute("PRAGMA foreign_keys=OFF")
    yield victim
    driver.close()


BLOBS = {
    "audit_groups": ("previous", "entries", "hash"),
    "audit_roots": ("hash", "key", "signature"),
    "events": ("sealed",),
    "consents": ("sealed", "digest"),
}
NUMBERS = {"audit_groups": ("chain", "seq"), "audit_roots": ("chain", "seq", "at"), "events": ("id", "subject", "at")}
NUMBERS["consents"] = ("id", "person", "actor", "at")
KEYS = {"audit_groups": 2, "audit_roots": 2, "events": 1, "consents": 1}


def where(victim: Victim, table: str) -> tuple[str, tuple[object, ...]]:
    """What finds one row of the table, by chance."""
    names = [str(row[1]) for row in victim.execute(f"PRAGMA table_info({table})")]
    count = KEYS[table]
    return " AND ".join(f"{name} = ?" for name in names[:count]), victim.some_row(table)[:count]


def change_a_byte(victim: Victim) -> None:
    """One bit of a blob, or its length."""
    table = victim.chance.choice(list(BLOBS))
    column = victim.chance.choice(BLOBS[table])
    clause, key = where(victim, table)
    ((old,),) = victim.execute(f"SELECT {column} FROM {table} WHERE {clause}", *key)
    assert isinstance(old, bytes)
    place = victim.chance.randrange(len(old))
    new = victim.chance.choice(
        [
            old[:place] + bytes([old[place] ^ 1 << victim.chance.randrange(8)]) + old[place + 1 :],
            old[:place],
            old + victim.chance.randbytes(1),
            b"",
        ]
    )
    victim.execute(f"UPDATE {table} SET {column} = ? WHERE {clause}", new, *key)


def change_a_number(victim: Victim) -> None:
    """A number becomes another, a person nobody, a text something else."""
    table = victim.chance.choice(list(NUMBERS))
    column = victim.chance.choice(NUMBERS[table])
    clause, key = where(victim, table)
    step = victim.chance.choice([1, -1, 4096, 2**40, -(2**50)])
    victim.execute(f"UPDATE OR IGNORE {table} SET {column} = {column} + ? WHERE {clause}", step, *key)


def change_a_type(victim: Victim) -> None:
    """The same value in another type is not the same."""
    table = victim.chance.choice(list(BLOBS))
    column = victim.chance.choice(BLOBS[table])
    clause, key = where(victim, table)
    victim.execute(f"UPDATE {table} SET {column} = hex({column}) WHERE {clause}", *key)


def change_a_consent(victim: Victim) -> None:
    """A purpose or a state becomes another."""
    clause, key = where(victim, "consents")
    change = victim.chance.choice(["purpose = 'C3'", "state = 'declined'", "state = 'Effective'", "purpose = 'C1 '"])
    victim.execute(f"UPDATE consents SET {change} WHERE {clause}", *key)


def remove_a_row(victim: Victim) -> None:
    """A row disappears."""
    table = victim.chance.choice(list(BLOBS))
    clause, key = where(victim, table)
    victim.execute(f"DELETE FROM {table} WHERE {clause}", *key)


def add_a_row(victim: Victim) -> None:
    """A row appears: a copy of another under a new key."""
    table = victim.chance.choice(list(BLOBS))
    row = list(victim.some_row(table))
    row[KEYS[table] - 1] = victim.chance.randrange(2**62)
    victim.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", *row)


def swap_two(victim: Victim) -> None:
    """Two groups, two events' contents, or two entries change places."""
    what = victim.chance.choice(["groups", "events", "entries"])
    if what == "entries":
        (seq, entries), *_ = victim.execute(
            "SELECT seq, entries FROM audit_groups WHERE length(entries) > 41 ORDER BY random() LIMIT 1"
        )
        assert isinstance(entries, bytes)
        changed = entries[ENTRY.size : 2 * ENTRY.size] + entries[: ENTRY.size] + entries[2 * ENTRY.size :]
        victim.execute("UPDATE audit_groups SET entries = ? WHERE seq = ?", changed, seq)
        return
    table, key, column = ("audit_groups", "seq", "entries") if what == "groups" else ("events", "id", "sealed")
    (a, first), (b, second) = victim.execute(f"SELECT {key}, {column} FROM {table} ORDER BY random() LIMIT 2")
    victim.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", second, a)
    victim.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", first, b)


def cut_the_end(victim: Victim) -> None:
    """The last groups go, and everything they commit to; the root in the table may go as well."""
    seq = victim.chance.randrange(GROUPS)
    ((entries,),) = victim.execute("SELECT entries FROM audit_groups WHERE seq = ?", seq + 1)
    assert isinstance(entries, bytes)
    _, first, _ = ENTRY.unpack(entries[: ENTRY.size])
    victim.execute("DELETE FROM audit_groups WHERE seq > ?", seq)
    for table in ("events", "consents"):
        victim.execute(f"DELETE FROM {table} WHERE id >= ?", first)
    if victim.chance.random() < 0.5:
        victim.execute("DELETE FROM audit_roots WHERE seq > ?", seq)


def change_the_file(victim: Victim) -> None:
    """The file of the roots loses a line, gets one twice or in another order, or one of its bytes changes."""
    lines = victim.roots.path.read_bytes().splitlines(keepends=True)
    place = victim.chance.randrange(len(lines) - 1)
    match victim.chance.randrange(4):
        case 0:
            del lines[place]
        case 1:
            lines.insert(place, lines[place])
        case 2:
            lines[place], lines[place + 1] = lines[place + 1], lines[place]
        case _:
            line = bytearray(lines[place])
            byte = victim.chance.randrange(len(line))
            line[byte] ^= 1 << victim.chance.randrange(7)
            lines[place] = bytes(line)
    victim.roots.path.write_bytes(b"".join(lines))


MUTATIONS: list[Callable[[Victim], None]] = [
    change_a_byte,
    change_a_byte,
    change_a_number,
    change_a_type,
    change_a_consent,
    remove_a_row,
    add_a_row,
    swap_two,
    cut_the_end,
    change_the_file,
]


def mutate(folder: Path, seed: int, times: int) -> None:
    """Change something, look whether it is found, put it right, `times` times."""
    with opened(folder, seed) as victim:
        whole, file = victim.verify(), victim.roots.path.read_bytes()
        done = 0
        while done < times:
            mutation = MUTATIONS[victim.chance.randrange(len(MUTATIONS))]
            victim.driver.begin()
            before = victim.driver._connection.total_changes
            mutation(victim)
            if victim.driver._connection.total_changes != before or victim.roots.path.read_bytes() != file:
                assert is_found(victim), f"{mutation.__name__}, number {done} of seed {seed}"
                done += 1
            put_right(victim, file)
        assert whole == victim.verify()


def is_found(victim: Victim) -> bool:
    """Whether the verification says that something is wrong."""
    try:
        victim.verify()
    except ChainBroken:
        return True
    return False


def put_right(victim: Victim, file: bytes) -> None:
    """Put right what was changed."""
    victim.driver.recover()
    if victim.roots.path.read_bytes() != file:
        victim.roots.path.write_bytes(file)


def test_some_random_mutations_are_all_found(chained: Path) -> None:
    """Three hundred changes of groups, entries, hashes, order, rows, roots and their file, one at a time."""
    mutate(chained, seed=1, times=300)


@pytest.mark.slow
def test_ten_thousand_random_mutations_are_all_found(chained: Path) -> None:
    """Ten thousand changes of groups, entries, hashes, order, rows, roots and their file, one at a time."""
    mutate(chained, seed=2, times=10_000)


def test_a_chain_made_up_anew_is_found_by_its_root(chained: Path) -> None:
    """Somebody who computes every hash again after a change has no signature for it."""
    with opened(chained, seed=3) as victim:
        ((row, sealed),) = victim.execute("SELECT id, sealed FROM events ORDER BY id LIMIT 1")
        assert isinstance(sealed, bytes)
        victim.execute("UPDATE events SET sealed = ? WHERE id = ?", sealed[::-1], row)
        rebuild(victim)
        audit = Audit(victim.driver)
        verify(audit)
        with pytest.raises(ChainBroken, match="not the group for which a root was signed"):
            victim.verify()


def rebuild(victim: Victim) -> None:
    """Compute the chain again from what the tables hold now."""
    audit = Audit(victim.driver)
    groups = audit.groups(0, 0, 1000)
    victim.execute("DELETE FROM audit_groups")
    for group in groups:
        assert isinstance(group.entries, bytes)
        notes = []
        for kind, id_, _ in ENTRY.iter_unpack(group.entries):
            table = AUDITED[kind - 1]
            (row,) = victim.execute(f"SELECT * FROM {table} WHERE id = ?", id_)
            notes.append(ENTRY.pack(kind, id_, digest(table, row)))
        audit.close_group(0, notes)


def test_the_first_broken_link_is_named(chained: Path) -> None:
    """The message says which chain, which group and which row."""
    with opened(chained, seed=4) as victim:
        (row, *_), *_ = victim.execute("SELECT id FROM events ORDER BY id LIMIT 1 OFFSET 3")
        victim.execute("UPDATE events SET at = at + 1 WHERE id >= ?", row)
        with pytest.raises(ChainBroken, match=rf"chain 0, group \d+: events row {row} was changed"):
            victim.verify()


def test_a_signature_belongs_to_its_root(chained: Path) -> None:
    """A root with another number under the same signature is refused."""
    with opened(chained, seed=5) as victim:
        root = Audit(victim.driver).roots()[-1]
        victim.execute("DELETE FROM audit_roots WHERE seq = ?", root.seq)
        Audit(victim.driver).add_root(replace(root, at=root.at + timedelta(seconds=1)))
        with pytest.raises(ChainBroken, match="signature does not fit"):
            victim.verify()
