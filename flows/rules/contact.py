"""When something unsolicited may reach a participant: quiet hours and holds (RULES.md, demo world)."""

from datetime import datetime, time, timedelta


def is_quiet(moment: datetime, quiet_from: time, quiet_until: time) -> bool:
    """Whether a local moment lies in the quiet hours, which may span midnight."""
    clock = moment.time()
    if quiet_from <= quiet_until:
        return quiet_from <= clock < quiet_until
    return clock >= quiet_from or clock < quiet_until


def after_quiet(moment: datetime, quiet_from: time, quiet_until: time) -> datetime:
    """The moment itself, or the end of the quiet hours it lies in (local, aware)."""
    if not is_quiet(moment, quiet_from, quiet_until):
        return moment
    day = moment.date() if moment.time() < quiet_until else moment.date() + timedelta(days=1)
    return datetime.combine(day, quiet_until, moment.tzinfo)
