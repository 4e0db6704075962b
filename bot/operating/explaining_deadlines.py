"""Explains in German which deadlines and nudges hold, which do not, and what the carrier has to decide."""

from collections.abc import Iterator

from flows.rules.deadline_rows import TABLE
from flows.rules.deadlines import binding

from bot.profile_deadlines import Due

WHAT = {
    "possible": "Mitteilung nach der Zuweisung, ob die Teilnahme möglich ist: Arbeitstage (R21)",
    "show": "Bericht zeigen und besprechen, bevor er hinausgeht: Arbeitstage vorher (R27)",
    "next": "Was kommt danach, vor dem Ende eines Abschnitts: Tage vorher (R60)",
    "silence": "Freundliche Nachricht nach Stille: Tage (F40)",
    "silence_tell": "Ansprechperson erfährt von der Stille: Tage (F40)",
}


def deadlines(section: Due) -> Iterator[str]:
    """Whose rows bind, phases, numbers, own rows."""
    settings = section.deadlines
    rows = binding(TABLE, settings)
    source = f"der Quelle „{section.programme}“" if section.programme else "keiner Quelle mit Fristen"
    yield f"Dieses Profil folgt {source}; es gelten {len(rows)} Zeilen: {', '.join(sorted(row.key for row in rows))}."
    if section.off:
        yield f"Ausdrücklich aus: {', '.join(section.off)}."
    for part in section.phases:
        length = f"{part.weeks} Wochen" if part.weeks else "Ende trägt das Team ein"
        yield f"Abschnitt {part.name}: {length}."
    for name, what in WHAT.items():
        count = section.numbers.get(name)
        yield f"{what}: {count}." if count else f"{what}: aus."
    weeks = ", ".join(str(week) for week in section.check_in_weeks)
    yield f"Nach Arbeitsbeginn wird gefragt, wie es läuft: Woche {weeks} (R54)." if weeks else "Nachfragen (R54): aus."
    yield (
        f"Am ersten Tag ab {section.day_begins:%H:%M} Uhr: Aufgabe, Erinnerung nach {section.first_alarm_minutes} "
        "Minuten, um 12:00 und um 15:00 Uhr. Ob jemand da ist, sagt nur ein Mensch (R22)."
    )
    for one in section.own:
        yield f"Eigene Frist: {one.words['de']} ({one.source})"
