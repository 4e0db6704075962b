"""What people do in the runs that are killed: reports, alerts, answers, reminders.

Staff press buttons, participants write: a reply that is held as uncertain may never show its buttons, an alert must.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from tests.faults.trial import Trial


def report(trial: Trial) -> None:
    """Two people report themselves ill and the caseworker has seen it; one knows until when, the other comes late."""
    trial.says("p1", "Ich bin heute krank")
    trial.says("p2", "أنا مريضة اليوم")
    trial.taps("c1", "seen")
    trial.says("p1", "bis morgen")
    trial.taps("c1", "seen")
    trial.says("p5", "I am late, 20 minutes")


def alert(trial: Trial) -> None:
    """Words of self-harm nobody reads for an hour, from the caseworker up to the coordinator; a report at noon, too."""
    trial.moves(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    trial.says("p1", "Ich will nicht mehr leben")
    trial.moves(datetime(2026, 11, 23, 10, 15, tzinfo=UTC))
    trial.taps("k1", "seen")
    trial.says("p3", "Я сьогодні хвора")
    trial.moves(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    trial.taps("c2", "seen")


def answer(trial: Trial) -> None:
    """A question goes to the caseworker in the person's own words, and the answer comes back."""
    trial.says("p1", "Welche Schuhe brauche ich für die Werkstatt?")
    trial.says("p1", "ja")
    trial.taps("c1", "seen")
    trial.taps("c1", "answer")
    trial.says("c1", "Sicherheitsschuhe, wir haben welche da.")


def remind(trial: Trial) -> None:
    """Somebody is ill and does not send the sick note: two reminders, and an alert that climbs to the coordinator."""
    trial.says("p1", "Ich bin heute krank")
    trial.moves(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    trial.says("p1", "Danke")
    trial.moves(datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
    trial.taps("k1", "seen")


def appoint(trial: Trial) -> None:
    """An appointment is planned, asked about, reminded of and confirmed in words; the caseworker needs no answer."""
    for line in ("Termin mit Jonas am 27.11.", "1", "10:30", "45", "1", "ja"):
        trial.says("c1", line)
    trial.moves(datetime(2026, 11, 24, 15, 30, tzinfo=UTC))
    trial.says("p1", "ja")
    trial.moves(datetime(2026, 11, 26, 15, 30, tzinfo=UTC))


DIALOGUES: dict[str, Callable[[Trial], None]] = {
    "reports": report,
    "alerts": alert,
    "answers": answer,
    "reminders": remind,
    "appointments": appoint,
}
