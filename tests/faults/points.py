"""Where runs are killed, what must hold afterwards, and the table of what came out."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from flows.engine.messages import Text
from locales.catalog import LANGUAGES, render
from tests.faults.databases import Row, Template, breaks_in_chain, count_received, count_reports, read_outbox
from tests.faults.tallies import Tally
from tests.faults.trial import Trial, open_trial
from tests.faults.tripwire import EXPECTED, Place, places_in

IN_PASSING = 24
"""What the tests do when nobody asks for more."""
POINTS = int(os.environ.get("LOTSE_FAULT_POINTS", str(IN_PASSING)))
"""How often each dialogue is killed on each database: half of the runs on a platform with keys, half on one without."""
SEED = int(os.environ.get("LOTSE_FAULT_SEED", "20261123"))
AGAIN = tuple(
    render(Text("This may have arrived before: {message}", {"message": ""}), language).split(":")[0]
    for language in LANGUAGES
)
Dialogue = Callable[[Trial], None]


@dataclass(frozen=True, slots=True)
class Point:
    """Where to kill: at these places of successive starts, or after some seconds."""

    places: tuple[Place, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is left when all is done: what people saw, first copies only, and what the database says."""

    seen: dict[str, list[str]]
    rows: Counter[tuple[str, str]]
    reports: Counter[str]
    passed: list[str]
    seconds: float


def choose_points(passed: Sequence[str], seconds: float, wanted: int) -> list[Point]:
    """`wanted` points: every kind of place in turn, some of them in two runs in a row, and some at any time."""
    chance = random.Random(SEED + len(passed))
    by_time, twice = wanted // 10, wanted // 5
    places, kinds = places_in(passed), dict[str, list[Place]]()
    for place in places:
        kinds.setdefault(place.name, []).append(place)
    for row in kinds.values():
        chance.shuffle(row)
    rows = list(kinds.values())
    chance.shuffle(rows)
    in_turn = [place for row in zip_longest(*rows) for place in row if place is not None]
    firsts = [in_turn[n % len(in_turn)] for n in range(wanted - by_time)]
    points = [Point((first,)) for first in firsts[twice:]]
    early = places[: max(1, len(places) // 3)]
    points += [Point((first, chance.choice(early))) for first in firsts[:twice]]
    return points + [Point(seconds=chance.uniform(0.0, seconds)) for _ in range(by_time)]


def run_through(template: Template, folder: Path, dialogue: Dialogue, *, keyed: bool) -> Outcome:
    """The dialogue without any fault: what must come out of all the others."""
    with open_trial(template, folder, keyed=keyed) as trial:
        started = time.monotonic()
        trial.persist(lambda: None)
        dialogue(trial)
        seconds = time.monotonic() - started
        assert 0 == trial.ends()
        rows = read_outbox(trial.database)
        assert {"sent"} == {row.status for row in rows}
        assert sorted(row.id for row in rows) == sorted(each.id for each in trial.screens.shown)
        assert set() == EXPECTED - set(trial.diary.passed)
        return Outcome(
            seen=_seen(trial),
            rows=_kinds(rows),
            reports=count_reports(trial.database),
            passed=trial.diary.passed,
            seconds=seconds,
        )


def run_and_kill(trial: Trial, dialogue: Dialogue, point: Point) -> int:
    """The dialogue with the program killed at the point; the status of its last, graceful end."""
    trial.ends_at = list(point.places)
    killer = threading.Timer(point.seconds, trial.strike) if point.seconds else None
    trial.persist(lambda: None)
    if killer is not None:
        killer.start()
    dialogue(trial)
    if killer is not None:
        killer.cancel()
        killer.join()
    return trial.ends()


def judge(trial: Trial, expected: Outcome, tally: Tally, *, keyed: bool) -> list[str]:
    """Everything that is wrong after a killed run; counted in the tally."""
    rows = read_outbox(trial.database)
    lost, doubled = _lost(trial, rows, expected), _doubled(trial, rows, keyed=keyed)
    uncertain = sum(row.status == "uncertain" for row in rows)
    damaged, broken = trial.database.problems(), breaks_in_chain(trial.database)
    tally.points += 1
    tally.lost += len(lost)
    tally.doubled += len(doubled)
    tally.uncertain += uncertain
    tally.in_flight += trial.diary.in_flight
    tally.said_again += sum(_is_again(each.text) for each in trial.screens.shown)
    tally.damaged += len(damaged)
    tally.broken += len(broken)
    tally.slowest = max(tally.slowest, trial.diary.resumed_after)
    tally.places.update(trial.diary.killed_at)
    problems = lost + doubled + damaged + broken
    if uncertain > (0 if keyed else trial.diary.in_flight):
        problems.append(f"{uncertain} uncertain, {trial.diary.in_flight} in flight")
    if trial.diary.resumed_after > tally.resumes_within:
        problems.append(f"resumed after {trial.diary.resumed_after:.1f} s")
    return problems


def _lost(trial: Trial, rows: list[Row], expected: Outcome) -> list[str]:
    lost = [f"never done: {kind}" for kind in (expected.rows - _kinds(rows))]
    lost += [f"done twice: {kind}" for kind in (_kinds(rows) - expected.rows)]
    lost += [
        f"{row.to}: {row.message_class} is {row.status}" for row in rows if row.status not in {"sent", "uncertain"}
    ]
    if expected.reports != count_reports(trial.database):
        lost.append(f"reports: {count_reports(trial.database)} instead of {expected.reports}")
    if len(trial.diary.acknowledged) != count_received(trial.database):
        lost.append(f"{len(trial.diary.acknowledged)} acknowledged, {count_received(trial.database)} kept")
    uncertain = Counter(row.to for row in rows if row.status == "uncertain")
    for who, texts in expected.seen.items():
        seen = _seen(trial).get(who, [])
        rest = iter(texts)
        in_order = all(text in rest for text in seen)
        if not in_order or len(texts) - len(seen) > uncertain[who]:
            lost.append(f"{who} sees {seen} instead of {texts}")
    return lost


def _doubled(trial: Trial, rows: list[Row], *, keyed: bool) -> list[str]:
    doubled = []
    shown = trial.screens.shown
    for row in rows:
        copies = [each.text for each in shown if each.id == row.id]
        silent = [text for text in copies if not _is_again(text)]
        alert = row.message_class == "alert"
        if row.status == "sent" and not copies:
            doubled.append(f"{row.to}: {row.message_class} is marked as sent and was never shown")
        if len(silent) > 1 or (len(copies) > 1 and (keyed or not alert)) or (len(silent) != len(copies) and not alert):
            doubled.append(f"{row.to} sees {copies}")
    return doubled


def _is_again(text: str) -> bool:
    return text.startswith(AGAIN)


def _seen(trial: Trial) -> dict[str, list[str]]:
    """What each person sees, without repetitions and without what announces them."""
    seen: dict[str, dict[int, str]] = {}
    for each in trial.screens.shown:
        text = each.text.split(": ", 1)[1] if _is_again(each.text) else each.text
        seen.setdefault(each.to, {}).setdefault(each.id, text)
    return {who: list(texts.values()) for who, texts in seen.items()}


def _kinds(rows: list[Row]) -> Counter[tuple[str, str]]:
    return Counter((row.to, row.message_class) for row in rows)
