"""Scores `locales.phrases.understand` against the held-out messages beside this file.

`python -m tests.corpus.score [language] [--kinds | --failures]`. Read README.md before asking for failures.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from tests.corpus.messages import NONE, Say, load

REFERENCE = date(2026, 11, 23)
LANGUAGES = ("de", "de-simple", "en", "ar", "uk")
ABSENCES = frozenset({"ill", "child_ill", "official_date", "cannot_come", "absent"})
SMALL_TALK = frozenset({"greeting", "thanks"})


class Understanding(Protocol):
    """What the phrase lists return; a crisis or a reason is its code, a day a plain date."""

    @property
    def intents(self) -> tuple[str, ...]: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def first_day(self) -> date | None: ...
    @property
    def last_day(self) -> date | None: ...
    @property
    def crisis(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer compared: the group it counts in, what was right, what came."""

    group: str
    passed: bool
    expected: str
    got: str


def compare(say: Say, got: Understanding) -> Iterator[Verdict]:
    """Every verdict on one message, in a fixed order."""
    yield from _compare_crisis(say, got)
    content = [str(intent) for intent in got.intents if intent not in SMALL_TALK]
    top = str(got.intents[0]) if got.intents else NONE
    right = top in say.intents or (NONE in say.intents and not content)
    expected = "|".join(say.intents)
    if say.intents:
        yield Verdict(_group(say.intents), right, expected, top)
        if top in ABSENCES:
            yield Verdict("absence precision", right, expected, top)
    if say.banned:
        found = say.banned.intersection(content)
        yield Verdict("must not", not found, "not " + "|".join(sorted(say.banned)), "|".join(sorted(found)))
    if say.reasons:
        yield _compare_one("reason", say.reasons, str(got.reason or NONE))
    if say.first_days:
        yield _compare_one("first day", say.first_days, _offset(got.first_day))
    if say.last_days:
        yield _compare_one("last day", say.last_days, _offset(got.last_day))


def main(understand: Callable[..., Understanding]) -> int:
    """Prints the ratios, and the failures as asked for; 0 unless the corpus cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.score", description="Scores the phrase lists.")
    parser.add_argument("language", nargs="?", choices=LANGUAGES)
    parser.add_argument("--part", choices=("open", "held"), help="every second message: see README.md")
    parser.add_argument("--kinds", action="store_true", help="failures as counts, without texts")
    parser.add_argument("--failures", action="store_true", help="failures with their texts: see README.md first")
    options = parser.parse_args()
    for language in [options.language] if options.language else LANGUAGES:
        judged = [
            (say, verdict)
            for say in _part(load(language), options.part)
            for verdict in compare(say, understand(say.text, language=language, today=REFERENCE))
        ]
        _write_ratios(language, [verdict for _, verdict in judged])
        failed = [(say, verdict) for say, verdict in judged if not verdict.passed]
        kinds = Counter(f"{verdict.group}: {verdict.expected} → {verdict.got}" for _, verdict in failed)
        for kind, count in kinds.most_common() if options.kinds else ():
            sys.stdout.write(f"  {count:4d}  {kind}\n")
        for say, verdict in failed if options.failures else ():
            sys.stdout.write(f"  {verdict.group}: {verdict.expected} → {verdict.got}  «{say.text}»\n")
    return 0


def _part(says: tuple[Say, ...], part: str | None) -> tuple[Say, ...]:
    return says if part is None else says[part == "held" :: 2]


def _compare_crisis(say: Say, got: Understanding) -> Iterator[Verdict]:
    found = str(got.crisis or NONE)
    if not say.crises:
        yield Verdict("no false alarm", found == NONE, NONE, found)
        return
    expected = "|".join(say.crises)
    yield Verdict("crisis recall", found != NONE, expected, found)
    yield Verdict("crisis kind", found in say.crises, expected, found)


def _compare_one(group: str, right: tuple[str, ...], got: str) -> Verdict:
    return Verdict(group, got in right, "|".join(right), got)


def _group(intents: tuple[str, ...]) -> str:
    if NONE in intents:
        return "fits nothing"
    if ABSENCES.intersection(intents):
        return "absence recall"
    return {"late": "late", "take_back": "taking back"}.get(intents[0], "commands")


def _offset(day: date | None) -> str:
    return NONE if day is None else str((day - REFERENCE) // timedelta(days=1))


def _write_ratios(language: str, verdicts: list[Verdict]) -> None:
    every = Counter(verdict.group for verdict in verdicts)
    passed = Counter(verdict.group for verdict in verdicts if verdict.passed)
    sys.stdout.write(f"{language}\n")
    for group, count in sorted(every.items()):
        sys.stdout.write(f"  {group:18s} {passed[group]:4d}/{count:<4d} {passed[group] / count:7.1%}\n")


if __name__ == "__main__":
    from locales.phrases import understand as understand_phrases

    sys.exit(main(understand_phrases))
