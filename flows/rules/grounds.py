"""On what ground each kind of personal content is kept and each message is sent (PRIVACY.md, "Consent"; F16).

Statute, or the basis the profile states, carries the programme itself; consent carries the talk with the assistant. The
record of processing is printed from the same register.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Ground(StrEnum):
    """Why something personal may be touched or said."""

    PROGRAMME = "programme"
    """Taking part: the statute or the legal basis that the profile states (RULES.md, "Legal basis")."""
    RECORD = "record"
    """What has to be provable: consents, events, who has read (Art. 5 (2), 7 (1) GDPR)."""
    CONSENT = "consent"
    """A purpose of the consents, effective at that instant."""
    ANSWER = "answer"
    """Somebody's own words, and what they are answered."""
    NOTICE = "notice"
    """What somebody has to be told about their own rights: an end, a block, a device cut off."""
    HELP = "help"
    """Vital interests: crisis help needs no consent."""
    STAFF = "staff"
    """Those who work for the programme, or decide with somebody, are told what is their task."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of content: what it is, in German, as papers name it, and on which ground it is touched.

    With `purpose` the ground is consent: without it only the person's own words open it. `special`: it says something
    of a special category, which is kept on this ground beside the other (Art. 9 GDPR).
    """

    what: str
    ground: Ground
    purpose: str = ""
    special: str = ""


TALK: Final = "C1"
SICK_NOTES: Final = "C3"
REGISTER: Final[Mapping[str, Kept]] = {
    "people": Kept("Stammdaten", Ground.PROGRAMME),
    "addresses": Kept("Adressen der Kanäle", Ground.PROGRAMME),
    "invitations": Kept("Einladungen", Ground.PROGRAMME),
    "absences": Kept("Fehlzeiten und Nachweise", Ground.PROGRAMME),
    "certificates": Kept("Krankschreibungen: von und bis", Ground.PROGRAMME),
    "certificate_pages": Kept("Bilder von Krankschreibungen, bis sie angesehen sind", Ground.CONSENT, SICK_NOTES),
    "verdicts": Kept("Entscheidungen über Fehlzeiten", Ground.PROGRAMME),
    "thread": Kept("Nachrichten zwischen Person und Fachkräften, Notizen der Fachkräfte", Ground.PROGRAMME),
    "alerts": Kept("Hinweise an Fachkräfte", Ground.PROGRAMME),
    "intakes": Kept("Angaben der Aufnahme", Ground.PROGRAMME),
    "invitees": Kept("Teilnahme an Terminen", Ground.PROGRAMME),
    "participations": Kept("Daten der Teilnahme (Eintritt, Abschnitte, Austritt)", Ground.PROGRAMME),
    "tasks": Kept("Aufgaben und Fristen", Ground.PROGRAMME),
    "attendance_marks": Kept("Anwesenheit", Ground.PROGRAMME),
    "attendance_words": Kept("Monatsübersicht: gezeigt, besprochen, Einwände, Nachträge", Ground.PROGRAMME),
    "attendance_closings": Kept("Monatsabschluss der Anwesenheit", Ground.PROGRAMME),
    "leave_steps": Kept("Urlaub: Anträge und Entscheidungen", Ground.PROGRAMME),
    "extra_leave": Kept(
        "Zusatzurlaub, nur ab wann",
        Ground.PROGRAMME,
        special="Art. 9 Abs. 2 Buchst. b DSGVO, § 208 SGB IX; nie für die Koordination",
    ),
    "accounts": Kept("Zugänge des Teams: Name, Passwort, zweiter Faktor", Ground.PROGRAMME),
    "pins": Kept("Zugangs-PIN", Ground.PROGRAMME),
    "removals": Kept("Löschaufträge an Messenger", Ground.PROGRAMME),
    "outbox": Kept("Nachrichten des Assistenten", Ground.PROGRAMME),
    "consents": Kept("Einwilligungen", Ground.RECORD),
    "events": Kept("Ereignisse", Ground.RECORD),
    "access_log": Kept("Zugriffe", Ground.RECORD),
    "broadcasts": Kept("Rundnachrichten: Text und Kreis", Ground.STAFF),
    "broadcast_replies": Kept("Antworten auf Rundnachrichten", Ground.CONSENT, TALK),
    "inbox": Kept("Nachrichten der Person", Ground.CONSENT, TALK),
    "own_reminders": Kept("Eigene Erinnerungen der Person", Ground.CONSENT, TALK),
    "conversations": Kept("Gespräche mit dem Assistenten", Ground.CONSENT, TALK),
}
"""Every table that holds something sealed for a person. What is not here cannot be sealed or opened."""
