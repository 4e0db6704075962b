"""The section of a profile about leave (R41 to R46). Without it the programme knows none; it has no defaults."""

from fractions import Fraction

from flows.rules.leave import FullMonth, Illness, LeaveRule, Rounding
from pydantic import Field

from bot.section import Section


class Leave(Section):
    """What the source says, and what it leaves open: every key has to be there, none has a default."""

    days_per_month: float = Field(gt=0, le=5, multiple_of=0.5)
    full_month: FullMonth
    rounding: Rounding
    extra_days: int = Field(ge=0, le=30)
    extra_rounding: Rounding
    illness: Illness

    @property
    def rule(self) -> LeaveRule:
        """As the rules know it."""
        return LeaveRule(
            per_month=Fraction(self.days_per_month),
            full_month=self.full_month,
            rounding=self.rounding,
            extra=self.extra_days,
            extra_rounding=self.extra_rounding,
            illness=self.illness,
        )
