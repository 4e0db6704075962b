"""Reads a programme's profile (`bot/profiles/*.toml`), checks it, and adds the public holidays of its Land."""

import tomllib
from datetime import date, time, timedelta
from pathlib import Path
from typing import Self

import holidays
from flows.dialogues.words import OFFICES
from flows.engine.events import Reason
from flows.rules.profile import Escalation, EvidenceRule, Profile
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.settings import SettingsError

FOLDER = Path(__file__).parent / "profiles"
YEARS = range(2024, 2041)
DEFAULT_PHASE = "default"
LONGEST_ESCALATION = 30 * 24 * 60


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Programme(_Section):
    statutory: bool
    formal: bool
    land: str
    own_free_days: tuple[str, ...] = ()

    @field_validator("own_free_days")
    @classmethod
    def _names_days_of_every_year(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for day in value:
            try:
                date.fromisoformat(f"2025-{day}")
            except ValueError:
                raise ValueError(f"{day!r} is no day of every year; write month and day as in 12-24") from None
        return value


class _Carrier(_Section):
    name: str
    address: str
    phone: str
    mail: str
    officer: str


class _Absence(_Section):
    evidence_rule: EvidenceRule
    reasons: tuple[Reason, ...] = Field(min_length=1)
    proof_reminder_at: time
    must_tell: dict[str, tuple[str, ...]]

    @field_validator("must_tell")
    @classmethod
    def _names_offices(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        unknown = {office for offices in value.values() for office in offices} - OFFICES.keys()
        if unknown:
            raise ValueError(f"there is no office {', '.join(sorted(unknown))}; there are: {', '.join(OFFICES)}")
        return value


class _Contact(_Section):
    quiet_from: time
    quiet_until: time


class _Office(_Section):
    opens: time
    closes: time

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must lie before closes")
        return self


class _Escalation(_Section):
    substitute_minutes: int = Field(ge=1, le=LONGEST_ESCALATION)
    coordinator_minutes: int = Field(ge=1, le=LONGEST_ESCALATION)
    crisis_substitute_minutes: int = Field(ge=1, le=LONGEST_ESCALATION)
    crisis_coordinator_minutes: int = Field(ge=1, le=LONGEST_ESCALATION)

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        for first, then in (
            ("substitute_minutes", "coordinator_minutes"),
            ("crisis_substitute_minutes", "crisis_coordinator_minutes"),
        ):
            if getattr(self, first) > getattr(self, then):
                raise ValueError(f"{then} must not be less than {first}")
        return self


class _File(_Section):
    programme: _Programme
    carrier: _Carrier
    absence: _Absence
    contact: _Contact
    office: _Office
    escalation: _Escalation


def names() -> list[str]:
    """The profiles that are shipped."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_profile(name: str) -> Profile:
    """The profile `name`. Raises `SettingsError` that names the wrong key and the way out."""
    path = FOLDER / f"{name}.toml"
    if name not in names():
        raise SettingsError(f"profile: there is no profile {name!r}; there are: {', '.join(names())}")
    try:
        return _profile(name, _File.model_validate(tomllib.loads(path.read_text("utf-8"))))
    except ValidationError as error:
        lines = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
        raise SettingsError(f"profile {name} ({path.name}) is wrong:\n  " + "\n  ".join(lines)) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"profile {name} ({path.name}) cannot be read: {error}") from None


def _profile(name: str, file: _File) -> Profile:
    tell = {"" if phase == DEFAULT_PHASE else phase: offices for phase, offices in file.absence.must_tell.items()}
    steps = file.escalation
    return Profile(
        name=name,
        carrier=file.carrier.model_dump(),
        land=file.programme.land,
        statutory=file.programme.statutory,
        formal=file.programme.formal,
        reasons=file.absence.reasons,
        evidence_rule=file.absence.evidence_rule,
        must_tell=tell,
        free_days=_free_days(file.programme),
        office_opens=file.office.opens,
        office_closes=file.office.closes,
        quiet_from=file.contact.quiet_from,
        quiet_until=file.contact.quiet_until,
        proof_reminder_at=file.absence.proof_reminder_at,
        escalation=_escalation(steps.substitute_minutes, steps.coordinator_minutes),
        crisis_escalation=_escalation(steps.crisis_substitute_minutes, steps.crisis_coordinator_minutes),
    )


def _escalation(substitute: int, coordinator: int) -> Escalation:
    return Escalation(substitute=timedelta(minutes=substitute), coordinator=timedelta(minutes=coordinator))


def _free_days(programme: _Programme) -> frozenset[date]:
    try:
        public = holidays.country_holidays("DE", subdiv=programme.land or "none", years=YEARS)
    except NotImplementedError:
        raise SettingsError(f"programme.land: {programme.land!r} is not a Land; for example NW, BY, BE") from None
    own = (date.fromisoformat(f"{year}-{day}") for year in YEARS for day in programme.own_free_days)
    return frozenset({*public.keys(), *own})
