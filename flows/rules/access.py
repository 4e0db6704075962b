"""Who may do what with whose data: one table, deny by default (PRIVACY.md, "Access"; ADR 0018).

`POLICY` is what handlers, pages and operator commands ask, and what the access concept (S1:778) is printed from. Its
reasons are German: they are read by whoever signs the concept, never by a participant.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from flows.people import Role
from flows.rules.access_of_server import OF_SERVER, SUPERVISION, Pair, Rule, of_each, rule
from flows.rules.operations import Operation
from flows.rules.relations import HELD_FOR, OUTSIDE, STANDING_IN
from flows.rules.roles import Actor, Relation

__all__ = [
    "HELD_FOR", "OUTSIDE", "POLICY", "SEATS", "STANDING_IN", "Actor", "Operation", "Pair", "Relation", "Rule",
    "actor_of", "is_allowed", "permits",
]  # fmt: skip

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
_OFFICERS: Final = ((Actor.DPO, Relation.TOLD), (Actor.DPO, Relation.HANDED))
_CALLED_IN: Final = tuple(pair for pair in _HOLDERS if pair != (Actor.CASEWORKER, Relation.TOLD))
_USUAL_CALLED_IN: Final = tuple(pair for pair in _USUAL_HOLDERS if pair in _CALLED_IN)
_LEADS: Final = tuple(
    (Actor.COORDINATOR, relation)
    for relation in (Relation.SAME_PROGRAMME, Relation.SUBSTITUTE_ACTIVE, Relation.TOLD, Relation.HANDED)
)
_EVERYBODY: Final = of_each(Relation.SELF, (*_OUTSIDE_STAFF, *_STAFF))

POLICY: Final[Mapping[Operation, Rule]] = {
    Operation.CHAT: rule("Jede Person spricht nur für sich und liest nur, was an sie gerichtet ist.", *_EVERYBODY),
    Operation.ASK_STAFF: rule(
        "Wer begleitet wird, erreicht jederzeit einen Menschen.", *of_each(Relation.SELF, _OUTSIDE_STAFF)
    ),
    Operation.REPORT_OWN: rule(
        "Die eigene Meldung wird immer angenommen, auch ohne Einwilligung (R1).", (Actor.PARTICIPANT, Relation.SELF)
    ),
    Operation.DECIDE_CONSENT: rule(
        "Über eine Einwilligung entscheidet nur, wen sie betrifft.", *of_each(Relation.SELF, _OUTSIDE_STAFF)
    ),
    Operation.READ_OWN_PAGE: rule(
        "Den Verlauf eines Gesprächs sieht nur, wer es führt: niemand vom Team, keine Vertretung, kein Elternteil.",
        *of_each(Relation.SELF, _WITH_A_PAGE),
    ),
    Operation.LINK_PHONE: rule(
        "Geräte und Kanäle verbindet und trennt jede Person selbst.", *of_each(Relation.SELF, _WITH_A_PAGE)
    ),
    Operation.SEE_READERS: rule(
        "Wer die eigenen Daten gesehen hat, erfährt jede Person selbst. Eltern sehen die Liste ihres Kindes nicht: Da "
        "steht auch, wen es wegen Gewalt um Hilfe gebeten hat.",
        *of_each(Relation.SELF, _OUTSIDE_STAFF),
    ),
    Operation.READ_OWN_DATA: rule(
        "Was gespeichert ist und wozu sie Ja gesagt hat, liest jede Person selbst nach (F14, F70).",
        *of_each(Relation.SELF, _OUTSIDE_STAFF),
    ),
    Operation.ANSWER_APPOINTMENT: rule(
        "Zu einem Termin sagt nur etwas, wer selbst eingeladen ist (F23).", (Actor.PARTICIPANT, Relation.SELF)
    ),
    Operation.REMIND_SELF: rule(
        "Eigene Erinnerungen liest nur, wer sie sich gesetzt hat: niemand vom Team, kein Elternteil (F62a).",
        (Actor.PARTICIPANT, Relation.SELF),
    ),
    Operation.ASK_LEAVE: rule(
        "Urlaub beantragt, ändert und nimmt zurück nur, wer ihn haben möchte (F37).", (Actor.PARTICIPANT, Relation.SELF)
    ),
    Operation.STRIKE_NOTES: rule(
        "Was über jemanden notiert ist, streicht nur diese Person selbst; dann liest es nur, wer es schrieb (R58).",
        (Actor.PARTICIPANT, Relation.SELF),
    ),
    Operation.LOCK_PAGE: rule(
        "Die PIN einer Seite wählt und entfernt nur, wem die Seite gehört.",
        *of_each(Relation.SELF, (Actor.PARTICIPANT, Actor.GUARDIAN)),
    ),
    Operation.SEND_CERTIFICATE: rule(
        "Ein Bild der Krankschreibung schickt jede Person selbst, auf der eigenen Seite (F32).",
        (Actor.PARTICIPANT, Relation.SELF),
    ),
    Operation.REPORT_FOR_WARD: rule(
        "Sorgeberechtigte melden ihr Kind ab, solange es nicht volljährig ist; mit gesperrtem Kontakt nicht (R20b).",
        (Actor.GUARDIAN, Relation.WARD),
    ),
    Operation.SEND_FOR_WARD: rule(
        "Ein Bild der Krankschreibung schickt auch, wer das Kind abmelden darf; ansehen kann es danach nur das Team "
        "(F32).",
        (Actor.GUARDIAN, Relation.WARD),
    ),
    Operation.DECIDE_FOR_WARD: rule(
        "Wer mitentscheiden muss, stimmt neben der Person zu: nur in den eigenen Bereichen, nach dem 18. Geburtstag "
        "und mit gesperrtem Kontakt nicht mehr (F12).",
        (Actor.GUARDIAN, Relation.WARD),
    ),
    Operation.END_FOR_WARD: rule(
        "Wer zustimmen musste, nimmt das auch zurück, in denselben Grenzen (F12, F15).",
        (Actor.GUARDIAN, Relation.WARD),
    ),
    Operation.READ_BESIDE: rule(
        "Belege über die eigene Mitentscheidung, nicht über die des Kindes; nur, solange es sie gibt (F12, F14).",
        (Actor.GUARDIAN, Relation.WARD),
    ),
    Operation.RECORD_REPORT: rule(
        "Eine Meldung, die telefonisch kommt, nimmt auf, wer an diesem Tag zuständig ist (R20b).", *_RESPONSIBLE[:2]
    ),
    Operation.WRITE_TO: rule(
        "Es schreibt, wer an diesem Tag zuständig ist, und wer einen Hinweis bekommen hat, den sonst niemand ansah.",
        *_RESPONSIBLE,
        *_CALLED_IN,
    ),
    Operation.READ_ALERT: rule(
        "Ein Hinweis geht an die zuständige Person und, wenn niemand hinsieht, an die nächste; Gewalt nur an die "
        "Schutzperson (R59).",
        *_RESPONSIBLE,
        *_HOLDERS,
        (Actor.COORDINATOR, Relation.ASSIGNED),
        (Actor.PROTECTION, Relation.ASSIGNED),
        (Actor.PROTECTION, Relation.SUBSTITUTE_ACTIVE),
        logged=True,
    ),
    Operation.READ_ALARM: rule(
        "Dass jemand vom Team viele Menschen außerhalb der eigenen Liste gelesen hat, erfährt nur, wer den Datenschutz "
        "prüft; ein Vergleich zwischen Fachkräften entsteht nie (F72).",
        *_OFFICERS,
    ),
    Operation.ACKNOWLEDGE_ALERT: rule(
        "„Gesehen“ sagt, wer diesen Hinweis bekommen hat; das zeigt nichts Neues und beendet nur das Weitergeben.",
        *_HOLDERS,
        *_OFFICERS,
    ),
    Operation.SNOOZE_ALERT: rule(
        "Aufschieben darf, wer den Hinweis hat; weitergegeben wird er trotzdem nach der Regel (F42).", *_USUAL_HOLDERS
    ),
    Operation.HAND_OVER_ALERT: rule(
        "Um Übernahme bittet, wer den Hinweis hat; bis jemand hinsieht, bleibt er auch dort (F42).", *_USUAL_HOLDERS
    ),
    Operation.TAKE_ON_ALERT: rule(
        "Gebeten wird, wer im gleichen Programm arbeitet oder vertritt; Gewalt wird nicht weitergegeben (R59).",
        (Actor.CASEWORKER, Relation.ASSIGNED),
        (Actor.CASEWORKER, Relation.FORMERLY_ASSIGNED),
        (Actor.CASEWORKER, Relation.SAME_PROGRAMME),
        (Actor.CASEWORKER, Relation.TOLD),
        (Actor.CASEWORKER, Relation.HANDED),
        *((Actor.SUBSTITUTE, relation) for relation in sorted(STANDING_IN)),
        *_LEADS,
    ),
    Operation.HAND_OVER_CASE: rule(
        "Einen Menschen übergibt, wer für ihn eingeteilt ist, oder die Koordination des Programms (F44, R57).",
        (Actor.CASEWORKER, Relation.ASSIGNED),
        *_LEADS,
        logged=True,
    ),
    Operation.RECEIVE_PROOF: rule(
        "Dass ein Nachweis da ist, vermerkt, wer ihn annehmen darf.", *_RESPONSIBLE, *_CALLED_IN
    ),
    Operation.READ_CERTIFICATE: rule(
        "Das Bild einer Krankschreibung sieht, wer sie annehmen darf: bis die zwei Daten abgelesen sind, höchstens so "
        "lange, wie das Profil sagt (F32).",
        *_RESPONSIBLE,
        *_USUAL_CALLED_IN,
        logged=True,
    ),
    Operation.DECIDE_ABSENCE: rule(
        "Ob ein Grund anerkannt wird, entscheidet ein Mensch: wer an diesem Tag zuständig ist oder den Hinweis "
        "übernommen hat (R6).",
        *_RESPONSIBLE,
        *_USUAL_CALLED_IN,
    ),
    Operation.SEE_UNDECIDED: rule(
        "Welche Gründe noch niemand anerkannt hat, liest, wer an diesem Tag zuständig ist (F33).",
        *_RESPONSIBLE,
        logged=True,
    ),
    Operation.READ_THREAD: rule(
        "Was geschrieben wurde, liest nach, wer zuständig ist: die Vertretung nur, was seit ihrem Beginn kam, die "
        "Schutzperson nur, was an sie ging; Notizen nur die eigene Ansprechperson (F43).",
        *_RESPONSIBLE,
        (Actor.PROTECTION, Relation.TOLD),
        (Actor.PROTECTION, Relation.HANDED),
        logged=True,
    ),
    Operation.KEEP_NOTES: rule(
        "Eine Notiz schreibt, wer an diesem Tag zuständig ist; die Person kann sie lesen (Art. 15 DSGVO).",
        *_RESPONSIBLE,
    ),
    Operation.RELEASE_MESSAGES: rule(
        "Nach einer Krise gibt frei, wer sich gekümmert hat (F45).", *_RESPONSIBLE, *_CALLED_IN
    ),
    Operation.SEE_PHONE_LIST: rule(
        "Die Telefonnummer sieht, wer an diesem Tag anrufen muss (F48).", *_RESPONSIBLE, logged=True
    ),
    Operation.NOTE_CALL: rule("Den Anruf vermerkt, wer ihn führen sollte (F48).", *_RESPONSIBLE),
    Operation.HANDLE_INTAKE: rule(
        "Die Aufnahme liest, fragt nach, berichtigt und nimmt an, wer an diesem Tag zuständig ist (F6).",
        *_RESPONSIBLE,
        *_CALLED_IN,
        logged=True,
    ),
    Operation.FETCH_CALENDAR: rule(
        "Die eigenen Termine holt jede Fachkraft in ihren Kalender, mit Zeichen statt Namen (F21).",
        *of_each(Relation.SELF, _STAFF),
    ),
    Operation.ARRANGE: rule(
        "Termine plant, verlegt, sagt ab und vermerkt, wer an diesem Tag zuständig ist (F21, F24, F26).",
        *_RESPONSIBLE,
        *_CALLED_IN,
    ),
    Operation.READ_APPOINTMENTS: rule(
        "Wer einen Termin vereinbart hat, liest Zeit und Namen, solange die Person bei ihr oder ihm ist (F27).",
        *_RESPONSIBLE,
        *_CALLED_IN,
        logged=True,
    ),
    Operation.READ_DAY_SHEET: rule(
        "Auf dem Tagesblatt steht, wer heute kommt, wer abgemeldet ist oder Urlaub hat und was offen blieb: nur für "
        "wen an diesem Tag zuständig ist (F27).",
        *_RESPONSIBLE,
        logged=True,
    ),
    Operation.READ_CASE: rule(
        "Was zu jemandem offen ist und als Nächstes kommt, liest, wer an diesem Tag zuständig ist (F84).",
        *_RESPONSIBLE,
        logged=True,
    ),
    Operation.READ_HISTORY: rule(
        "Was war, liest nur, wer die Person begleitet; eine Vertretung sieht keine Vorgeschichte (F84).",
        (Actor.CASEWORKER, Relation.ASSIGNED),
        logged=True,
    ),
    Operation.PROVE_CONSENT: rule(
        "Dass jemand eingewilligt hat, weist nach, wer den Datenschutz prüft: welcher Text, welche Seiten, wo in der "
        "Prüfspur; die Person sieht, dass nachgesehen wurde (Art. 7 Abs. 1 DSGVO).",
        (Actor.DPO, Relation.SAME_PROGRAMME),
        logged=True,
    ),
    Operation.SEE_FIGURES: rule(
        "Zahlen ohne Personen sieht, wer das Programm verantwortet; nie einzelne Fachkräfte im Vergleich (F28).",
        (Actor.COORDINATOR, Relation.SELF),
    ),
    Operation.KEEP_ATTENDANCE: rule("Anwesenheit führt, wer an diesem Tag zuständig ist.", *_RESPONSIBLE, logged=True),
    Operation.SEE_MONTH: rule(
        "Den Monat für die Agentur holt, wer das Programm verantwortet: Tage mit Kürzel, kein Grund (R20, R23).",
        (Actor.COORDINATOR, Relation.SELF),
        logged=True,
    ),
    Operation.SEE_OWN_MONTH: rule(
        "Den eigenen Monat sieht jede Person, bevor er hinausgeht, und sagt, was nicht stimmt (R27).",
        (Actor.PARTICIPANT, Relation.SELF),
    ),
    Operation.ARRANGE_BREAK: rule(
        "Eine Pause trägt ein und beendet, wer an diesem Tag zuständig ist (R62).", *_RESPONSIBLE
    ),
    Operation.KEEP_OWN_LEAVE: rule(
        "Wann jemand vom Team nicht da ist und wer vertritt, sagt die Person selbst (F42).",
        *of_each(Relation.SELF, _STAFF),
    ),
    Operation.KEEP_DATES: rule(
        "Eintritt, Abschnitte und Austritt trägt ein, wer an diesem Tag zuständig ist (F66).", *_RESPONSIBLE
    ),
    Operation.SET_COMPANY: rule(
        "An wen ein Satz an den Betrieb ginge, trägt ein, wer an diesem Tag zuständig ist; hinaus geht er nur mit dem "
        "Ja der Person zu genau diesem Satz (R20a).",
        *_RESPONSIBLE,
    ),
    Operation.DECIDE_LEAVE: rule(
        "Über Urlaub entscheidet, wer an diesem Tag zuständig ist oder den Hinweis hat; wie viel da ist, steht dabei.",
        *_RESPONSIBLE,
        *(pair for pair in _CALLED_IN if pair in _USUAL_HOLDERS),
        logged=True,
    ),
    Operation.KEEP_EXTRA_LEAVE: rule(
        "Zusatzurlaub, nur ab wann, sieht und trägt ein, wer die Person begleitet oder vertritt; nie die Koordination "
        "(R46).",
        *_RESPONSIBLE[:2],
        logged=True,
    ),
    Operation.READ_TASKS: rule(
        "Was zu tun ist, liest, wer an diesem Tag zuständig ist oder den Hinweis darauf hat; die Koordination liest, "
        "was sie selbst zu tun hat (F41).",
        *_RESPONSIBLE,
        *_CALLED_IN,
        (Actor.COORDINATOR, Relation.SELF),
        logged=True,
    ),
    Operation.TICK_TASK: rule(
        "Erledigt sagt, wer die Aufgabe lesen darf; mit Namen und Zeit (F41).",
        *_RESPONSIBLE,
        *_CALLED_IN,
        (Actor.COORDINATOR, Relation.SELF),
    ),
    Operation.RECORD_STANDING: rule(
        "Wer mitentscheidet, zu wem kein Kontakt sein darf und ob von der Schweigepflicht entbunden ist, hält fest, "
        "wer an diesem Tag zuständig ist (F12).",
        *_RESPONSIBLE,
    ),
    Operation.ASK_CONSENT: rule(
        "Um eine Einwilligung, die gerade gebraucht wird, bittet, wer an diesem Tag zuständig ist (F10).", *_RESPONSIBLE
    ),
    Operation.RECORD_SIGNATURE: rule(
        "Dass eine Einwilligung unterschrieben ist, hält fest, wer an diesem Tag zuständig ist (F11).", *_RESPONSIBLE
    ),
    Operation.READ_PAPER: rule(
        "Eine Einwilligung druckt zum Unterschreiben, wer an diesem Tag zuständig ist (F11).",
        *_RESPONSIBLE,
        logged=True,
    ),
    Operation.INVITE: rule("Einladen darf, wer an diesem Tag zuständig ist (R39).", *_RESPONSIBLE[:2]),
    Operation.CUT_OFF_PHONE: rule(
        "Ein verlorenes Gerät darf nicht warten, bis jemand aus dem Urlaub kommt (F7).", *_RESPONSIBLE[:2]
    ),
    Operation.SEND_BROADCAST: rule(
        "Rundnachrichten schreibt, startet und hält an, wer das Programm verantwortet; sichtbar sind Zahlen (F53).",
        (Actor.COORDINATOR, Relation.SELF),
    ),
    Operation.APPROVE_BROADCAST: rule(
        "Als zweite Person sieht eine Rundnachricht an, wer im Programm arbeitet und sie nicht geschrieben hat (F52).",
        *of_each(Relation.SELF, (Actor.COORDINATOR, Actor.CASEWORKER)),
    ),
    Operation.READ_BROADCAST: rule(
        "Wen eine Rundnachricht nicht erreicht hat und was geantwortet wurde, liest die Koordination (F53).",
        *_LEADS,
        logged=True,
    ),
    Operation.ANSWER_BROADCAST: rule(
        "Auf eine Rundnachricht antwortet, wer sie bekommen hat (F53).", (Actor.PARTICIPANT, Relation.SELF)
    ),
    Operation.SEE_STAFF: rule(
        "Wer hier arbeitet, in welcher Rolle, mit welchem Zugang und seit wann verpflichtet, sieht, wer das Programm "
        "verantwortet oder den Datenschutz prüft; keine Leistung, kein Vergleich.",
        *of_each(Relation.SELF, (Actor.COORDINATOR, Actor.DPO)),
    ),
    Operation.KEEP_STAFF: rule(
        "Zugänge von Fachkräften betreut, wer das Programm verantwortet. Koordination, Schutzperson und Datenschutz "
        "setzt nur der Betrieb ein: Niemand öffnet den Zugang der eigenen Aufsicht.",
        (Actor.COORDINATOR, Relation.SELF),
    ),
    Operation.ARRIVE: rule(
        "Wer einen gültigen Code hat, kommt herein; vor dem eigenen Ja steht nichts Persönliches da (F3).",
        (Actor.ANONYMOUS, Relation.NO_ONE),
    ),
    Operation.GET_CRISIS_HELP: rule(
        "Notrufnummern brauchen keinen Code und keine Einwilligung.", (Actor.ANONYMOUS, Relation.NO_ONE)
    ),
    **OF_SERVER,
}

SEATS: Final = SUPERVISION
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
