"""The ways to a phone, made from settings and profile, and what `check` says about them."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import phones
from bot.channel_settings import PushSettings, SmsSettings
from bot.channels import Level
from bot.clock import SystemClock
from bot.operating.lines import State
from bot.operating.phone_checks import check_push, check_sms
from bot.profile import load_profile
from bot.settings import DatabaseSettings, ServerSettings, Settings, SettingsError
from flows.rules.profile import Profile
from storage.errors import VaultError
from tests.channels.sms_gateway import sms_gateway

BODY = "to={to}&text={text}&id={id}"


@pytest.fixture
def profile() -> Profile:
    """A profile that permits both."""
    return replace(load_profile("demo"), levels={"push": Level.L1, "sms": Level.L0})


@pytest.fixture
async def gateway() -> AsyncIterator[str]:
    """The address of an SMS gateway."""
    async with sms_gateway() as gateway:
        yield gateway.url


def settings_in(folder: Path, *, push: bool = False, url: str = "", sms: Any = None, base_url: str = "") -> Settings:
    """Settings whose files lie in a folder of the test's own."""
    given = {"url": url, "body": BODY, **(sms or {})} if url else {}
    key_file = folder / "keys" / "push.key"
    return Settings(
        database=DatabaseSettings(url=f"sqlite:///{folder / 'db' / 'lotse.db'}"),
        server=ServerSettings(base_url=base_url),
        push=PushSettings(enabled=push, subject="mailto:it@example.org", key_file=key_file),
        sms=SmsSettings(**given),
    )


def test_what_is_off_is_not_there(tmp_path: Path, profile: Profile) -> None:
    """As shipped nobody is reached by notification or short message, and no key is made."""
    settings = settings_in(tmp_path)
    phones.prepare_phones(settings)
    assert [] == phones.phone_channels(settings, profile, SystemClock())
    assert (None, None) == (phones.reaching(settings, profile).push, phones.reaching(settings, profile).sms)
    assert not settings.push.key_file.exists()
    assert State.OK is check_push(settings).state
    assert State.OK is check_sms(settings).state


def test_what_is_on_is_there(tmp_path: Path, profile: Profile) -> None:
    """Both channels by their names; pages and channel use the same key."""
    settings = settings_in(tmp_path, push=True, url="https://gateway.example/send")
    phones.prepare_phones(settings)
    assert ["push", "sms"] == [each.name for each in phones.phone_channels(settings, profile, SystemClock())]
    notifying = phones.reaching(settings, profile).push
    assert notifying is not None
    assert phones.push_key(settings).public == notifying.key


def test_the_profile_decides(tmp_path: Path, profile: Profile) -> None:
    """What the profile does not permit stays off, whatever the settings say."""
    silent = replace(profile, levels={})
    settings = settings_in(tmp_path, push=True, url="https://gateway.example/send")
    phones.prepare_phones(settings)
    assert [] == phones.phone_channels(settings, silent, SystemClock())
    assert phones.reaching(settings, silent).push is None


def test_reports_need_a_secret_that_nobody_guesses(tmp_path: Path, profile: Profile) -> None:
    """A short one, one that does not fit into an address, and a missing file are refused with their name."""
    file = tmp_path / "secret"
    settings = settings_in(tmp_path, url="https://gateway.example/send", sms={"report_secret_file": file})
    with pytest.raises(SettingsError, match="report_secret_file"):
        phones.reaching(settings, profile)
    for bad in ("short", "a/" * 20, "ä" * 30, ""):
        file.write_text(bad, "utf-8")
        with pytest.raises(SettingsError, match="24"):
            phones.reaching(settings, profile)
    file.write_text("0123456789abcdef" * 2 + "\n", "utf-8")
    reports = phones.reaching(settings, profile).sms
    assert reports is not None
    assert "0123456789abcdef" * 2 == reports.secret


def test_a_missing_password_is_named(tmp_path: Path, profile: Profile) -> None:
    """The message says which setting names the file that is not there."""
    settings = settings_in(tmp_path, url="https://gateway.example/", sms={"password_file": tmp_path / "none"})
    with pytest.raises(SettingsError, match="password_file"):
        phones.phone_channels(settings, profile, SystemClock())


def test_push_is_looked_at(tmp_path: Path) -> None:
    """No key yet is a note, a good one is fine, one that others read and a page without https are faults."""
    settings = settings_in(tmp_path, push=True)
    assert (State.NOTE, "python -m bot migrate") == (check_push(settings).state, check_push(settings).way_out)
    phones.prepare_phones(settings)
    assert State.OK is check_push(settings).state
    plain = check_push(settings_in(tmp_path, push=True, base_url="http://lotse.example"))
    assert State.FAULT is plain.state
    assert "https" in plain.way_out
    settings.push.key_file.chmod(0o644)
    with pytest.raises(VaultError, match="chmod 600"):
        check_push(settings)


async def test_the_gateway_is_looked_at(tmp_path: Path, gateway: str) -> None:
    """Nothing is sent: it is called, and what is missing is said."""
    assert State.NOTE is check_sms(settings_in(tmp_path, url=gateway)).state
    assert State.OK is check_sms(settings_in(tmp_path, url=gateway, sms={"success_pattern": "100"})).state
    password = tmp_path / "password"
    password.write_text("x", "utf-8")
    password.chmod(0o644)
    said = check_sms(settings_in(tmp_path, url=gateway, sms={"success_pattern": "100", "password_file": password}))
    assert (State.NOTE, f"chmod 600 {password}") == (said.state, said.way_out)


def test_a_gateway_that_is_away_is_a_fault(tmp_path: Path) -> None:
    """The line says where nobody answers, and what to look at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = check_sms(settings_in(tmp_path, url=f"http://127.0.0.1:{port}/send"))
    assert State.FAULT is line.state
    assert "sms.url" in line.way_out
