"""What `check` says about bots, webhook, notifications, short messages and locked phones."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channel_settings import PushSettings, TelegramSettings
from bot.operating import channel_checks, lock_screen
from bot.operating.lines import Line, State
from bot.profile import load_profile
from bot.settings import ServerSettings, Settings, SettingsError
from flows.rules.profile import Profile
from tests.bot.operator import Operator
from tests.channels.telegram_server import BotApiServer

pytestmark = pytest.mark.slow

SECRET = "0123456789abcdef" * 2


@pytest.fixture
def profile() -> Profile:
    """Both bots are permitted."""
    return load_profile("demo")


@pytest.fixture
def service() -> Iterator[BotApiServer]:
    """A running Bot API server with two bots."""
    with BotApiServer() as server:
        yield server


class Bots:
    """Tokens in files, and settings that name them."""

    def __init__(self, folder: Path, service: BotApiServer) -> None:
        """One bot for participants and one for staff, both known to the service."""
        self.folder, self.service = folder, service
        self.participants = self.write("participants.token", service.bot("nachrichten_bot").token)
        self.staff = self.write("staff.token", service.bot("hinweise_bot").token)
        self.secret = self.write("webhook.secret", SECRET)

    def write(self, name: str, text: str, mode: int = 0o600) -> Path:
        """A file that only its owner reads."""
        path = self.folder / name
        path.write_text(text + "\n", "utf-8")
        path.chmod(mode)
        return path

    def settings(self, base_url: str = "", push: bool = False, **given: Any) -> Settings:
        """Settings with both bots."""
        named = {"participants_token_file": self.participants, "staff_token_file": self.staff}
        telegram = TelegramSettings(**{"api_base": self.service.base, **named, **given})
        return Settings(
            telegram=telegram,
            push=PushSettings(enabled=push, subject="mailto:it@example.org", key_file=self.folder / "push.key"),
            server=ServerSettings(base_url=base_url),
        )


@pytest.fixture
def bots(tmp_path: Path, service: BotApiServer) -> Bots:
    """Two bots that work."""
    return Bots(tmp_path, service)


def look(settings: Settings, profile: Profile) -> dict[str, Line]:
    """What is said, by name."""
    return {name: one() for name, one in channel_checks.looks(settings, profile)}


def test_what_is_off_is_fine(profile: Profile) -> None:
    """As shipped every channel is switched off, and each line says so."""
    found = look(Settings(), profile)
    assert channel_checks.NAMES == found.keys()
    assert {State.OK} == {line.state for name, line in found.items() if name != "mail"}
    assert "switched off" in found["telegram"].said


def test_mail_that_is_permitted_without_a_server_is_named(profile: Profile) -> None:
    """Nobody is offered it; the line says which setting makes it work, and which one ends the question."""
    line = look(Settings(), profile)["mail"]
    assert State.NOTE is line.state
    assert ("email.host" in line.way_out, "channels.mail_level" in line.way_out) == (True, True)
    off = replace(profile, levels={})
    assert (State.OK, "there is no mail server") == ((line := look(Settings(), off)["mail"]).state, line.said)


def test_bots_that_work_are_named(bots: Bots, profile: Profile) -> None:
    """Each is asked who it is; its name is shown, its token is not."""
    found = look(bots.settings(), profile)
    assert (State.OK, "@nachrichten_bot answers") == (found["telegram"].state, found["telegram"].said)
    assert (State.OK, "@hinweise_bot answers") == (found["staff bot"].state, found["staff bot"].said)
    assert "polling" in found["webhook"].said
    token = bots.participants.read_text("utf-8").strip()
    assert not [line for line in found.values() if token in line.said + line.way_out]


def test_a_token_that_telegram_does_not_know(bots: Bots, profile: Profile) -> None:
    """The line says where a new one comes from and into which file it goes."""
    bots.write("participants.token", "7999999:AAunknown-0000000000000000000000000000")
    line = look(bots.settings(), profile)["telegram"]
    assert (State.FAULT, "Telegram does not know the token") == (line.state, line.said)
    assert "@BotFather" in line.way_out
    assert str(bots.participants) in line.way_out


def test_files_that_cannot_be_used(bots: Bots, profile: Profile) -> None:
    """A missing file and one that holds no token are named with their setting, never with what they hold."""
    bots.write("participants.token", "Geheimnis")
    (name, one), *_ = channel_checks.looks(bots.settings(), profile)
    assert "telegram" == name
    with pytest.raises(SettingsError, match=r"telegram\.participants_token_file.*@BotFather") as wrong:
        one()
    assert "Geheimnis" not in str(wrong.value)
    bots.participants.unlink()
    with pytest.raises(SettingsError, match=r"participants_token_file: .* cannot be read"):
        one()


def test_a_file_that_others_can_read(bots: Bots, profile: Profile) -> None:
    """It works, and the line says how to close it."""
    bots.staff.chmod(0o644)
    line = look(bots.settings(), profile)["staff bot"]
    assert (State.NOTE, f"chmod 600 {bots.staff}") == (line.state, line.way_out)


def test_one_bot_for_both(bots: Bots, profile: Profile) -> None:
    """Two files with the token of one bot are a fault: each would take the other's messages."""
    bots.write("staff.token", bots.participants.read_text("utf-8").strip())
    found = look(bots.settings(), profile)
    assert {State.FAULT} == {found["telegram"].state, found["staff bot"].state}
    assert "second bot" in found["staff bot"].way_out


def test_a_bot_whose_name_tells_too_much(bots: Bots, profile: Profile) -> None:
    """The name shows on locked phones and cannot be changed: another bot is needed."""
    bots.write("participants.token", bots.service.bot("jobcenter_koeln_bot").token)
    line = look(bots.settings(), profile)["telegram"]
    assert State.FAULT is line.state
    assert "@jobcenter_koeln_bot" in line.said
    assert "another bot" in line.way_out


def test_a_service_that_does_not_answer(bots: Bots, profile: Profile) -> None:
    """The line says what to look at; the token is in no line."""
    settings = bots.settings(api_base="http://127.0.0.1:9")
    line = look(settings, profile)["telegram"]
    assert State.FAULT is line.state
    assert "firewall" in line.way_out


def test_what_the_profile_keeps_off(bots: Bots) -> None:
    """A channel that is set up and not permitted is a note: it is not used, and somebody may have thought it is."""
    found = look(bots.settings(push=True), replace(load_profile("demo"), levels={}))
    for name in ("telegram", "staff bot", "push"):
        assert State.NOTE is found[name].state
        assert "keeps it off" in found[name].said
    assert "channels.push_level" in found["push"].way_out


def test_the_webhook_is_looked_at(bots: Bots, profile: Profile) -> None:
    """Secret, its file and the address are looked at; Telegram's own service posts to https only."""
    given: dict[str, Any] = {"mode": "webhook", "webhook_secret_file": bots.secret}
    line = look(bots.settings("https://nachrichten.example", **given), profile)["webhook"]
    assert State.OK is line.state
    assert "https://nachrichten.example/hooks/telegram/participants" in line.said
    assert SECRET not in line.said
    bots.secret.chmod(0o640)
    assert State.NOTE is look(bots.settings("https://nachrichten.example", **given), profile)["webhook"].state
    bots.write("webhook.secret", "short")
    with pytest.raises(SettingsError, match="openssl rand"):
        look(bots.settings("https://nachrichten.example", **given), profile)


def test_locked_phones_are_looked_at(profile: Profile) -> None:
    """The figures are in the line; a word in a text or in the page's address is a fault with the way out."""
    fine = channel_checks.check_lock_screen(Settings(), profile)
    assert State.OK is fine.state
    assert "× 5 languages × 6 channels: 0 hits" in fine.said
    spoilt = channel_checks.check_lock_screen(Settings(), replace(profile, revealing=("Nachricht",)))
    assert State.FAULT is spoilt.state
    assert "'nachricht' in" in spoilt.said
    address = Settings(server=ServerSettings(base_url="https://beispieltraeger.example"))
    line = channel_checks.check_lock_screen(address, profile)
    assert (State.FAULT, True) == (line.state, line.way_out.startswith("server.base_url"))


def test_only_a_channel_is_1(operator: Operator, bots: Bots, monkeypatch: pytest.MonkeyPatch) -> None:
    """The assistant runs without a bot: exit code 1; with another fault beside it, 2."""
    bots.write("participants.token", "7999999:AAunknown-0000000000000000000000000000")
    monkeypatch.setenv("LOTSE_TELEGRAM__PARTICIPANTS_TOKEN_FILE", str(bots.participants))
    monkeypatch.setenv("LOTSE_TELEGRAM__API_BASE", bots.service.base)
    assert 1 == operator.run("check").exit_code
    (operator.keys / "master.key").chmod(0o644)
    assert 2 == operator.run("check").exit_code


def test_a_wrong_profile_is_told_once(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """What depends on it is left out instead of repeating it."""
    monkeypatch.setenv("LOTSE_PROFILE", "nonsense")
    named = [line["name"] for line in operator.read("check")]
    assert "profile" in named
    assert not channel_checks.NAMES & set(named)


def test_every_page_of_ours_is_looked_at_for_titles() -> None:
    """The folder is where the pages are."""
    assert (lock_screen.PAGES / "base.html").exists()
