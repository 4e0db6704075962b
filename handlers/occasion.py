"""One thing that happens, and the only way anything is said because of it: a row in the outbox."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.dialogues import levels
from flows.engine.events import Event, Said
from flows.engine.messages import (
    NO_QUESTION,
    Button,
    Haste,
    Level,
    MessageClass,
    Outgoing,
    OutgoingButton,
    Question,
    Text,
    Value,
)
from flows.people import Address, Person, PersonId, Place, Role
from flows.quick import quick
from flows.rules.calendar import WorkCalendar
from flows.rules.contact import Decision, Drop, Later, Send, Wanted, Why, decide
from flows.rules.grounds import Ground
from flows.rules.profile import THIRD_PARTY
from flows.rules.reach import PAGE, TRIED_AGAIN, Ways, is_awaited
from handlers import contact, pings, reach
from handlers.contact import NOTHING, UNASKED, Lately, Moment
from handlers.pings import Ping
from locales.catalog import render
from storage.errors import NoGround
from storage.uow import UnitOfWork

BUTTON_LIFE = timedelta(days=6)
BY_CLOCK = "timer:"
"""What the cause of everything begins with that nobody has just done."""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Why and how a message goes out. `purpose` is the consent it needs. Without one `ground` says why
    it may go to somebody who has not just written.

    `quiet`: it waits for the end of the quiet hours, as reminders always do, unless they are `urgent`. `haste` says how
    much more an unasked message waits for; None: for everything if the clock says it, otherwise for the night. `turn`
    binds its buttons to one question: (conversation id, turn). `lasting` buttons never expire.
    """

    message_class: MessageClass = MessageClass.REPLY
    subject: Person | None = None
    purpose: str = ""
    ground: Ground | None = None
    expires: datetime | None = None
    quiet: bool = False
    urgent: bool = False
    haste: Haste | None = None
    turn: tuple[int, int] | None = None
    lasting: bool = False
    dedupe: str = ""


REPLY = Sending()


@dataclass(slots=True, kw_only=True)
class Occasion:
    """A handled update or timer: the unit of work, the instant (aware UTC), and what caused it.

    `cause` names the inbox row or timer: with a running number it makes every message unique, however often the unit
    runs. `channel` is where the person who set it off is listening right now, `here` the address they wrote from.
    `only_here`: they are told nothing but what `here` may carry.
    `reached` are the addresses that are known already. What is asked or worked out once is kept as long as the occasion
    lasts, and no longer.
    """

    uow: UnitOfWork
    now: datetime
    cause: str
    channel: str = ""
    reached: dict[PersonId, Place | None] = field(default_factory=dict)
    here: Address | None = None
    only_here: bool = False
    _said: int = field(default=0)
    _elsewhere: set[PersonId] = field(default_factory=set)
    _pinged: set[int] = field(default_factory=set)
    _awaited: set[PersonId] = field(default_factory=set)
    _responsible: dict[PersonId, Person | None] = field(default_factory=dict)
    _clocks: dict[str, datetime] = field(default_factory=dict)
    _standard: dict[tuple[PersonId, str, date | None], Mapping[str, Value]] = field(default_factory=dict)
    _calendar: WorkCalendar | None = None
    _lately: dict[PersonId, Lately] = field(default_factory=dict)

    def beside(self, cause: str) -> "Occasion":
        """Something else that happens in the same unit of work, at the same instant: who is who need not be asked."""
        other = Occasion(uow=self.uow, now=self.now, cause=cause, channel=self.channel, here=self.here)
        other._responsible, other._clocks, other._standard = self._responsible, self._clocks, self._standard
        other._calendar, other._lately = self.calendar, self._lately
        return other

    def __post_init__(self) -> None:
        """What happens here happens now: consents are asked about at this instant."""
        self.uow.guard.at(self.now)

    def local(self, person: Person) -> datetime:
        """The instant on the person's own clock."""
        local = self._clocks.get(person.zone)
        if local is None:
            local = self._clocks[person.zone] = self.now.astimezone(ZoneInfo(person.zone))
        return local

    @property
    def calendar(self) -> WorkCalendar:
        """The working days and office hours of the profile."""
        if self._calendar is None:
            self._calendar = contact.calendar_of(self.uow.profile)
        return self._calendar

    def look_back(self, people: Collection[PersonId]) -> None:
        """`may_reach` will be asked about them: what lies behind them is asked for all at once."""
        self._lately.update(contact.look_back(self.uow, [one for one in people if one not in self._lately], self.now))

    def may_reach(self, person: Person, *, until: datetime | None = None, urgent: bool = False) -> Decision:
        """Whether the clock may say something to the person now. `until`: when it is of no use any more; asks for C1.

        Everything is asked here, what they said and got lately, too; `say` asks what needs no question.
        """
        self.look_back([person.id])
        haste = Haste.URGENT if urgent else Haste.PATIENT
        consented = "C1" in self.uow.consents.effective(person.id, self.now)
        wanted = contact.wanted(MessageClass.REMINDER, haste, until, consented=consented)
        return decide(wanted, contact.around(self._moment, person, self._lately.get(person.id, NOTHING)))

    def may_be_asked(self, person: Person) -> Decision:
        """When something may be asked that needs no consent: not at night."""
        awake = replace(person, paused_since=None, held_since=None)
        return decide(Wanted(prompt=True), contact.around(self._moment, awake))

    @property
    def _moment(self) -> Moment:
        return Moment(profile=self.uow.profile, calendar=self.calendar, now=self.now)

    def record(self, event: Event, subject: PersonId) -> None:
        """Keep a fact."""
        self.uow.events.add(event, self.now, subject=subject)

    def say(self, to: Person, said: Said, sending: Sending = REPLY) -> bool:
        """Write one message to a person into the outbox. False: no address, said before, or unwanted."""
        ground = self._ground(to, sending)
        haste = self._haste(sending)
        decided = self._decide(to, sending, haste)
        if ground is None or isinstance(decided, Drop):
            return False
        told: tuple[Place, ...] = ()
        address = self._address(to)
        if to.id in self._elsewhere:
            found = self._destination(to, said)
            if found is None:
                return False
            address, said, told = found.address, found.said, found.pings
        if address is None:
            return False
        self._said += 1
        not_before = contact.in_utc(decided.at) if isinstance(decided, Later) else self.now
        params = self._params(to, sending.subject, not_before)
        message = Outgoing(
            id=self.uow.new_id(),
            to=to.id,
            subject=(sending.subject or to).id,
            channel=address.channel,
            address=address.id,
            text=render(said.text, to.language, formal=to.formal, params=params),
            language=to.language,
            level=levels.level_of(said),
            message_class=sending.message_class,
            dedupe=sending.dedupe or f"{self.cause}:{self._said}",
            cause=self.cause,
            buttons=_buttons(said.buttons, to, params) if said.buttons else (),
            question=self._question(sending) if said.buttons else NO_QUESTION,
            purpose=sending.purpose,
            ground=ground,
            created=self.now,
            not_before=not_before,
            reason=decided.why if isinstance(decided, Later) else "",
            haste=haste,
            expires=sending.expires,
            awaited=self._is_awaited(to, address, sending.message_class),
            at=said.at,
        )
        if not self.uow.outbox.add(message):
            return False
        if told:
            self._ping(to, message, told)
        if message.awaited:
            reach.await_fetching(self.uow, message, self.now)
        return True

    def _ground(self, to: Person, sending: Sending) -> Ground | None:
        """On what ground it is said; None: the consent it needs is not effective, so it is not written.

        Raises `NoGround` for something to a participant who has not spoken, without a purpose or a ground.
        """
        participant = to.role is Role.PARTICIPANT
        if sending.purpose:
            held = {"C1", sending.purpose} <= self.uow.consents.effective(to.id, self.now)
            return Ground.CONSENT if held or not participant else None
        if sending.ground is not None:
            return sending.ground
        if not participant or sending.message_class is MessageClass.ALERT:
            return Ground.STAFF
        named = self.uow.guard.ground_of(to.id)
        if named is None:
            raise NoGround("a message to somebody who has not written needs a purpose or a ground")
        return named

    def say_words(self, to: Person, words: str, sending: Sending) -> None:
        """Pass on somebody's own words as they are."""
        self.say(to, Said(Text("{words}", {"words": words}), level=Level.L4), sending)

    def _question(self, sending: Sending) -> Question:
        conversation, turn = sending.turn or (None, None)
        return Question(conversation, turn, None if sending.lasting else self.now + BUTTON_LIFE)

    def _address(self, to: Person) -> Place | None:
        """Where the person is reached at once; whoever has addresses elsewhere, too, is marked."""
        if to.id not in self.reached:
            addresses = self.uow.people.places(to.id)
            if any(address.channel in THIRD_PARTY for address in addresses):
                self._elsewhere.add(to.id)
            here = [address for address in addresses if address.channel == self.channel]
            self.reached[to.id] = next(iter((*here, *addresses)), None)
        address = self.reached[to.id]
        if address is not None and address.channel in THIRD_PARTY:
            self._elsewhere.add(to.id)
        return address

    def _here(self, to: Person) -> Place | None:
        return self.here if self.here is not None and self.here.person == to.id else None

    def _destination(self, to: Person, said: Said) -> reach.Destination | None:
        here = self._here(to)
        if self.only_here and here is not None:
            return reach.here_alone(self.uow, said, here)
        return reach.destination(self.uow, to, said, here, self.now)

    def _is_awaited(self, to: Person, address: Place, message_class: MessageClass) -> bool:
        """Whether a device is waited for, once for each person. Who has just written is there."""
        if address.channel != PAGE or message_class not in TRIED_AGAIN or to.id in self._awaited or self._here(to):
            return False
        known = reach.ways(self.uow, to.id, self.now)[0] if to.id in self._elsewhere else Ways(address)
        if not is_awaited(known, address, message_class, to.role):
            return False
        self._awaited.add(to.id)
        return True

    def _ping(self, to: Person, content: Outgoing, addresses: Sequence[Place]) -> None:
        """Say elsewhere that there is something to read: once for each address."""
        here = self._here(to)
        for address in addresses:
            if address.id not in self._pinged:
                self._pinged.add(address.id)
                pings.send(self.uow, Ping(to=to, content=content, asked=here is not None), address, self.now)

    def _haste(self, sending: Sending) -> Haste:
        if sending.urgent:
            return Haste.URGENT
        by_clock = sending.message_class in UNASKED and self.cause.startswith(BY_CLOCK)
        return sending.haste or (Haste.PATIENT if by_clock else Haste.PROMPT)

    def _decide(self, to: Person, sending: Sending, haste: Haste) -> Decision:
        """When it may go out as far as can be said now. A hold is left to delivery: it may be over by then."""
        if sending.message_class not in UNASKED and not sending.quiet:
            return Send()
        if to.role is not Role.PARTICIPANT:
            haste = Haste.URGENT
        wanted = contact.wanted(sending.message_class, haste, sending.expires)
        decided = decide(wanted, replace(contact.around(self._moment, to), held=False))
        return Send() if isinstance(decided, Drop) and decided.why not in FINAL else decided

    def _params(self, to: Person, subject: Person | None, at: datetime) -> Mapping[str, Value]:
        """The values every text of a message to `to` may use when it goes out at this instant."""
        about = to if subject is None or subject.role.is_staff else subject
        day = None if at == self.now else at.astimezone(ZoneInfo(about.zone)).date()
        known = self._standard.get((about.id, to.zone, day))
        if known is None:
            known = self._standard[about.id, to.zone, day] = self._values(about, to, day)
        return known

    def _values(self, about: Person, to: Person, day: date | None) -> Mapping[str, Value]:
        """Whom to ask is whoever is there on the day it goes out; where there is nobody, the carrier itself (R57)."""
        person = self.responsible(about) if day is None else self.responsible_on(about, day)
        carrier = self.uow.profile.carrier
        return {
            "name": about.name,
            "today": self.local(to).date(),
            "zone": to.zone,
            "caseworker": carrier["name"] if person is None else person.name,
            "phone": (person.phone if person is not None else "") or carrier.get("phone", ""),
        }

    def forget_responsible(self, participant: Person) -> None:
        """Somebody else looks after the participant from now on: what was known before does not hold."""
        self._responsible.pop(participant.id, None)
        self._standard.clear()

    def responsible(self, participant: Person) -> Person | None:
        """Who looks after a participant, or a guardian's ward, today.

        That is the caseworker, the stand-in while the caseworker is away, a coordinator when both are; never somebody
        who has left. None: nobody is left.
        """
        known = self._responsible
        if participant.id not in known:
            known[participant.id] = self.responsible_on(participant, self.local(participant).date())
        return known[participant.id]

    def responsible_on(self, participant: Person, day: date) -> Person | None:
        """As `responsible`, on a day."""
        people = self.uow.people
        if participant.role is Role.GUARDIAN:
            wards = people.wards_of(participant.id)
            participant = wards[0] if wards else participant
        caseworker = people.caseworker_on(participant.id, day)
        if caseworker is not None and not people.is_away(caseworker.id, day):
            return caseworker
        stand_in = None if caseworker is None else people.substitute_of(caseworker.id)
        others = [one for one in (stand_in, *people.all(Role.COORDINATOR)) if one is not None]
        present = next((one for one in others if not people.is_away(one.id, day)), None)
        if present is not None:
            return present
        able = others if caseworker is None else [caseworker, *others]
        return next((one for one in able if not people.has_left(one.id)), None)


FINAL = frozenset({Why.PAUSED, Why.UNWANTED, Why.LATE})
"""Why something is not even written."""


def _buttons(buttons: Sequence[Button], to: Person, params: Mapping[str, Value]) -> tuple[OutgoingButton, ...]:
    """The buttons as they are shown."""
    return tuple(
        OutgoingButton(render(button.label, to.language, formal=to.formal, params=params), button.action, button.value)
        for button in buttons
    )
