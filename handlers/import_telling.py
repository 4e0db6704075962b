"""Telling people of what an import has changed: the next date in full, and one sentence for all the others."""

from enum import StrEnum
from typing import TypeAlias

from flows.dialogues import meetings
from flows.engine.events import Said
from flows.engine.messages import Text, counted
from flows.people import PersonId
from flows.rules.appointments import Appointment, Invitee
from flows.rules.imports import NEAR
from handlers import appointments
from handlers.occasion import Occasion


class What(StrEnum):
    """What became of a date."""

    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"
    OFF = "off"


News: TypeAlias = list[tuple[What, Appointment, Invitee]]
_WORDINGS = {What.NEW: meetings.planned, What.MOVED: meetings.moved, What.CHANGED: meetings.changed}


def tell(occasion: Occasion, news: News) -> None:
    """Tell everybody once, of what lies near, or what they have been told of before; nothing that is over."""
    theirs: dict[PersonId, News] = {}
    for what, appointment, invitee in news:
        near = appointment.starts <= occasion.now + NEAR
        if occasion.now < appointment.starts and (near or invitee.asked is not None):
            theirs.setdefault(invitee.person, []).append((what, appointment, invitee))
    for each in theirs.values():
        _tell_one(occasion, sorted(each, key=lambda one: one[1].starts))


def _tell_one(occasion: Occasion, news: News) -> None:
    what, appointment, invitee = news[0]
    if what is What.OFF:
        text = Text("{at} is called off. You need not come.", {"at": appointment.starts})
        appointments.tell_off(occasion, appointment, invitee, text)
    else:
        appointments.tell_new(occasion, appointment, invitee, _WORDINGS[what])
    if len(news) > 1 and "C1" in occasion.uow.consents.effective(invitee.person, occasion.now):
        text = counted(
            "There is more that is new or different: {n} date. Write “my appointments” to see everything.",
            "There is more that is new or different: {n} dates. Write “my appointments” to see everything.",
            len(news) - 1,
        )
        kind, second, part = news[1]
        sending = appointments.unasked(second, part, "off" if kind is What.OFF else "more")
        occasion.say(occasion.uow.people.get(invitee.person), Said(text), sending)
