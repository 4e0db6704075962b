"""Whether something unasked may reach a person now: what `flows/rules/contact.py` has to know, gathered (F25)."""

from datetime import UTC, datetime, timedelta

from flows.people import Person
from flows.rules.contact import Around, Decision, Wanted, decide
from handlers.occasion import Occasion


def may_reach(occasion: Occasion, person: Person, *, until: datetime | None = None, urgent: bool = False) -> Decision:
    """Now, later or not at all. `until`: when it is of no use any more; consent C1 is asked for here."""
    consented = "C1" in occasion.uow.consents.effective(person.id, occasion.now)
    return decide(Wanted(until=until, urgent=urgent, consented=consented), around(occasion, person))


def around(occasion: Occasion, person: Person) -> Around:
    """What holds for the person now."""
    uow, profile, now = occasion.uow, occasion.uow.profile, occasion.local(person)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=now.weekday())
    unasked = uow.overview.unasked_since(person.id, monday.astimezone(UTC))
    stored = uow.conversations.current(person.id)
    return Around(
        now=now,
        quiet_from=profile.quiet_from,
        quiet_until=profile.quiet_until,
        calendar=occasion.calendar,
        caps=profile.caps,
        last_word=None if stored is None else stored.updated.astimezone(now.tzinfo),
        held=person.held_since is not None,
        today=sum(at >= midnight for at in unasked),
        week=len(unasked),
    )
