"""Two-way messages between a participant and the people around, private numbers hidden (F43, F48)."""

from datetime import timedelta

from flows.engine.events import AlertKind, HandedOver, MessageRelayed, Relayed, Said
from flows.engine.messages import Text
from flows.people import Person, PersonId
from flows.rules.grounds import Ground
from handlers import alerts
from handlers.alert_cards import ANSWERED
from handlers.alerts import News
from handlers.occasion import Occasion, Sending

ANSWERED_WITHIN = timedelta(days=3)


def relay(occasion: Occasion, sender: Person, relayed: Relayed) -> None:
    """Pass words on: from a participant to the responsible person, from staff to a participant."""
    if relayed.to is None:
        _to_staff(occasion, sender, relayed.words)
    else:
        _to_participant(occasion, sender, relayed.to, relayed.words)


def _to_staff(occasion: Occasion, sender: Person, words: str) -> None:
    to = occasion.responsible(sender)
    if to is None:
        return
    occasion.record(MessageRelayed(who=sender.id, to=to.id), sender.id)
    text = Text("Message from {name}. The words follow.")
    alerts.raise_alert(occasion, sender, News(kind=AlertKind.MESSAGE, text=text, words=words))


def _to_participant(occasion: Occasion, sender: Person, to: PersonId, words: str) -> None:
    person = occasion.uow.people.get(to)
    answers = _waits_for_answer(occasion, to)
    if not answers and "C1" not in occasion.uow.consents.effective(to, occasion.now):
        no = Said(Text("{name} does not want messages here. Please call."))
        occasion.say(sender, no, Sending(subject=person))
        return
    occasion.record(MessageRelayed(who=sender.id, to=to), to)
    answer, news = Sending(subject=person, ground=Ground.ANSWER), Sending(subject=person, purpose="C1", quiet=True)
    sending = answer if answers else news
    occasion.say(person, Said(Text("{person} writes:", {"person": sender.name})), sending)
    occasion.say_words(person, words, sending)
    occasion.say(sender, Said(Text("Passed on to {name}.")), Sending(subject=person))


def _waits_for_answer(occasion: Occasion, person: PersonId) -> bool:
    """Whether the person wrote to us: an answer goes at once and needs no consent, anything else waits for the day."""
    since = occasion.now - ANSWERED_WITHIN
    return any(alert.kind in ANSWERED and alert.raised_at > since for alert in occasion.uow.alerts.about(person))


def ask_for_call(occasion: Occasion, person: Person) -> None:
    """ "Call me" (F48)."""
    alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE, text=Text("{name} asks for a call.")))
    occasion.say(person, Said(Text("I have asked {caseworker} to call you. You can also call: {phone}.")))


def ask_to_talk(occasion: Occasion, person: Person) -> None:
    """ "I want to talk to my caseworker"."""
    alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE))
    occasion.say(person, Said(Text("I have told {caseworker} that you want to talk. You can also call: {phone}.")))


def hand_over(occasion: Occasion, person: Person, words: str) -> None:
    """The assistant did not get further: a person takes over, with the last words (F5)."""
    to = occasion.responsible(person)
    if to is None:
        return
    occasion.record(HandedOver(who=person.id, to=to.id), person.id)
    text = Text("I did not get further with {name}. Please take over. The last words follow.")
    alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE, text=text, words=words))
