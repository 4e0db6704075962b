"""Reasons that a programme names itself, beside the ten of R7 to R16 or instead of some (ADR 0035)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.engine.events import Reason
from flows.engine.messages import Named, Text


class Evidence(StrEnum):
    """What proves such a reason; a sick note belongs to an illness alone (R5)."""

    NONE = "none"  # nothing is said about proof
    OWN_WORD = "own_word"  # the person reads that their word is enough
    NOTIFY_ONLY = "notify_only"  # letting us know is enough: nobody decides


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReason:
    """One reason of a profile. `name` as a button says it and as staff read it; `words` by which people say it.

    `decided`: a person recognises it, each time (R6); else it is excused as soon as it was told. `sensitive`: nothing
    is ever asked about it in writing, as about R12 and R13. `means_today`: told without a day it means today. `counts`:
    the agency's letter for its days (R20), "": the one of the profile's mapping.
    """

    code: str
    name: Named
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    evidence: Evidence = Evidence.OWN_WORD
    decided: bool = True
    sensitive: bool = False
    means_today: bool = False
    counts: str = ""

    @property
    def reason(self) -> Reason:
        """Its code as a reason."""
        return Reason(self.code)

    @property
    def label(self) -> Text:
        """Its name in the language of whoever reads it."""
        return Text("{reason}", {"reason": self.name})


def own_of(reason: str, own: Iterable[OwnReason]) -> OwnReason | None:
    """The profile's own reason with this code; None for one of the standard ones."""
    return next((one for one in own if one.code == reason), None)
