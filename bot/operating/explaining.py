"""Explains a profile in plain German: what it decides, and what follows from it.

German only, and not in the catalogues: it is read by whoever signs for the carrier (management, data protection, works
council), beside contracts and laws that are German, and never by a participant.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final

from flows.dialogues.reason_names import for_staff
from flows.engine.events import AlertKind
from flows.engine.messages import Level, MessageClass
from flows.rules.consent import Form
from flows.rules.profile import Asking, Escalation, EvidenceRule, Profile
from flows.rules.purposes import RECORDED_ONLY
from locales.catalog import render
from locales.notices import load_notice

from bot.operating import (
    explaining_attendance,
    explaining_broadcasts,
    explaining_deadlines,
    explaining_intake,
    explaining_leave,
    explaining_meetings,
    lock_screen,
)
from bot.profile import DEMO, load_profile, read_file
from bot.profile_processors import Processor
from bot.profile_sections import OFF, File

OFFICES: Final = {
    "agency": "die Agentur für Arbeit",
    "jobcenter": "das Jobcenter",
    "company": "der Betrieb",
    "school": "die Schule",
}
_RULES: Final = {
    EvidenceRule.NONE: "Bei Krankheit wird kein Nachweis verlangt.",
    EvidenceRule.OWN_WORD: "Bei Krankheit genügt das eigene Wort, ein Nachweis wird nicht verlangt.",
    EvidenceRule.CERTIFICATE_DAY_1: "Krankheit ohne Krankschreibung gilt ab dem 1. Tag als „Nachweis offen“ (R2).",
    EvidenceRule.CERTIFICATE_DAY_3: "Eine Krankschreibung wird ab dem 3. Tag verlangt (R2).",
    EvidenceRule.CERTIFICATE_DAY_4: "Eine Krankschreibung wird ab dem 4. Tag verlangt (R2).",
    EvidenceRule.NOTIFY_ONLY: "Krankheit wird gemeldet, ein Nachweis wird hier nicht verlangt.",
}
_CHANNELS: Final = {
    "telegram": "Telegram für Teilnehmende",
    "telegram_staff": "Telegram für Mitarbeitende",
    "push": "Benachrichtigung auf dem Handy (Web Push)",
    "sms": "SMS",
    "mail": "E-Mail an Betriebe",
}
_LEVELS: Final = {
    Level.L0: "L0. Dort stehen das eigene Zeichen der Person und „Neue Nachricht“; alles andere steht auf der Seite.",
    Level.L1: "L1. Dort stehen das eigene Zeichen der Person und höchstens eine Zeit („Heute 8:00“); sonst nichts.",
    Level.L2: "L2. Dort steht auch Organisatorisches in neutralen Worten: Tag, Uhrzeit, Ort, Name. Nie ein Grund, nie "
    "Gesundheit: Danach wird nur auf der Seite gefragt. Wer es im Chat trotzdem schreibt, dessen Meldung gilt, und die "
    "Nachricht wird aus dem Chat gelöscht.",
}
_STAFF: Final = "L0. Dort steht nur „Hinweis“ mit dem Knopf „Gesehen“; der Inhalt steht hinter der Anmeldung."
_OFF: Final = "aus. Dort wird nichts gesendet."
_ALERTS: Final = {
    AlertKind.INTAKE: "neue Aufnahmen",
    AlertKind.ABSENCE: "Abwesenheiten",
    AlertKind.LATENESS: "Verspätungen",
    AlertKind.WITHDRAWAL: "Widerrufe",
    AlertKind.NO_ANSWER: "wer lange nicht antwortet",
    AlertKind.UNDELIVERABLE: "wer nicht erreicht wird",
    AlertKind.NO_SHOW: "wer nicht erschienen ist",
    AlertKind.PROOF_MISSING: "fehlende Nachweise",
    AlertKind.DEADLINE: "Fristen",
    AlertKind.LEAVE: "Urlaub",
    AlertKind.MOVE: "gewünschte andere Termine",
    AlertKind.MESSAGE: "Nachrichten",
}
_CLASSES: Final = {
    MessageClass.ALERT: "Hinweise an Mitarbeitende",
    MessageClass.REMINDER: "Erinnerungen",
    MessageClass.BROADCAST: "Rundnachrichten",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One heading with its sentences."""

    title: str
    sentences: tuple[str, ...]


def explain(name: str) -> list[Chapter]:
    """The profile `name` in German. Raises `SettingsError` if there is none or it is wrong."""
    profile, file = load_profile(name), read_file(name)
    carrier = profile.carrier
    return [
        Chapter(f"Profil „{name}“: {carrier['name']}, {carrier['address']}", tuple(_whether_it_runs(name))),
        Chapter("Grundlage und Anrede", tuple(_basis(profile, file))),
        Chapter("Zugriffsprotokoll und Betriebsrat", tuple(_works_council(profile, file))),
        Chapter("Abwesenheit", tuple(_absence(profile))),
        Chapter("Einwilligung", tuple(_consent(profile))),
        Chapter("Wer es noch erfahren muss", tuple(_offices(profile.must_tell))),
        Chapter("Kanäle, und was dort stehen darf", tuple(_channels(profile, file))),
        Chapter("Wer wie erreicht wird", tuple(_reach(profile))),
        Chapter("Zeiten", tuple(_times(profile))),
        Chapter("Wenn niemand eine Meldung ansieht", tuple(_escalation(profile))),
        Chapter("Gesperrtes Handy", tuple(_lock_screen(profile))),
        Chapter("Termine", tuple(explaining_meetings.meetings(file.meetings))),
        Chapter("Der Tag des Teams", tuple(explaining_meetings.staff_day(file.day))),
        Chapter("Fristen und kleine Erinnerungen", tuple(explaining_deadlines.deadlines(file.deadlines))),
        Chapter("Anwesenheit und Monat", tuple(explaining_attendance.attendance(file.attendance))),
        Chapter("Urlaub", tuple(explaining_leave.leave(file.leave))),
        Chapter("Rundnachrichten", tuple(explaining_broadcasts.broadcasts(file.broadcasts))),
        Chapter("Was Neue gefragt werden", tuple(explaining_intake.intake(profile))),
        Chapter("Wie lange aufbewahrt wird", tuple(explaining_intake.retention(file))),
        Chapter("Noch offen", (*_open(profile, file), *explaining_intake.open_decisions(file))),
    ]


def _whether_it_runs(name: str) -> Iterator[str]:
    if name == DEMO:
        yield "Ein Beispiel mit erfundenen Menschen, nicht für den Betrieb: python -m bot demo."
        return
    yield (
        "Dieses Profil bedient noch niemanden: Mitarbeitende haben noch keine Anmeldung mit zweitem Faktor. Es lässt "
        "sich prüfen und erklären; python -m bot run lehnt es ab."
    )


def _basis(profile: Profile, file: File) -> Iterator[str]:
    yield f"Rechtsgrundlage: {file.programme.legal_basis.rstrip('.')}."
    if profile.statutory:
        yield (
            "Meldungen über Anwesenheit, Fehlzeiten, Eintritt und Austritt beruhen auf Gesetz (§ 318 SGB III, "
            "§ 61 SGB II), nie auf einer Einwilligung: Sie werden immer aufgenommen und weitergegeben. Einwilligungen "
            "regeln nur den Kanal und alles Freiwillige."
        )
    else:
        yield (
            "Meldungen beruhen nicht auf Meldepflichten des SGB: Ohne Einwilligung geht nichts an Ämter, und ein Nein "
            "hat keine Folgen."
        )
    yield f"Anrede zu Beginn: {'Sie' if profile.formal else 'Du'}. Jede Person kann das für sich ändern."
    if profile.secrecy_required:
        yield "Konten öffnen sich erst, wenn die Erklärung zur Verschwiegenheit (§ 203 StGB) eingetragen ist."
    else:
        yield "Konten öffnen sich ohne Erklärung zur Verschwiegenheit: nur für Beispiele."
    own = ", ".join(f"{day[3:]}.{day[:2]}." for day in file.programme.own_free_days)
    yield f"Frei sind die Feiertage von {profile.land}" + (f" und außerdem {own} (R30)." if own else ".")


def _absence(profile: Profile) -> Iterator[str]:
    yield "Eine Meldung wird zu jeder Stunde angenommen und nie abgelehnt, weil eine Angabe fehlt (R1)."
    yield _RULES[profile.evidence_rule]
    if profile.evidence_rule.needs_proof:
        days = (
            "am 2. und 3. Arbeitstag"
            if profile.evidence_rule.proof_from == 1
            else "an diesem und am nächsten Arbeitstag"
        )
        yield f"An den Nachweis wird {days} um {_clock(profile.proof_reminder_at)} erinnert (R3)."
        yield "Mit Krankschreibung sind die Tage von bis entschuldigt; andere Tage bleiben offen (R5)."
    hours = int(profile.keep_pictures.total_seconds() // 3600)
    yield f"Das Bild einer Krankschreibung wird nach dem Ablesen gelöscht, spätestens nach {hours} Stunden (F32)."
    offered = (*profile.reasons, *(one.reason for one in profile.own_reasons))
    reasons = ", ".join(render(for_staff(reason, profile.own_reasons), "de", formal=True) for reason in offered)
    yield f"Gründe zur Auswahl ({len(offered)}): {reasons}."
    if profile.evidence_rule.is_decided:
        yield "Über jeden Grund außer nachgewiesener Krankheit entscheidet ein Mensch, jedes Mal (R5, R6)."
    else:
        yield "Bescheid sagen genügt, bei jedem Grund: Es entscheidet niemand darüber (R2)."


def _consent(profile: Profile) -> Iterator[str]:
    asking = profile.consent
    titles = ", ".join(f"{code} „{load_notice(code, 'de').title}“" for code in asking.at_start)
    yield f"Gefragt wird zu Beginn, jedes für sich: {titles}. C2 nur, wo Telegram an ist."
    electronic = [code for code in asking.at_start if asking.form_of(code) is Form.ELECTRONIC]
    written = [code for code in asking.at_start if asking.form_of(code) is Form.WRITTEN]
    if electronic:
        yield f"Mit einem Tipp gilt: {', '.join(electronic)}. Vereinbart von: {asking.agreed}."
    if written:
        codes = ", ".join(written)
        yield f"Schriftform, erst mit Unterschrift auf Papier gilt: {codes}. Der Tipp bereitet nur das Papier vor."
    if asking.when_needed:
        yield _when_needed(asking)
    if recorded := [code for code in (*asking.at_start, *asking.when_needed) if code in RECORDED_ONLY]:
        yield (
            f"Nur festgehalten wird: {', '.join(recorded)}. Das Programm selbst tut nichts, was darauf beruht; wer "
            "danach handelt, ist ein Mensch."
        )
    yield (
        f"Nach einem Nein wird {asking.quiet.days} Tage nicht wieder gefragt. Daten, die auf einer Einwilligung "
        f"beruhen, bleiben {asking.retention.days} Tage."
    )
    yield "Unter 16 immer, mit 16 und 17 ohne vermerkte Einsichtsfähigkeit stimmt eine sorgeberechtigte Person mit zu."


def _when_needed(asking: Asking) -> str:
    titles = ", ".join(f"{code} „{load_notice(code, 'de').title}“" for code in asking.when_needed)
    return (
        "Erst bei Bedarf, wenn die Ansprechperson darum bittet („/ask NAME C11“) oder die Person selbst nachliest, "
        f"in der Form wie zu Beginn: {titles}."
    )


def _offices(must_tell: Mapping[str, Iterable[str]]) -> Iterator[str]:
    if not must_tell:
        yield "Niemand: Ohne Einwilligung erfährt keine Stelle von einer Abwesenheit."
        return
    for phase, offices in must_tell.items():
        named = ", ".join(OFFICES[office] for office in offices) or "niemand"
        yield f"{f'Phase „{phase}“' if phase else 'Sonst'}: {named} (R20a)."
    yield (
        "Die Antwort auf eine Meldung sagt das der Person. Das Programm schreibt höchstens der Firma einen neutralen "
        "Satz: wenn mail_level es erlaubt und die Person jedes Mal zustimmt."
    )


def _channels(profile: Profile, file: File) -> Iterator[str]:
    yield "Eigene Seite: alles, auch Gesundheit. Sie liegt auf dem Server des Trägers."
    for channel, name in _CHANNELS.items():
        level = profile.level_of(channel)
        if channel in file.kept_off:
            yield f"{name}: aus, bis [processors.{channel}] einen Anbieter im EWR mit Vertrag nach Art. 28 DSGVO nennt."
        elif level is None:
            yield f"{name}: {_OFF}"
        else:
            yield f"{name}: {_STAFF if channel == 'telegram_staff' else _LEVELS[level]}"
            yield _provider(file.processors[channel])
    if {"telegram", "sms"} & profile.levels.keys():
        yield "Unter „Neue Nachricht“ auf Telegram und in SMS steht die feste Adresse der Seite, nie ein Einmal-Link."
    yield from _decision(file)


def _provider(processor: Processor) -> str:
    signed = f"{processor.contract:%d.%m.%Y}"
    return f"Anbieter: {processor.name}, {processor.place} ({processor.country}), Vertrag vom {signed}."


def _works_council(profile: Profile, file: File) -> Iterator[str]:
    yield "Wer wessen Daten ansieht, steht im Zugriffsprotokoll; ausgewertet wird es nie nach Mitarbeitenden."
    known = file.works_council
    if known is not None and known.there_is_none:
        yield f"Einen Betriebsrat gibt es nicht; festgestellt von {known.decided_by}, am {known.date:%d.%m.%Y}."
    elif known is not None:
        yield f"Vereinbart: {known.agreement}, vom {known.date:%d.%m.%Y}; sie liegt hier: {known.kept}."
    else:
        yield "Erfundene Leute brauchen keine Vereinbarung." if profile.name == DEMO else "Vereinbart ist noch nichts."


def _decision(file: File) -> Iterator[str]:
    decision = file.channels.telegram_decision
    if decision is not None:
        yield f"Über Telegram hat entschieden: {decision.by}, am {decision.date:%d.%m.%Y}."
    if file.channels.telegram_level != OFF:
        yield "Telegram braucht außerdem die Einwilligung jeder Person (C2); ohne sie steht alles nur auf der Seite."


def _reach(profile: Profile) -> Iterator[str]:
    on = [_CHANNELS[channel] for channel in profile.reach.order if profile.level_of(channel) is not None]
    if on:
        yield "Reihenfolge: " + ", dann ".join(on) + ". Es zählt, was die Person selbst eingerichtet hat."
    else:
        yield "Niemand wird außerhalb der Seite erreicht: Wer sie nicht öffnet, erfährt nichts von selbst."
    for message_class, name in _CLASSES.items():
        wait = profile.reach.wait.get(message_class, profile.reach.default)
        yield f"{name}: Holt nach {_span(wait)} niemand die Nachricht ab, kommt der nächste Weg an die Reihe."
    yield (
        "Erreicht eine Erinnerung oder Rundnachricht jemanden auf keinem Weg, steht die Person auf der Telefonliste "
        "des Tages und wird angerufen."
    )


def _times(profile: Profile) -> Iterator[str]:
    yield f"Ruhezeit: von {_clock(profile.quiet_from)} bis {_clock(profile.quiet_until)} geht nichts ungefragt hinaus."
    yield f"Büro: Montag bis Freitag {_clock(profile.office_opens)} bis {_clock(profile.office_closes)}."


def _escalation(profile: Profile) -> Iterator[str]:
    yield f"Gewöhnliche Meldung: {_steps(profile.escalation)}."
    yield f"Krise: {_steps(profile.crisis_escalation)}. Hilfe mit Telefonnummern bekommt die Person sofort."
    on_call = "; bei Krisen jede Stunde, denn jemand hat Bereitschaft" if profile.crisis_escalation.any_hour else ""
    yield f"Gezählt wird nur Bürozeit{on_call}."
    yield "Gewalt geht nur an die Schutzperson und wird ihr wiederholt. Auf niemandes Urlaub wird gewartet."
    yield _gathered(profile)


def _gathered(profile: Profile) -> str:
    if not profile.digest.kinds or not profile.digest.at:
        return "Jeder Hinweis kommt sofort; nichts wird gesammelt."
    kinds = ", ".join(sorted(_ALERTS[kind] for kind in profile.digest.kinds))
    return f"Gesammelt, um {' und '.join(_clock(at) for at in profile.digest.at)}: {kinds}. Alles andere kommt sofort."


def _steps(steps: Escalation) -> str:
    return (
        f"nach {_span(steps.substitute)} die Vertretung, nach {_span(steps.coordinator)} die Leitung, ihr dann nach je "
        f"{_span(steps.again)} noch einmal"
    )


def _lock_screen(profile: Profile) -> Iterator[str]:
    finding = lock_screen.inspect(profile)
    yield (
        f"Geprüft: {finding.texts} Texte × {finding.languages} Sprachen × {finding.channels} Kanäle, "
        f"{len(finding.hits)} Treffer für Wörter, die niemand auf dem Handy sehen soll."
    )
    yield f"Eigene Wörter des Profils: {', '.join(profile.revealing)}."


def _open(profile: Profile, file: File) -> Iterator[str]:
    if profile.name == DEMO:
        yield "Nichts: Es bleibt ein Beispiel."
        return
    invented = [key for key in ("mail", "officer") if is_invented(profile.carrier[key])]
    if invented:
        keys = ", ".join(f"carrier.{key}" for key in invented)
        yield f"{keys}: erfundene Adresse. Unter [carrier] die eigenen Angaben eintragen, alle fünf."
    if file.works_council is None:
        yield (
            "[works_council] fehlt. Einzutragen ist die Vereinbarung mit dem Betriebsrat über das Zugriffsprotokoll "
            "(agreement, date, kept), oder wer wann festgestellt hat, dass es keinen gibt (there_is_none, decided_by, "
            "date)."
        )
    yield "Gelöscht wird noch nichts von selbst; bis dahin bedient dieses Profil niemanden."


def is_invented(address: str) -> bool:
    """Whether a mail address is one of those kept for examples (RFC 2606)."""
    host = address.rpartition("@")[2].lower()
    return host.endswith((".example", "example.org", "example.com", "example.net", ".invalid", ".test"))


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02} Uhr"


def _span(length: timedelta) -> str:
    minutes = round(length / timedelta(minutes=1))
    if minutes % 60:
        return f"{minutes} Minuten"
    return "1 Stunde" if minutes == 60 else f"{minutes // 60} Stunden"
