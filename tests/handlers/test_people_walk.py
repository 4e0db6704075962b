"""Everybody says and presses anything in any order: nothing fails, and what must hold holds."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from random import Random

import pytest

from flows.rules.absence import Absence, covers
from tests.handlers.world import BERLIN, World

SENTENCES = {
    "p1": """Ich bin heute krank|krank bis Freitag|ich kann morgen nicht kommen|mein Kind ist krank|ich komme doch
ich komme 10 Minuten später|ja|nein|Umzug|am 26.11.|bis 31.12.|stop|hilfe|abbrechen|pause|weiter|zurück|Sprache
English please|ruf mich an|Ich möchte mit Frau Albers sprechen|😀|danke|hallo|keine Lust auf Mathe|am 31.2.|1|2|3
ich habe morgen einen Termin beim Amt|Ich will nicht mehr leben|mein Freund schlägt mich|meine Oma ist gestorben
krank ab 24.11. bis 27.11.|am 25.11. ziehe ich um|ich bin krank und komme später|ab 1.1.9999 krank|weiß nicht
ich bin am Freitag wieder da|am 24.11. habe ich Gericht|krank vom 23.11. bis 4.12.""",
    "p2": "أنا مريضة اليوم|نعم|لا|توقف|مساعدة|سآتي رغم ذلك|حتى الجمعة|1",
    "p6": "ich bin krank|stop|hilfe|ich komme zu spät|30 Minuten",
    "g1": "Leon ist krank|mein Kind ist heute krank|ja|1|hilfe|Bitte rufen Sie an",
    "c1": """Jonas ist heute krank|Bitte melden Sie sich|Jonas|Mia Brandt|krank|morgen|per Telefon|hilfe|stop|abbrechen
Frage an Oksana: geht es gut?|Sprache|Abwesenheit eintragen|1|2|Jonas kommt morgen nicht""",
    "c2": "Daniel Okafor ist krank|hallo|Guten Tag|Leon|1",
    "k1": "hallo|Jonas ist krank|hilfe",
    "v1": "Ich rufe Sie an|hallo",
}
STANDING = ["@help", "@stop_all", "@back", "@pause", "@resume", "@cancel", "@call", "@ask", "@language:uk", "@nonsense"]


def step(world: World, chance: Random) -> None:
    """One thing that somebody does."""
    who = chance.choice(["p1"] * 4 + list(SENTENCES))
    buttons = [button.handle for arrived in world.arrived[-40:] if arrived.to == who for button in arrived.buttons]
    move = chance.random()
    if move < 0.45 and buttons:
        world.press(who, chance.choice(buttons[-8:]))
    elif move < 0.8:
        world.say(who, chance.choice(SENTENCES[who].replace("\n", "|").split("|")))
    elif move < 0.86:
        world.press(who, chance.choice([*STANDING, "nonsense"]))
    elif move < 0.89:
        world.send_file(who, "zettel.pdf", caption="bitte schön")
    else:
        later = world.now + timedelta(minutes=chance.choice([5, 45, 600, 1500]))
        world.to(later.astimezone(BERLIN).replace(tzinfo=None).isoformat())


def days_of(one: Absence) -> set[date]:
    """The days a report speaks of."""
    days = {one.first_day + timedelta(days=n) for n in range(220)}
    return {day for day in days if covers(one, day)}


def check(world: World) -> None:
    """What must hold whatever was said."""
    with world.store.read() as uow:
        people = [person for person in uow.people.all() if person.handle in SENTENCES]
    for person in people:
        reports = [one for one in world.absences(person.handle) if not one.taken_back]
        for one, other in combinations(reports, 2):
            assert not days_of(one) & days_of(other), (person.handle, one, other)
    waiting = [row[1] for row in world.rows()["conversations"] if row[2] == "waiting"]
    assert len(set(waiting)) == len(waiting), "two open questions to one person"
    timers = [row for row in world.rows()["timers"] if row[-1] is None]
    assert all(datetime.fromtimestamp(row[2] / 1e6, UTC) > world.now for row in timers if isinstance(row[2], int))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_nothing_breaks(world: World, seed: int) -> None:
    """After each of sixty random steps no day is reported twice and nobody has two open questions."""
    chance = Random(seed)
    for number in range(60):
        try:
            step(world, chance)
            check(world)
        except Exception as error:
            error.add_note(f"seed {seed}, step {number}; the last messages: {world.arrived[-6:]}")
            raise
