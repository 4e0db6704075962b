"""Reads a programme's profile (`bot/profiles/*.toml`), checks it, and adds the public holidays of its Land."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import holidays
from flows.engine.messages import Level
from flows.rules.deadlines import After, Deadlines
from flows.rules.month import Attendance
from flows.rules.profile import Asking, Escalation, Profile, Reach
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot import profile_works_council
from bot.profile_sections import OTHERWISE, Consent, File, Programme, Reaching
from bot.settings import SettingsError

FOLDER = Path(__file__).parent / "profiles"
YEARS = range(2024, 2041)
DEFAULT_PHASE = "default"
DEMO = "demo"
NOT_ERASED = "nothing is erased by the clock: that is not built, and no setting helps"
_WAYS_OUT = {
    "missing": "is missing; demo.toml in the same folder shows how it is written",
    "extra_forbidden": "there is no such key here; demo.toml in the same folder shows those there are",
}


def names() -> list[str]:
    """The profiles that are shipped."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_profile(name: str) -> Profile:
    """The profile `name`. Raises `SettingsError` that names the wrong key and the way out."""
    return _profile(name, read_file(name))


def refuse_to_serve(name: str, today: date) -> None:
    """Raise `SettingsError` for a profile that cannot serve people yet; it names what is missing, and what works."""
    if lacking := unready(name, today):
        raise SettingsError(
            f"profile: {name!r} cannot be run yet:\n  " + "\n  ".join(lacking) + "\nWhat works: python -m bot demo "
            f"(invented people), python -m bot check --profile {name} (explains it, in German)"
        )


def unready(name: str, today: date) -> list[str]:
    """What keeps a profile from serving people, each with its way out; nothing for the demo's invented ones."""
    if name == DEMO:
        return []
    agreed = profile_works_council.problem(read_file(name).works_council, today)
    return [*([agreed] if agreed else []), NOT_ERASED]


def read_file(name: str) -> File:
    """What the file says, checked. Raises `SettingsError` as `load_profile` does."""
    path = FOLDER / f"{name}.toml"
    if name not in names():
        raise SettingsError(f"profile: there is no profile {name!r}; there are: {', '.join(names())}")
    try:
        file = File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        lines = [_line(one) for one in error.errors()]
        raise SettingsError(f"profile {name} ({path.name}) is wrong:\n  " + "\n  ".join(lines)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"profile {name} ({path.name}) cannot be read: {error}") from None
    if file.channels.lacks_decision and name != DEMO:
        raise SettingsError(
            f"profile {name} ({path.name}) is wrong:\n  channels.telegram_decision: Telegram is on, and nobody has "
            'decided that; write telegram_decision = { by = "who", date = 2026-11-20 }, or set the level to "off"'
        )
    return file


def _line(wrong: ErrorDetails) -> str:
    """What is wrong, by its key, and what would be right; what concerns the whole file names its keys itself."""
    place = ".".join(str(part) for part in wrong["loc"])
    words = _WAYS_OUT.get(wrong["type"]) or wrong["msg"].removeprefix("Value error, ")
    return f"{place}: {words}" if place else words


def _profile(name: str, file: File) -> Profile:
    tell = {"" if phase == DEFAULT_PHASE else phase: offices for phase, offices in file.absence.must_tell.items()}
    steps = file.escalation
    return Profile(
        name=name,
        carrier=file.carrier.model_dump(),
        land=file.programme.land,
        statutory=file.programme.statutory,
        formal=file.programme.formal,
        reasons=file.absence.reasons,
        own_reasons=tuple(own.reason(code) for code, own in file.absence.own.items()),
        evidence_rule=file.absence.evidence_rule,
        must_tell=tell,
        free_days=_free_days(file.programme),
        office_opens=file.office.opens,
        office_closes=file.office.closes,
        quiet_from=file.contact.quiet_from,
        quiet_until=file.contact.quiet_until,
        proof_reminder_at=file.absence.proof_reminder_at,
        keep_pictures=timedelta(hours=file.absence.keep_pictures_hours),
        escalation=_escalation(steps.substitute_minutes, steps.coordinator_minutes, steps.again_minutes),
        crisis_escalation=replace(
            _escalation(steps.crisis_substitute_minutes, steps.crisis_coordinator_minutes, steps.crisis_again_minutes),
            any_hour=steps.crisis_at_any_hour,
        ),
        digest=file.digest.digest,
        levels={
            channel: Level[level] for channel, level in file.channels.permitted.items() if channel not in file.kept_off
        },
        reach=_reach(file.reach),
        revealing=file.lint.words.all,
        secrecy_required=file.duties.secrecy,
        outside_reads=file.duties.outside_reads,
        consent=_asking(file.consent),
        intake=file.intake.form if file.intake is not None else None,
        ask_after=timedelta(days=file.contact.ask_after_days),
        silent_after=timedelta(days=file.contact.silent_after_days),
        plan=file.meetings.plan,
        caps=file.meetings.caps,
        places=file.meetings.places,
        staff_day=file.day.staff_day,
        ways=file.meetings.ways,
        interpreters=file.meetings.who_interprets,
        deadlines=_deadlines(file),
        attendance=_attendance(file),
        leave=file.leave.rule if file.leave is not None else None,
        broadcasts=file.broadcasts.rule,
        staff_links=name == DEMO,
    )


def _deadlines(file: File) -> Deadlines:
    """Somebody who is not there on the first day is asked, and told of, as at an appointment (F29)."""
    known, plan = file.deadlines.deadlines, file.meetings.plan
    return replace(known, after={**known.after, After.ASKED: plan.ask_after, After.TOLD: plan.tell_after})


def _attendance(file: File) -> Attendance | None:
    """The timetable knows the phases in which it holds."""
    if file.attendance is None:
        return None
    known = file.attendance.attendance
    return replace(known, timetable=replace(known.timetable, phases=file.deadlines.deadlines.phases))


def _escalation(substitute: int, coordinator: int, again: int) -> Escalation:
    first, then, after = (timedelta(minutes=minutes) for minutes in (substitute, coordinator, again))
    return Escalation(substitute=first, coordinator=then, again=after)


def _reach(reaching: Reaching) -> Reach:
    waits = {name: timedelta(minutes=minutes) for name, minutes in reaching.wait_minutes.items()}
    return Reach(order=reaching.order, default=waits.pop(OTHERWISE, Reach().default), wait=waits)


def _asking(consent: Consent) -> Asking:
    return Asking(
        at_start=consent.at_start,
        when_needed=consent.when_needed,
        form=consent.form,
        forms=consent.forms,
        agreed=consent.electronic_agreed,
        quiet=timedelta(days=consent.quiet_days),
        retention=timedelta(days=consent.retention_days),
    )


def _free_days(programme: Programme) -> frozenset[date]:
    try:
        public = holidays.country_holidays("DE", subdiv=programme.land or "none", years=YEARS)
    except NotImplementedError:
        raise SettingsError(f"programme.land: {programme.land!r} is not a Land; for example NW, BY, BE") from None
    own = (date.fromisoformat(f"{year}-{day}") for year in YEARS for day in programme.own_free_days)
    return frozenset({*public.keys(), *own})
