"""What operators record about the protection of data, and how they stop a channel."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot import profile
from bot.operating.protecting import ZONE
from tests.bot.operator import NOW, Operator

SPAN = ("--from", "2026-11-19T08:00", "--to", "2026-11-19T12:00")
LOST = ("breach", "add", "--kind", "lost", *SPAN, "--what", "USB-Stick verloren")


def test_a_channel_is_halted_and_resumed(operator: Operator) -> None:
    """It stays so between two starts, and what waits is neither sent nor lost."""
    waiting = operator.write_message("p1")
    assert "web: halted; halted now: web\n" == operator.said("halt", "web")
    assert "web: was halted already; halted now: web\n" == operator.said("halt", "web")
    with operator.opened() as store:
        lease = timedelta(minutes=1)
        assert [] == store.submit(lambda uow: uow.outbox.claim(NOW, lease, 10)).result()
    assert "web: resumed; halted now: none\n" == operator.said("resume", "web")
    assert "web: was not halted; halted now: none\n" == operator.said("resume", "web")
    with operator.opened() as store:
        found = store.submit(lambda uow: uow.outbox.claim(NOW, lease, 10)).result()
    assert [waiting] == [claimed.message.id for claimed in found]
    assert "there is no channel 'pigeon'; there are: web, push, sms, telegram, tele" in operator.refused(
        "halt", "pigeon"
    )


def test_secrecy_is_recorded_for_staff_alone(operator: Operator) -> None:
    """A day that cannot be, somebody who is no staff and nobody at all are refused with cause and fix."""
    assert "c1: bound to secrecy on 2026-11-20\n" == operator.said("staff", "secrecy", "c1", "--date", "2026-11-20")
    days = {account["who"]: account["secrecy"] for account in operator.read("staff", "list")}
    assert ("2026-11-20", "") == (days["c1"], days["c2"])
    assert "p1" not in days
    assert "c2" in operator.said("staff", "list")
    for handle, day, why in (
        ("c1", "2999-01-01", "nobody can have signed on 2999-01-01; write the day on the declaration"),
        ("c1", "1974-12-31", "nobody can have signed"),
        ("c1", "20.11.2026", "is no day; write it as in 2026-11-20"),
        ("p1", "2026-11-20", "only staff are bound to secrecy"),
        ("z9", "2026-11-20", "there is nobody with the handle 'z9'"),
    ):
        assert why in operator.refused("staff", "secrecy", handle, "--date", day)


def test_no_login_link_without_secrecy(operator: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the profile requires it, the link is refused with the reason; participants get theirs."""
    demo = (profile.FOLDER / "demo.toml").read_text("utf-8")
    (tmp_path / "demo.toml").write_text(demo.replace("secrecy = false", "secrecy = true", 1), "utf-8")
    monkeypatch.setattr(profile, "FOLDER", tmp_path)
    refused = operator.refused("login-link", "c1")
    assert "c1 has no declaration of secrecy yet (§ 203 StGB)" in refused
    assert "python -m bot staff secrecy c1 --date" in refused
    assert "/l/" in operator.said("login-link", "p1")
    operator.said("staff", "secrecy", "c1", "--date", "2026-11-20")
    assert "/l/" in operator.said("login-link", "c1")


def test_the_ledger_counts_72_hours(operator: Operator) -> None:
    """From the moment it was known; an open entry beyond that makes the exit code 1."""
    entry = operator.read(*LOST, "--known", "2026-11-19T13:00")
    assert ("2026-11-19T13:00+01:00", "2026-11-22T13:00+01:00") == (entry["known"], entry["deadline"])
    ran = operator.run("breach", "list")
    (told,) = operator.read("breach", "list")
    assert (1 if told["minutes_left"] < 0 else 0) == ran.exit_code
    assert f"breach {entry['id']} is closed\n" == operator.said("breach", "close", entry["id"], "--done", "gemeldet")
    assert 0 == operator.run("breach", "list").exit_code
    assert "closed already" in operator.refused("breach", "close", entry["id"], "--done", "anders")
    assert "there is no breach 1;" in operator.refused("breach", "close", "1", "--done", "x")


def test_a_wrong_entry_is_refused_with_the_fix(operator: Operator) -> None:
    """Spans that cannot be, kinds there are not, and words that name somebody who is kept here."""
    begin, end = SPAN[1], SPAN[3]
    for words, why in (
        (("--kind", "lost", "--from", end, "--to", begin, "--what", "x"), "--to lies before --from"),
        (("--kind", "lost", "--from", begin, "--to", "2999-01-01T00:00", "--what", "x"), "--to has not come yet"),
        (("--kind", "lost", "--from", "gestern", "--to", end, "--what", "x"), "--from: 'gestern' is no moment; write"),
        (("--kind", "stolen", *SPAN, "--what", "x"), "there is no 'stolen'; there are: disclosed, lost, changed"),
        (("--kind", "lost", *SPAN, "--what", "Stick von Herrn Weber"), "name somebody: write the handle p1"),
        (("--kind", "lost", *SPAN, "--what", "x", "--known", "2026-11-19T07:00"), "--known lies before --from"),
    ):
        assert why in operator.refused("breach", "add", *words)
    assert [] == operator.read("breach", "list")


def test_who_was_affected_is_said_without_content(operator: Operator) -> None:
    """Handles and counts, nothing of what a message says and nobody's name."""
    operator.write_message("p1", status="failed")
    span = ("--from", NOW.astimezone(ZONE).isoformat(), "--to", (NOW + timedelta(hours=1)).isoformat())
    found = operator.read("breach", "affected", *span)
    assert {"sent": 1} == found["p1"]
    told = json.dumps(found) + operator.said("breach", "affected", *span)
    assert not re.search("Kanarienvogel|Weber|Jonas", told)
    assert "nobody\n" == operator.said("breach", "affected", *SPAN)


def test_letters_are_filled_in_as_far_as_known(operator: Operator) -> None:
    """Kind, span, deadline and what was done stand in them; what nobody knows is left to the carrier."""
    entry = operator.read(*LOST)
    operator.said("breach", "close", entry["id"], "--done", "Stick gesperrt")
    folder = operator.folder / "letters"
    files = operator.said("breach", "letters", entry["id"], "--out", folder).split()
    assert 4 == len(files)
    authority = (folder / "meldung-artikel-33.md").read_text("utf-8")
    for part in ("USB-Stick verloren", entry["deadline"], "Stick gesperrt", "vom Träger einzutragen"):
        assert part in authority
    assert "Stick gesperrt" in (folder / "benachrichtigung-artikel-34.html").read_text("utf-8")
    assert "no such breach" in operator.refused("breach", "letters", "1", "--out", folder)
