"""Explains in German how leave is counted, what the carrier has decided there, and who sees what."""

from collections.abc import Iterator

from flows.rules.leave import FullMonth, Illness, Rounding

from bot.profile_leave import Leave

_ROUNDED = {
    Rounding.UP: "Bruchteile werden immer aufgerundet, einmal, auf die Summe",
    Rounding.HALF_UP: "Bruchteile werden ab einem halben Tag aufgerundet, kleinere fallen weg",
}
_MONTHS = {
    FullMonth.PARTICIPATION: "ein voller Monat zählt ab dem Tag des Eintritts",
    FullMonth.CALENDAR: "nur ganze Kalendermonate zählen",
}


def leave(section: Leave | None) -> Iterator[str]:
    """Entitlement, rounding, extra leave, illness in leave; or that nobody asks for leave here."""
    if section is None:
        yield "Urlaub gibt es hier nicht: Wer danach fragt, erfährt, wer weiterhilft."
        return
    days = f"{section.days_per_month:g}".replace(".", ",")
    yield f"{days} Tage je vollem Monat der Teilnahme; {_MONTHS[section.full_month]} (R41, R43)."
    yield f"{_ROUNDED[section.rounding]} (R42)."
    yield (
        f"Zusatzurlaub: {section.extra_days} Tage im Jahr, sonst anteilig je vollem Monat; "
        f"{_ROUNDED[section.extra_rounding]} (R44, R45). Gespeichert wird nur, ab wann; die Koordination sieht ihn nie "
        "(R46)."
    )
    if section.illness is Illness.GIVEN_BACK:
        yield "Tage mit Krankschreibung im Urlaub zählen nicht als Urlaub (§ 9 BUrlG)."
    else:
        yield "Tage mit Krankschreibung im Urlaub zählen als Urlaub."
    yield "Urlaub genehmigt immer ein Mensch. Wochenenden, Feiertage und freie Tage des Programms zählen nicht."
