"""Much of the same from one person at once: some is told at once, the rest as one alert that says how much (F42).

Every word is passed on. Crisis words are a kind of their own: no flood of anything else holds them up.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from flows.people import Person
from flows.rules.alerts import Alert
from handlers import alert_cards, escalating
from handlers.occasion import Occasion

TIMER: Final = "joined"
WITHIN: Final = timedelta(minutes=1)
AT_ONCE: Final = 3
"""So many of the same kind about one person are told at once `WITHIN` that time; further ones are joined."""
WITH_WORDS_AT_ONCE: Final = 2
"""So many of any kind are told before one whose words follow is joined to the last of its kind.

With its words it is two messages, and a chat may take one a second: somebody else's comes within five seconds.
"""
MOST_WORDS: Final = 20_000
"""So many characters wait in one alert: what comes then begins another one."""


def join(occasion: Occasion, subject: Person, alert: Alert) -> bool:
    """Put it to the newest of its kind if there were many just now and nobody has seen them; False: it stands alone.

    One with ways on of its own stands alone: joined to another one it would lose them.
    """
    lately = occasion.uow.alerts.unseen_since(subject.id, occasion.now - WITHIN)
    newest = {one.to: one for one in reversed(lately) if one.kind is alert.kind and one.buttons == alert.buttons}
    if alert.words:
        many = sum(one.to in newest for one in lately) >= WITH_WORDS_AT_ONCE * len(newest)
    else:
        many = sum(one.kind is alert.kind for one in lately) >= AT_ONCE * len(newest)
    full = any(sum(map(len, one.waiting)) > MOST_WORDS for one in newest.values())
    if not newest or full or not many:
        return False
    for one in newest.values():
        latest = one if alert.absence is None else replace(one, absence=alert.absence, text=None)
        occasion.uow.alerts.change(
            replace(latest, joined=one.joined + 1, waiting=(*one.waiting, alert.words) if alert.words else one.waiting)
        )
        if not one.joined:
            occasion.uow.timers.add(TIMER, occasion.now + WITHIN, subject.id, one.id, "")
    return True


def tell(occasion: Occasion, alert_id: int) -> None:
    """The minute is over: what has been joined is told as one, to everybody who has the alert."""
    alert = occasion.uow.alerts.get(alert_id)
    if alert.acknowledged_by is not None or not alert.joined:
        return
    card = alert_cards.card_of(occasion, alert)
    people = occasion.uow.people
    for to in (people.get(one) for one in occasion.uow.alerts.holders(alert.id)):
        if not people.has_left(to.id):
            says = alert_cards.more_of_it(alert) if card.absence is None else card.says
            alert_cards.show(occasion, card, to, says, fresh=True)
    forget(occasion, alert, words="\n".join(filter(None, (alert.words, *alert.waiting))))
    escalating.look(occasion, alert)


def forget(occasion: Occasion, alert: Alert, *, words: str | None = None) -> None:
    """Nothing waits in it any more; `words` are all it has now."""
    kept = alert.words if words is None else words
    occasion.uow.alerts.change(replace(alert, joined=0, waiting=(), words=kept))
