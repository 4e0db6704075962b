"""Explains in German who sends broadcasts, who looks at them before, and what an emergency passes."""

from collections.abc import Iterator

from bot.profile_broadcasts import Broadcasts


def broadcasts(section: Broadcasts) -> Iterator[str]:
    """Second person, cooling time, quiet hours, emergencies."""
    yield "Rundnachrichten schreibt die Koordination; der Kreis steht fest, sobald sie freigegeben ist (F50)."
    above = section.second_person_above
    if above:
        yield f"Bei mehr als {above} Menschen sieht eine zweite Person sie an, vorher geht nichts hinaus (F52)."
    else:
        yield "Jede Rundnachricht sieht eine zweite Person an, vorher geht nichts hinaus (F52)."
    yield "Namen und Krankheiten im Text werden angemerkt; dann entscheidet immer eine zweite Person (F51)."
    minutes = section.cooling_minutes
    if minutes:
        yield f"Nach der Freigabe lässt sie sich {minutes} Minuten lang zurückholen, ohne dass jemand sie bekommt."
    else:
        yield "Nach der Freigabe geht sie sofort hinaus; angehalten werden kann sie dann noch."
    yield "Ruhezeiten, Sonntage, Feiertage und Pausen gelten auch für sie; es läuft immer nur eine."
    yield (
        "Eilinfos (Haus zu, heute woanders) haben feste Texte in jeder Sprache und gehen sofort hinaus, auch nachts; "
        "wer heute abwesend gemeldet ist, bekommt keine, wer nicht erreicht wird, steht auf der Telefonliste (F54)."
    )
