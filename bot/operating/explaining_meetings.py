"""Explains in German when people are reminded of appointments, and how much they get that nobody asked for."""

from collections.abc import Iterator, Sequence

from bot.profile_meetings import Meetings
from bot.profile_staff_day import Day


def meetings(section: Meetings) -> Iterator[str]:
    """What comes before an appointment, on the day itself, after a miss, and at most."""
    yield (
        f"An einen Termin wird {_days(section.remind_days_before)} vorher um {section.remind_at:%H:%M} Uhr erinnert"
        f"{_far(section)}."
    )
    yield (
        f"Wer nicht erscheint, wird nach {section.ask_after_minutes} Minuten freundlich gefragt; nach "
        f"{section.tell_after_minutes} Minuten erfährt es die Ansprechperson. Was aus dem Termin wurde, sagt nur ein "
        "Mensch."
    )
    yield (
        f"Hat ein Mensch gesagt, dass jemand fehlte, kommt am nächsten Tag um {section.ask_after_miss_at:%H:%M} Uhr "
        "eine freundliche Frage, nie sonntags oder an freien Tagen; bleibt es danach "
        f"{_hours(section.tell_silence_after_hours)} still, erfährt es die Ansprechperson."
    )
    yield (
        f"Ungefragt kommen höchstens {section.most_unasked_a_day} Nachrichten am Tag und "
        f"{section.most_unasked_a_week} in der Woche."
    )
    if section.places:
        yield f"Diese Orte dürfen auf einem gesperrten Handy stehen: {', '.join(section.places)}."
    else:
        yield "Kein Ort ist neutral genannt: Wo ein Termin ist, steht nur auf der eigenen Seite."
    for place, way in section.ways.items():
        yield f"Der Weg zu {place}: {way}"
    if section.interpreters:
        yield f"Beim Dolmetschen helfen: {', '.join(one.name for one in section.interpreters)}."


def staff_day(section: Day) -> Iterator[str]:
    """The sheet in the morning, and the word before an appointment of one's own."""
    if section.sheet_at == "off":
        yield "Kein Tagesblatt kommt von selbst; „Was ist heute?“ zeigt es jederzeit."
    else:
        empty = "kommt eine kurze Zeile" if section.say_when_empty else "kommt nichts"
        yield (
            f"Das Tagesblatt kommt an Arbeitstagen um {section.sheet_at:%H:%M} Uhr, nie im Urlaub; steht nichts an, "
            f"{empty}. Anderswo als auf der Seite steht nur „Tagesblatt liegt bereit“."
        )
    if section.remind_minutes_before:
        yield (
            f"Mitarbeitende werden {section.remind_minutes_before} Minuten vor eigenen Terminen erinnert, außer sie "
            "sind abwesend."
        )
    else:
        yield "An eigene Termine werden Mitarbeitende nicht erinnert."


def _far(section: Meetings) -> str:
    if not section.remind_days_before_if_far:
        return ""
    days = _days(section.remind_days_before_if_far)
    return f", und {days} vorher, wenn er mindestens {section.far_days} Tage vorher feststand"


def _hours(count: int) -> str:
    return "1 Stunde" if count == 1 else f"{count} Stunden"


def _days(days: Sequence[int]) -> str:
    """Like 3 Tage und 1 Tag."""
    return " und ".join(f"{day} Tag" if day == 1 else f"{day} Tage" for day in days)
