"""Reasons of absence that a programme names itself: `[absence.own.CODE]` in its profile (ADR 0035)."""

from collections.abc import Iterable
from typing import Final, Self

from flows.engine.events import OWN_CODE, Reason
from flows.engine.messages import Named
from flows.rules.month import Code
from flows.rules.own_reasons import Evidence, OwnReason
from locales.catalog import LANGUAGES
from pydantic import Field, field_validator, model_validator

from bot.section import Section

LONGEST: Final = 40
"""So long a name can be that stands on a button."""


class Own(Section):
    """One reason: its name in every language, how people say it, and what follows of it."""

    name: dict[str, str]
    name_formal: dict[str, str] = Field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    evidence: Evidence
    decided: bool
    sensitive: bool = False
    means_today: bool = False
    counts: Code | None = None

    @field_validator("name")
    @classmethod
    def _is_there_in_every_language(cls, value: dict[str, str]) -> dict[str, str]:
        missing = [code for code in LANGUAGES if not value.get(code, "").strip()]
        if missing:
            raise ValueError(f"has no words for {', '.join(missing)}; write one for each of {', '.join(LANGUAGES)}")
        return value

    @field_validator("name", "name_formal")
    @classmethod
    def _fits_on_a_button(cls, value: dict[str, str]) -> dict[str, str]:
        _known_languages(value)
        long = [code for code, words in value.items() if len(words) > LONGEST]
        if long:
            raise ValueError(f"is too long for a button in {', '.join(long)}; write at most {LONGEST} characters")
        return value

    @field_validator("words")
    @classmethod
    def _can_be_found(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        _known_languages(value)
        short = [phrase for phrases in value.values() for phrase in phrases if len(phrase.strip()) < 4]
        if short:
            raise ValueError(f"{short[0]!r} is too short to be told from other words; write at least 4 characters")
        return value

    @model_validator(mode="after")
    def _is_decided_only_where_there_is_something_to_decide(self) -> Self:
        if self.evidence is Evidence.NOTIFY_ONLY and self.decided:
            raise ValueError(
                'decided: with evidence = "notify_only" nobody decides; write decided = false, or evidence = "own_word"'
            )
        return self

    def reason(self, code: str) -> OwnReason:
        """As the rules know it."""
        return OwnReason(
            code=code,
            name=Named(self.name, self.name_formal),
            words=self.words,
            evidence=self.evidence,
            decided=self.decided,
            sensitive=self.sensitive,
            means_today=self.means_today,
            counts="" if self.counts is None else self.counts.value,
        )


def _known_languages(named: Iterable[str]) -> None:
    unknown = sorted(set(named) - set(LANGUAGES))
    if unknown:
        raise ValueError(f"there is no language {', '.join(unknown)}; there are: {', '.join(LANGUAGES)}")


def wrong_codes(codes: list[str]) -> str | None:
    """Why a profile's own reasons cannot be called so; None: they can."""
    for code in codes:
        if code in {one.value for one in Reason}:
            return f"{code!r} is one of the standard reasons; give yours another name, or list it under reasons"
        if OWN_CODE.fullmatch(code) is None:
            return f"{code!r} is no code; write 3 to 40 small letters, digits or _, as in ride_failed"
    return None
