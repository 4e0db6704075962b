"""Whether a session shows what is personal: it does until a PIN was chosen, and after it was given (PRIVACY.md)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from flows.engine.messages import Level
from storage.sessions import WebSession
from storage.uow import UnitOfWork

from bot.web.history import Entry
from bot.web.settings import PinMode, WebSettings

RESET: Final = timedelta(hours=1)
"""So long after coming in by a new link a new PIN may be chosen without the old one."""
OPEN_ENOUGH: Final = Level.L2
"""What a locked page may show, as a locked phone may."""


class Lock(StrEnum):
    """Open: everything is shown. Closed: the PIN has to be given. Unchosen: one has to be chosen first."""

    OPEN = "open"
    CLOSED = "closed"
    UNCHOSEN = "unchosen"


def lock_of(uow: UnitOfWork, session: WebSession, settings: WebSettings, now: datetime) -> Lock:
    """The lock of a participant's session; staff have none here."""
    if settings.pin is PinMode.OFF or session.kind != "participant":
        return Lock.OPEN
    if not uow.pins.is_set(session.person):
        return Lock.UNCHOSEN if settings.pin is PinMode.REQUIRED else Lock.OPEN
    used = session.unlocked
    return Lock.OPEN if used is not None and now - used <= settings.pin_idle else Lock.CLOSED


def may_reset(session: WebSession, now: datetime) -> bool:
    """Whether this session has just begun with a new link or code of the caseworker's."""
    return session.may_reset and now - session.created <= RESET


def veiled(entries: Iterable[Entry]) -> list[Entry]:
    """What a locked page shows: neutral words as they are, of everything else only that it is there; no buttons."""
    return [
        replace(entry, answers=())
        if entry.level <= OPEN_ENOUGH
        else replace(entry, text="", answers=(), kind=None, veiled=True)
        for entry in entries
    ]
