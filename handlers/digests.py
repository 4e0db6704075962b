"""What is open: the digest at set times in office hours, and the list whoever asks for it gets at any time (F42).

The list names people and numbers only; a tap shows the alert itself, with every way on.
"""

from datetime import UTC
from typing import Final

from flows.engine.events import Said
from flows.engine.messages import Button, MessageClass, Text
from flows.people import Person, PersonId
from flows.rules.alerts import Alert
from flows.rules.ladder import URGENT
from handlers import escalating, snoozing
from handlers.occasion import Occasion, Sending
from locales.catalog import render

TIMER: Final = "digest"
PREFIX: Final = "digest:"
COMMANDS: Final = frozenset({"/open", "open?"})
WHAT_IS_OPEN: Final = Text("What is open?")
OPEN: Final = "open_alert"
MORE: Final = "open_more"
PAGE: Final = 4
"""So many are named in one message; the rest comes with "more"."""


def hear(occasion: Occasion, person: Person, text: str) -> bool:
    """Show what is open to whoever asks for it; False for anything else."""
    words = " ".join(text.split()).casefold()
    question = render(WHAT_IS_OPEN, person.language).casefold()
    asked = words in {*COMMANDS, question, question.rstrip("?؟ ")}
    if asked:
        show(occasion, person)
    return asked


def gather(occasion: Occasion, to: Person) -> None:
    """Something waits for the next digest of this person."""
    if to.role.is_staff and occasion.uow.timers.when(TIMER, to.id) is None:
        at = escalating.ladder(occasion).next_digest(occasion.local(to))
        occasion.uow.timers.add(TIMER, max(at.astimezone(UTC), occasion.now), to.id, to.id, "")


def fire(occasion: Occasion, to: Person) -> None:
    """It is time for the digest: what is open in it comes as one message; whoever is away waits for nothing."""
    rules = escalating.ladder(occasion)
    gathered = [alert for alert in occasion.uow.alerts.open_to(to.id) if rules.is_gathered(alert.kind)]
    if escalating.is_absent(occasion, to):
        for alert in gathered:
            escalating.look(occasion, alert)
    elif gathered:
        dedupe = f"{PREFIX}{to.id}:{occasion.now.isoformat()}"
        occasion.say(
            to, _page(occasion, to, gathered), Sending(message_class=MessageClass.ALERT, lasting=True, dedupe=dedupe)
        )


def show(occasion: Occasion, to: Person, first: int = 0) -> None:
    """Everything open that this person has, what is urgent first."""
    found = occasion.uow.alerts.open_to(to.id)
    if not found:
        occasion.say(to, Said(Text("Nothing is open with you.")))
        return
    ordered = sorted(found, key=lambda alert: (alert.kind not in URGENT, alert.id))
    occasion.say(to, _page(occasion, to, ordered, first if first < len(ordered) else 0), Sending(lasting=True))


def _page(occasion: Occasion, to: Person, alerts: list[Alert], first: int = 0) -> Said:
    shown = [(alert, _line(occasion, to, alert)) for alert in alerts[first : first + PAGE]]
    people = tuple(line for _, line in shown)
    text = Text("Open: {n}. {people}.", {"n": len(alerts), "people": people})
    buttons = [Button(line, OPEN, str(alert.id)) for alert, line in shown]
    rest = len(alerts) - first - len(shown)
    if rest > 0:
        buttons.append(Button(Text("More: {n}", {"n": rest}), MORE, str(first + PAGE)))
    return Said(text, tuple(buttons))


def _line(occasion: Occasion, to: Person, alert: Alert) -> Text:
    """Whom it is about and since when; what was put off says when it comes again."""
    name, zone = occasion.uow.people.get(alert.subject).name, occasion.local(to).tzinfo
    again = snoozing.comes_back(occasion, alert, to)
    if again is not None:
        return Text("{person} (again {at})", {"person": name, "at": again.astimezone(zone)})
    return Text("{person} ({at})", {"person": name, "at": alert.raised_at.astimezone(zone)})


def is_digest(dedupe: str) -> bool:
    """Whether a message was a digest, by its dedupe key."""
    return dedupe.startswith(PREFIX)


def undeliverable(occasion: Occasion, to: PersonId) -> None:
    """A digest reaches nobody: what was in it goes to the next person at once."""
    rules = escalating.ladder(occasion)
    for alert in occasion.uow.alerts.open_to(to):
        if rules.is_gathered(alert.kind):
            escalating.advance(occasion, alert, patient=False)
