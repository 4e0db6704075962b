"""What may go wrong, and what stands against it: each with the test or feature that answers it (PRIVACY.md)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Threat:
    """One threat; `answer` is what the program does, `proof` where it is tested ("": not built yet)."""

    name: str
    answer: str
    proof: str = ""


THREATS: Final = (
    Threat(
        "Gefälschte oder wiederholte Nachricht",
        "Geheimnis des Webhooks vor dem Lesen geprüft, jede Nachricht zählt einmal",
        "tests/channels/test_telegram_webhooks.py",
    ),
    Threat(
        "Codes werden geraten",
        "Prüfzeichen, gleiche Antwort auf jeden falschen Code, Grenzen je Absender und insgesamt",
        "tests/handlers/test_invitations.py",
    ),
    Threat(
        "Falsche Person verbunden",
        "Initialen und ein Ja vor allem Persönlichen",
        "tests/handlers/test_invitations.py",
    ),
    Threat(
        "Telefon gestohlen",
        "Ein Satz der Fachkraft trennt jedes Gerät sofort",
        "tests/transcripts/lost_phone.chat",
    ),
    Threat(
        "Daten anderer über einen Knopf",
        "Knöpfe tragen zufällige Kennungen, gebunden an Person und Handlung",
        "tests/storage/test_buttons.py",
    ),
    Threat(
        "Alte Knöpfe",
        "Nach einer Woche, nach Gebrauch und nach der Antwort ohne Wirkung",
        "tests/handlers/test_inbound.py",
    ),
    Threat(
        "Fachkraft außerhalb ihrer Zuordnung",
        "Eine Tabelle sagt, wer was darf (`bot access concept`); Fremdes und Unbekanntes klingen gleich",
        "tests/handlers/test_access_matrix.py",
    ),
    Threat(
        "Vertretung eine Sekunde zu spät",
        "Vertretung gilt vom ersten bis zum letzten Tag der Abwesenheit, geprüft bei jedem Tippen",
        "tests/handlers/test_access.py",
    ),
    Threat(
        "Ehemalige Mitarbeitende",
        "Mit dem Austritt enden Sitzungen, Links und Adressen sofort; Offenes geht an die Vertretung",
        "tests/handlers/test_access.py",
    ),
    Threat(
        "Präparierte Dateien",
        "Dateien werden nicht angenommen; ihre Bytes werden verworfen, bevor jemand sie öffnet",
        "tests/transcripts/file_where_none_is_expected.chat",
    ),
    Threat(
        "Eine Person flutet, Hinweise anderer warten",
        "Grenzen je Sitzung, dringende Nachrichten gehen vor",
        "tests/bot/web/test_limits.py",
    ),
    Threat(
        "Eingeschleuste Auszeichnung",
        "Alles wird als reiner Text gezeigt, strenge CSP",
        "tests/transcripts/markup.chat",
    ),
    Threat("Rundnachricht an die Falschen", "Es gibt noch keine Rundnachrichten", ""),
    Threat(
        "Datenbank oder Sicherung gestohlen",
        "Inhalte versiegelt je Person, Hauptschlüssel liegt nicht daneben, Sicherungen verschlüsselt",
        "tests/handlers/test_traces.py",
    ),
    Threat("Inhalte in Protokollen", "Nur erlaubte Felder werden protokolliert", "tests/bot/test_logs.py"),
    Threat("Uhr zurückgestellt", "Was fällig war, bleibt erledigt", "tests/faults/test_clocks.py"),
    Threat(
        "Doppelte Zustellung",
        "Jede Nachricht ist eine Zeile mit eigenem Schlüssel",
        "tests/faults/test_delivery_protocol.py",
    ),
    Threat(
        "Massenhaftes Lesen durch Mitarbeitende",
        "Jedes Lesen steht im Zugriffsprotokoll und ist der Person sichtbar; viel fremdes Lesen wird gemeldet",
        "tests/handlers/test_access.py",
    ),
    Threat(
        "Fremdes oder geliehenes Gerät",
        "„Dieses Gerät gehört mir nicht“: nichts wird gespeichert, Ende nach Minuten",
        "tests/bot/web/test_lent.py",
    ),
)
