"""What the pages refuse, counted by its kind: figures for operators, without persons, addresses or words."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum


class Refusal(StrEnum):
    """Why somebody was not let in, or a form was not taken."""

    PASSWORD = "wrong_password"  # nosec B105 - the name of a figure
    SECOND = "wrong_second_factor"
    REPLAYED = "replayed_code"
    LINK = "unusable_link"
    OVER = "old_session"
    FORGED = "forged_session"
    NO_SESSION = "no_session"
    CROSS_SITE = "cross_site_form"
    FORM = "foreign_form"
    TOO_OFTEN = "too_often"


class Refusals:
    """One count for each kind since the process began."""

    def __init__(self) -> None:
        """Nothing was refused yet."""
        self._counts: Counter[Refusal] = Counter()

    def note(self, kind: Refusal) -> None:
        """It happened once more."""
        self._counts[kind] += 1

    @property
    def counts(self) -> Mapping[Refusal, int]:
        """Every kind, those that never happened, too: an alarm on a figure needs its zero."""
        return {kind: self._counts[kind] for kind in Refusal}
