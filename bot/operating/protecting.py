"""What operators record about the protection of data: secrecy of staff, breaches, channels that are switched off.

Each is asked of the running assistant, or of the database itself where none runs. JSON in, JSON out.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from flows.rules.breaches import Kind, WrongSpan, deadline
from flows.rules.profile import THIRD_PARTY
from flows.rules.reach import PAGE
from handlers import breaches, halting, secrecy
from storage.affected import SOURCES
from storage.breaches import Breach
from storage.uow import UnitOfWork

from bot.app import App
from bot.operating import asking
from bot.settings import Settings, SettingsError

COMMAND: Final = "protect"
ZONE: Final = ZoneInfo("Europe/Berlin")
CHANNELS: Final = (PAGE, *sorted(THIRD_PARTY - {"mail"}))
Asked = Mapping[str, Any]

__all__ = ["CHANNELS", "COMMAND", "SOURCES", "ask", "instant", "serve"]


async def ask(settings: Settings, do: str, **asked: Any) -> Any:
    """Have something done. Raises `SettingsError` that says why it cannot be."""
    text = json.dumps({"do": do, **asked})
    answer = await asking.ask(settings, COMMAND, text, serve)
    return json.loads(answer)


async def serve(app: App, text: str) -> str:
    """Answer a request that came over the control socket."""
    asked = json.loads(text)
    answer = await app.run(partial(_WORK[asked["do"]], asked=asked, now=app.clock.now()))
    if asked["do"] in {"halt", "resume"}:
        app.delivery.switch(asked["channel"], off=asked["do"] == "halt")
    return json.dumps(answer)


def instant(name: str, text: str) -> datetime:
    """A local moment an operator wrote ("2026-11-23T14:30"). Raises `SettingsError`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{name}: {text!r} is no moment; write day and time as in 2026-11-23T14:30") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=ZONE)


def _halt(uow: UnitOfWork, asked: Asked, now: datetime) -> str:
    _check_channel(asked["channel"])
    return "halted" if halting.halt(uow, asked["channel"], now) else "was halted already"


def _resume(uow: UnitOfWork, asked: Asked, now: datetime) -> str:
    _check_channel(asked["channel"])
    return "resumed" if halting.resume(uow, asked["channel"], now) else "was not halted"


def _check_channel(channel: str) -> None:
    if channel not in CHANNELS:
        raise SettingsError(f"there is no channel {channel!r}; there are: {', '.join(CHANNELS)}")


def _secrecy(uow: UnitOfWork, asked: Asked, now: datetime) -> str:
    handle = asked["handle"]
    person = uow.people.by_handle(handle)
    if person is None:
        raise SettingsError(f"there is nobody with the handle {handle!r}")
    try:
        day = date.fromisoformat(asked["day"])
        secrecy.record(uow, person, day, now)
    except ValueError:
        raise SettingsError(f"--date: {asked['day']!r} is no day; write it as in 2026-11-20") from None
    except secrecy.NotStaff:
        raise SettingsError(f"{handle} does not work for the carrier: only staff are bound to secrecy here") from None
    except secrecy.NoSuchDay:
        raise SettingsError(
            f"--date: nobody can have signed on {asked['day']}; write the day on the declaration, today at the latest"
        ) from None
    return day.isoformat()


def _accounts(uow: UnitOfWork, asked: Asked, now: datetime) -> list[dict[str, str]]:
    """Every staff account with the day of its declaration."""
    del asked, now
    staff = (person for person in uow.people.all() if person.role.is_staff)
    return [
        {"who": person.handle, "role": person.role.value, "secrecy": str(uow.secrecy.day_of(person.id) or "")}
        for person in staff
    ]


def _enter(uow: UnitOfWork, asked: Asked, now: datetime) -> dict[str, Any]:
    breach = Breach(
        id=uow.new_id(),
        kind=asked["kind"],
        known=instant("--known", asked["known"]) if asked["known"] else now,
        began=instant("--from", asked["from"]),
        ended=instant("--to", asked["to"]),
        words={"what": asked["what"]},
    )
    if asked["kind"] not in {kind.value for kind in Kind}:
        raise SettingsError(f"--kind: there is no {asked['kind']!r}; there are: {', '.join(Kind)}")
    _refusing(lambda: breaches.enter(uow, breach, now))
    return _shown(uow, breach, now)


def _close(uow: UnitOfWork, asked: Asked, now: datetime) -> dict[str, Any]:
    breach = _breach(uow, asked["id"])
    if not _refusing(lambda: breaches.close(uow, breach, {"done": asked["done"]}, now)):
        raise SettingsError(f"breach {breach.id} is closed already; what was written stays")
    return _shown(uow, _breach(uow, asked["id"]), now)


def _refusing(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except WrongSpan as problem:
        raise SettingsError(str(problem)) from None
    except breaches.NamesSomebody as problem:
        raise SettingsError(f"the words name somebody: write the handle {problem} instead, or nothing") from None


def _breach(uow: UnitOfWork, id_: int) -> Breach:
    found = uow.breaches.get(id_)
    if found is None:
        raise SettingsError(f"there is no breach {id_}; `python -m bot breach list` shows them")
    return found


def _ledger(uow: UnitOfWork, asked: Asked, now: datetime) -> list[dict[str, Any]]:
    del asked
    return [_shown(uow, breach, now) for breach in uow.breaches.all()]


def _affected(uow: UnitOfWork, asked: Asked, now: datetime) -> dict[str, Any]:
    begin, end = instant("--from", asked["from"]), instant("--to", asked["to"])
    if end < begin or begin > now:
        raise SettingsError("--from and --to: the span must have begun, and end after its begin")
    return {who: dict(counts) for who, counts in uow.affected.between(begin, end).items()}


def _shown(uow: UnitOfWork, breach: Breach, now: datetime) -> dict[str, Any]:
    """One breach as operators see it; how many it concerns is counted anew each time."""
    left = deadline(breach.known) - now
    return {
        "id": str(breach.id),
        "kind": breach.kind,
        "known": breach.known.astimezone(ZONE).isoformat(timespec="minutes"),
        "from": breach.began.astimezone(ZONE).isoformat(timespec="minutes"),
        "to": breach.ended.astimezone(ZONE).isoformat(timespec="minutes"),
        "deadline": deadline(breach.known).astimezone(ZONE).isoformat(timespec="minutes"),
        "minutes_left": int(left.total_seconds() // 60),
        "closed": "" if breach.closed is None else breach.closed.astimezone(ZONE).isoformat(timespec="minutes"),
        "affected": len(uow.affected.between(breach.began, breach.ended)),
        **breach.words,
    }


_WORK: Final[Mapping[str, Callable[..., Any]]] = {
    "halt": _halt,
    "resume": _resume,
    "halted": lambda uow, asked, now: uow.halts.switched_off(),
    "secrecy": _secrecy,
    "accounts": _accounts,
    "breach": _enter,
    "close": _close,
    "ledger": _ledger,
    "affected": _affected,
}
