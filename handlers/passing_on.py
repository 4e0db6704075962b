"""One alert is given to a colleague, who takes it over by "seen"; until then it stays where it was, too (F42)."""

from typing import Final

from flows.engine.events import HandedOver, Said
from flows.engine.messages import Button, Level, Text
from flows.people import Person, Role
from flows.rules.access import Operation
from flows.rules.alerts import Alert
from handlers import access, alert_cards, escalating
from handlers.occasion import Occasion, Sending

ACTION: Final = "pass_to"
COLLEAGUES: Final = (Role.CASEWORKER, Role.COORDINATOR)


def offer(occasion: Occasion, by: Person, alert: Alert) -> None:
    """Ask who shall have it: colleagues who may read it; whoever is away is named as that."""
    subject = occasion.uow.people.get(alert.subject)
    about = Sending(subject=subject, lasting=True)
    able = _able(occasion, by, alert, subject)
    here = [one for one in able if not escalating.is_absent(occasion, one)]
    away = tuple(Text("{person}", {"person": one.name}) for one in able if one not in here)
    if not here:
        no = Text("There is nobody here who may take this over. It stays with you.")
        absent = Text("Who may take this over is away: {people}. It stays with you.", {"people": away})
        occasion.say(by, Said(absent if away else no), about)
        return
    buttons = tuple(Button(Text("{person}", {"person": one.name}), ACTION, f"{alert.id}:{one.id}") for one in here)
    text = (
        Text("Who shall take this over? Away: {people}.", {"people": away})
        if away
        else Text("Who shall take this over?")
    )
    occasion.say(by, Said(text, buttons), about)


def _able(occasion: Occasion, by: Person, alert: Alert, subject: Person) -> list[Person]:
    people = occasion.uow.people
    known = {by.id, *occasion.uow.alerts.holders(alert.id)}
    colleagues = [one for role in COLLEAGUES for one in people.all(role) if one.id not in known]
    return [one for one in colleagues if access.may(occasion, one, Operation.TAKE_ON_ALERT, subject)]


def ask(occasion: Occasion, by: Person, alert: Alert, colleague: Person) -> None:
    """Put it before the colleague, who takes it over by "seen"; until then it is still with whoever gave it."""
    subject = occasion.uow.people.get(alert.subject)
    about = Sending(subject=subject)
    if colleague.id in occasion.uow.alerts.holders(alert.id):
        has = Text("{person} has this already, and has not seen it yet.", {"person": colleague.name})
        occasion.say(by, Said(has), about)
        return
    if not access.may(occasion, colleague, Operation.TAKE_ON_ALERT, subject):
        no = Text("{person} may not read this. Please choose somebody else.", {"person": colleague.name})
        occasion.say(by, Said(no), about)
        return
    if escalating.is_absent(occasion, colleague):
        away = Text("{person} is away today. Please choose somebody else.", {"person": colleague.name})
        occasion.say(by, Said(away), about)
        return
    occasion.uow.alerts.add_holder(alert.id, colleague.id, by.id)
    occasion.record(HandedOver(who=subject.id, to=colleague.id), subject.id)
    card = alert_cards.card_of(occasion, alert)
    asks = Text("{person} asks you to take this over: {alert}", {"person": by.name, "alert": card.says})
    alert_cards.show(occasion, card, colleague, asks)
    told = Text("{person} has it now. Until they have seen it, it stays with you, too.", {"person": colleague.name})
    occasion.say(by, Said(told, level=Level.L4), about)
