"""What can be seen of a trial from outside: who got what, and what became of it."""

from tests.faults.databases import read_outbox
from tests.faults.trial import Trial

PARTICIPANTS = ("p1", "p2", "p3", "p4", "p5")
ILL = "Ich bin heute krank"


def statuses(trial: Trial, who: str) -> list[str]:
    """What became of the messages to somebody."""
    return [row.status for row in read_outbox(trial.database) if row.to == who]


def alerts(trial: Trial, who: str) -> list[str]:
    """Which alerts somebody sees."""
    ids = {row.id for row in read_outbox(trial.database) if row.message_class == "alert"}
    return [each.text for each in trial.screens.shown if each.to == who and each.id in ids]


def nothing_came_twice(trial: Trial) -> bool:
    """Whether every message was shown once at most."""
    ids = [each.id for each in trial.screens.shown]
    return len(ids) == len(set(ids))
