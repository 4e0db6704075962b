"""The report: how many cells of the access matrix were tried, and how many differ from the table by hand."""

from collections import Counter

CELLS: Counter[str] = Counter()
WRONG: Counter[str] = Counter()


def note(what: str, cells: int, wrong: int) -> None:
    """Count what was tried."""
    CELLS[what] += cells
    WRONG[what] += wrong


def told() -> list[dict[str, int]]:
    """The sums of this process."""
    return [dict(CELLS), dict(WRONG)]


def hear(sums: list[dict[str, int]]) -> None:
    """Add the sums of another process."""
    for mine, more in zip((CELLS, WRONG), sums, strict=False):
        mine.update(more)


def report() -> list[str]:
    """One line for each kind of try, and the sum."""
    lines = [f"{what}: {cells} cells, {WRONG[what]} mismatches" for what, cells in sorted(CELLS.items())]
    return [*lines, f"in all: {CELLS.total()} cells, {WRONG.total()} mismatches"] if lines else []
