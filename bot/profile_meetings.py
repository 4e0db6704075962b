"""The section of a profile about appointments: where people meet, and when they are reminded (EVIDENCE.md)."""

from datetime import time, timedelta
from typing import Self

from flows.rules.appointments import SIGNED, Interpreter, Plan
from flows.rules.contact import Caps
from locales.catalog import LANGUAGES
from pydantic import Field, field_validator, model_validator

from bot.section import Section

FARTHEST = 60


class Interpreting(Section):
    """Somebody who interprets; `languages` are codes as in the catalogues, or "signed" for sign language."""

    name: str = Field(min_length=1)
    contact: str = ""
    languages: tuple[str, ...] = Field(min_length=1)

    @field_validator("languages")
    @classmethod
    def _are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = (*LANGUAGES, SIGNED)
        if wrong := [language for language in value if language not in known]:
            raise ValueError(f"{wrong[0]!r} is no language; there are: {', '.join(known)}")
        return value


class Meetings(Section):
    """`places` are neutral words: they may show on a locked phone, the lint looks at them. `ways`: how one gets there.

    `interpreters` are offered when an appointment is planned.
    """

    places: tuple[str, ...] = ()
    ways: dict[str, str] = Field(default_factory=dict)
    interpreters: tuple[Interpreting, ...] = ()
    remind_days_before: tuple[int, ...] = (3, 1)
    remind_days_before_if_far: tuple[int, ...] = (7,)
    far_days: int = Field(default=10, ge=2, le=FARTHEST)
    remind_at: time = time(16)
    ask_after_minutes: int = Field(default=10, ge=1, le=240)
    tell_after_minutes: int = Field(default=20, ge=1, le=240)
    ask_after_miss_at: time = time(9)
    tell_silence_after_hours: int = Field(default=24, ge=1, le=240)
    most_unasked_a_day: int = Field(default=4, ge=1, le=50)
    most_unasked_a_week: int = Field(default=12, ge=1, le=200)

    @field_validator("remind_days_before", "remind_days_before_if_far")
    @classmethod
    def _are_days_before(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if wrong := [day for day in value if not 1 <= day <= FARTHEST]:
            raise ValueError(f"{wrong[0]} is no number of days from 1 to {FARTHEST}")
        return value

    @model_validator(mode="after")
    def _keeps_to_the_evidence(self) -> Self:
        if 1 not in self.remind_days_before:
            raise ValueError("remind_days_before must name 1: two days before alone have no effect (EVIDENCE.md)")
        if self.tell_after_minutes < self.ask_after_minutes:
            raise ValueError("tell_after_minutes must not be less than ask_after_minutes")
        return self

    @property
    def plan(self) -> Plan:
        """When people are reminded."""
        return Plan(
            days=self.remind_days_before,
            days_if_far=self.remind_days_before_if_far,
            far=timedelta(days=self.far_days),
            at=self.remind_at,
            ask_after=timedelta(minutes=self.ask_after_minutes),
            tell_after=timedelta(minutes=self.tell_after_minutes),
            care_at=self.ask_after_miss_at,
            silent_after=timedelta(hours=self.tell_silence_after_hours),
        )

    @property
    def who_interprets(self) -> tuple[Interpreter, ...]:
        """The interpreters the carrier works with."""
        return tuple(Interpreter(**one.model_dump()) for one in self.interpreters)

    @property
    def caps(self) -> Caps:
        """How much that nobody asked for a person gets."""
        return Caps(day=self.most_unasked_a_day, week=self.most_unasked_a_week)
