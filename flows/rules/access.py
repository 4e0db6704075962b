"""Who may do what with whose data: one table, deny by default (PRIVACY.md, "Access"; ADR 0018).

`POLICY` is what handlers, pages and operator commands ask, and what the access concept (S1:778) is printed from. Its
reasons are German: they are read by whoever signs the concept, never by a participant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flows.people import Role
from flows.rules.operations import Operation
from flows.rules.relations import HELD_FOR, OUTSIDE, STANDING_IN
from flows.rules.roles import Actor, Relation

__all__ = [
    "HELD_FOR", "OUTSIDE", "POLICY", "SEATS", "STANDING_IN", "Actor", "Operation", "Pair", "Relation", "Rule",
    "actor_of", "is_allowed", "permits",
]  # fmt: skip

Pair = tuple[Actor, Relation]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which pairs of role and relation may do it, and why. `logged`: each time leaves an entry in the access log."""

    pairs: frozenset[Pair]
    reason: str
    logged: bool = False


_STAFF: Final = (Actor.CASEWORKER, Actor.COORDINATOR, Actor.PROTECTION, Actor.DPO)
_WITH_A_PAGE: Final = (Actor.PARTICIPANT, Actor.GUARDIAN, *_STAFF)
_OUTSIDE_STAFF: Final = (Actor.PARTICIPANT, Actor.GUARDIAN, Actor.CONTACT)
_RESPONSIBLE: Final = (
    (Actor.CASEWORKER, Relation.ASSIGNED),
    (Actor.SUBSTITUTE, Relation.SUBSTITUTE_ACTIVE),
    (Actor.COORDINATOR, Relation.SUBSTITUTE_ACTIVE),
)
_USUAL_HOLDERS: Final = (
    (Actor.CASEWORKER, Relation.TOLD),
    (Actor.CASEWORKER, Relation.HANDED),
    (Actor.COORDINATOR, Relation.TOLD),
    (Actor.COORDINATOR, Relation.HANDED),
)
_HOLDERS: Final = (*_USUAL_HOLDERS, (Actor.PROTECTION, Relation.TOLD), (Actor.PROTECTION, Relation.HANDED))
_CALLED_IN: Final = tuple(pair for pair in _HOLDERS if pair != (Actor.CASEWORKER, Relation.TOLD))
_USUAL_CALLED_IN: Final = tuple(pair for pair in _USUAL_HOLDERS if pair in _CALLED_IN)
_LEADS: Final = tuple(
    (Actor.COORDINATOR, relation)
    for relation in (Relation.SAME_PROGRAMME, Relation.SUBSTITUTE_ACTIVE, Relation.TOLD, Relation.HANDED)
)
_SERVER: Final = (Actor.OPERATOR,)
_SUPERVISION: Final = (Actor.OPERATOR, Actor.AUDITOR, Actor.DPO)


def _rule(reason: str, *pairs: Pair, logged: bool = False) -> Rule:
    return Rule(frozenset(pairs), reason, logged)


def _as(relation: Relation, actors: Iterable[Actor]) -> tuple[Pair, ...]:
    return tuple((actor, relation) for actor in actors)


_EVERYBODY: Final = _as(Relation.SELF, (*_OUTSIDE_STAFF, *_STAFF))

POLICY: Final[Mapping[Operation, Rule]] = {
    Operation.CHAT: _rule("Jede Person spricht nur für sich und liest nur, was an sie gerichtet ist.", *_EVERYBODY),
    Operation.ASK_STAFF: _rule(
        "Wer begleitet wird, erreicht jederzeit einen Menschen.", *_as(Relation.SELF, _OUTSIDE_STAFF)
    ),
    Operation.REPORT_OWN: _rule(
        "Die eigene Meldung wird immer angenommen, auch ohne Einwilligung (R1).", (Actor.PARTICIPANT, Relation.SELF)
    ),
    Operation.DECIDE_CONSENT: _rule(
        "Über eine Einwilligung entscheidet nur, wen sie betrifft.", *_as(Relation.SELF, _OUTSIDE_STAFF)
    ),
    Operation.READ_OWN_PAGE: _rule(
        "Den Verlauf eines Gesprächs sieht nur, wer es führt: niemand vom Team, keine Vertretung, kein Elternteil.",
        *_as(Relation.SELF, _WITH_A_PAGE),
    ),
    Operation.LINK_PHONE: _rule(
        "Geräte und Kanäle verbindet und trennt jede Person selbst.", *_as(Relation.SELF, _WITH_A_PAGE)
    ),
    Operation.SEE_READERS: _rule(
        "Wer die eigenen Daten gesehen hat, erfährt jede Person selbst. Eltern sehen die Liste ihres Kindes nicht: Da "
        "steht auch, wen es wegen Gewalt um Hilfe gebeten hat.",
        *_as(Relation.SELF, _OUTSIDE_STAFF),
    ),
    Operation.READ_OWN_DATA: _rule(
        "Was gespeichert ist und wozu sie Ja gesagt hat, liest jede Person selbst nach (F14, F70).",
        *_as(Relation.SELF, _OUTSIDE_STAFF),
    ),
    Operation.ANSWER_APPOINTMENT: _rule(
        "Zu einem Termin sagt nur etwas, wer selbst eingeladen ist (F23).", (Actor.PARTICIPANT, Relation.SELF)
    ),
    Operation.REMIND_SELF: _rule(
        "Eigene Erinnerungen liest nur, wer sie sich gesetzt hat: niemand vom Team, kein Elternteil (F62a).",
        (Actor.PARTICIPANT, Relation.SELF),
    ),
    Operation.ASK_LEAVE: _rule(
        "Urlaub beantragt, ändert und nimmt zurück nur, wer ihn haben möchte (F37).", (Actor.PARTICIPANT, Relation.SELF)
    ),
    Operation.LOCK_PAGE: _rule(
        "Die PIN einer Seite wählt und entfernt nur, wem die Seite gehört.",
        *_as(Relation.SELF, (Actor.PARTICIPANT, Actor.GUARDIAN)),
    ),
    Operation.REPORT_FOR_WARD: _rule(
        "Sorgeberechtigte melden ihr Kind ab, solange es nicht volljährig ist; mit gesperrtem Kontakt nicht (R20b).",
        (Actor.GUARDIAN, Relation.WARD),
    ),
    Operation.DECIDE_FOR_WARD: _rule(
        "Wer mitentscheiden muss, stimmt neben der Person zu: nur in den eigenen Bereichen, nach dem 18. Geburtstag "
        "und mit gesperrtem Kontakt nicht mehr (F12).",
        (Actor.GUARDIAN, Relation.WARD),
    ),
    Operation.END_FOR_WARD: _rule(
        "Wer zustimmen musste, nimmt das auch zurück, in denselben Grenzen (F12, F15).",
        (Actor.GUARDIAN, Relation.WARD),
    ),
    Operation.READ_BESIDE: _rule(
        "Belege über die eigene Mitentscheidung, nicht über die des Kindes; nur, solange es sie gibt (F12, F14).",
        (Actor.GUARDIAN, Relation.WARD),
    ),
    Operation.RECORD_REPORT: _rule(
        "Eine Meldung, die telefonisch kommt, nimmt auf, wer an diesem Tag zuständig ist (R20b).", *_RESPONSIBLE[:2]
    ),
    Operation.WRITE_TO: _rule(
        "Es schreibt, wer an diesem Tag zuständig ist, und wer einen Hinweis bekommen hat, den sonst niemand ansah.",
        *_RESPONSIBLE,
        *_CALLED_IN,
    ),
    Operation.READ_ALERT: _rule(
        "Ein Hinweis geht an die zuständige Person und, wenn niemand hinsieht, an die nächste; Gewalt nur an die "
        "Schutzperson (R59).",
        *_RESPONSIBLE,
        *_HOLDERS,
        (Actor.COORDINATOR, Relation.ASSIGNED),
        (Actor.PROTECTION, Relation.ASSIGNED),
        (Actor.PROTECTION, Relation.SUBSTITUTE_ACTIVE),
        logged=True,
    ),
    Operation.ACKNOWLEDGE_ALERT: _rule(
        "„Gesehen“ sagt, wer diesen Hinweis bekommen hat; das zeigt nichts Neues und beendet nur das Weitergeben.",
        *_HOLDERS,
    ),
    Operation.SNOOZE_ALERT: _rule(
        "Aufschieben darf, wer den Hinweis hat; weitergegeben wird er trotzdem nach der Regel (F42).", *_USUAL_HOLDERS
    ),
    Operation.HAND_OVER_ALERT: _rule(
        "Um Übernahme bittet, wer den Hinweis hat; bis jemand hinsieht, bleibt er auch dort (F42).", *_USUAL_HOLDERS
    ),
    Operation.TAKE_ON_ALERT: _rule(
        "Gebeten wird, wer im gleichen Programm arbeitet oder vertritt; Gewalt wird nicht weitergegeben (R59).",
        (Actor.CASEWORKER, Relation.ASSIGNED),
        (Actor.CASEWORKER, Relation.FORMERLY_ASSIGNED),
        (Actor.CASEWORKER, Relation.SAME_PROGRAMME),
        (Actor.CASEWORKER, Relation.TOLD),
        (Actor.CASEWORKER, Relation.HANDED),
        *((Actor.SUBSTITUTE, relation) for relation in sorted(STANDING_IN)),
        *_LEADS,
    ),
    Operation.HAND_OVER_CASE: _rule(
        "Einen Menschen übergibt, wer für ihn eingeteilt ist, oder die Koordination des Programms (F44, R57).",
        (Actor.CASEWORKER, Relation.ASSIGNED),
        *_LEADS,
        logged=True,
    ),
    Operation.RECEIVE_PROOF: _rule(
        "Dass ein Nachweis da ist, vermerkt, wer ihn annehmen darf.", *_RESPONSIBLE, *_CALLED_IN
    ),
    Operation.DECIDE_ABSENCE: _rule(
        "Ob ein Grund anerkannt wird, entscheidet ein Mensch: wer an diesem Tag zuständig ist oder den Hinweis "
        "übernommen hat (R6).",
        *_RESPONSIBLE,
        *_USUAL_CALLED_IN,
    ),
    Operation.SEE_UNDECIDED: _rule(
        "Welche Gründe noch niemand anerkannt hat, liest, wer an diesem Tag zuständig ist (F33).",
        *_RESPONSIBLE,
        logged=True,
    ),
    Operation.RELEASE_MESSAGES: _rule(
        "Nach einer Krise gibt frei, wer sich gekümmert hat (F45).", *_RESPONSIBLE, *_CALLED_IN
    ),
    Operation.SEE_PHONE_LIST: _rule(
        "Die Telefonnummer sieht, wer an diesem Tag anrufen muss (F48).", *_RESPONSIBLE, logged=True
    ),
    Operation.NOTE_CALL: _rule("Den Anruf vermerkt, wer ihn führen sollte (F48).", *_RESPONSIBLE),
    Operation.HANDLE_INTAKE: _rule(
        "Die Aufnahme liest, fragt nach, berichtigt und nimmt an, wer an diesem Tag zuständig ist (F6).",
        *_RESPONSIBLE,
        *_CALLED_IN,
        logged=True,
    ),
    Operation.FETCH_CALENDAR: _rule(
        "Die eigenen Termine holt jede Fachkraft in ihren Kalender, mit Zeichen statt Namen (F21).",
        *_as(Relation.SELF, _STAFF),
    ),
    Operation.ARRANGE: _rule(
        "Termine plant, verlegt, sagt ab und vermerkt, wer an diesem Tag zuständig ist (F21, F24, F26).",
        *_RESPONSIBLE,
        *_CALLED_IN,
    ),
    Operation.READ_APPOINTMENTS: _rule(
        "Wer einen Termin vereinbart hat, liest Zeit und Namen, solange die Person bei ihr oder ihm ist (F27).",
        *_RESPONSIBLE,
        *_CALLED_IN,
        logged=True,
    ),
    Operation.READ_DAY_SHEET: _rule(
        "Auf dem Tagesblatt steht, wer heute kommt, wer abgemeldet ist und was offen blieb: nur für wen an diesem Tag "
        "zuständig ist (F27).",
        *_RESPONSIBLE,
        logged=True,
    ),
    Operation.SEE_FIGURES: _rule(
        "Zahlen ohne Personen sieht, wer das Programm verantwortet; nie einzelne Fachkräfte im Vergleich (F28).",
        (Actor.COORDINATOR, Relation.SELF),
    ),
    Operation.ARRANGE_BREAK: _rule(
        "Eine Pause trägt ein und beendet, wer an diesem Tag zuständig ist (R62).", *_RESPONSIBLE
    ),
    Operation.KEEP_OWN_LEAVE: _rule(
        "Wann jemand vom Team nicht da ist und wer vertritt, sagt die Person selbst (F42).", *_as(Relation.SELF, _STAFF)
    ),
    Operation.KEEP_DATES: _rule(
        "Eintritt, Abschnitte und Austritt trägt ein, wer an diesem Tag zuständig ist (F66).", *_RESPONSIBLE
    ),
    Operation.DECIDE_LEAVE: _rule(
        "Über Urlaub entscheidet, wer an diesem Tag zuständig ist oder den Hinweis hat; wie viel da ist, steht dabei.",
        *_RESPONSIBLE,
        *(pair for pair in _CALLED_IN if pair in _USUAL_HOLDERS),
        logged=True,
    ),
    Operation.KEEP_EXTRA_LEAVE: _rule(
        "Zusatzurlaub, nur ab wann, sieht und trägt ein, wer die Person begleitet oder vertritt; nie die Koordination "
        "(R46).",
        *_RESPONSIBLE[:2],
        logged=True,
    ),
    Operation.READ_TASKS: _rule(
        "Was zu tun ist, liest, wer an diesem Tag zuständig ist oder den Hinweis darauf hat; die Koordination liest, "
        "was sie selbst zu tun hat (F41).",
        *_RESPONSIBLE,
        *_CALLED_IN,
        (Actor.COORDINATOR, Relation.SELF),
        logged=True,
    ),
    Operation.TICK_TASK: _rule(
        "Erledigt sagt, wer die Aufgabe lesen darf; mit Namen und Zeit (F41).",
        *_RESPONSIBLE,
        *_CALLED_IN,
        (Actor.COORDINATOR, Relation.SELF),
    ),
    Operation.RECORD_STANDING: _rule(
        "Wer mitentscheidet, zu wem kein Kontakt sein darf und ob von der Schweigepflicht entbunden ist, hält fest, "
        "wer an diesem Tag zuständig ist (F12).",
        *_RESPONSIBLE,
    ),
    Operation.ASK_CONSENT: _rule(
        "Um eine Einwilligung, die gerade gebraucht wird, bittet, wer an diesem Tag zuständig ist (F10).", *_RESPONSIBLE
    ),
    Operation.RECORD_SIGNATURE: _rule(
        "Dass eine Einwilligung unterschrieben ist, hält fest, wer an diesem Tag zuständig ist (F11).", *_RESPONSIBLE
    ),
    Operation.READ_PAPER: _rule(
        "Eine Einwilligung druckt zum Unterschreiben, wer an diesem Tag zuständig ist (F11).",
        *_RESPONSIBLE,
        logged=True,
    ),
    Operation.INVITE: _rule("Einladen darf, wer an diesem Tag zuständig ist (R39).", *_RESPONSIBLE[:2]),
    Operation.CUT_OFF_PHONE: _rule(
        "Ein verlorenes Gerät darf nicht warten, bis jemand aus dem Urlaub kommt (F7).", *_RESPONSIBLE[:2]
    ),
    Operation.ARRIVE: _rule(
        "Wer einen gültigen Code hat, kommt herein; vor dem eigenen Ja steht nichts Persönliches da (F3).",
        (Actor.ANONYMOUS, Relation.NO_ONE),
    ),
    Operation.GET_CRISIS_HELP: _rule(
        "Notrufnummern brauchen keinen Code und keine Einwilligung.", (Actor.ANONYMOUS, Relation.NO_ONE)
    ),
    Operation.RUN: _rule("Der Betrieb startet und beendet das Programm.", *_as(Relation.NO_ONE, _SERVER)),
    Operation.REHEARSE: _rule("Proben laufen mit erfundenen Menschen.", *_as(Relation.NO_ONE, _SERVER)),
    Operation.CHECK: _rule("Die Prüfung der Installation zeigt keine Inhalte.", *_as(Relation.NO_ONE, _SUPERVISION)),
    Operation.MIGRATE: _rule("Der Betrieb bringt die Datenbank auf den neuen Stand.", *_as(Relation.NO_ONE, _SERVER)),
    Operation.BACK_UP: _rule(
        "Sicherungen sind verschlüsselt; den Schlüssel hat der Betrieb nicht am Rechner.",
        *_as(Relation.NO_ONE, _SERVER),
    ),
    Operation.RESTORE: _rule("Zurückspielen ist Sache des Betriebs.", *_as(Relation.NO_ONE, _SERVER)),
    Operation.VERIFY_AUDIT: _rule(
        "Die Prüfspur enthält keine Inhalte; sie prüft auch, wer den Betrieb kontrolliert.",
        *_as(Relation.NO_ONE, _SUPERVISION),
    ),
    Operation.LIST_OUTBOX: _rule(
        "Der Betrieb sieht Kennungen und Zustände von Nachrichten, nie ihren Text.", *_as(Relation.NO_ONE, _SERVER)
    ),
    Operation.RESEND: _rule(
        "Der Betrieb lässt noch einmal senden, ohne den Text zu sehen.", *_as(Relation.NO_ONE, _SERVER)
    ),
    Operation.LIST_CALLS: _rule(
        "Der Betrieb sieht Kennungen, keine Namen und keine Nummern.", *_as(Relation.NO_ONE, _SERVER)
    ),
    Operation.PRINT_FIGURES: _rule(
        "Der Betrieb gibt der Leitung dieselben Zahlen als Datei; Personen stehen nicht darin (F28).",
        *_as(Relation.NO_ONE, _SERVER),
    ),
    Operation.LIST_ALERTS: _rule(
        "Der Betrieb sieht, wie lange Hinweise ungesehen sind und bei wem, nicht um wen und worum es geht.",
        *_as(Relation.NO_ONE, _SERVER),
    ),
    Operation.SET_DATES: _rule(
        "Der Betrieb überträgt Daten der Teilnahme aus einer Liste des Trägers; zu lesen bekommt er sie nicht.",
        *_as(Relation.NO_ONE, _SERVER),
    ),
    Operation.SET_LEAVE: _rule(
        "Der Betrieb trägt ein, dass jemand vom Team fehlt und wer vertritt, wenn die Person es nicht selbst kann.",
        *_as(Relation.NO_ONE, _SERVER),
    ),
    Operation.INVITE_BY_HANDLE: _rule(
        "Der Betrieb druckt einen Brief für eine Kennung, der niemanden nennt (F2).", *_as(Relation.NO_ONE, _SERVER)
    ),
    Operation.IMPORT_APPOINTMENTS: _rule(
        "Der Betrieb übernimmt Termine aus Dateien; darin stehen Kennungen, und die Fachkraft erfährt es (F21).",
        *_as(Relation.NO_ONE, _SERVER),
    ),
    Operation.MAKE_LOGIN_LINK: _rule(
        "Nur im Beispiel mit erfundenen Menschen, solange es die Anmeldung des Teams nicht gibt.",
        *_as(Relation.NO_ONE, _SERVER),
    ),
    Operation.END_STAFF: _rule(
        "Wer ausscheidet, verliert sofort jeden Zugang; das darf nicht auf eine Fachkraft warten.",
        *_as(Relation.NO_ONE, _SERVER),
    ),
    Operation.READ_ACCESS_LOG: _rule(
        "Zugriffe prüft die oder der Datenschutzbeauftragte; der Betrieb druckt sie nur in deren Auftrag.",
        *_as(Relation.NO_ONE, (Actor.OPERATOR, Actor.DPO)),
        logged=True,
    ),
    Operation.PRINT_CONCEPT: _rule("Die Regeln selbst sind kein Geheimnis.", *_as(Relation.NO_ONE, _SUPERVISION)),
    Operation.LIST_KEYS: _rule(
        "Zu sehen sind Versionen und Alter der Schlüssel, nie ein Schlüssel.", *_as(Relation.NO_ONE, _SUPERVISION)
    ),
    Operation.ROTATE_KEYS: _rule(
        "Der Betrieb ersetzt Schlüssel, ohne etwas Versiegeltes zu sehen.", *_as(Relation.NO_ONE, _SERVER)
    ),
    Operation.SWITCH_CHANNEL: _rule(
        "Nach einem Vorfall muss ein Kanal sofort schweigen; das tut der Betrieb.", *_as(Relation.NO_ONE, _SERVER)
    ),
    Operation.WRITE_PAPERS: _rule(
        "Die Unterlagen des Trägers entstehen aus dem Profil; Personen stehen nicht darin.",
        *_as(Relation.NO_ONE, _SUPERVISION),
    ),
    Operation.LIST_STAFF: _rule(
        "Wer arbeitet hier und ist zur Verschwiegenheit verpflichtet: Kennungen und Tage, keine Namen.",
        *_as(Relation.NO_ONE, _SUPERVISION),
    ),
    Operation.RECORD_SECRECY: _rule(
        "Die unterschriebene Verpflichtung trägt ein, wer die Zugänge betreut.", *_as(Relation.NO_ONE, _SERVER)
    ),
    Operation.KEEP_BREACHES: _rule(
        "Eine Datenpanne trägt ein und schließt, wer sie bemerkt oder darüber wacht (Art. 33 DSGVO).",
        *_as(Relation.NO_ONE, (Actor.OPERATOR, Actor.DPO)),
    ),
    Operation.READ_BREACHES: _rule(
        "Das Verzeichnis der Datenpannen nennt niemanden; es lesen alle, die den Betrieb kontrollieren.",
        *_as(Relation.NO_ONE, _SUPERVISION),
    ),
    Operation.SEE_AFFECTED: _rule(
        "Wessen Daten betroffen sind, steht da mit Kennung und Anzahl, ohne Inhalt; gebraucht für Art. 34 DSGVO.",
        *_as(Relation.NO_ONE, (Actor.OPERATOR, Actor.DPO)),
    ),
    Operation.FIRE_TIMERS: _rule(
        "Fristen und Erinnerungen laufen ohne Menschen, nach festen Regeln.", (Actor.SYSTEM, Relation.NO_ONE)
    ),
    Operation.DELIVER: _rule(
        "Was beschlossen ist, stellt das Programm zu; niemand liest dabei mit.", (Actor.SYSTEM, Relation.NO_ONE)
    ),
    Operation.SIGN_AUDIT: _rule("Die Prüfspur unterschreibt nachts das Programm.", (Actor.SYSTEM, Relation.NO_ONE)),
}

SEATS: Final = _SUPERVISION
"""Whose commands an account at the server may give (`access.seat`)."""


def actor_of(role: Role, relation: Relation) -> Actor:
    """In which role somebody acts towards a person they stand in this relation to."""
    if role is Role.CASEWORKER and relation in STANDING_IN:
        return Actor.SUBSTITUTE
    return Actor(role.value)


def is_allowed(actor: Actor, operation: Operation, relation: Relation) -> bool:
    """Whether the table allows it; what it does not name is denied."""
    rule = POLICY.get(operation)
    return rule is not None and (actor, relation) in rule.pairs


def permits(role: Role, operation: Operation, relations: Iterable[Relation]) -> bool:
    """Whether somebody in this role, standing to the person in these relations, may do it."""
    return any(is_allowed(actor_of(role, relation), operation, relation) for relation in relations)
