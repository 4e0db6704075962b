"""Every night the audit chain is verified and its end is signed; what does not hold is not signed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from structlog.testing import capture_logs

from bot.clock import SetClock
from bot.operating.auditing import Auditor, Outcome, key_file, roots_file
from bot.ticker import NIGHT, Ticker
from storage.store import Store
from tests.bot.operator import NOW, Operator


@pytest.fixture
def store(operator: Operator) -> Iterator[Store]:
    """The store of the installation."""
    with operator.opened() as opened:
        yield opened


@pytest.fixture
def auditor(operator: Operator, store: Store) -> Auditor:
    """Who looks after its chain."""
    return Auditor(operator.settings, store, SetClock(NOW))


async def test_a_night_leaves_a_root(operator: Operator, auditor: Auditor) -> None:
    """A new database gets a key that only its owner can read; a night without news signs nothing."""
    await auditor.start()
    assert 0o600 == key_file(operator.settings).stat().st_mode & 0o777
    for _ in range(2):
        await auditor.verify_and_sign()
    assert Outcome(groups=1, entries=10, roots=1) == await auditor.verify()
    assert 1 == len(roots_file(operator.settings).path.read_text("ascii").splitlines())


async def test_what_does_not_hold_is_not_signed(operator: Operator, auditor: Auditor) -> None:
    """The first broken link is in the log, and there is no root that would make it look right."""
    await auditor.start()
    with closing(sqlite3.connect(operator.database)) as connection, connection:
        connection.execute("DROP TRIGGER consents_no_delete")
        connection.execute("DELETE FROM consents")
    with capture_logs() as logs:
        await auditor.verify_and_sign()
    assert "consents row" in (await auditor.verify()).fault
    (line,) = logs
    assert ("audit_failed", "error") == (line["event"], line["log_level"])
    assert "is missing" in line["reason"]
    assert not roots_file(operator.settings).path.exists()


async def test_a_lost_key_is_not_replaced(operator: Operator, auditor: Auditor) -> None:
    """Where roots were signed a new key would only hide that the old one is gone."""
    await auditor.start()
    await auditor.sign()
    key_file(operator.settings).unlink()
    with capture_logs() as logs:
        await auditor.start()
        await auditor.sign()
    assert ["audit_failed"] * 2 == [line["event"] for line in logs]
    assert not key_file(operator.settings).exists()
    assert "no audit.key" in (await auditor.verify()).fault


async def test_a_lost_file_is_written_again(operator: Operator, auditor: Auditor) -> None:
    """The table in the database still has every root."""
    await auditor.start()
    await auditor.sign()
    path = roots_file(operator.settings).path
    before = path.read_bytes()
    path.unlink()
    assert "starting the assistant writes it again" in (await auditor.verify()).fault
    await auditor.start()
    assert before == path.read_bytes()
    assert "" == (await auditor.verify()).fault


async def test_nightly_work_has_its_hour() -> None:
    """It is planned beside the ticks, for the same hour in UTC in summer and winter."""

    async def nothing() -> None:
        return None

    ticker = Ticker(nothing, 60)
    ticker.nightly(nothing)
    tick, night = ticker._scheduler.get_jobs()
    assert "interval" in str(tick.trigger)
    assert f"hour='{NIGHT.hour}', minute='{NIGHT.minute}'" in str(night.trigger)
