"""Whether a number that is hidden can be worked out from those that are shown (F38): by solving their equations.

A cell is a set of atoms (here: month, place and group); its number is the sum of theirs. Which atoms there are at all
counts as known: everybody knows which group began when.
"""

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction

Row = dict[Hashable, Fraction]


def gives(shown: Iterable[Iterable[Hashable]], hidden: Iterable[Hashable]) -> bool:
    """Whether adding and subtracting cells that are shown comes to the hidden cell; never for one without atoms."""
    basis: dict[Hashable, Row] = {}
    for cell in shown:
        rest = _rest(_row(cell), basis)
        if rest:
            lead = next(iter(rest))
            basis[lead] = {atom: value / rest[lead] for atom, value in rest.items()}
    wanted = _row(hidden)
    return bool(wanted) and not _rest(wanted, basis)


def _row(cell: Iterable[Hashable]) -> Row:
    return dict.fromkeys(cell, Fraction(1))


def _rest(row: Row, basis: Mapping[Hashable, Row]) -> Row:
    """What is left of a row when as much of the basis as fits is taken out of it."""
    left = dict(row)
    while (lead := next((atom for atom in left if atom in basis), None)) is not None:
        factor = left[lead]
        for atom, value in basis[lead].items():
            changed = left.get(atom, Fraction(0)) - factor * value
            if changed:
                left[atom] = changed
            else:
                left.pop(atom, None)
    return left
