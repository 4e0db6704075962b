"""Looks at the calendars of staff that are subscribed: whether each was read, and what is wrong if not."""

from typing import Final

from storage.subscription_states import SubscriptionState, subscription_states

from bot.calendar_settings import setting_of
from bot.calendars.fetching import CannotFetch, read_address
from bot.operating.lines import Line, State
from bot.settings import Settings

NAME: Final = "calendars"


def look(settings: Settings) -> Line:
    """One line about all of them; the first one that is broken is named by its setting. Raises `StorageError`."""
    subscribed = settings.calendars.subscriptions
    if not subscribed:
        return Line(NAME, State.OK, "no calendar is subscribed")
    known = subscription_states(settings.database.url, settings.database.time_outs) or {}
    for handle, path in subscribed.items():
        try:
            read_address(path)
        except CannotFetch as problem:
            return _broken(handle, str(problem), known.get(handle))
        state = known.get(handle)
        if state is not None and state.fault:
            return _broken(handle, state.fault, state)
    waiting = [handle for handle in subscribed if handle not in known]
    if waiting:
        said = f"{setting_of(waiting[0])} was not read yet"
        way_out = "start the assistant; if it runs, look whether there is somebody of the staff with this handle"
        return Line(NAME, State.NOTE, said, way_out)
    return Line(NAME, State.OK, f"{len(subscribed)} read, busy times are known")


def _broken(handle: str, why: str, state: SubscriptionState | None) -> Line:
    fetched = None if state is None else state.fetched
    since = "nothing is known" if fetched is None else f"known from {fetched:%Y-%m-%d %H:%M} UTC"
    return Line(NAME, State.FAULT, f"{setting_of(handle)}: {why}; {since}", "put the address or the calendar right")
