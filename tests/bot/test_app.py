"""The program as a whole: what is said is handled once, what is due happens, and trouble passes."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from bot.app import build, prepare
from bot.channels import Inbound, InboundKind
from bot.settings import ServerSettings, SettingsError
from handlers import absences, escalating, inbound, timers
from storage.errors import DatabaseLocked, StorageError, StoreBusy, StoreFull, WrongKey
from storage.timers import Timer
from storage.uow import UnitOfWork
from tests.bot.running import Program, program, settings_in, until


def update(text: str, number: int = 1) -> Inbound:
    """Something p1 writes."""
    return Inbound(channel="memory", external_id=str(number), sender="p1", kind=InboundKind.TEXT, text=text)


def waiting(running: Program) -> list[Timer]:
    """The timers that will fire within the week."""
    with running.app.store.read() as uow:
        return uow.timers.due(running.clock.now() + timedelta(days=7), 100)


async def test_a_stranger_gets_the_static_answer_here_and_now(tmp_path: Path) -> None:
    """The answer to a stranger goes past the outbox."""
    async with program(tmp_path) as running:
        stranger = Inbound(channel="memory", external_id="1", sender="x1", kind=InboundKind.TEXT, text="hallo")
        assert "112" in (await running.app.receive(stranger) or "")
        await running.after()
        assert [] == running.channel.tried


@pytest.mark.parametrize("trouble", [StoreFull, DatabaseLocked])
async def test_an_update_in_passing_trouble_is_the_channels_to_repeat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: type[StorageError]
) -> None:
    """While the database is in the way the channel is told, does not acknowledge, and delivers again with success."""
    async with program(tmp_path) as running:
        with monkeypatch.context() as broken:
            broken.setattr(inbound, "receive", failing(trouble))
            with pytest.raises(trouble):
                await running.app.receive(update("Ich bin heute krank"))
        await running.app.receive(update("Ich bin heute krank"))
        assert ["absence"] == running.alerts()


@pytest.mark.parametrize("trouble", [StoreFull, DatabaseLocked])
async def test_a_timer_in_passing_trouble_fires_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: type[StorageError]
) -> None:
    """An escalation is not lost because the database was in the way when it was due."""
    async with program(tmp_path) as running:
        await running.app.receive(update("Ich bin heute krank"))
        with monkeypatch.context() as broken:
            broken.setitem(timers.OF_ALERT, escalating.TIMER, failing(trouble))
            with pytest.raises(trouble):
                await running.after(timedelta(hours=5))
        await running.after()
        assert running.channel.texts("c2")


async def test_a_broken_timer_is_put_aside_and_the_others_fire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer with a fault of ours does not fire again for ever, and does not keep the others from firing."""
    async with program(tmp_path) as running:
        await running.app.receive(update("Ich bin heute krank"))
        monkeypatch.setattr(absences, "remind_of_proof", failing(RuntimeError))
        await running.after(timedelta(days=3))
        assert running.channel.texts("c2")
        assert [] == [timer for timer in waiting(running) if timer.kind == absences.TIMER]


async def test_an_unknown_kind_of_timer_does_nothing(tmp_path: Path) -> None:
    """Timers of a newer program and timers about nothing are done without an effect."""
    async with program(tmp_path) as running:
        person = running.person("p1").id

        def plan(uow: UnitOfWork) -> None:
            uow.timers.add("nonsense", running.clock.now(), person, 1, "")
            uow.timers.add(absences.TIMER, running.clock.now(), None, None, "")

        await running.app.run(plan)
        await running.after()
        assert [] == waiting(running)
        assert [] == running.channel.tried


async def test_the_next_thing_due_is_known(tmp_path: Path) -> None:
    """In a quiet world the next is to ask how people are reached; after a report the first escalation is."""
    async with program(tmp_path) as running:
        assert running.clock.now() + running.app.profile.ask_after == running.app.next_due()
        await running.app.receive(update("Ich bin heute krank"))
        await running.after()
        due = running.app.next_due()
        assert due is not None
        assert timedelta(hours=4) == due - running.clock.now()


async def test_a_database_has_one_owner(tmp_path: Path) -> None:
    """A second program with the same database does not start, nor is the database migrated under the first."""
    async with program(tmp_path):
        for start in (build, prepare):
            with pytest.raises(StoreBusy):
                start(settings_in(tmp_path))


async def test_a_missing_key_is_never_replaced(tmp_path: Path) -> None:
    """Without its key a database with people in it is refused, and no new key is made that would hide the loss."""
    async with program(tmp_path):
        pass
    key = tmp_path / "keys" / "master.key"
    kept = key.rename(tmp_path / "kept")
    for start in (prepare, build):
        with pytest.raises(WrongKey, match=r"database\.key_file"):
            start(settings_in(tmp_path))
    assert not key.exists()
    kept.rename(key)
    async with program(tmp_path) as running:
        assert "p1" == running.person("p1").handle


def test_before_the_first_migration_the_way_out_is_named(tmp_path: Path) -> None:
    """Where there is neither key nor database, the command that makes them is named."""
    with pytest.raises(WrongKey, match="migrate"):
        build(settings_in(tmp_path))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder that cannot be made is told with the settings that name it."""
    (tmp_path / "db").write_text("a file where a folder should be")
    with pytest.raises((SettingsError, StorageError), match="db"):
        prepare(settings_in(tmp_path))


async def test_sending_goes_on_after_any_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails in one round, the next tick sends what waits."""
    async with program(tmp_path, tick_seconds=0.05) as running:
        with monkeypatch.context() as broken:
            broken.setattr(running.app.delivery, "deliver_due", failing(RuntimeError))
            await running.app.start()
            await running.app.receive(update("hallo"))
            await asyncio.sleep(0.2)
            assert [] == running.channel.tried
        await until(lambda: bool(running.channel.texts("p1")))


def failing(error: type[Exception]) -> partial[NoReturn]:
    """A function with this fault."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise error("trouble")

    return partial(fail)


def test_pings_can_name_the_fixed_address_of_the_pages(tmp_path: Path) -> None:
    """The address that people know is the one of the settings."""
    settings = settings_in(tmp_path).model_copy(
        update={"server": ServerSettings(base_url="https://nachrichten.example/")}
    )
    prepare(settings)
    app = build(settings, channels=[])
    try:
        assert "https://nachrichten.example" == app.profile.page
    finally:
        app.store.close()
