"""The agreement with the works council: the access log shows what staff look at, and that is theirs to agree to."""

from datetime import date
from typing import Final, Self

from pydantic import model_validator

from bot.section import Section

EXAMPLE: Final = '[works_council] agreement = "Betriebsvereinbarung Lotse", date = 2026-11-20, kept = "Personalakte 7"'
WITHOUT: Final = '[works_council] there_is_none = true, decided_by = "who", date = 2026-11-20'
MISSING: Final = (
    "works_council is missing: the access log shows what staff have looked at, and the works council agrees to that; "
    f"write {EXAMPLE} in the profile, or, where there is no works council, {WITHOUT}"
)


class WorksCouncil(Section):
    """What was agreed, when, and where the paper lies; or who has decided, and when, that there is no works council."""

    agreement: str = ""
    kept: str = ""
    there_is_none: bool = False
    decided_by: str = ""
    date: date

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        """Both at once say nothing, and so does half of either."""
        agreed = {"agreement": self.agreement.strip(), "kept": self.kept.strip()}
        if self.there_is_none:
            if any(agreed.values()):
                raise ValueError("there_is_none = true, and an agreement with it: strike one of both")
            if not self.decided_by.strip():
                raise ValueError("decided_by is empty: write who has found that there is no works council")
            return self
        if lacking := [key for key, words in agreed.items() if not words]:
            raise ValueError(f"{' and '.join(lacking)} missing; write {EXAMPLE}, or {WITHOUT}")
        if self.decided_by:
            raise ValueError("decided_by is for there_is_none = true alone: strike it")
        return self


def problem(known: WorksCouncil | None, today: date) -> str:
    """Why nobody can be served yet; empty if there is an agreement, or nobody to agree with."""
    if known is None:
        return MISSING
    if known.date > today:
        return f"works_council.date: {known.date} has not come yet; write the day on the agreement or the decision"
    return ""
