"""The section of a profile about broadcasts: when a second person looks, how long one can be taken back (F52)."""

from datetime import timedelta
from typing import Final

from flows.rules.broadcasts import BroadcastRule
from pydantic import Field

from bot.section import Section

LONGEST_COOLING: Final = 24 * 60


class Broadcasts(Section):
    """`second_person_above` 0: always; `cooling_minutes` 0: what is approved goes out at once."""

    second_person_above: int = Field(default=20, ge=0, le=100_000)
    cooling_minutes: int = Field(default=10, ge=0, le=LONGEST_COOLING)

    @property
    def rule(self) -> BroadcastRule:
        """As the rules know it."""
        return BroadcastRule(second_above=self.second_person_above, cooling=timedelta(minutes=self.cooling_minutes))
