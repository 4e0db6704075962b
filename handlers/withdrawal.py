"""What ends when somebody says so (F15): before the next message, as exactly as they said it, and told once."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from flows.dialogues import pause, withdrawal
from flows.dialogues.withdrawal import REMINDERS
from flows.engine.events import AlertKind, RemindersEnded, RemindersWanted, Said
from flows.engine.messages import MessageClass, Text
from flows.people import Person, Role
from flows.rules.access import Operation
from flows.rules.consent import Party, State, Withdrawn
from flows.rules.grounds import SICK_NOTES, Ground
from flows.rules.purposes import PURPOSES, Scope
from flows.rules.wards import guardianship_of
from handlers import access, alerts, certificates, consent, pausing
from handlers.alerts import News
from handlers.consent import Means
from handlers.occasion import Occasion, Sending

WITHDRAWN: Final = "withdrawn"
BY_WORD: Final = "word"
"""How C1 ended that only the word "stop" has ended, before anybody said what it meant."""
BY_TAP: Final = "tap"
CLARIFIED: Final = "clarified"


def stop(occasion: Occasion, person: Person) -> None:
    """ "Stop" withdraws C1 at once, names the way by phone, and asks what was meant (docs/adr/0017)."""
    effective = occasion.uow.consents.effective(person.id, occasion.now)
    if "C1" in effective:
        _end(occasion, person, "C1", by=person, said=BY_WORD)
        text = Text(
            "{name} does not want messages from the assistant any more. Please call when something is important."
        )
        alerts.raise_alert(occasion, person, News(kind=AlertKind.WITHDRAWAL, text=text))
    occasion.say(person, withdrawal.has_ended("C1"))
    occasion.say(person, Said(withdrawal.STILL))
    if effective or is_undecided(occasion, person):
        occasion.say(person, withdrawal.ask_what())
    ask_guardian(occasion, person)


def is_undecided(occasion: Occasion, person: Person) -> bool:
    """Whether only the word "stop" has ended C1, so far."""
    of_c1 = [record for record in occasion.uow.consents.trail(person.id) if record.purpose == "C1"]
    return bool(of_c1) and of_c1[-1].state is State.WITHDRAWN and of_c1[-1].evidence.get("said") == BY_WORD


def clarify(occasion: Occasion, person: Person) -> bool:
    """ "Stop" meant something narrower: C1 stands again, as a new act of the person. False: it had not ended so."""
    if not is_undecided(occasion, person):
        return False
    consent.stand_again(occasion.uow, person, "C1", _means(person, CLARIFIED), occasion.now)
    return True


def can_end(occasion: Occasion, person: Person) -> frozenset[str]:
    """What could end one by one: what is effective, C1 too if only "stop" has ended it, and being reminded."""
    effective = set(occasion.uow.consents.effective(person.id, occasion.now))
    if is_undecided(occasion, person):
        effective.add("C1")
    if "C1" in effective and not occasion.uow.people.get(person.id).no_reminders:
        effective.add(REMINDERS)
    return frozenset(effective)


def ask_which(occasion: Occasion, person: Person) -> None:
    """Show what is in effect; one tap ends one thing."""
    shown = list(withdrawal.ask_which(can_end(occasion, person)))
    for said in shown or [Said(withdrawal.NOTHING)]:
        occasion.say(person, said)


def end_some(occasion: Occasion, person: Person, codes: Iterable[str]) -> None:
    """Exactly these end. The caseworker gets one alert, or a further line if "stop" raised one just before."""
    wanted = [code for code in dict.fromkeys(codes) if code in can_end(occasion, person)]
    told = is_undecided(occasion, person)
    if told and "C1" not in wanted and wanted:
        clarify(occasion, person)
    for code in wanted:
        _end(occasion, person, code, by=person, said=BY_TAP)
        occasion.say(person, withdrawal.has_ended(code))
    if not wanted:
        occasion.say(person, Said(withdrawal.ENDED_ALREADY))
    elif told:
        alerts.note(occasion, person, withdrawal.for_staff(wanted))
    else:
        _tell_staff(occasion, person, wanted)


def end_all(occasion: Occasion, person: Person, *, erasure: bool = False) -> None:
    """Everything ends. `erasure`: the right to have the data deleted is named, and the caseworker knows of the wish."""
    told, codes = is_undecided(occasion, person), can_end(occasion, person) - {REMINDERS}
    for code in sorted(codes):
        _end(occasion, person, code, by=person, said=BY_TAP)
    if not codes and not erasure:
        occasion.say(person, Said(withdrawal.ENDED_ALREADY))
        return
    occasion.say(person, Said(withdrawal.ALL_ENDED, (withdrawal.AGAIN,)))
    if erasure:
        occasion.say(person, Said(withdrawal.ERASURE))
        wish = Text("{name} wants all data to be deleted. Please answer within a month. All consents have ended.")
        alerts.raise_alert(occasion, person, News(kind=AlertKind.WITHDRAWAL, text=wish))
    elif told:
        alerts.note(occasion, person, withdrawal.for_staff(codes))
    else:
        _tell_staff(occasion, person, codes)


def remind_again(occasion: Occasion, person: Person) -> None:
    """Being reminded stands again."""
    known = occasion.uow.people.get(person.id)
    if not known.no_reminders:
        occasion.say(person, Said(withdrawal.REMINDED_ALREADY))
        return
    occasion.uow.people.update(replace(known, no_reminders=False))
    occasion.record(RemindersWanted(who=person.id), person.id)
    occasion.say(person, Said(withdrawal.REMINDED_AGAIN))


def resume_messages(occasion: Occasion, person: Person) -> bool:
    """ "Messages again" where C1 holds: a break ends. False: C1 has to be asked for (F10)."""
    if "C1" not in occasion.uow.consents.effective(person.id, occasion.now):
        pausing.finish(occasion, person)
        return False
    if pausing.finish(occasion, person):
        alerts.note(occasion, person, pause.FOR_STAFF_OVER)
    back = (withdrawal.REMIND_AGAIN,) if occasion.uow.people.get(person.id).no_reminders else ()
    occasion.say(person, Said(pause.ON, back))
    return True


def end_for(occasion: Occasion, guardian: Person, ward: Person, codes: Iterable[str]) -> None:
    """A guardian ends something for the ward, of what is theirs to end; the ward is told, and the caseworker."""
    wanted = [code for code in dict.fromkeys(codes) if code in can_end_for(occasion, ward)]
    if not wanted:
        occasion.say(guardian, Said(withdrawal.ENDED_ALREADY))
        return
    for code in wanted:
        _end(occasion, ward, code, by=guardian, said=BY_TAP)
    occasion.say(guardian, withdrawal.ended_for_ward(ward.name, wanted))
    occasion.say(ward, withdrawal.ended_for_you(guardian.name, wanted), Sending(ground=Ground.NOTICE))
    _tell_staff(occasion, ward, wanted)


def wards_of(occasion: Occasion, guardian: Person) -> list[Person]:
    """For whom the guardian has a right to end something at this moment (F12)."""
    if guardian.role is not Role.GUARDIAN:
        return []
    wards = occasion.uow.people.wards_of(guardian.id)
    theirs = (one for one in wards if access.may(occasion, guardian, Operation.END_FOR_WARD, one))
    return [one for one in theirs if any(guardianship_of(one).may_act(code, occasion.now) for code in PURPOSES)]


def can_end_for(occasion: Occasion, ward: Person) -> frozenset[str]:
    """What of it a guardian can end: only where they have to agree as well (F12)."""
    known, now = guardianship_of(ward), occasion.now
    codes = can_end(occasion, ward)
    return frozenset(code for code in codes if known.may_act("C1" if code == REMINDERS else code, now))


def ask_guardian(occasion: Occasion, guardian: Person) -> None:
    """After a guardian's "stop": what shall end for the ward, one tap each."""
    for ward in wards_of(occasion, guardian):
        codes = can_end_for(occasion, ward) - {REMINDERS}
        shown = list(withdrawal.ask_which(codes, ward.id))
        if shown:
            about = withdrawal.about_ward(ward.name)
            occasion.say(guardian, replace(shown[0], text=about))
        for said in shown[1:]:
            occasion.say(guardian, said)


def _tell_staff(occasion: Occasion, person: Person, codes: Iterable[str]) -> None:
    alerts.raise_alert(occasion, person, News(kind=AlertKind.WITHDRAWAL, text=withdrawal.for_staff(codes)))


def _end(occasion: Occasion, person: Person, code: str, *, by: Person, said: str) -> None:
    """One thing is over from now on; what waits for it is dropped. Says nothing."""
    uow = occasion.uow
    if code == REMINDERS:
        uow.people.update(replace(uow.people.get(person.id), no_reminders=True))
        occasion.record(RemindersEnded(who=person.id), person.id)
        uow.outbox.drop_pending(person.id, [MessageClass.REMINDER], WITHDRAWN, occasion.now)
        return
    party = Party.PERSON if by.id == person.id else Party.GUARDIAN
    step = Withdrawn(at=occasion.now, by=party, quiet=uow.profile.consent.quiet)
    consent.take(uow, person, Scope(code), step, _means(by, said))
    if code == SICK_NOTES:
        certificates.forget_waiting(occasion, person)


def _means(by: Person, said: str) -> Means:
    return Means(actor=by.id, evidence={"form": "electronic", "said": said})
