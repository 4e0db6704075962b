"""What a text reports: absence with its reason, lateness, coming after all. Rules R7 to R16 of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from locales.reading import Mark, Reading
from locales.subjects import asked, denied, imagined, looks_back, subject_of, told

NEAR_FAMILY = frozenset({"child", "partner", "parent"})
CRISIS = ("self_harm", "violence", "despair")
STRONGER = {
    "take_back": ("cannot_come", *CRISIS),
    "coming": ("cannot_come", "late"),
    "cannot_come": CRISIS,
    "wedding": CRISIS,
    "death": CRISIS,
    "ill": ("take_back", "well", "childcare"),
    "unwell": CRISIS,
    "well": ("cannot_come", *CRISIS),
    "hospital": ("take_back",),
}
GONE_BY = ("yesterday", "before_yesterday", "last_week", "formerly")
MOST_MARKS = 100
ILL_SIGNS = frozenset("🤒🤢🤧🤮🤕😷🥴")


@dataclass(slots=True)
class Report:
    """Intents of a text about coming or not coming, best first, with the reason code it names."""

    intents: list[str] = field(default_factory=list)
    reason: str | None = None
    past: bool = False
    mourning: bool = False

    def add(self, intent: str, reason: str | None = None) -> None:
        """Add an intent once; the first reason stays."""
        if intent not in self.intents:
            self.intents.append(intent)
        self.reason = self.reason or reason


@dataclass(slots=True)
class _Facts:
    """Marks of a text that stand after idioms were taken away."""

    reading: Reading
    excluded: bool = False
    late: bool = False
    coming: bool = False

    def open(self, *names: str) -> list[Mark]:
        """Return the marks that no idiom covers."""
        found = self.reading.of(*names)
        if not found:
            return found
        return [
            mark
            for mark in (found if len(found) < MOST_MARKS else found[: MOST_MARKS // 2] + found[-MOST_MARKS // 2 :])
            if not self.reading.taken_by(mark, "idiom", "congratulation", *STRONGER.get(mark.name, ()))
        ]

    def stated(self, *names: str) -> list[Mark]:
        """Return the marks that are plainly said."""
        return [m for m in self.open(*names) if told(self.reading, m)]

    def says(self, *names: str) -> bool:
        """Whether any of the meanings is plainly said."""
        return bool(self.stated(*names))


def find_report(reading: Reading) -> Report:
    """Return what the text reports; empty when it reports nothing."""
    facts = _Facts(reading)
    refusals = [*facts.stated("cannot_come"), *facts.open("day_off")]
    facts.excluded = any(_own(reading, mark) for mark in refusals)
    facts.late = any(_of_now(reading, mark) for mark in facts.stated("late"))
    report = Report()
    for rule, meanings in RULES:
        if reading.has(*meanings):
            rule(facts, report)
    if not report.intents and facts.excluded:
        report.add("cannot_come")
    if not report.intents:
        _signs(facts, report)
    return report


def _own(reading: Reading, mark: Mark) -> bool:
    """Whether coming is said of the writer (or a child): nobody else stands right before the phrase."""
    if any(reading.is_a(place, "i", "am", "i_have", "me") for place in range(mark.start, mark.end + 1)):
        return True
    for position in range(mark.start - 1, max(-1, mark.start - 3), -1):
        if reading.tokens[position].stop or reading.is_a(position, "i", "am", "and"):
            return True
        if not reading.ending(position).isdisjoint({"pronoun", "friend", "staff", "parent", "sibling", "partner"}):
            return False
    return True


def _habitual(reading: Reading, mark: Mark) -> bool:
    return looks_back(reading, mark) and reading.has("formerly")


def _of_now(reading: Reading, mark: Mark) -> bool:
    """Whether the clause of the phrase names no time gone by: "I was late yesterday" reports nothing."""
    return reading.tokens[mark.start].clause not in reading.clauses(*GONE_BY)


def _by_subject(facts: _Facts, marks: Iterable[Mark]) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        found.setdefault(subject_of(facts.reading, mark), []).append(mark)
    return found


def _illness(facts: _Facts, report: Report) -> None:
    if facts.reading.last_mark == "!" and facts.reading.has("alone:praise"):
        return
    marks = [m for m in facts.stated("ill", "i_am_ill", "hospital") if not _habitual(facts.reading, m)]
    if facts.says("birth", "childcare", "with_child", "child_doctor"):
        marks = [m for m in marks if m.name != "hospital"]
    people = _by_subject(facts, marks)
    own = people.get("self", []) or _not_well(facts)
    if own:
        report.add("ill", "illness")
        report.past = all(looks_back(facts.reading, mark) for mark in own) and not facts.excluded
    elif _unwell(facts):
        _own_unwell(facts, report)
    _others_ill(facts, report, people)


def _unwell(facts: _Facts) -> bool:
    return any(subject_of(facts.reading, mark) == "self" for mark in facts.stated("unwell"))


def _not_well(facts: _Facts) -> list[Mark]:
    """Return the marks of "not healthy" and "not fit yet"."""
    reading = facts.reading
    return [
        mark
        for mark in facts.open("well")
        if not reading.taken_by(mark, "unwell")
        and denied(reading, mark)
        and not (imagined(reading, mark) or asked(reading, mark))
        and subject_of(reading, mark) == "self"
    ]


def _own_unwell(facts: _Facts, report: Report) -> None:
    report.add("ill", "illness")
    if not (facts.excluded or facts.reading.has("today") or facts.says("doctor")):
        report.add("talk")


def _others_ill(facts: _Facts, report: Report, people: dict[str, list[Mark]]) -> None:
    severe = facts.says("severe")
    if people.keys() & {"child", "partner"} and severe and not facts.says("birth", "death"):
        report.add("absent", "family_illness")
    elif "child" in people:
        report.add("child_ill", "child_ill")
    elif people.keys() & {"partner", "parent", "sibling", "friend"} and not facts.says("death", "birth"):
        if people.keys() <= {"friend"} and not facts.excluded:
            return
        if facts.excluded:
            report.add("absent", "personal_matter")
        elif not report.intents:
            report.add("cannot_come")


def _official(facts: _Facts, report: Report) -> None:
    if facts.says("own"):
        return
    if any(subject_of(facts.reading, mark) in {"self", "other"} for mark in facts.stated("official_alone")):
        report.add("official_date", "official_date")
        return
    for mark in facts.stated("official"):
        clause = facts.reading.tokens[mark.start].clause
        beside = [m for m in facts.stated("must_go", "appointment") if facts.reading.tokens[m.start].clause == clause]
        bound = any(m.name == "appointment" or m.start <= mark.start for m in beside)
        brief = len(facts.reading.tokens) <= 2 + facts.reading.has("today")
        own = facts.excluded or subject_of(facts.reading, mark) in {"self", "other", "thing", "staff"}
        if own and (bound or brief or facts.excluded or facts.late):
            report.add("official_date", "official_date")
            return


def _relation(facts: _Facts, mark: Mark) -> str:
    """Return the relative a mark of death, birth or wedding is about."""
    sentence = facts.reading.tokens[mark.start].sentence
    near = [
        (abs(m.start - mark.start), m.name)
        for m in facts.open("child", "partner", "parent", "sibling", "friend")
        if abs(facts.reading.tokens[m.start].sentence - sentence) <= 1 and m.name != "staff"
    ]
    return min(near)[1] if near else ""


def _loss_and_joy(facts: _Facts, report: Report) -> None:
    _loss(facts, report)
    forced = facts.reading.has("violence")
    if facts.says("own") and not forced:
        report.add("absent", "own_wedding")
    elif facts.says("wedding") and not forced:
        report.add("absent", "personal_matter")
    if facts.says("birth"):
        partner = bool(facts.open("partner")) or facts.says("i_am_father")
        report.add("absent", "birth" if partner else "personal_matter")
    if facts.says("moving"):
        other = facts.open("parent", "sibling", "friend")
        report.add("absent", "personal_matter" if other else "moving")


def _loss(facts: _Facts, report: Report) -> None:
    """Death of a parent, child, partner or in-law is R12; of others R15; of nobody named, only with a funeral.

    A death of long ago that keeps nobody from coming is no report.
    """
    if facts.reading.has("formerly") and not facts.excluded:
        return
    relations = [_relation(facts, mark) for mark in facts.stated("death")]
    if facts.says("family_death") or NEAR_FAMILY.intersection(relations[:1]):
        report.add("absent", "bereavement")
        report.mourning = True
    elif any(relations) or (relations and (facts.excluded or facts.says("funeral"))):
        report.add("absent", "personal_matter")
        report.mourning = True


def _service(facts: _Facts, report: Report) -> None:
    if facts.says("protection"):
        report.add("absent", "civil_protection")
    elif facts.says("honorary"):
        report.add("absent", "honorary_office")


def _personal(facts: _Facts, report: Report) -> None:
    if {"ill", "child_ill", "official_date"}.intersection(report.intents):
        return
    visits = any(_visits(facts, mark) for mark in facts.stated("doctor"))
    if facts.says("with_child", "child_doctor"):
        report.add("child_ill", "child_ill")
    elif visits or facts.says("childcare", "personal"):
        report.add("absent", "personal_matter")


def _visits(facts: _Facts, mark: Mark) -> bool:
    """Whether a doctor is visited, not only mentioned."""
    clause = facts.reading.tokens[mark.start].clause
    beside = any(facts.reading.tokens[m.start].clause == clause for m in facts.stated("must_go", "appointment"))
    return beside or facts.excluded or facts.late or len(facts.reading.tokens) <= 3


def _lateness(facts: _Facts, report: Report) -> None:
    if any(_own(facts.reading, mark) and _of_now(facts.reading, mark) for mark in facts.stated("late")):
        if report.reason and not facts.excluded and "ill" not in report.intents:
            report.intents = []
            report.reason = None
        report.add("late")


def _leaving(facts: _Facts, report: Report) -> None:
    """Somebody comes, and goes earlier: that is no absence; with a reason to be absent it is one."""
    over = facts.reading.clauses("yesterday", "before_yesterday", "last_week")
    marks = [mark for mark in facts.stated("leaves_early") if _own(facts.reading, mark)]
    if report.reason is None and any(facts.reading.tokens[mark.start].clause not in over for mark in marks):
        report.intents = ["leave_early"]


def _transport(facts: _Facts, report: Report) -> None:
    if report.intents or not any(_of_now(facts.reading, m) for m in facts.stated("transport", "overslept")):
        return
    if not facts.excluded:
        report.add("late")
    report.add("absent", "other")


def _rest(facts: _Facts, report: Report) -> None:
    if facts.says("other_reason") and (facts.excluded or facts.reading.has("today")) and not report.intents:
        report.add("absent", "other")


def _taking_back(facts: _Facts, report: Report) -> None:
    if _healthy(facts):
        if not report.intents or report.past or report.intents == ["ill", "talk"]:
            report.intents, report.reason, report.past = ["take_back"], None, False
    elif any(subject_of(facts.reading, mark) in {"self", "thing", "other"} for mark in facts.stated("take_back")):
        if report.intents and not facts.excluded and not report.past:
            report.add("take_back")
        elif not facts.excluded:
            report.intents, report.reason, report.past = ["take_back"], None, False
    elif not report.intents and not facts.excluded and any(_own(facts.reading, m) for m in facts.stated("coming")):
        report.add("take_back")


def _healthy(facts: _Facts) -> bool:
    reading = facts.reading
    well = [m for m in facts.stated("well") if subject_of(reading, m) == "self" and not _hoped(reading, m)]
    not_ill = [
        m
        for m in facts.open("ill", "i_am_ill", "unwell")
        if denied(reading, m) and not (asked(reading, m) or imagined(reading, m)) and subject_of(reading, m) == "self"
    ]
    return bool(well or not_ill) and not facts.excluded


def _hoped(reading: Reading, mark: Mark) -> bool:
    return reading.tokens[mark.start].clause in reading.clauses("hope")


def _signs(facts: _Facts, report: Report) -> None:
    if ILL_SIGNS.intersection(facts.reading.pictograms):
        report.add("ill", "illness")
        report.add("talk")


RULES: tuple[tuple[Callable[[_Facts, Report], None], tuple[str, ...]], ...] = (
    (_illness, ("ill", "i_am_ill", "hospital", "unwell", "well")),
    (_official, ("official_alone", "official")),
    (_loss_and_joy, ("death", "family_death", "own", "wedding", "birth", "moving")),
    (_service, ("protection", "honorary")),
    (_personal, ("doctor", "with_child", "child_doctor", "childcare", "personal")),
    (_lateness, ("late",)),
    (_leaving, ("leaves_early",)),
    (_transport, ("transport", "overslept")),
    (_rest, ("other_reason",)),
    (_taking_back, ("well", "ill", "i_am_ill", "unwell", "take_back", "coming")),
)
"""The rules in their order, each with the meanings of which a text must have one for the rule to find anything."""
