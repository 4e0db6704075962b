"""Answers of an intake in words: for the person, in the summary, and for staff."""

from collections.abc import Iterable, Sequence
from datetime import date

from flows.engine.conversation import Json
from flows.engine.messages import Text, Value
from flows.rules.intake import Correction, Kind, Question

LEFT_OUT = Text("left out")


def in_words(question: Question, value: Json) -> Text:
    """An answer as people read it."""
    if value is None or value == []:
        return LEFT_OUT
    return Text("{answer}", {"answer": _shown(question, value)})


def _shown(question: Question, value: Json) -> Value:
    names = {choice: Text(label) for choice, label in question.choices}
    if isinstance(value, list):
        return tuple(names[str(one)] for one in value if one in names) or LEFT_OUT
    if question.kind is Kind.CHOICE:
        return names.get(str(value), LEFT_OUT)
    if question.kind is Kind.DATE:
        return date.fromisoformat(str(value))
    return value if isinstance(value, int) else str(value)


def line(question: Question, value: Json) -> Text:
    """One answer with what it is about."""
    return Text("{label}: {answer}", {"label": Text(question.label), "answer": in_words(question, value)})


def line_of_both(question: Question, value: Json, said: Correction, by: str) -> Text:
    """One answer with what staff say instead: both are shown to both."""
    values: dict[str, Value] = {
        "label": Text(question.label),
        "answer": in_words(question, value),
        "other": in_words(question, said.value),
        "person": by,
    }
    if said.note:
        return Text("{label}: {answer} (noted by {person}: {other}; {note})", {**values, "note": said.note})
    return Text("{label}: {answer} (noted by {person}: {other})", values)


def lines(texts: Iterable[Text]) -> Text:
    """Several texts, each on a line of its own."""
    first, *rest = texts
    return Text("{line}\n{more}", {"line": first, "more": lines(rest)}) if rest else first


def pages(texts: Sequence[Text], each: int = 6) -> list[Text]:
    """Texts as messages of a readable size."""
    return [lines(texts[start : start + each]) for start in range(0, len(texts), each)]
