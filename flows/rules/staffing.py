"""Whose accounts the lead of a programme keeps, and which roles they may give; the rest is for the operators.

Nobody appoints, opens or ends those who watch over them: whoever protects people, or data, is kept at the server.
"""

from typing import Final

from flows.people import Role

KEPT_BY_LEAD: Final = frozenset({Role.CASEWORKER})
"""Only theirs: an account that somebody else can open opens what its owner can read."""
GIVEN_BY_LEAD: Final = (Role.COORDINATOR,)
LONGEST_GROUP: Final = 40
"""Characters of the name of a group."""


def is_kept_by_lead(role: Role) -> bool:
    """Whether the lead makes links for somebody in this role, records, moves and ends."""
    return role in KEPT_BY_LEAD


def may_be_given(before: Role, after: Role) -> bool:
    """Whether the lead may make one of the other."""
    return is_kept_by_lead(before) and after in GIVEN_BY_LEAD


def group_in(text: str) -> str:
    """The name of a group as it is kept: one line, without blanks around it."""
    return " ".join(text.split())[:LONGEST_GROUP]
