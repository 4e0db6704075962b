"""The real program in a process of its own, with a bot: fetched or posted to, told to stop, and set up wrongly."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.polling import LONGEST_POLL
from handlers import strangers
from tests.bot.test_serving import Machine, refused
from tests.channels.telegram_server import BotApiServer

SECRET = "geheim-0123456789-abcdefghijk"


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory, service: BotApiServer) -> Iterator[Machine]:
    """A machine with the participants' token in a file, and the server for tests as its Bot API."""
    made = Machine(tmp_path_factory.mktemp("m"))
    write(made, "PARTICIPANTS_TOKEN_FILE", service.bot().token + "\n")
    made.environment["LOTSE_TELEGRAM__API_BASE"] = service.base
    yield made
    made.clean_up()


def write(machine: Machine, setting: str, words: str) -> Path:
    """Put a secret into a file and name it in the settings."""
    path = machine.folder / setting.lower()
    path.write_text(words, "utf-8")
    machine.environment[f"LOTSE_TELEGRAM__{setting}"] = str(path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_the_bot_answers_and_stops_with_the_program(machine: Machine, service: BotApiServer, mode: str) -> None:
    """Both ways somebody who writes is answered; told to stop, the program ends in time with 0 and nothing is left."""
    machine.environment["LOTSE_TELEGRAM__MODE"] = mode
    write(machine, "WEBHOOK_SECRET_FILE", SECRET)
    child, person = machine.start("demo"), service.user()
    person.start()
    service.wait_until(lambda: strangers.STATIC in [message.text for message in person.screen()])
    service.wait_until(lambda: bool(service.commands(service.bot(), person)))
    service.wait_until(lambda: service.pending(service.bot()) == 0)
    begun = time.monotonic()
    child.send_signal(signal.SIGTERM)
    _, errors = child.communicate(timeout=LONGEST_POLL)
    assert (0, 0) == (child.returncode, service.pending(service.bot())), errors
    assert "Traceback" not in errors
    assert service.bot().token not in errors
    assert time.monotonic() - begun < LONGEST_POLL / 2


@pytest.mark.slow
def test_wrong_settings_are_named_with_the_way_out(machine: Machine) -> None:
    """A token that is none, a file that is missing, a secret that is too short: each is said before anything begins."""
    token = write(machine, "STAFF_TOKEN_FILE", "kein Token")
    refused(machine.ask("demo"), "telegram.staff_token_file", "@BotFather")
    token.unlink()
    refused(machine.ask("demo"), "telegram.staff_token_file", "No such file")
    del machine.environment["LOTSE_TELEGRAM__STAFF_TOKEN_FILE"]
    machine.environment["LOTSE_TELEGRAM__MODE"] = "webhook"
    refused(machine.ask("demo"), "telegram.webhook_secret_file", "openssl")
    write(machine, "WEBHOOK_SECRET_FILE", "kurz")
    refused(machine.ask("demo"), "telegram.webhook_secret_file", "openssl")
