"""How an alert is put before somebody: what it says, the person's own words, and the ways on under it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from flows.dialogues.levels import SEEN
from flows.dialogues.reason_names import for_staff
from flows.engine.events import AlertKind, Reason, Said
from flows.engine.messages import Button, Level, MessageClass, Text, Value
from flows.people import Person, PersonId
from flows.rules.absence import Absence, Proof
from flows.rules.access import POLICY
from flows.rules.alerts import Alert
from flows.rules.ladder import KEPT, URGENT
from flows.rules.own_reasons import OwnReason
from handlers import access, verdict_ways
from handlers.occasion import Occasion, Sending

PREFIX: Final = "alert"
"""What the dedupe key of a message begins with that an alert was put into."""
ANSWER: Final = Text("Answer")
PROOF_HERE: Final = Text("Sick note is here")
LATER: Final = Text("Later, or somebody else")
PASS: Final = Text("Hand over")
WITH_INTAKE: Final = (
    Button(Text("Accept"), "accept"),
    Button(Text("Ask back"), "ask"),
    Button(Text("Change an answer"), "correct"),
    Button(Text("Read the answers"), "answers"),
)
"""What staff can do with an intake."""
ANSWERED: Final = frozenset({AlertKind.MESSAGE, AlertKind.COMPLAINT, AlertKind.LEAVE, AlertKind.MOVE, *URGENT})
PIECE: Final = 3000
"""So many characters of somebody's words are passed on in one message."""

TEXTS: Final[dict[AlertKind, Text]] = {
    AlertKind.ABSENCE: Text("{name} cannot come. The reason is not known yet."),
    AlertKind.LATENESS: Text("{name} comes later today."),
    AlertKind.WITHDRAWAL: Text(
        "{name} has changed what the assistant may do. Please call when something is important."
    ),
    AlertKind.INTAKE: Text("New: {name} has answered the first questions. The answers follow."),
    AlertKind.NO_ANSWER: Text("{name} has not answered for a long time. Please get in touch."),
    AlertKind.UNDELIVERABLE: Text("A message to {name} could not be delivered. Please call."),
    AlertKind.MESSAGE: Text("{name} wants to talk to you."),
    AlertKind.NO_SHOW: Text("{name} has not appeared."),
    AlertKind.COMPLAINT: Text("{name} complains about something. Only you get this. The words follow."),
    AlertKind.PROOF_MISSING: Text("The sick note of {name} is still missing."),
    AlertKind.DEADLINE: Text("Something is due for {name}. Write “tasks” to see it."),
    AlertKind.LEAVE: Text("{name} has a question about leave."),
    AlertKind.MOVE: Text("{name} needs another time for an appointment."),
    AlertKind.OUTSIDE_READS: Text("Access alarm for {name}. Please look into it."),
    AlertKind.CRISIS: Text(
        "URGENT: {name} has written something that sounds like a crisis. Please get in touch now. The words follow."
    ),
    AlertKind.VIOLENCE: Text(
        "URGENT: {name} writes about violence. Only you get this. Please get in touch with care. The words follow."
    ),
}


def absence_text(absence: Absence, own: Iterable[OwnReason] = ()) -> Text:
    """What staff read about a report."""
    values: dict[str, Value] = {"first": absence.first_day, "reason": for_staff(absence.reason, own)}
    if absence.taken_back:
        return Text("{name} comes after all. The report for {first} is taken back.", {"first": absence.first_day})
    if absence.last_day is None:
        return Text("{name} is absent from {first}: {reason}.", values)
    if absence.last_day == absence.first_day:
        return Text("{name} is absent on {first}: {reason}.", values)
    return Text("{name} is absent from {first} until {last}: {reason}.", {**values, "last": absence.last_day})


@dataclass(frozen=True, slots=True)
class Card:
    """An alert as it is shown: with the person and the report it is about."""

    alert: Alert
    subject: Person
    absence: Absence | None
    own: tuple[OwnReason, ...] = ()

    @property
    def says(self) -> Text:
        """What it says: its own text, what is known of the report by now, or what its kind says."""
        if self.alert.text is not None:
            return self.alert.text
        return TEXTS[self.alert.kind] if self.absence is None else absence_text(self.absence, self.own)


def card_of(occasion: Occasion, alert: Alert) -> Card:
    """The alert with what is known now."""
    absence = None if alert.absence is None else occasion.uow.absences.get(alert.absence)
    return Card(alert, occasion.uow.people.get(alert.subject), absence, occasion.uow.profile.own_reasons)


def show(occasion: Occasion, card: Card, to: Person, text: Text, *, fresh: bool = False) -> None:
    """Put it before somebody, if they may read it at all. `fresh`: only what has come since then follows."""
    alert = card.alert
    if not access.may_be_told(to, alert):
        return
    about = Sending(
        message_class=MessageClass.ALERT,
        subject=card.subject,
        lasting=True,
        urgent=alert.kind in URGENT,
        dedupe=f"{PREFIX}:{alert.id}:{alert.step}:{to.id}:{occasion.cause}",
    )
    operation = access.reading(alert)
    if occasion.say(to, Said(text, _ways_on(occasion, card), Level.L4), about) and POLICY[operation].logged:
        access.note_read(occasion, to, operation, card.subject)
    words = alert.waiting if fresh else (alert.words, *alert.waiting)
    for number, piece in enumerate(_pieces(words)):
        occasion.say_words(to, piece, replace(about, dedupe=f"{about.dedupe}:words{number or ''}"))


def more_of_it(alert: Alert) -> Text:
    """That more of the same kind has come, and how much."""
    if any(alert.waiting):
        return Text("More messages from {name}: {n}. The words follow.", {"n": alert.joined})
    return Text("More of the same kind from {name}: {n}.", {"n": alert.joined})


def _pieces(words: tuple[str, ...]) -> Iterator[str]:
    """What somebody has written, one message below the other, in as few pieces as hold it."""
    piece = ""
    for each in filter(None, words):
        if piece and len(piece) + len(each) >= PIECE:
            yield piece
            piece = ""
        piece = f"{piece}\n{each}" if piece else each
    if piece:
        yield piece


def _ways_on(occasion: Occasion, card: Card) -> tuple[Button, ...]:
    alert, absence = card.alert, card.absence
    seen = Button(SEEN, "seen", str(alert.id))
    ways = (*_beside(alert),)
    if alert.buttons:
        return (*alert.buttons, seen, *ways)
    if alert.kind in ANSWERED:
        return (seen, Button(ANSWER, "answer", str(alert.subject)), *ways)
    if alert.kind is AlertKind.INTAKE:
        return (*ways_with_intake(alert.subject), seen, *ways)
    proof_open = absence is not None and not absence.taken_back and absence.proof is Proof.OPEN
    if absence is not None and proof_open and absence.reason is Reason.ILLNESS:
        return (seen, Button(PROOF_HERE, "proof", str(absence.id)), *ways)
    if absence is not None:
        return (seen, *verdict_ways.of(occasion, absence), *ways)
    return (seen, *ways)


def _beside(alert: Alert) -> tuple[Button, ...]:
    """Another time, or somebody else; the urgent is not put off, what one role alone has stays there (R59)."""
    if alert.kind in KEPT:
        return ()
    if alert.kind in URGENT:
        return (Button(PASS, "pass", str(alert.id)),)
    return (Button(LATER, "later", str(alert.id)),)


def ways_with_intake(subject: PersonId) -> tuple[Button, ...]:
    """What staff can do with the intake of this person."""
    return tuple(Button(button.label, button.action, str(subject)) for button in WITH_INTAKE)
