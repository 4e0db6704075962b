"""Rows of the access table about nobody's content: the server, papers, clocks; and what a row is (ADR 0018)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flows.rules.operations import Operation
from flows.rules.roles import Actor, Relation

Pair = tuple[Actor, Relation]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which pairs of role and relation may do it, and why. `logged`: each time leaves an entry in the access log."""

    pairs: frozenset[Pair]
    reason: str
    logged: bool = False


def rule(reason: str, *pairs: Pair, logged: bool = False) -> Rule:
    """A row of the table."""
    return Rule(frozenset(pairs), reason, logged)


def of_each(relation: Relation, actors: Iterable[Actor]) -> tuple[Pair, ...]:
    """Each of these roles in the same relation."""
    return tuple((actor, relation) for actor in actors)


SERVER: Final = (Actor.OPERATOR,)
SUPERVISION: Final = (Actor.OPERATOR, Actor.AUDITOR, Actor.DPO)

OF_SERVER: Final[Mapping[Operation, Rule]] = {
    Operation.RUN: rule("Der Betrieb startet und beendet das Programm.", *of_each(Relation.NO_ONE, SERVER)),
    Operation.REHEARSE: rule("Proben laufen mit erfundenen Menschen.", *of_each(Relation.NO_ONE, SERVER)),
    Operation.CHECK: rule("Die Prüfung der Installation zeigt keine Inhalte.", *of_each(Relation.NO_ONE, SUPERVISION)),
    Operation.MIGRATE: rule("Der Betrieb bringt die Datenbank auf den neuen Stand.", *of_each(Relation.NO_ONE, SERVER)),
    Operation.BACK_UP: rule(
        "Sicherungen sind verschlüsselt; den Schlüssel hat der Betrieb nicht am Rechner.",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.RESTORE: rule("Zurückspielen ist Sache des Betriebs.", *of_each(Relation.NO_ONE, SERVER)),
    Operation.VERIFY_AUDIT: rule(
        "Die Prüfspur enthält keine Inhalte; sie prüft auch, wer den Betrieb kontrolliert.",
        *of_each(Relation.NO_ONE, SUPERVISION),
    ),
    Operation.LIST_OUTBOX: rule(
        "Der Betrieb sieht Kennungen und Zustände von Nachrichten, nie ihren Text.", *of_each(Relation.NO_ONE, SERVER)
    ),
    Operation.RESEND: rule(
        "Der Betrieb lässt noch einmal senden, ohne den Text zu sehen.", *of_each(Relation.NO_ONE, SERVER)
    ),
    Operation.LIST_CALLS: rule(
        "Der Betrieb sieht Kennungen, keine Namen und keine Nummern.", *of_each(Relation.NO_ONE, SERVER)
    ),
    Operation.PRINT_FIGURES: rule(
        "Der Betrieb gibt der Leitung dieselben Zahlen als Datei; Personen stehen nicht darin (F28).",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.PRINT_ATTENDANCE: rule(
        "Der Betrieb legt den Monat als Datei für die Agentur ab: Tage mit Kürzel, kein Grund (R20, R38).",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.LIST_ALERTS: rule(
        "Der Betrieb sieht, wie lange Hinweise ungesehen sind und bei wem, nicht um wen und worum es geht.",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.SET_DATES: rule(
        "Der Betrieb überträgt Daten der Teilnahme aus einer Liste des Trägers; zu lesen bekommt er sie nicht.",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.SET_LEAVE: rule(
        "Der Betrieb trägt ein, dass jemand vom Team fehlt und wer vertritt, wenn die Person es nicht selbst kann.",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.INVITE_BY_HANDLE: rule(
        "Der Betrieb druckt einen Brief für eine Kennung, der niemanden nennt (F2).", *of_each(Relation.NO_ONE, SERVER)
    ),
    Operation.IMPORT_APPOINTMENTS: rule(
        "Der Betrieb übernimmt Termine aus Dateien; darin stehen Kennungen, und die Fachkraft erfährt es (F21).",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.MAKE_LOGIN_LINK: rule("Nur im Beispiel mit erfundenen Menschen.", *of_each(Relation.NO_ONE, SERVER)),
    Operation.ADD_STAFF: rule(
        "Wer neu im Team ist, trägt der Betrieb im Auftrag des Trägers ein: Name, Rolle, Durchwahl; ein Zugang ist das "
        "noch nicht.",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.MAKE_ACCOUNT: rule(
        "Der Betrieb gibt einen Link aus, der einmal gilt; Passwort und zweiten Faktor wählt die Person selbst.",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.END_STAFF: rule(
        "Wer ausscheidet, verliert sofort jeden Zugang; das darf nicht auf eine Fachkraft warten.",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.GIVE_ROLE: rule(
        "Rollen mit Aufsicht vergibt der Betrieb im Auftrag des Trägers, nicht das Team unter sich.",
        *of_each(Relation.NO_ONE, SERVER),
    ),
    Operation.READ_ACCESS_LOG: rule(
        "Zugriffe prüft die oder der Datenschutzbeauftragte; der Betrieb druckt sie nur in deren Auftrag.",
        *of_each(Relation.NO_ONE, (Actor.OPERATOR, Actor.DPO)),
        logged=True,
    ),
    Operation.PRINT_CONCEPT: rule("Die Regeln selbst sind kein Geheimnis.", *of_each(Relation.NO_ONE, SUPERVISION)),
    Operation.LIST_KEYS: rule(
        "Zu sehen sind Versionen und Alter der Schlüssel, nie ein Schlüssel.", *of_each(Relation.NO_ONE, SUPERVISION)
    ),
    Operation.ROTATE_KEYS: rule(
        "Der Betrieb ersetzt Schlüssel, ohne etwas Versiegeltes zu sehen.", *of_each(Relation.NO_ONE, SERVER)
    ),
    Operation.SWITCH_CHANNEL: rule(
        "Nach einem Vorfall muss ein Kanal sofort schweigen; das tut der Betrieb.", *of_each(Relation.NO_ONE, SERVER)
    ),
    Operation.WRITE_PAPERS: rule(
        "Die Unterlagen des Trägers entstehen aus dem Profil; Personen stehen nicht darin.",
        *of_each(Relation.NO_ONE, SUPERVISION),
    ),
    Operation.LIST_STAFF: rule(
        "Wer arbeitet hier und ist zur Verschwiegenheit verpflichtet: Kennungen und Tage, keine Namen.",
        *of_each(Relation.NO_ONE, SUPERVISION),
    ),
    Operation.RECORD_SECRECY: rule(
        "Die unterschriebene Verpflichtung trägt ein, wer die Zugänge betreut.", *of_each(Relation.NO_ONE, SERVER)
    ),
    Operation.KEEP_BREACHES: rule(
        "Eine Datenpanne trägt ein und schließt, wer sie bemerkt oder darüber wacht (Art. 33 DSGVO).",
        *of_each(Relation.NO_ONE, (Actor.OPERATOR, Actor.DPO)),
    ),
    Operation.READ_BREACHES: rule(
        "Das Verzeichnis der Datenpannen nennt niemanden; es lesen alle, die den Betrieb kontrollieren.",
        *of_each(Relation.NO_ONE, SUPERVISION),
    ),
    Operation.SEE_AFFECTED: rule(
        "Wessen Daten betroffen sind, steht da mit Kennung und Anzahl, ohne Inhalt; gebraucht für Art. 34 DSGVO.",
        *of_each(Relation.NO_ONE, (Actor.OPERATOR, Actor.DPO)),
    ),
    Operation.FIRE_TIMERS: rule(
        "Fristen und Erinnerungen laufen ohne Menschen, nach festen Regeln.", (Actor.SYSTEM, Relation.NO_ONE)
    ),
    Operation.DELIVER: rule(
        "Was beschlossen ist, stellt das Programm zu; niemand liest dabei mit.", (Actor.SYSTEM, Relation.NO_ONE)
    ),
    Operation.SIGN_AUDIT: rule("Die Prüfspur unterschreibt nachts das Programm.", (Actor.SYSTEM, Relation.NO_ONE)),
}
