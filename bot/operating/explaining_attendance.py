"""Explains in German how attendance is kept, when a month is locked, and what goes to the agency."""

from collections.abc import Iterator

from flows.rules.month import Code, Kind

from bot.profile_attendance import WEEKDAYS, Kept

GERMAN = dict(
    zip(WEEKDAYS, ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"), strict=True)
)
KINDS = {
    Kind.PROVEN: "krank mit Nachweis",
    Kind.OWN_WORD: "krank auf eigenes Wort",
    Kind.REASON: "wichtiger Grund",
    Kind.LEAVE: "Urlaub",
    Kind.UNEXCUSED: "unentschuldigt",
}


def attendance(section: Kept | None) -> Iterator[str]:
    """Days, hours, lock, statement, codes."""
    if section is None:
        yield "Anwesenheit wird hier nicht geführt (F35)."
        return
    days = ", ".join(GERMAN[day] for day in section.weekdays)
    breaks = " und ".join(str(one) for one in section.breaks_minutes) or "keine"
    hours = f"{section.begins:%H:%M} bis {section.ends:%H:%M} Uhr"
    yield f"Das Programm ist {days} von {hours}, Pausen (Minuten): {breaks}."
    if section.own_place_phases:
        named = ", ".join(section.own_place_phases)
        yield f"Geplant ist das nur in diesen Phasen: {named}; in anderen zählen nur Gruppentermine hier (R23)."
    yield (
        f"Gewarnt wird über {section.most_minutes} Minuten am Tag ohne Pausen, unter 18 über "
        f"{section.most_minutes_under_18} oder mit weniger als {section.breaks_minutes_under_18} Minuten Pause (R31)."
    )
    yield "Unentschuldigt ist nur, was ein Mensch so vermerkt hat; nichts wird überschrieben (F35)."
    when = "spätestens am 10. um 0:00 Uhr" if section.lock_on_tenth else "nur durch „übermittelt“"
    yield f"Ein Monat wird mit „übermittelt“ in der Datenbank gesperrt, {when}; danach gibt es nur Nachträge (R23)."
    if section.seen_before_export:
        silent = f"{section.silent_days} Tage nach dem Zeigen" if section.silent_days else "bis das Team darüber sprach"
        yield "Ohne dass die Person ihren Monat gesehen hat, geht er nicht hinaus (R27)."
        yield f"Wer schweigt, hält den eigenen Monat auf: {silent}."
    else:
        yield "Monate gehen hinaus, ohne dass die Person sie gesehen hat: Der Träger muss das begründen (R27)."
    yield f"Der 31. zählt in einem angebrochenen Monat {'' if section.count_31st else 'nicht '}mit (R25)."
    if not section.codes:
        yield "Es gibt keine Kürzel ([attendance.codes]): Der Export wird abgelehnt (R20)."
    for kind, code in section.codes.items():
        yield f"Kürzel für „{KINDS[kind]}“: {'wird nicht übermittelt' if code is Code.NOT else code}."
