"""The access concept (S1:778) in German, printed from the table that is enforced: Markdown, or a page to print.

German only, as all papers that somebody signs for the carrier (see `explaining.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import typer
from flows.rules.access import HELD_FOR, POLICY, Actor, Operation, Relation, Rule
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.profile import load_profile
from bot.settings import Settings, SettingsError
from bot.terminal import errors_in_words

ACTORS: Final = {
    Actor.ANONYMOUS: ("Unbekannt", "wer keinen oder noch keinen Zugang hat"),
    Actor.PARTICIPANT: ("Teilnehmende", "der junge Mensch im Programm"),
    Actor.GUARDIAN: ("Sorgeberechtigte", "Eltern oder Vormund einer minderjährigen Person; rechtliche Betreuung"),
    Actor.CONTACT: ("Außenkontakt", "zum Beispiel Praxisanleitung im Betrieb"),
    Actor.CASEWORKER: ("Fachkraft", "begleitet Teilnehmende und bekommt ihre Meldungen"),
    Actor.SUBSTITUTE: ("Vertretung", "eine Fachkraft gegenüber Teilnehmenden einer abwesenden Kollegin oder Kollegen"),
    Actor.COORDINATOR: ("Koordination", "verantwortet das Programm; bekommt, was sonst niemand angesehen hat"),
    Actor.PROTECTION: ("Schutzperson", "bekommt Meldungen über Gewalt, sonst nichts"),
    Actor.DPO: ("Datenschutzbeauftragte", "prüft Zugriffe, liest keine Inhalte"),
    Actor.OPERATOR: ("Betrieb", "betreut Rechner und Datenbank"),
    Actor.AUDITOR: ("Revision", "prüft, dass nichts verändert wurde"),
    Actor.SYSTEM: ("Programm", "was ohne Menschen läuft"),
}
RELATIONS: Final = {
    Relation.SELF: ("selbst", "es geht um die eigenen Daten"),
    Relation.WARD: (
        "anvertraut",
        "minderjährig, oder rechtlich betreut in einem Bereich; mit gesperrtem Kontakt endet es sofort",
    ),
    Relation.ASSIGNED: ("zugeordnet", "ist für die Person eingeteilt"),
    Relation.FORMERLY_ASSIGNED: ("früher zugeordnet", "war es und ist es nicht mehr"),
    Relation.SUBSTITUTE_ACTIVE: ("Vertretung jetzt", "von der ersten bis zur letzten Sekunde der Abwesenheit"),
    Relation.SUBSTITUTE_NOT_YET: ("Vertretung noch nicht", "benannt, die Abwesenheit hat nicht begonnen"),
    Relation.SUBSTITUTE_EXPIRED: ("Vertretung vorbei", "die Abwesenheit ist zu Ende"),
    Relation.TOLD: ("zuerst benachrichtigt", "hat den Hinweis als erste bekommen"),
    Relation.HANDED: ("weitergegeben", "hat den Hinweis bekommen, weil niemand hingesehen hat oder auf Bitte"),
    Relation.SAME_PROGRAMME: ("gleiches Programm", "sonst keine Beziehung"),
    Relation.OTHER_PROGRAMME: ("anderes Programm", "sonst keine Beziehung"),
    Relation.OTHER_CARRIER: ("anderer Träger", "eine andere Installation mit eigenem Schlüssel: hier unbekannt"),
    Relation.NO_ONE: ("ohne Inhalte", "es geht um niemandes Inhalte, höchstens um Kennungen"),
}
OPERATIONS: Final = {
    Operation.CHAT: "Das eigene Gespräch führen",
    Operation.ASK_STAFF: "An die Ansprechperson schreiben oder um Anruf bitten",
    Operation.REPORT_OWN: "Sich selbst abmelden, verspäten, zurückmelden",
    Operation.DECIDE_CONSENT: "Einwilligen, ablehnen, widerrufen",
    Operation.READ_OWN_PAGE: "Den eigenen Verlauf lesen",
    Operation.LINK_PHONE: "Geräte und Kanäle verbinden und trennen",
    Operation.SEE_READERS: "Sehen, wer die eigenen Daten gesehen hat",
    Operation.READ_OWN_DATA: "Die eigenen Daten, Einwilligungen und Belege nachlesen",
    Operation.ANSWER_APPOINTMENT: "Zu einem eigenen Termin zusagen, verlegen wollen, da sein",
    Operation.REMIND_SELF: "Sich selbst an etwas erinnern lassen, das nachlesen und löschen",
    Operation.ASK_LEAVE: "Urlaub beantragen, ändern, zurücknehmen und den eigenen nachlesen",
    Operation.STRIKE_NOTES: "Streichen, was andere aus einer Notiz nicht lesen sollen",
    Operation.LOCK_PAGE: "Die eigene Seite mit einer PIN verschließen",
    Operation.REPORT_FOR_WARD: "Ein Kind abmelden",
    Operation.DECIDE_FOR_WARD: "Neben der Person einwilligen oder ablehnen",
    Operation.END_FOR_WARD: "Für die Person widerrufen, die eigene Zustimmung zurücknehmen",
    Operation.READ_BESIDE: "Belege über das lesen, was neben der Person entschieden wurde",
    Operation.RECORD_REPORT: "Eine Meldung für jemanden aufnehmen",
    Operation.WRITE_TO: "Jemandem schreiben oder antworten",
    Operation.READ_ALERT: "Einen Hinweis mit Inhalt lesen",
    Operation.READ_ALARM: "Den Hinweis lesen, dass jemand vom Team viele außerhalb der eigenen Liste liest",
    Operation.ACKNOWLEDGE_ALERT: "Einen Hinweis als gesehen vermerken",
    Operation.SNOOZE_ALERT: "Einen Hinweis aufschieben",
    Operation.HAND_OVER_ALERT: "Eine Kollegin oder einen Kollegen bitten, einen Hinweis zu übernehmen",
    Operation.TAKE_ON_ALERT: "Um Übernahme eines Hinweises gebeten werden und ihn dann lesen",
    Operation.HAND_OVER_CASE: "Eine Person an eine andere Ansprechperson übergeben",
    Operation.RECEIVE_PROOF: "Einen Nachweis als angekommen vermerken",
    Operation.DECIDE_ABSENCE: "Einen Grund anerkennen, nachfragen, ablehnen; Fehlen ohne Grund bestätigen",
    Operation.SEE_UNDECIDED: "Die Liste der Meldungen lesen, über die noch niemand entschieden hat",
    Operation.READ_THREAD: "Nachlesen und durchsuchen, was geschrieben wurde",
    Operation.KEEP_NOTES: "Eine Notiz schreiben",
    Operation.RELEASE_MESSAGES: "Automatische Nachrichten nach einer Krise freigeben",
    Operation.SEE_PHONE_LIST: "Die Telefonliste mit Nummern sehen",
    Operation.NOTE_CALL: "Einen Anruf vermerken",
    Operation.HANDLE_INTAKE: "Eine Aufnahme lesen, nachfragen, berichtigen, annehmen",
    Operation.FETCH_CALENDAR: "Die eigenen Termine in den eigenen Kalender holen",
    Operation.ARRANGE: "Einen Termin planen, verlegen, absagen, vermerken",
    Operation.READ_APPOINTMENTS: "Die Liste der vereinbarten Termine mit Namen lesen",
    Operation.SEND_CERTIFICATE: "Ein Bild der Krankschreibung schicken",
    Operation.SEND_FOR_WARD: "Ein Bild der Krankschreibung eines Kindes schicken",
    Operation.READ_CERTIFICATE: "Das Bild einer Krankschreibung ansehen, bis die zwei Daten abgelesen sind",
    Operation.READ_DAY_SHEET: "Das Tagesblatt lesen: Termine, Abmeldungen, Offenes von heute",
    Operation.READ_CASE: "Die Seite zu einer Person lesen: Erreichbarkeit, Offenes, nächste Termine",
    Operation.READ_HISTORY: "Den Verlauf einer Person lesen: Meldungen, Termine, Urlaub, Erledigtes",
    Operation.PROVE_CONSENT: "Jede Einwilligung einer Person nachweisen: Text, Seiten, Ort in der Prüfspur",
    Operation.SEE_FIGURES: "Zahlen ohne Personen sehen",
    Operation.KEEP_ATTENDANCE: "Anwesenheit sehen und vermerken, Nachträge schreiben",
    Operation.SEE_MONTH: "Den Monat für die Agentur als Datei holen",
    Operation.SEE_OWN_MONTH: "Den eigenen Monat sehen und dazu etwas sagen",
    Operation.ARRANGE_BREAK: "Eine Pause eintragen oder beenden",
    Operation.KEEP_OWN_LEAVE: "Eigene Abwesenheit und Vertretung eintragen",
    Operation.KEEP_DATES: "Daten der Teilnahme eintragen und berichtigen",
    Operation.SET_COMPANY: "Eintragen, wer im Betrieb einen Satz zu einer Abmeldung lesen würde",
    Operation.DECIDE_LEAVE: "Über Urlaub entscheiden und lesen, wie viel da ist",
    Operation.KEEP_EXTRA_LEAVE: "Sehen und eintragen, ab wann jemand Zusatzurlaub hat",
    Operation.READ_TASKS: "Aufgaben zu jemandem lesen",
    Operation.TICK_TASK: "Eine Aufgabe als erledigt vermerken, wer da war, welche Kontakte es gab",
    Operation.RECORD_STANDING: "Einschätzung, rechtliche Betreuung, Kontaktsperre, Entbindung festhalten",
    Operation.ASK_CONSENT: "Um eine Einwilligung bitten, die gerade gebraucht wird",
    Operation.RECORD_SIGNATURE: "Eine unterschriebene Einwilligung festhalten",
    Operation.READ_PAPER: "Eine Einwilligung zum Unterschreiben drucken",
    Operation.INVITE: "Jemanden einladen",
    Operation.CUT_OFF_PHONE: "Ein verlorenes Gerät trennen",
    Operation.SEND_BROADCAST: "Eine Rundnachricht vorbereiten, freigeben, anhalten; den Stand sehen",
    Operation.APPROVE_BROADCAST: "Eine Rundnachricht als zweite Person freigeben oder zurückgeben",
    Operation.READ_BROADCAST: "Lesen, wen eine Rundnachricht nicht erreicht hat und wer was geantwortet hat",
    Operation.ANSWER_BROADCAST: "Auf eine Rundnachricht antworten",
    Operation.SEE_STAFF: "Die Liste des Teams sehen: Rolle, Zugang, Verpflichtung, letzte Rücksetzung",
    Operation.KEEP_STAFF: "Fachkräfte aufnehmen, Zugänge einrichten, zurücksetzen, beenden; Gruppe und Rolle ändern",
    Operation.ARRIVE: "Mit einem Code hereinkommen",
    Operation.GET_CRISIS_HELP: "Notrufnummern bekommen",
    Operation.RUN: "Das Programm starten (run, demo)",
    Operation.REHEARSE: "Gespräche proben (chat)",
    Operation.CHECK: "Die Installation prüfen (check)",
    Operation.MIGRATE: "Die Datenbank auf den neuen Stand bringen (migrate)",
    Operation.BACK_UP: "Sichern (backup, backup-key)",
    Operation.RESTORE: "Zurückspielen (restore)",
    Operation.VERIFY_AUDIT: "Die Prüfspur prüfen (audit verify)",
    Operation.LIST_OUTBOX: "Ausstehende Nachrichten ohne Text sehen (outbox list)",
    Operation.RESEND: "Eine Nachricht noch einmal senden lassen (outbox resend)",
    Operation.LIST_CALLS: "Die Telefonliste nach Kennungen sehen (phone-list)",
    Operation.PRINT_FIGURES: "Zahlen ohne Personen in Dateien schreiben (figures, absences)",
    Operation.PRINT_ATTENDANCE: "Den Monat für die Agentur in Dateien schreiben (attendance export)",
    Operation.LIST_ALERTS: "Ungesehene Hinweise ohne Inhalt sehen (alerts)",
    Operation.SET_DATES: "Daten der Teilnahme nach Kennung eintragen (dates)",
    Operation.SET_LEAVE: "Abwesenheit und Vertretung nach Kennung eintragen (staff away, staff back)",
    Operation.INVITE_BY_HANDLE: "Einen Einladungsbrief drucken (invite)",
    Operation.IMPORT_APPOINTMENTS: "Termine aus einer Datei übernehmen (import)",
    Operation.MAKE_LOGIN_LINK: "Im Beispiel: Anmelde-Links und Codes ausgeben (login-link, staff code)",
    Operation.ADD_STAFF: "Jemanden neu ins Team aufnehmen (staff add)",
    Operation.MAKE_ACCOUNT: "Einen Link ausgeben, mit dem jemand den eigenen Zugang einrichtet (staff account)",
    Operation.END_STAFF: "Jemanden ausscheiden lassen (staff leave)",
    Operation.GIVE_ROLE: "Jemandem vom Team eine andere Rolle geben (staff role)",
    Operation.READ_ACCESS_LOG: "Das Zugriffsprotokoll lesen (access log)",
    Operation.PRINT_CONCEPT: "Dieses Konzept drucken (access concept)",
    Operation.LIST_KEYS: "Versionen der Schlüssel sehen (keys list)",
    Operation.ROTATE_KEYS: "Schlüssel ersetzen (keys rotate)",
    Operation.SWITCH_CHANNEL: "Einen Kanal anhalten und wieder öffnen (halt, resume)",
    Operation.WRITE_PAPERS: "Die Unterlagen des Trägers schreiben (papers)",
    Operation.LIST_STAFF: "Zugänge und Verpflichtungen sehen (staff list)",
    Operation.RECORD_SECRECY: "Eine Verpflichtung eintragen (staff secrecy)",
    Operation.KEEP_BREACHES: "Eine Datenpanne eintragen und schließen (breach add, breach close)",
    Operation.READ_BREACHES: "Das Verzeichnis der Datenpannen und Briefe (breach list, breach letters)",
    Operation.SEE_AFFECTED: "Sehen, wessen Daten betroffen sind (breach affected)",
    Operation.FIRE_TIMERS: "Fristen auslösen",
    Operation.DELIVER: "Nachrichten zustellen",
    Operation.SIGN_AUDIT: "Die Prüfspur unterschreiben",
}
HEADINGS: Final = ("Vorgang", "Wer (in welcher Beziehung)", "Warum", "Protokoll")
TEMPLATES: Final = Path(__file__).parent.parent / "web" / "templates"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the concept: sentences, and a table below them if it has one (the first row is its head)."""

    title: str
    sentences: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def concept(carrier: str, outside_reads: int) -> list[Part]:
    """All of it, from the table as it is enforced now."""
    operations = tuple(_row(operation, POLICY[operation]) for operation in Operation if operation in POLICY)
    return [
        Part(f"Zugriffskonzept: {carrier}", tuple(_principles())),
        Part("Rollen", rows=(("Rolle", "Wer das ist"), *ACTORS.values())),
        Part("Beziehungen", rows=(("Beziehung", "Was das heißt"), *RELATIONS.values())),
        Part("Vorgänge", ("Was hier nicht steht, ist verboten.",), (HEADINGS, *operations)),
        Part("Was protokolliert wird", tuple(_logging())),
        Part("Alarm", tuple(_alarm(outside_reads))),
        Part("Ausscheiden", tuple(_leaving())),
    ]


def _principles() -> Iterator[str]:
    yield "Erzeugt aus der Tabelle, die das Programm bei jedem Zugriff befragt: python -m bot access concept."
    yield "Verboten ist, was nicht erlaubt ist. Die Rolle allein genügt nie; es kommt auf die Beziehung an, jetzt."
    yield "Eine Vertretung sieht offene Vorgänge, keine Vorgeschichte."
    yield "Die Koordination sieht Zahlen; Inhalte nur in Hinweisen, die an sie weitergegeben wurden."
    yield "Wer etwas nicht darf, bekommt immer denselben Satz; er verrät nicht, ob es die Person oder Sache gibt."


def _row(operation: Operation, rule: Rule) -> tuple[str, ...]:
    named = {actor: [RELATIONS[each][0] for each in Relation if (actor, each) in rule.pairs] for actor in Actor}
    who = "; ".join(f"{ACTORS[actor][0]} ({', '.join(relations)})" for actor, relations in named.items() if relations)
    return (OPERATIONS[operation], who, rule.reason, "ja" if rule.logged else "–")


def _logging() -> Iterator[str]:
    logged = ", ".join(f"„{OPERATIONS[operation]}“" for operation, rule in POLICY.items() if rule.logged)
    yield f"Jedes Mal ein Eintrag ohne Inhalt (wer, wessen Daten, welcher Vorgang, wann): {logged}."
    yield "Bei einer Aufnahme zählt das Lesen, bei Terminen die Liste mit Namen, bei Einwilligungen der Druck."
    yield (
        "Ein Hinweis gilt als gelesen, sobald er jemandem vorliegt; wer im Chat noch einmal hinsieht, steht nur einmal "
        "da. Auf den Seiten im Browser zählt jeder Blick."
    )
    yield "Auch jeder abgewiesene Versuch, bei dem es um eine bestimmte Person ging, wird festgehalten."
    yield "Die Datenbank lässt Einträge weder ändern noch löschen; die Prüfspur bindet jeden Eintrag (audit verify)."
    yield "Die Person sieht ihre Liste selbst („Wer hat meine Daten gesehen?“), Datenschutzbeauftragte mit access log."
    yield "Eine Rangliste oder Auswertung über Mitarbeitende gibt es nicht."


def _alarm(outside_reads: int) -> Iterator[str]:
    yield (
        f"Wer innerhalb von 24 Stunden Daten von {outside_reads} Personen außerhalb der eigenen Liste liest oder es "
        "versucht, fällt auf: Datenschutzbeauftragte bekommen einen Hinweis, einen am Tag, solange es so bleibt (im "
        "Profil duties.outside_reads, Einstellung access.outside_reads). Um wen es geht, erfährt sonst niemand. Die "
        "eigene Liste zählt nie, auch nicht die einer laufenden Vertretung."
    )


def _leaving() -> Iterator[str]:
    yield (
        "Mit staff leave enden Zugang, Sitzungen, Links, Codes und Adressen sofort, offene Seiten binnen fünf Sekunden."
    )
    yield (
        f"Offene Hinweise gehen weiter. Wer einen Hinweis vermerkt hat, darf noch {HELD_FOR // timedelta(days=1)} Tage "
        "darauf antworten, außer nach dem Ausscheiden."
    )


def as_markdown(parts: list[Part]) -> str:
    """The concept as Markdown."""
    return "\n".join(line for number, part in enumerate(parts) for line in _markdown(part, "##" if number else "#"))


def _markdown(part: Part, mark: str) -> Iterator[str]:
    yield from (f"{mark} {part.title}", "")
    for sentence in part.sentences:
        yield f"- {sentence}"
    if part.sentences:
        yield ""
    for number, row in enumerate(part.rows):
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
        if number == 0:
            yield f"|{'---|' * len(row)}"
    if part.rows:
        yield ""


def as_page(parts: list[Part]) -> str:
    """The concept as a page for itself, which needs nothing but a printer."""
    templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return templates.get_template("concept.html").render(parts=parts)


def print_concept(settings: Settings, file: Path | None) -> None:
    """Print it as Markdown, or write it as a page into a new file."""
    with errors_in_words():
        profile = load_profile(settings.profile)
        parts = concept(profile.carrier["name"], settings.access.outside_reads or profile.outside_reads)
        if file is None:
            typer.echo(as_markdown(parts))
            return
        if file.exists():
            raise SettingsError(f"--html: {file} exists already; name a new file")
        try:
            file.write_text(as_page(parts), "utf-8")
        except OSError as error:
            raise SettingsError(f"--html: {file} cannot be written ({error.strerror})") from None
    typer.echo(str(file))
