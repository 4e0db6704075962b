"""Keys at the command line: which versions there are, and replacing them."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot.app import build
from bot.clock import SystemClock
from bot.operating import key_age, keys
from bot.operating.lines import State
from bot.settings import SettingsError
from storage.errors import WrongKey
from storage.master_key import begin_next, old_files, read_master_key
from storage.settings import StoreSettings
from storage.store import Store
from storage.vault import Vault
from tests.bot.operator import CANARY, Operator


def newest(operator: Operator) -> set[int]:
    """Which versions of people's keys seal."""
    return {one["version"] for one in operator.read("keys", "list") if one["kind"] == "people" and one["newest"]}


def text_of(operator: Operator, id_: int) -> str:
    """What a message says."""
    with operator.opened() as store, store.read() as uow:
        return uow.outbox.get(id_).text


def test_versions_and_counts_are_shown_and_no_key(operator: Operator) -> None:
    """Every kind with its version; nothing that could be a key."""
    table = operator.said("keys", "list")
    assert "people" in table
    assert "system" in table
    found = operator.read("keys", "list")
    assert {"kind", "version", "keys", "newest", "made"} == set(found[0])
    assert not any(isinstance(value, str) and len(value) > 10 for one in found for value in one.values())
    assert {1} == newest(operator)


def test_everybody_s_keys_are_replaced(operator: Operator) -> None:
    """What was sealed opens afterwards, and the command says how much was sealed again."""
    id_ = operator.write_message("p1")
    assert "sealed again" in operator.said("keys", "rotate", "--all")
    assert {2} == newest(operator)
    assert CANARY == text_of(operator, id_)


def test_one_person_s_key_is_replaced(operator: Operator) -> None:
    """Everybody else keeps theirs; a handle that is nobody's is named, and nothing is begun."""
    id_ = operator.write_message("p1")
    assert "sealed again" in operator.said("keys", "rotate", "--person", "p1")
    assert {1, 2} == newest(operator)
    assert CANARY == text_of(operator, id_)
    assert "p77" in operator.refused("keys", "rotate", "--person", "p77")
    assert {1, 2} == newest(operator)


@pytest.mark.parametrize("words", [(), ("--all", "--master"), ("--person", "p1", "--all")])
def test_exactly_one_wish_is_taken(operator: Operator, words: tuple[str, ...]) -> None:
    """Nothing is replaced by mistake."""
    assert "exactly one" in operator.refused("keys", "rotate", *words)
    assert {1} == newest(operator)


def test_the_master_key_is_replaced_and_old_backups_still_come_back(operator: Operator) -> None:
    """The database opens with the new key alone; a backup from before is wrapped anew when it is restored."""
    id_, backup = operator.write_message("p1"), operator.back_up()
    before = (operator.keys / "master.key").read_text()
    assert "old backups open with it" in operator.said("keys", "rotate", "--master")
    (old,) = old_files(operator.keys / "master.key")
    assert before == old.read_text()
    assert before != (operator.keys / "master.key").read_text()
    assert 0o600 == (operator.keys / "master.key").stat().st_mode & 0o777
    assert CANARY == text_of(operator, id_)
    operator.said("restore", backup, "--identity", operator.identity, "--replace")
    old.unlink()
    assert CANARY == text_of(operator, id_)


def test_check_says_what_to_do_about_keys(operator: Operator) -> None:
    """Old ones, and a rotation that was cut off."""
    now = SystemClock().now()
    assert State.OK is key_age.look(operator.settings, now).state
    late = key_age.look(operator.settings, now + timedelta(days=731))
    assert (State.NOTE, key_age.ROTATE) == (late.state, late.way_out)
    assert "database.key_days = 730" in late.said
    operator.look("UPDATE person_keys SET made = NULL WHERE person = (SELECT min(person) FROM person_keys)")
    assert "1 keys" in key_age.look(operator.settings, now).said
    operator.look("INSERT INTO rotations VALUES ('all', 1)")
    assert "unfinished" in key_age.look(operator.settings, now).said
    begin_next(operator.keys / "master.key", database=operator.database)
    assert "--master" in key_age.look(operator.settings, now).way_out
    assert "key age" in operator.run("check").output


def test_a_running_assistant_replaces_keys_and_says_how_far_it_is(operator: Operator) -> None:
    """One at a time; the answer is polled, and what cannot be done is said at once."""

    async def live() -> str:
        app = build(operator.settings, channels=[])
        serve = keys.Rotating(app).serve
        with pytest.raises(SettingsError, match="no keys are being replaced"):
            await serve(json.dumps({"do": "progress"}))
        with pytest.raises(SettingsError, match="nobody with the handle"):
            await serve(json.dumps({"do": "rotate", "scope": "p77"}))
        await serve(json.dumps({"do": "rotate", "scope": keys.ALL}))
        with pytest.raises(SettingsError, match="already"):
            await serve(json.dumps({"do": "rotate", "scope": keys.MASTER}))
        said = None
        while said is None:
            await asyncio.sleep(0)
            said = json.loads(await serve(json.dumps({"do": "progress"})))["said"]
        await serve(json.dumps({"do": "rotate", "scope": keys.MASTER}))
        state = json.loads(await serve(json.dumps({"do": "progress"})))
        while state["said"] is None:
            await asyncio.sleep(0)
            state = json.loads(await serve(json.dumps({"do": "progress"})))
        assert state["steps"]["keys"][0] == state["steps"]["keys"][1]
        await app.stop()
        return str(said)

    assert "sealed again" in asyncio.run(live())
    assert {2} == newest(operator)


def test_the_key_from_before_opens_nothing_any_more(operator: Operator) -> None:
    """Once the master key is replaced whoever has the old one has nothing."""
    before = read_master_key(operator.keys / "master.key", database=operator.database)
    operator.said("keys", "rotate", "--master")
    with pytest.raises(WrongKey):
        Store.open(
            StoreSettings(url=operator.settings.database.url), vault=Vault(before, "Beispiel-Träger"), profile=None
        )
