"""What staff do by a button about an alert beside "seen": put it off, give it away, look at it, turn the page."""

from typing import Final

from flows.engine.events import Said
from flows.engine.messages import Text
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.alerts import Alert
from flows.rules.ladder import URGENT
from handlers import access, alert_cards, alerts, digests, handing_over, passing_on, snoozing
from handlers.occasion import Occasion, Sending
from storage.buttons import StoredButton

OPERATIONS: Final = {
    "later": Operation.SNOOZE_ALERT,
    snoozing.ACTION: Operation.SNOOZE_ALERT,
    "pass": Operation.HAND_OVER_ALERT,
    passing_on.ACTION: Operation.HAND_OVER_ALERT,
    digests.OPEN: Operation.READ_ALERT,
}
"""Who may press what; turning the page shows only what is one's own."""


def knows(action: str) -> bool:
    """Whether a button about an alert says this."""
    return action in OPERATIONS or action in {digests.MORE, handing_over.ACTION}


def press(occasion: Occasion, by: Person, button: StoredButton) -> None:
    """Do what the button says, if it is still theirs to do and nobody has seen the alert."""
    number, _, rest = button.value.partition(":")
    if button.action == handing_over.ACTION:
        handing_over.press(occasion, by, button)
        return
    if button.action == digests.MORE:
        digests.show(occasion, by, int(number))
        return
    alert = occasion.uow.alerts.get(int(number))
    subject = occasion.uow.people.get(alert.subject)
    if not access.allows(occasion, by, OPERATIONS[button.action], subject, alert):
        return
    if alert.acknowledged_by is not None:
        alerts.acknowledge(occasion, alert.id, by)
        return
    _press(occasion, by, button.action, alert, int(rest or 0))


def _press(occasion: Occasion, by: Person, action: str, alert: Alert, value: int) -> None:
    match action:
        case "later" | snoozing.ACTION if alert.kind in URGENT:
            occasion.say(by, Said(Text("This cannot wait.")), Sending())
        case "later":
            snoozing.offer(occasion, by, alert)
        case snoozing.ACTION:
            snoozing.put_off(occasion, by, alert, value)
        case "pass":
            passing_on.offer(occasion, by, alert)
        case passing_on.ACTION:
            passing_on.ask(occasion, by, alert, occasion.uow.people.get(PersonId(value)))
        case _:
            card = alert_cards.card_of(occasion, alert)
            alert_cards.show(occasion, card, by, card.says)
