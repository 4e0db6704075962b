"""Reasons as they are offered and told: the standard ones from the catalogues, a profile's own by its words."""

from collections.abc import Iterable, Mapping
from typing import Final

from flows.dialogues.words import REASONS, STAFF_REASONS
from flows.engine.events import Reason
from flows.engine.flow import Facts
from flows.engine.messages import Button, Text
from flows.rules.own_reasons import OwnReason, own_of

ACTIONS: Final = {Reason.ILLNESS: "ill", Reason.OTHER: "other"}
FIRST: Final = 3
"""So many of the standard ones stand before those of the profile: they are said most often."""


def for_person(reason: Reason, own: Iterable[OwnReason] = ()) -> Text:
    """A reason as the person reads it."""
    return _name(reason, REASONS, own)


def for_staff(reason: Reason, own: Iterable[OwnReason] = ()) -> Text:
    """A reason as staff read it."""
    return _name(reason, STAFF_REASONS, own)


def to_person(facts: Facts) -> tuple[Button, ...]:
    """The profile's reasons to tap, for the person."""
    return _buttons(REASONS, facts)


def to_staff(facts: Facts) -> tuple[Button, ...]:
    """The same for staff."""
    return _buttons(STAFF_REASONS, facts)


def _name(reason: Reason, names: Mapping[Reason, Text], own: Iterable[OwnReason]) -> Text:
    """What a profile does not name any more is another reason."""
    known = own_of(reason, own)
    return names.get(reason, names[Reason.OTHER]) if known is None else known.label


def _buttons(names: Mapping[Reason, Text], facts: Facts) -> tuple[Button, ...]:
    standard = [
        Button(text, ACTIONS.get(reason, reason.value), reason.value)
        for reason, text in names.items()
        if reason in facts.reasons
    ]
    own = [Button(one.label, one.code, one.code) for one in facts.own_reasons]
    return (*standard[:FIRST], *own, *standard[FIRST:])
