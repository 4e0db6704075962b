"""Backups hold everything and show nothing; what cannot be restored is named, and then nothing has changed."""

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from storage.schema import HEAD
from tests.bot.operator import CANARY, Operator, room_for, write


def restore(operator: Operator, backup: Path, *more: str) -> tuple[object, ...]:
    """The words of the command."""
    return ("restore", backup, "--identity", operator.identity, *more)


def test_a_backup_comes_back(operator: Operator) -> None:
    """What was there when the backup was made is there again, and what came later is kept under another name."""
    before = operator.look("SELECT id, at, sealed FROM events")
    backup = operator.back_up()
    operator.write_message("p1")
    said = operator.said(*restore(operator, backup, "--replace"))
    assert f"revision {HEAD}; 0 messages are held" in said
    assert before == operator.look("SELECT id, at, sealed FROM events")
    assert [(0,)] == operator.look("SELECT count(*) FROM outbox")
    (aside,) = operator.database.parent.glob("lotse.db.before-restore-*")
    with closing(sqlite3.connect(aside)) as connection:
        assert (1,) == connection.execute("SELECT count(*) FROM outbox").fetchone()
    assert "whole:" in operator.said("audit", "verify")
    with operator.opened() as store, store.read() as uow:
        assert uow.people.by_handle("p1") is not None


def test_a_new_machine_needs_the_keys_and_the_backup(operator: Operator) -> None:
    """With both a database comes to be where there was none, private to its owner."""
    backup = operator.back_up()
    shutil.rmtree(operator.database.parent)
    assert "the database that was there" not in operator.said(*restore(operator, backup))
    assert 0o600 == operator.database.stat().st_mode & 0o777
    assert "whole:" in operator.said("audit", "verify")


def test_a_backup_shows_nothing(operator: Operator) -> None:
    """Neither names nor tables can be read in it, nobody else on the machine can open it, no copy stays behind."""
    operator.write_message("p1")
    backup = operator.back_up()
    content = backup.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert not [word for word in (CANARY.encode(), b"SQLite", b"outbox", b"CREATE") if word in content]
    assert 0o600 == backup.stat().st_mode & 0o777
    assert {"lotse.db"} == {path.name for path in operator.database.parent.iterdir() if path.suffix != ".lock"}


def test_a_backup_is_of_one_moment(operator: Operator) -> None:
    """While units are committed the copy holds all of each or nothing of it, and its audit chain is whole."""
    ended = threading.Event()
    with operator.opened() as store:

        def go_on() -> None:
            while not ended.is_set():
                store.submit(lambda uow: write(uow, "p1", "pending", None)).result()

        writer = threading.Thread(target=go_on)
        writer.start()
        made = [operator.read("backup", operator.backups / f"{n}.age")["file"] for n in range(3)]
        ended.set()
        writer.join()
    for backup in made:
        operator.said(*restore(operator, Path(backup), "--replace", "--resume-sending"))
        assert [("ok",)] == operator.look("PRAGMA integrity_check")
        assert "whole:" in operator.said("audit", "verify")


def test_what_waited_is_held_after_a_restore(operator: Operator) -> None:
    """It may have gone out since the backup: nothing is sent twice by itself. Without a doubt it goes on waiting."""
    id_ = operator.write_message("p1")
    backup = operator.back_up()
    assert "1 messages are held" in operator.said(*restore(operator, backup, "--replace"))
    (shown,) = operator.read("outbox", "uncertain")
    assert (str(id_), "restored from a backup") == (shown["id"], shown["reason"])
    assert "0 messages are held" in operator.said(*restore(operator, backup, "--replace", "--resume-sending"))
    assert [("pending",)] == operator.look("SELECT status FROM outbox")


def test_a_restored_chain_goes_on(operator: Operator) -> None:
    """Roots that were signed after the backup do not speak against it any more, whatever is recorded then."""
    from bot.operating.auditing import read_signer, roots_file
    from storage.audit_roots import RootsFile, Signer, sign_heads
    from tests.storage.conftest import NOW
    from tests.storage.test_audit import record

    signer = Signer(bytes(32))
    (operator.keys / "audit.key").write_text("00" * 32)
    (operator.keys / "audit.key").chmod(0o600)
    assert read_signer(operator.settings) is not None
    file: RootsFile = roots_file(operator.settings)
    backup = operator.back_up()
    for _ in range(2):
        with operator.opened() as store:
            person = store.submit(lambda uow: uow.people.by_handle("p1")).result()
            assert person is not None
            who = person.id
            store.submit(lambda uow, who=who: record(uow, who)).result()  # type: ignore[misc]  # a default argument
            file.append(store.submit(lambda uow: sign_heads(uow.audit, signer, NOW)).result())
    operator.said(*restore(operator, backup, "--replace"))
    assert "0 signed roots" in operator.said("audit", "verify")
    with operator.opened() as store:
        store.submit(lambda uow: record(uow, who, 5)).result()
        file.append(store.submit(lambda uow: sign_heads(uow.audit, signer, NOW)).result())
    assert "1 signed roots" in operator.said("audit", "verify")


def test_a_backup_can_be_tried_out(operator: Operator) -> None:
    """Beside a running assistant it is opened and examined; nothing is changed and nothing stays behind."""
    backup = operator.back_up()
    with operator.opened():
        before = operator.files()
        assert f"can be restored: whole, fitting, revision {HEAD}" in operator.said(
            *restore(operator, backup, "--only-check")
        )
        assert before == operator.files()
    backup.write_bytes(backup.read_bytes()[:-1])
    assert "does not open" in operator.refused(*restore(operator, backup, "--only-check"))


# ---------------------------------------------------------------- refused, and nothing changed


def test_a_running_assistant_is_not_restored_over(operator: Operator) -> None:
    """The message names the process, and not even --replace helps."""
    backup = operator.back_up()
    with operator.opened():
        before = operator.files()
        assert f"in use by process {os.getpid()}: stop it" in operator.refused(*restore(operator, backup, "--replace"))
        assert before == operator.files()


def test_a_database_is_replaced_on_demand_only(operator: Operator) -> None:
    """Without --replace nothing happens to it."""
    backup = operator.back_up()
    before = operator.files()
    assert "--replace" in operator.refused(*restore(operator, backup))
    assert before == operator.files()


def test_a_master_key_that_does_not_fit_is_named(operator: Operator) -> None:
    """A backup of another installation is refused before anything is replaced."""
    backup = operator.back_up()
    (operator.keys / "master.key").write_text("ab" * 32)
    before = operator.files()
    assert "master key does not fit" in operator.refused(*restore(operator, backup, "--replace"))
    assert before == operator.files()


def test_a_newer_database_is_named(operator: Operator) -> None:
    """A backup made by a newer program is refused, with both revisions."""
    operator.look("UPDATE alembic_version SET version_num = '9999'")
    backup = operator.back_up()
    operator.look(f"UPDATE alembic_version SET version_num = '{HEAD}'")
    before = operator.files()
    said = operator.refused(*restore(operator, backup, "--replace"))
    assert f"revision 9999, newer than this program's {HEAD}" in said
    assert before == operator.files()


def test_a_changed_past_is_named(operator: Operator) -> None:
    """A backup whose audit chain does not hold is refused with its first broken link."""
    operator.look("DROP TRIGGER consents_no_update")
    operator.look("UPDATE consents SET state = 'declined'")
    backup = operator.back_up()
    before = operator.files()
    assert "was changed" in operator.refused(*restore(operator, backup, "--replace"))
    assert before == operator.files()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: content[:-1], "does not open"),
        (lambda content: content[: len(content) // 2], "does not open"),
        (lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:], "does not open"),
        (lambda content: b"SQLite format 3", "not in the age format"),
        (lambda content: b"", "not in the age format"),
    ],
)
def test_a_damaged_backup_is_named(operator: Operator, spoil: object, said: str) -> None:
    """Cut off, changed or no backup at all: refused, and the database stays."""
    backup = operator.back_up()
    assert callable(spoil)
    backup.write_bytes(spoil(backup.read_bytes()))
    before = operator.files()
    assert said in operator.refused(*restore(operator, backup, "--replace"))
    assert before == operator.files()


def test_a_damaged_database_in_a_backup_is_named(operator: Operator) -> None:
    """A backup faithfully holds what was damaged already; it does not come back."""
    operator.look("PRAGMA wal_checkpoint(TRUNCATE)")
    ((page,),) = operator.look("SELECT rootpage FROM sqlite_master WHERE name = 'ix_consents_person_id'")
    whole = operator.database.read_bytes()
    operator.database.write_bytes(whole[: (page - 1) * 4096] + bytes(4096) + whole[page * 4096 :])
    backup = operator.back_up()
    operator.database.write_bytes(whole)
    before = operator.files()
    assert "it is damaged" in operator.refused(*restore(operator, backup, "--replace"))
    assert before == operator.files()


def test_somebody_elses_identity_is_named(operator: Operator) -> None:
    """The message does not say which of both is wrong: nobody can know."""
    backup, other = operator.back_up(), operator.folder / "other.txt"
    operator.said("backup-key", other)
    before = operator.files()
    assert "identity is another one's" in operator.refused("restore", backup, "--identity", other, "--replace")
    assert before == operator.files()


@pytest.mark.parametrize(("content", "said"), [("nothing\n", "no secret key"), (None, "cannot be read")])
def test_an_identity_that_is_none_is_named(operator: Operator, content: str | None, said: str) -> None:
    """The message names the option and what is expected there."""
    other = operator.folder / "other.txt"
    if content is not None:
        other.write_text(content)
    assert said in operator.refused("restore", operator.back_up(), "--identity", other, "--replace")


@pytest.mark.parametrize("place", ["copy", "target"])
def test_a_full_disk_leaves_nothing_behind(operator: Operator, place: str) -> None:
    """A backup that does not fit is refused, whether the disk of the database is full or the one it goes to."""
    operator.look("PRAGMA wal_checkpoint(TRUNCATE)")
    before, size = operator.files(), operator.database.stat().st_size
    with room_for(size if place == "target" else size // 2):
        said = operator.refused("backup", operator.backups)
    assert ("no room for a copy" if place == "copy" else "takes no more") in said
    assert before == operator.files()


def test_a_disk_that_is_almost_full_is_seen_before(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how much is needed and how much there is; the same for a restore."""
    backup = operator.back_up()
    before = operator.files()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3 * 2**20))
    for words in (("backup", operator.folder), restore(operator, backup, "--replace")):
        assert "MB are needed, 3 MB are free" in operator.refused(*words)
    assert before == operator.files()


def test_a_restore_on_a_full_disk_changes_nothing(operator: Operator) -> None:
    """The database stays when the backup cannot be unpacked."""
    backup = operator.back_up()
    before = operator.files()
    with room_for(operator.database.stat().st_size // 2):
        assert "no room to unpack" in operator.refused(*restore(operator, backup, "--replace"))
    assert before == operator.files()


def test_a_backup_needs_somebody_it_is_for(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a recipient, or with a wrong one, the way to get one is said and nothing is written."""
    before = operator.files()
    monkeypatch.setenv("LOTSE_BACKUP__RECIPIENT", "")
    assert "backup-key" in operator.refused("backup", operator.backups)
    monkeypatch.setenv("LOTSE_BACKUP__RECIPIENT", "age1nonsense")
    assert "begins with age1" in operator.refused("backup", operator.backups)
    assert before == operator.files()


def test_nothing_is_overwritten(operator: Operator) -> None:
    """Neither a backup nor a key, and a folder that is not there is not made."""
    backup = operator.back_up()
    assert "exists already" in operator.refused("backup", backup)
    assert "never overwritten" in operator.refused("backup-key", operator.identity)
    assert "there is no folder" in operator.refused("backup", operator.folder / "none" / "x.age")
    assert "there is no backup" in operator.refused(*restore(operator, operator.folder / "none.age", "--replace"))


def test_a_database_on_a_server_has_its_own_tools(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are named."""
    monkeypatch.setenv("LOTSE_DATABASE__URL", "postgresql://localhost/lotse")
    assert "pg_dump" in operator.refused("backup", operator.backups)
