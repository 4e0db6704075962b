"""Looking at an installation, its outbox and its audit chain: what is wrong is named with the way out."""

import json
import shutil
import socket
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from storage.schema import HEAD
from tests.bot.operator import CANARY, Operator

pytestmark = pytest.mark.slow

FAR_AHEAD = "INSERT INTO events VALUES (4611686018427387904, NULL, 4102444800000000, x'00')"


def lines(operator: Operator) -> dict[str, dict[str, Any]]:
    """What `check` says, by name."""
    return {line["name"]: line for line in operator.read("check")}


def faults(operator: Operator) -> set[str]:
    """The names of what must be put right."""
    return {name for name, line in lines(operator).items() if line["state"] == "fault"}


def test_a_sound_installation_has_no_fault(operator: Operator) -> None:
    """Every line is ok, before the first start with a note, and the exit code is 0."""
    said = operator.said("check")
    assert "fault" not in said
    assert {"profile", "master key", "audit key", "database", "integrity", "key fits", "disk", "port"} <= {
        *lines(operator)
    }
    assert "note" == lines(operator)["audit key"]["state"]


@pytest.mark.parametrize(
    ("spoil", "name", "way_out"),
    [
        (lambda op: (op.keys / "master.key").chmod(0o644), "master key", "chmod 600"),
        (lambda op: (op.keys / "master.key").unlink(), "master key", "safe copy"),
        (lambda op: (op.keys / "master.key").write_text("ab" * 32), "key fits", "does not fit"),
        (lambda op: (op.keys / "audit-roots.jsonl").touch(), "audit key", "safe copy"),
        (lambda op: op.look("UPDATE alembic_version SET version_num = '9999'"), "database", "newer program"),
        (lambda op: op.look("UPDATE alembic_version SET version_num = '0001'"), "database", "migrate"),
        (lambda op: op.database.unlink(), "database", "migrate"),
        (lambda op: op.database.write_text("nonsense " * 999), "database", "cannot be read"),
        (lambda op: op.look("INSERT INTO assignments VALUES (77, 78)"), "integrity", "restore"),
        (lambda op: op.look(FAR_AHEAD), "clock", "set-ntp"),
    ],
)
def test_a_fault_is_named_with_its_way_out(operator: Operator, spoil: Any, name: str, way_out: str) -> None:
    """Whatever is wrong has its own line, everything else is looked at all the same, and the exit code is 2."""
    operator.look("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil(operator)
    ran = operator.run("check")
    assert 2 == ran.exit_code
    found = lines(operator)
    assert "fault" == found[name]["state"]
    assert way_out in found[name]["said"] + found[name]["way_out"]
    assert "ok" == found["port"]["state"]


def test_a_port_in_use_is_a_fault(operator: Operator) -> None:
    """Another program on the port is named with the setting."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", operator.settings.server.port))
        other.listen()
        assert {"port"} == faults(operator)


def test_a_changed_consent_text_is_a_fault(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A published text that was changed is named, and how many others."""
    monkeypatch.setattr("bot.operating.checks.find_notice_faults", lambda: ["C3 de: it has been changed", "C4 de: too"])
    assert {"consent texts"} == faults(operator)
    assert "C3 de: it has been changed and 1 more" == lines(operator)["consent texts"]["said"]


def test_a_full_disk_is_a_fault(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less room than twice the database and two hundred megabytes is too little."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 100 * 2**20}))
    assert {"disk"} == faults(operator)


def test_wrong_settings_are_one_fault(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else can be looked at then; the wrong key is named."""
    monkeypatch.setenv("LOTSE_SERVER__PORT", "many")
    (line,) = operator.read("check")
    assert ("settings", "fault") == (line["name"], line["state"])
    assert "server.port" in line["said"]


def test_backups_that_are_not_set_up_are_a_note(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """An assistant runs without backups, but the line says how to get them; a wrong recipient is a fault."""
    monkeypatch.delenv("LOTSE_BACKUP__RECIPIENT")
    assert "note" == lines(operator)["backup"]["state"]
    monkeypatch.setenv("LOTSE_BACKUP__RECIPIENT", "age1wrong")
    assert {"backup"} == faults(operator)


# ---------------------------------------------------------------- outbox


def test_the_outbox_is_shown_without_what_it_says(operator: Operator) -> None:
    """Handle, class, channel, age and status are there; the text, the name and the address are not."""
    failed, uncertain, pending = (
        operator.write_message(handle, status=status)
        for handle, status in (("p1", "failed"), ("p2", "uncertain"), ("p3", "pending"))
    )
    shown = operator.read("outbox", "list")
    assert {str(failed): "failed", str(uncertain): "uncertain", str(pending): "pending"} == {
        message["id"]: message["status"] for message in shown
    }
    assert {"p1", "p2", "p3"} == {message["for"] for message in shown}
    assert {"reminder"} == {message["class"] for message in shown}
    assert {"web"} == {message["channel"] for message in shown}
    assert all(message["age_seconds"] >= 0 for message in shown)
    assert [str(uncertain)] == [message["id"] for message in operator.read("outbox", "uncertain")]
    assert [str(failed)] == [message["id"] for message in operator.read("outbox", "list", "--status", "failed")]
    table = operator.said("outbox", "list")
    assert not [word for word in (CANARY, "Jonas", "Weber") if word in table + json.dumps(shown)]
    assert str(pending) in table


def test_an_empty_outbox_says_so(operator: Operator) -> None:
    """Silence would leave a doubt."""
    assert "none\n" == operator.said("outbox", "list")


@pytest.mark.parametrize("status", ["uncertain", "failed"])
def test_a_message_is_sent_again_on_demand(operator: Operator, status: str) -> None:
    """It waits again, and that an operator did it stands in the record and in the audit chain."""
    id_ = operator.write_message("p1", status=status)
    assert f"message {id_} waits" in operator.said("outbox", "resend", id_)
    (message,) = operator.read("outbox", "list")
    expected = "may have arrived" if status == "uncertain" else "sent again by an operator"
    assert ("pending", 0, expected) == (message["status"], message["attempts"], message["reason"])
    with operator.opened() as store, store.read() as uow:
        (event,) = (event for event in uow.events.after(0) if event.name == "MessageResent")
        assert id_ == event.fields["message"]
    assert "whole:" in operator.said("audit", "verify")
    assert "neither uncertain nor failed" in operator.refused("outbox", "resend", id_)


def test_what_cannot_be_sent_again_is_named(operator: Operator) -> None:
    """An unknown message, one that is on its way, one that has expired, a status that is not listed."""
    assert "no message has the id 77" in operator.refused("outbox", "resend", 77)
    pending = operator.write_message("p1")
    assert "neither uncertain nor failed" in operator.refused("outbox", "resend", pending)
    expired = operator.write_message("p2", status="uncertain", expires=timedelta(seconds=-1) + timedelta(days=-900))
    operator.look(f"UPDATE outbox SET status = 'uncertain' WHERE id = {expired}")
    assert "has expired" in operator.refused("outbox", "resend", expired)
    assert "no status 'sent'" in operator.refused("outbox", "list", "--status", "sent")


# ---------------------------------------------------------------- audit


def test_a_whole_chain_is_counted(operator: Operator) -> None:
    """Entries, groups and roots, for people and for programs."""
    assert operator.said("audit", "verify").startswith("whole: 10 entries in 1 groups, 0 signed roots")
    assert {"groups": 1, "entries": 10, "roots": 0, "fault": ""} == operator.read("audit", "verify")


def test_a_broken_chain_is_1(operator: Operator) -> None:
    """The first broken link is named on standard error, and nothing is written into the database."""
    operator.look("DROP TRIGGER consents_no_update")
    operator.look("UPDATE consents SET purpose = 'C9' WHERE id = (SELECT max(id) FROM consents)")
    operator.look("PRAGMA wal_checkpoint(TRUNCATE)")
    before = operator.database.read_bytes()
    ran = operator.run("audit", "verify")
    assert (1, "") == (ran.exit_code, ran.stdout)
    assert "chain 0, group 1: consents row" in ran.stderr
    assert "was changed" in operator.read("audit", "verify")["fault"]
    assert before == operator.database.read_bytes()


def test_a_chain_that_cannot_be_looked_at_is_2(operator: Operator) -> None:
    """No database, or one of another revision, is not a broken chain."""
    operator.look("UPDATE alembic_version SET version_num = '9999'")
    assert f"newer than this program's {HEAD}" in operator.refused("audit", "verify")
    operator.database.unlink()
    assert "migrate" in operator.refused("audit", "verify")


def test_roots_do_not_lie_beside_the_database(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who can cut the database off could cut the roots as well."""
    monkeypatch.setenv("LOTSE_AUDIT__ROOTS_FILE", str(operator.database.parent / "roots.jsonl"))
    assert "audit.roots_file" in operator.refused("audit", "verify")


def test_every_command_shows_an_example(operator: Operator) -> None:
    """The help of each of them ends with how it is typed."""
    for words in (
        ("check",),
        ("backup",),
        ("backup-key",),
        ("restore",),
        ("audit", "verify"),
        ("outbox", "list"),
        ("outbox", "uncertain"),
        ("outbox", "resend"),
    ):
        shown = " ".join(operator.run(*words, "--help").stdout.split())
        assert f"python -m bot {' '.join(words)}" in shown


def test_a_database_of_a_newer_program_is_not_touched(operator: Operator) -> None:
    """Neither the assistant nor `migrate` begins anything with it."""
    operator.look("UPDATE alembic_version SET version_num = '9999'")
    before = operator.files()
    for command in ("run", "migrate"):
        assert "newer" in operator.refused(command)
    with closing(sqlite3.connect(operator.database)) as connection:
        assert ("9999",) == connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert before == operator.files()
