"""Whether something unasked may reach a person now: what `flows/rules/contact.py` has to know, gathered (F25).

Asked three times, and each time of the same rules: when something is planned, when its time has come, and once more
when delivery takes it up.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flows.engine.messages import Haste, MessageClass, Outgoing
from flows.people import Person, PersonId, Role
from flows.rules.calendar import WorkCalendar
from flows.rules.contact import Around, Decision, Send, Wanted, decide
from flows.rules.profile import Profile
from storage.uow import UnitOfWork

UNASKED: Final = frozenset({MessageClass.REMINDER, MessageClass.BROADCAST})
WEEK: Final = timedelta(days=8)
"""A week, and a night more: on whatever clock somebody lives, their Monday lies in it."""


@dataclass(frozen=True, slots=True)
class Lately:
    """What lies behind a person: their last word in an open conversation, and what came to them unasked this week."""

    last_word: datetime | None = None
    unasked: tuple[datetime, ...] = ()


NOTHING: Final = Lately()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where and when it is asked: the profile, its calendar, the instant (aware UTC)."""

    profile: Profile
    calendar: WorkCalendar
    now: datetime


def moment_of(uow: UnitOfWork, now: datetime) -> Moment:
    """This instant under the profile of the unit of work."""
    return Moment(profile=uow.profile, calendar=calendar_of(uow.profile), now=now)


def calendar_of(profile: Profile) -> WorkCalendar:
    """The working days and office hours of a profile."""
    return WorkCalendar(profile.free_days, profile.office_opens, profile.office_closes)


def look_back(uow: UnitOfWork, people: Collection[PersonId], now: datetime) -> dict[PersonId, Lately]:
    """What lies behind each of them, in two questions for all."""
    words = uow.conversations.last_words(people)
    unasked = uow.overview.unasked_since(people, now - WEEK)
    return {person: Lately(words.get(person), tuple(unasked.get(person, ()))) for person in people}


def around(moment: Moment, person: Person, lately: Lately = NOTHING) -> Around:
    """What holds for the person now, on their own clock."""
    profile, now = moment.profile, moment.now.astimezone(ZoneInfo(person.zone))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=now.weekday())
    return Around(
        now=now,
        quiet_from=profile.quiet_from,
        quiet_until=profile.quiet_until,
        calendar=moment.calendar,
        caps=profile.caps,
        last_word=None if lately.last_word is None else lately.last_word.astimezone(now.tzinfo),
        paused=person.paused_since is not None and person.paused_until is None,
        paused_until=_on_clock(person.paused_until, now) if person.paused_since is not None else None,
        held=person.held_since is not None,
        no_reminders=person.no_reminders,
        today=sum(at >= midnight for at in lately.unasked),
        week=sum(at >= monday for at in lately.unasked),
    )


def _on_clock(instant: datetime | None, local: datetime) -> datetime | None:
    return None if instant is None else instant.astimezone(local.tzinfo)


def wanted(message_class: MessageClass, haste: Haste, until: datetime | None, *, consented: bool = True) -> Wanted:
    """A message as the policy sees it."""
    reminds = message_class is MessageClass.REMINDER
    return Wanted(
        until=until,
        urgent=haste is Haste.URGENT,
        prompt=haste in {Haste.PROMPT, Haste.NEWS},
        reminds=reminds,
        outlasts=not reminds or haste is Haste.NEWS,
        consented=consented,
    )


def decide_sending(uow: UnitOfWork, message: Outgoing, moment: Moment, lately: Mapping[PersonId, Lately]) -> Decision:
    """Whether a message that has been written may go out at this moment: the last time it is asked.

    Answers and alerts need a consent at the most. Whoever is no participant has no quiet hours. A question does not
    wait for the end of the conversation that it belongs to.
    """
    consented = not message.purpose or {"C1", message.purpose} <= uow.consents.effective(message.to, moment.now)
    if message.message_class not in UNASKED:
        return Send() if consented else decide(Wanted(consented=False), around(moment, uow.people.get(message.to)))
    person = uow.people.get(message.to)
    haste = message.haste if person.role is Role.PARTICIPANT else Haste.URGENT
    behind = lately.get(message.to, NOTHING)
    if message.question.conversation is not None:
        behind = Lately(None, behind.unasked)
    asked = wanted(message.message_class, haste, message.expires, consented=consented)
    return decide(asked, around(moment, person, behind))


def in_utc(local: datetime) -> datetime:
    """An instant that was decided on somebody's clock."""
    return local.astimezone(UTC)
