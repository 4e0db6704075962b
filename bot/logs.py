"""Logs by an allow-list: a key that is not on it is dropped, so nothing personal can get in (PRIVACY.md)."""

import contextlib
import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "channel",
        "setting",
        "message",
        "timer",
        "kind",
        "error",
        "reason",
        "address",
        "port",
        "profile",
    }
)


def keep_allowed(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list."""
    return {key: value for key, value in entry.items() if key in ALLOWED}


def set_up_logs() -> None:
    """Log to standard error, one line an event; libraries only from warnings on and without their tracebacks."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
    )
    handler = logging.StreamHandler(_StandardError())
    handler.setFormatter(_NameOnly("%(levelname)s %(name)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _StandardError:
    """Standard error as it is now; a line that cannot be written is dropped: it never stops what it speaks of."""

    def write(self, text: str) -> int:
        """Write, if somebody still reads."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what was written, if somebody still reads."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()


class _NameOnly(logging.Formatter):
    """Says which library complained and what kind of error it was, never its text: it could quote somebody."""

    def format(self, record: logging.LogRecord) -> str:
        """Level, logger, place in the code, and the exception's class."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        return f"{record.levelname} {record.name} {record.funcName}:{record.lineno} {kind}".rstrip()
