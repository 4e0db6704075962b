"""Reads the program's log while a transcript runs: what a running program survives must not pass for success here."""

import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.logs import keep_allowed
from bot.transcript.world import WorldFailed


class Watch:
    """Until it is closed the log goes to standard error, as in the running program, and every error is noted."""

    def __init__(self) -> None:
        self._errors: list[tuple[str, BaseException | None]] = []
        self._before: dict[str, Any] = structlog.get_config()
        structlog.configure(
            processors=[
                self._note,
                structlog.processors.add_log_level,
                keep_allowed,
                structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
            ],
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        )

    def check(self) -> None:
        """Raise `WorldFailed` with the first error since the last time, and with the exception it was logged for."""
        errors, self._errors = self._errors, []
        if errors:
            told, cause = errors[0]
            raise WorldFailed(told) from cause

    def close(self) -> None:
        """Stop looking."""
        structlog.configure(**self._before)

    def _note(self, _: Any, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if method in {"error", "exception", "critical"}:
            details = " ".join(f"{key}={value}" for key, value in entry.items() if key != "event")
            self._errors.append((f"{entry['event']} {details}".strip(), sys.exception()))
        return entry
