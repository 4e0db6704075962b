"""The sections of a profile about newcomers and about keeping: what is asked, on what basis, and for how long."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final, Literal, Self

from flows.engine.messages import Level
from flows.rules.intake import RULE, Condition, Form, Kept, Kind, Question
from flows.rules.purposes import PURPOSES
from locales.catalog import LANGUAGES
from locales.notices import notices_folder
from pydantic import BeforeValidator, Field, field_validator, model_validator

from bot.section import Section

NAMES: Final = re.compile(r"[a-z][a-z0-9_]{1,30}")
RESERVED: Final = frozenset(
    {"begin", "shown", "review", "send", "free", "answered", "rule_read", "which", "note", RULE}
)
KEPT_AS: Final = {Kept.PHONE: Kind.PHONE, Kept.BORN: Kind.DATE, Kept.NAME: Kind.TEXT}
MOST_SEVERAL: Final = 6
SPAN: Final = re.compile(r"([1-9][0-9]*) (days|months)")


def _span(value: object) -> object:
    """A span as it is written; what is no span is refused with the way out."""
    if not isinstance(value, str) or not SPAN.fullmatch(value):
        raise ValueError(f'{value!r} is no span; write "30 days" or "36 months", as the carrier has decided')
    return value


Span = Annotated[str, BeforeValidator(_span)]


class Retention(Section):
    """How long each class of data is kept after the participation has ended; the carrier decides each of them (F71)."""

    intake: Span
    reports: Span
    messages: Span
    consents: Span
    contact: Span
    participation: Span
    audit: Span
    decided_by: str = ""

    @property
    def spans(self) -> Mapping[str, str]:
        """The span of each class."""
        return self.model_dump(exclude={"decided_by"})


class When(Section):
    """A question is asked only if another one has one of these answers."""

    question: str
    answers: tuple[str, ...] = Field(min_length=1)


class Asked(Section):
    """One question of the intake.

    `text` and `label` are English sentences that every catalogue holds. `basis` is "programme" (the legal basis of the
    profile) or the consent the question needs: it is asked only while that is effective.
    """

    id: str
    kind: Kind
    text: str = Field(min_length=1)
    label: str = Field(min_length=1)
    basis: str = "programme"
    level: Literal["L2", "L3", "L4"] = "L3"
    choices: dict[str, str] = Field(default_factory=dict)
    skippable: bool = True
    when: When | None = None
    keep: Kept = Kept.NOWHERE
    past: bool = False
    lowest: int = 0
    highest: int = 100

    @field_validator("id")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not NAMES.fullmatch(value) or value in RESERVED:
            raise ValueError(f"{value!r} is no id; write a word of small letters such as german_level")
        return value

    @field_validator("basis")
    @classmethod
    def _has_a_text(cls, value: str) -> str:
        if value == "programme":
            return value
        purpose = PURPOSES.get(value)
        if purpose is None or purpose.per_document:
            known = ", ".join(code for code, one in PURPOSES.items() if not one.per_document)
            raise ValueError(f'there is no purpose {value!r}; write "programme" or one of {known}')
        missing = [code for code in LANGUAGES if not (notices_folder(code) / f"{value}.md").is_file()]
        if missing:
            raise ValueError(
                f"nobody can agree to {value}: there is no consent text in {', '.join(missing)}; "
                f"write locales/<language>/consent/{value}.md first, or leave the question out"
            )
        return value

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        chosen = self.kind in {Kind.CHOICE, Kind.SEVERAL}
        if chosen != bool(self.choices):
            raise ValueError(f"{self.id}: a question of kind {self.kind} {'needs' if chosen else 'has no'} choices")
        if self.kind is Kind.SEVERAL and len(self.choices) > MOST_SEVERAL:
            raise ValueError(f"{self.id}: at most {MOST_SEVERAL} choices where several may be ticked")
        if self.keep and KEPT_AS[self.keep] is not self.kind:
            raise ValueError(f"{self.id}: only a question of kind {KEPT_AS[self.keep]} can be kept as {self.keep}")
        if self.lowest > self.highest:
            raise ValueError(f"{self.id}: highest must not be less than lowest")
        return self

    @property
    def question(self) -> Question:
        """As the dialogue knows it."""
        when = self.when
        special = self.basis in PURPOSES and PURPOSES[self.basis].special
        return Question(
            id=self.id,
            kind=self.kind,
            text=self.text,
            label=self.label,
            choices=tuple(self.choices.items()),
            skippable=self.skippable,
            condition=None if when is None else Condition(question=when.question, answers=when.answers),
            purpose="" if self.basis == "programme" else self.basis,
            level=Level.L4 if special else Level[self.level],
            keep=self.keep,
            past=self.past,
            lowest=self.lowest,
            highest=self.highest,
        )


class Intake(Section):
    """What newcomers are asked, in order; a change of the questions needs a new version."""

    version: int = Field(ge=1)
    absence_rule: bool
    nudge_after_days: int = Field(default=3, ge=1, le=60)
    questions: tuple[Asked, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        before: dict[str, Asked] = {}
        for asked in self.questions:
            if asked.id in before:
                raise ValueError(f"two questions have the id {asked.id}; give one of them another")
            if asked.when is not None:
                self._check(asked.id, asked.when, before)
            before[asked.id] = asked
        kept = [asked.keep for asked in self.questions if asked.keep]
        if len(set(kept)) < len(kept):
            raise ValueError("two questions are kept in the same place; keep only one of them there")
        return self

    @staticmethod
    def _check(asked: str, when: When, before: Mapping[str, Asked]) -> None:
        """A condition names a question before it, and answers this one has."""
        other = before.get(when.question)
        if other is None:
            known = ", ".join(before) or "none"
            raise ValueError(
                f"{asked}: when.question: there is no question {when.question!r} before it; before: {known}"
            )
        if wrong := [answer for answer in when.answers if answer not in other.choices]:
            raise ValueError(f"{asked}: when.answers: {when.question} has no choice {', '.join(wrong)}")

    @property
    def form(self) -> Form:
        """As the dialogue knows it."""
        return Form(
            version=self.version,
            questions=tuple(asked.question for asked in self.questions),
            shows_rule=self.absence_rule,
            nudge_after=timedelta(days=self.nudge_after_days),
        )
