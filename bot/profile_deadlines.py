"""The section of a profile about deadlines and nudges: whose rows bind it, its phases, numbers, and rows of its own."""

from datetime import time, timedelta
from typing import Final, Literal, Self

from flows.engine.messages import Text
from flows.rules.deadline_rows import TABLE
from flows.rules.deadlines import FIRST_DAY, After, Deadlines, Offset, On, Row, Whose, missing
from flows.rules.participations import Phase
from locales.catalog import LANGUAGES
from pydantic import Field, field_validator, model_validator

from bot.section import Section

KEYS: Final = frozenset(row.key for row in TABLE)
NUMBERS: Final = tuple(sorted({row.number for row in TABLE if row.number}))
LONGEST_WORDS: Final = 200
FARTHEST: Final = 800
OWN_ON: Final = (On.ASSIGNED, On.ENTRY, On.PLACED, On.PHASE_END, On.END)


class Part(Section):
    """A phase of the programme; without `weeks` staff say when it ends."""

    key: str = Field(pattern="^[a-z_]+$")
    name: str = Field(min_length=1)
    weeks: int | None = Field(default=None, ge=1, le=200)


class Own(Section):
    """A deadline of the profile's own, with its words by language; German at least."""

    key: str = Field(pattern="^[a-z_]+$")
    source: str = Field(min_length=1)
    on: Literal["assigned", "entry", "placed", "phase_end", "end"]
    phase: str | None = None
    whose: Literal["participant", "caseworker"]
    days: int = Field(default=0, ge=-FARTHEST, le=FARTHEST)
    working_days: int = Field(default=0, ge=-FARTHEST, le=FARTHEST)
    at: time = time(9)
    words: dict[str, str] = Field(min_length=1)

    @field_validator("words")
    @classmethod
    def _are_in_known_languages(cls, value: dict[str, str]) -> dict[str, str]:
        if wrong := sorted(value.keys() - set(LANGUAGES)):
            raise ValueError(f"there is no language {', '.join(wrong)}; there are: {', '.join(LANGUAGES)}")
        if long := [language for language, words in value.items() if not 0 < len(words) <= LONGEST_WORDS]:
            raise ValueError(f"{', '.join(long)}: from 1 to {LONGEST_WORDS} characters")
        return value

    @model_validator(mode="after")
    def _is_in_german(self) -> Self:
        if "de" not in self.words:
            raise ValueError("words must have de: staff read it")
        return self

    @property
    def row(self) -> Row:
        """As the table has them. Its words are the profile's, so the text of the row is never said."""
        return Row(
            key=f"own_{self.key}",
            rule="own",
            source=self.source,
            on=On(self.on),
            whose=Whose(self.whose),
            text=Text("{words}", {"words": self.words["de"]}),
            offset=Offset(days=self.days, working=self.working_days),
            clocks=(self.at,),
            phase=self.phase,
            still=self.whose == "caseworker",
            words=self.words,
        )


class Due(Section):
    """`programme` names the source whose rows bind: "dia-am", "inbeq" or none. `off`: rows that do not, by key."""

    programme: Literal["", "dia-am", "inbeq"] = ""
    off: tuple[str, ...] = ()
    day_begins: time = time(8)
    first_alarm_minutes: int = Field(default=60, ge=1, le=240)
    check_in_weeks: tuple[int, ...] = ()
    numbers: dict[str, int] = Field(default_factory=dict)
    phases: tuple[Part, ...] = ()
    own: tuple[Own, ...] = ()

    @field_validator("off")
    @classmethod
    def _names_rows(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := sorted(set(value) - KEYS):
            raise ValueError(f"there is no row {', '.join(wrong)}; there are: {', '.join(sorted(KEYS))}")
        return value

    @field_validator("check_in_weeks")
    @classmethod
    def _are_weeks(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if wrong := [week for week in value if not 1 <= week <= 104]:
            raise ValueError(f"{wrong[0]} is no number of weeks from 1 to 104")
        return value

    @field_validator("numbers")
    @classmethod
    def _are_known_numbers(cls, value: dict[str, int]) -> dict[str, int]:
        if wrong := sorted(value.keys() - set(NUMBERS)):
            raise ValueError(f"there is no number {', '.join(wrong)}; there are: {', '.join(NUMBERS)}")
        if wrong := sorted(name for name, days in value.items() if not 1 <= days <= FARTHEST):
            raise ValueError(f"{', '.join(wrong)}: from 1 to {FARTHEST} days; leave it out to switch it off")
        return value

    @model_validator(mode="after")
    def _has_what_its_rows_need(self) -> Self:
        if lacking := missing(TABLE, self.deadlines):
            raise ValueError(
                f"numbers.{lacking[0]} is missing: the source names no period, the carrier has to "
                f"(working days; or name its rows in off)"
            )
        keys = [part.key for part in self.phases] + [one.key for one in self.own]
        if len(set(keys)) < len(keys):
            raise ValueError("two phases or two own rows have the same key; name each once")
        known = {part.key for part in self.phases}
        if wrong := [one.key for one in self.own if one.phase not in {None, *known}]:
            raise ValueError(f"own.{wrong[0]}.phase: there is no such phase; there are: {', '.join(known) or 'none'}")
        return self

    @property
    def deadlines(self) -> Deadlines:
        """As the rules know it."""
        return Deadlines(
            programme=self.programme,
            off=frozenset(self.off),
            phases=tuple(Phase(key=part.key, name=part.name, weeks=part.weeks) for part in self.phases),
            numbers=self.numbers,
            lists={"check_in": self.check_in_weeks},
            own=tuple(one.row for one in self.own),
            begins=self.day_begins,
            after={**FIRST_DAY, After.ALARM: timedelta(minutes=self.first_alarm_minutes)},
        )
