"""The report: what came out of all the runs that were killed."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """The sums of one dialogue on one database and one kind of platform."""

    resumes_within: float
    points: int = 0
    lost: int = 0
    doubled: int = 0
    said_again: int = 0
    uncertain: int = 0
    in_flight: int = 0
    broken: int = 0
    damaged: int = 0
    slowest: float = 0.0
    places: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Course:
    """How a work went: what it passed, and how long it took; `finished` is false if it was killed."""

    passed: list[str]
    seconds: float
    finished: bool


@dataclass(slots=True)
class Cuts:
    """The sums of one kind of work that was cut off: how often it had not happened, and had happened."""

    points: int = 0
    old: int = 0
    new: int = 0
    broken: int = 0

    def note(self, where: object, course: Course, found: list[str], *, done: bool) -> list[str]:
        """Count a try, unless it came to its end; what was found wrong, with the place."""
        if not course.finished:
            self.points += 1
            self.new += done
            self.old += not done
        self.broken += bool(found)
        return [f"{where}: {each}" for each in found]


RUNS: dict[tuple[str, str, str], Tally] = {}
WORKS: dict[tuple[str, str], Cuts] = {}

_RUN = "{:<12}{:<11}{:<10}{:>7}{:>6}{:>9}{:>12}{:>11}{:>11}{:>7}{:>11}{:>16}"
_WORK = "{:<12}{:<24}{:>7}{:>10}{:>10}{:>8}"


def told() -> list[list[Any]]:
    """All sums of this process in plain lists and dictionaries, for another process."""
    runs = [[*names, {**asdict(one), "places": dict(one.places)}] for names, one in RUNS.items()]
    return runs + [[*names, asdict(one)] for names, one in WORKS.items()]


def hear(rows: list[list[Any]]) -> None:
    """Take over the sums of another process, which had runs and works of its own."""
    for *names, sums in rows:
        if "places" in sums:
            RUNS[names[0], names[1], names[2]] = Tally(**{**sums, "places": Counter(sums["places"])})
        else:
            WORKS[names[0], names[1]] = Cuts(**sums)


def report() -> list[str]:
    """The tables, as far as there is something in them."""
    return _run_lines() + _work_lines()


def _run_lines() -> list[str]:
    if not RUNS:
        return []
    titles = ("database", "dialogue", "platform", "points", "lost", "doubled", "said again", "uncertain", "in flight")
    lines = [_RUN.format(*titles, "chain", "integrity", "slowest resume")]
    for (database, dialogue, platform), one in sorted(RUNS.items()):
        sums = (one.points, one.lost, one.doubled, one.said_again, one.uncertain, one.in_flight)
        state = ("broken" if one.broken else "valid", "damaged" if one.damaged else "ok")
        lines.append(_RUN.format(database, dialogue, platform, *sums, *state, f"{one.slowest:.2f} s"))
    places = sum((one.places for one in RUNS.values()), Counter[str]())
    lines.append(f"{sum(one.points for one in RUNS.values())} points; killed " + _listed(places))
    return lines


def _work_lines() -> list[str]:
    if not WORKS:
        return []
    lines = [_WORK.format("database", "work that was cut off", "points", "not done", "done", "broken")]
    lines += [_WORK.format(*names, one.points, one.old, one.new, one.broken) for names, one in sorted(WORKS.items())]
    return lines


def _listed(places: Counter[str]) -> str:
    return ", ".join(f"{place} {times}" for place, times in sorted(places.items()))
