"""Who runs a channel for the carrier: named with place and contract, or the channel stays off (Art. 28 GDPR)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

_COUNTRIES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
EEA: Final = frozenset(_COUNTRIES.split(" "))
"""The countries of the European Economic Area, as ISO 3166 writes them."""
SINCE: Final = date(2018, 5, 25)
"""The first day of the GDPR: an older contract is none under Art. 28."""


class Processor(BaseModel):
    """The provider of one channel. `country` is where the data lie, `contract` the day of signing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    place: str = Field(min_length=1)
    country: str
    contract: date

    @field_validator("country")
    @classmethod
    def _is_a_country(cls, value: str) -> str:
        if len(value) != 2 or not value.isascii() or not value.isalpha() or not value.isupper():
            raise ValueError(f"{value!r} is no country; write two capitals, as in DE")
        return value

    @field_validator("contract")
    @classmethod
    def _is_under_the_gdpr(cls, value: date) -> date:
        if value < SINCE:
            raise ValueError(f"a contract of {value} is older than the GDPR: sign one under Art. 28 and write its day")
        return value


class Duties(BaseModel):
    """What has to be there before something may be used, and from when on the officer looks.

    `secrecy`: a staff account needs its declaration first. `outside_reads`: so many people outside their own list, read
    within a day by one of the staff, are told to the data-protection officer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    secrecy: bool = True
    outside_reads: int = Field(default=10, ge=1, le=10_000)


def problem(processors: Mapping[str, Processor], channel: str, today: date | None = None) -> str:
    """Why the channel stays off; empty if its provider is named, in the EEA, under contract (by `today`, if given)."""
    processor = processors.get(channel)
    if processor is None:
        return f"processors.{channel} is missing: name the provider, its place, country and the day of the contract"
    if processor.country not in EEA:
        return f"processors.{channel}.country: {processor.country} is outside the EEA; choose a provider inside"
    if today is not None and processor.contract > today:
        return f"processors.{channel}.contract: {processor.contract} has not come yet; write the day it was signed"
    return ""
