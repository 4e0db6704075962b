"""Logs hold what is on the list and nothing else, and a log that cannot be written stops nothing."""

import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import ALLOWED, keep_allowed, set_up_logs

SECRET = "Zahnrad"


@pytest.fixture(autouse=True)
def logs_put_back() -> Iterator[None]:
    """What a test sets up does not last."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_key_that_is_not_on_the_list_is_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    """A word under any other key than the allowed ones does not reach the log."""
    set_up_logs()
    structlog.get_logger().error("update_failed", channel="web", text=SECRET, name=SECRET, who=SECRET, exc_info=True)
    log = capsys.readouterr().err
    assert "event='update_failed'" in log
    assert "channel='web'" in log
    assert SECRET not in log


def test_the_list_names_nothing_personal() -> None:
    """Allowed are names of things and kinds, never of people or their words."""
    assert frozenset() == ALLOWED & {"text", "name", "who", "person", "words", "handle", "phone", "body", "value"}
    assert {"event": "x", "kind": "y"} == keep_allowed(None, "", {"event": "x", "kind": "y", "words": SECRET})


def test_an_exception_is_logged_by_its_class_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """What a library logs about an exception has its place and class, neither its message nor its traceback."""
    set_up_logs()
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("library").exception("cannot handle %s", SECRET)
    log = capsys.readouterr().err
    assert "ERROR library" in log
    assert "ValueError" in log
    assert SECRET not in log


def test_libraries_speak_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    """What a library says below a warning is not logged."""
    set_up_logs()
    logging.getLogger("library").info("all is well")
    assert "" == capsys.readouterr().err


def test_a_log_nobody_reads_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """When standard error is gone, logging drops the line and raises nothing."""
    set_up_logs()
    for error in (BrokenPipeError, ValueError):
        monkeypatch.setattr(sys, "stderr", Gone(error))
        structlog.get_logger().error("update_failed", channel="web")
        logging.getLogger("library").warning("something")


class Gone:
    """A standard error that nobody reads any more."""

    def __init__(self, error: type[Exception]) -> None:
        self._error = error

    def write(self, _: str) -> int:
        """Fail."""
        raise self._error

    def flush(self) -> None:
        """Fail."""
        raise self._error
