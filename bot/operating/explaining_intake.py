"""Explains in German what a profile asks newcomers, on what basis it works, and how long it keeps what."""

from collections.abc import Iterator, Mapping
from typing import Final

from flows.engine.messages import Text
from flows.rules.intake import Kept, Kind
from flows.rules.profile import Profile
from locales.catalog import render

from bot.profile_sections import File

CLASSES: Final = {
    "intake": "Antworten der Aufnahme",
    "reports": "Meldungen und Nachweise",
    "messages": "Nachrichten",
    "consents": "Einwilligungen",
    "contact": "Kontaktdaten",
    "participation": "Daten der Teilnahme, Fristen, Aufgaben",
    "audit": "Protokoll",
}
_KEPT: Final = {
    Kept.PHONE: "wird gleich als Telefonnummer geführt",
    Kept.BORN: "wird als Geburtstag geführt, sobald Mitarbeitende angenommen haben",
    Kept.NAME: "wird als Name geführt, sobald Mitarbeitende angenommen haben",
}


def intake(profile: Profile) -> Iterator[str]:
    """What somebody new is asked."""
    form = profile.intake
    if form is None:
        yield "Neue werden nichts gefragt."
        return
    if form.shows_rule:
        yield "Zuerst steht die Regel zu Fehlzeiten; dass sie gelesen wurde, wird mit dem Tag festgehalten (R4)."
    for question in form.questions:
        notes = [] if question.skippable else ["nicht auslassbar"]
        notes += [f"nur mit Einwilligung {question.purpose}"] if question.purpose else []
        notes += ["nur nach einer anderen Antwort"] if question.condition else []
        notes += [_KEPT[question.keep]] if question.keep else []
        notes += ["freier Text"] if question.kind is Kind.TEXT else []
        name = render(Text(question.label), "de", formal=True)
        yield f"{name}: {', '.join(notes)}." if notes else f"{name}."
    days = form.nudge_after.days
    yield f"Wer {days} Tage schweigt, wird einmal erinnert; nach weiteren {days} Tagen erfährt es die Ansprechperson."
    yield (
        f"Wer {profile.ask_after.days} Tage nichts geschrieben hat, wird gefragt, ob Adresse und Nummer noch stimmen; "
        f"ohne Antwort erfährt es nach {profile.silent_after.days} Tagen die Ansprechperson."
    )


def retention(file: File) -> Iterator[str]:
    """How long each class of data is kept."""
    yield "Gezählt ab dem Ende der Teilnahme. Dieses Programm löscht noch nicht selbst danach."
    yield from (f"{kind}: {span}." for kind, span in spans(file).items())


def spans(file: File) -> Mapping[str, str]:
    """How long each class of data is kept, class and span in German."""
    found = {}
    for name, span in file.retention.spans.items():
        number, unit = span.split(" ")
        found[CLASSES[name]] = f"{number} {'Tage' if unit == 'days' else 'Monate'}"
    return found


def open_decisions(file: File) -> Iterator[str]:
    """What the carrier has not decided yet."""
    if not file.retention.decided_by.strip():
        yield "retention: Vorschläge. Der Träger entscheidet jede Frist und trägt unter decided_by ein, wer und wann."
