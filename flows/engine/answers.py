"""Typed answers: choice, several choices, date, time, number, phone, free text, file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.engine.conversation import Json
from flows.engine.flow import Answer, Miss, Partly, View
from flows.engine.messages import Button, Text
from flows.engine.replies import DateProblem, Reply
from flows.rules.calendar import ONE_DAY

PAGE = 4
MORE = Button(Text("More choices"), "more")
PAGE_KEY = "_page"
OTHER_DAY = "other"
OTHER_DAY_KEY = "_other_day"
LENGTH_KEY = "_length"
OVER = Text("This day is already over.")
FAR = Text("This day is very far away. Please check the date. For example: {today}.")
PICK = Text("Please choose one of the answers.")
EXAMPLE = timedelta(days=3)

Offer = Callable[[View], Sequence[Button]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers. More than five are shown in pages; `reads` may find a choice in free words."""

    offer: Offer
    reads: Callable[[Reply, View], str | None] = lambda _reply, _view: None
    free: bool = False

    def buttons(self, view: View) -> tuple[Button, ...]:
        """The current page, with "more" when there are further ones."""
        options = tuple(self.offer(view))
        if len(options) <= PAGE + 1:
            return options
        pages = -(-len(options) // PAGE)
        page = int(view.text(PAGE_KEY) or 0) % pages
        return (*options[page * PAGE : (page + 1) * PAGE], MORE)

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """The value of the pressed, numbered or described choice."""
        if reply.action == MORE.action:
            return Partly({PAGE_KEY: str(int(view.text(PAGE_KEY) or 0) + 1)})
        if reply.action:
            return _pressed(reply, self.offer(view))
        shown = self.buttons(view)
        number = reply.reading.number
        if number is not None and 1 <= number <= len(shown):
            chosen = shown[number - 1]
            return self.read(Reply(action=chosen.action, value=chosen.value), view)
        found = self.reads(reply, view)
        return Miss(PICK) if found is None else Answer(found)


def _pressed(reply: Reply, options: Sequence[Button]) -> Answer | Miss:
    for option in options:
        if option.action == reply.action and reply.value in {"", option.value}:
            return Answer(option.value or option.action)
    return Miss(PICK)


def yes_no(yes: Text, no: Text) -> Choice:
    """A question answered by yes or no, in any words."""

    def reads(reply: Reply, _: View) -> str | None:
        said = reply.reading.yes
        return None if said is None else ("yes" if said else "no")

    return Choice(lambda _: (Button(yes, "yes"), Button(no, "no")), reads)


@dataclass(frozen=True, slots=True)
class Several:
    """Any number of choices: each press ticks or unticks one, "done" answers."""

    name: str
    offer: Offer
    free: bool = False

    def buttons(self, view: View) -> tuple[Button, ...]:
        """The choices, ticked ones marked, and the end of the list."""
        ticked = self._ticked(view)
        marked = [
            Button(Text("✓ {choice}", {"choice": option.label}), option.action, option.value)
            if option.value in ticked
            else option
            for option in self.offer(view)
        ]
        return (*marked, Button(Text("Done"), "confirm"))

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """The list of values once "done" is pressed."""
        ticked = self._ticked(view)
        if reply.action == "confirm" or reply.reading.yes:
            return Answer(list[Json](ticked))
        options = list(self.offer(view))
        number = reply.reading.number
        if number is not None and 1 <= number <= len(options):
            reply = Reply(action=options[number - 1].action, value=options[number - 1].value)
        if any(option.value == reply.value for option in options if reply.action):
            left = [value for value in ticked if value != reply.value]
            return Partly({self._key: list[Json](left if reply.value in ticked else [*ticked, reply.value])})
        return Miss(Text("Please tap all that fit, then tap “Done”."))

    @property
    def _key(self) -> str:
        return f"_ticked_{self.name}"

    def _ticked(self, view: View) -> list[str]:
        kept = view.answers.get(self._key)
        return [str(value) for value in kept] if isinstance(kept, list) else []


def no_offer(_: View) -> Sequence[Button]:
    """For answers that are typed."""
    return ()


def _any_day(_: View) -> date:
    return date.min


def _no_end(_: View) -> date:
    return date.max


@dataclass(frozen=True, slots=True)
class Day:
    """A date, tapped or typed. `earliest` and `latest` bound it; what is not clear is asked, never guessed.

    `ends` tells a last day from a first one: "ill today" does not say until when. "Three days" names no last day for
    certain, as it may count today or not: the days that it can mean are offered.
    """

    offer: Offer = no_offer
    earliest: Callable[[View], date] = _any_day
    latest: Callable[[View], date] = _no_end
    too_early: Text = OVER
    ends: bool = False
    free: bool = False

    def buttons(self, view: View) -> tuple[Button, ...]:
        """The days offered."""
        meant = self._ends_of(view)
        return tuple(until(day) for day in meant) if meant else tuple(self.offer(view))

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """The date as an ISO string; "another day" asks for it in words."""
        if reply.action == OTHER_DAY:
            return Partly({OTHER_DAY_KEY: True})
        shown, number = self.buttons(view), reply.reading.number
        if number is not None and 1 <= number <= len(shown) and reply.text.strip().isdecimal() and not reply.action:
            return self.read(Reply(action=shown[number - 1].action, value=shown[number - 1].value), view)
        day = self._day(reply, view)
        if isinstance(day, Miss):
            length = reply.reading.length
            told = self.ends and length is not None and length != view.answers.get(LENGTH_KEY)
            return Partly({LENGTH_KEY: length}) if told and not reply.action else day
        if day < self.earliest(view):
            return Miss(self.too_early)
        if day > self.latest(view):
            return Miss(FAR)
        return Answer(day.isoformat())

    def _day(self, reply: Reply, view: View) -> date | Miss:
        if reply.action:
            pressed = _pressed(reply, (*self.buttons(view), *self.offer(view)))
            return pressed if isinstance(pressed, Miss) else _pressed_day(str(pressed.value), view)
        reading = reply.reading
        if reading.past is not None and reading.past >= self.earliest(view):
            return reading.past
        if reading.date_problem is not None:
            return Miss(DATE_HINTS[reading.date_problem])
        found = (reading.last_day if self.ends else reading.first_day) or reading.day
        return found or Miss(
            Text("Please write a date, for example {example}.", {"example": view.now.date() + EXAMPLE})
        )

    def _ends_of(self, view: View) -> list[date]:
        """The last days that a length can mean: counted from the first day, from today or from tomorrow."""
        length = view.answers.get(LENGTH_KEY)
        if not self.ends or not isinstance(length, int):
            return []
        today = view.now.date()
        counted = {start + timedelta(days=length - 1) for start in (self.earliest(view), today, today + ONE_DAY)}
        return sorted(day for day in counted if self.earliest(view) <= day <= self.latest(view))


def until(day: date) -> Button:
    """A last day to tap."""
    return Button(Text("Until {day}", {"day": day}), "day", day.isoformat())


DATE_HINTS = {
    DateProblem.IMPOSSIBLE: Text("This day is not in the calendar. Which day do you mean? For example: {today}."),
    DateProblem.PAST: Text("This date is too long ago. Which day do you mean? For example: {today}."),
    DateProblem.AMBIGUOUS: Text(
        "I am not sure which day you mean. Please write the date with day and month. For example: {today}."
    ),
    DateProblem.REVERSED: Text(
        "The last day cannot be before the first day. Which day do you mean? For example: {today}."
    ),
}


def _pressed_day(value: str, view: View) -> date | Miss:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return Miss(PICK)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of day on the 24-hour clock."""

    free: bool = False

    def buttons(self, _: View) -> tuple[Button, ...]:
        """None: it is typed."""
        return ()

    def read(self, reply: Reply, _: View) -> Answer | Partly | Miss:
        """The time as HH:MM."""
        clock = reply.reading.clock
        if clock is None or reply.action:
            return Miss(Text("Please write a time, for example 8:30."))
        return Answer(clock.isoformat("minutes"))


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number between two bounds."""

    lowest: int
    highest: int
    offer: Offer = no_offer
    free: bool = False

    def buttons(self, view: View) -> tuple[Button, ...]:
        """The numbers offered."""
        return tuple(self.offer(view))

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """The number."""
        number = reply.reading.number
        if reply.action:
            pressed = _pressed(reply, self.offer(view))
            if isinstance(pressed, Miss):
                return pressed
            number = int(str(pressed.value))
        if number is None or not self.lowest <= number <= self.highest:
            bounds = {"lowest": self.lowest, "highest": self.highest}
            return Miss(Text("Please write a number from {lowest} to {highest}.", bounds))
        return Answer(number)


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number, in international form."""

    free: bool = False

    def buttons(self, _: View) -> tuple[Button, ...]:
        """None: it is typed."""
        return ()

    def read(self, reply: Reply, _: View) -> Answer | Partly | Miss:
        """The number as E.164."""
        phone = reply.reading.phone
        if phone is None or reply.action:
            return Miss(Text("Please write a phone number, for example 0151 23456789."))
        return Answer(phone)


@dataclass(frozen=True, slots=True)
class Words:
    """Free text, up to `longest` characters."""

    longest: int = 4000
    free: bool = True

    def buttons(self, _: View) -> tuple[Button, ...]:
        """None: it is typed."""
        return ()

    def read(self, reply: Reply, _: View) -> Answer | Partly | Miss:
        """The words without surrounding blanks."""
        words = reply.text.strip()
        if reply.action or not words:
            return Miss(Text("Please write it in your own words."))
        if len(words) > self.longest:
            return Miss(Text("This is too long. Please write it shorter."))
        return Answer(words)


@dataclass(frozen=True, slots=True)
class File:
    """A file; its name is kept, the channel holds the bytes."""

    free: bool = False

    def buttons(self, _: View) -> tuple[Button, ...]:
        """None: it is sent."""
        return ()

    def read(self, reply: Reply, _: View) -> Answer | Partly | Miss:
        """The file's name."""
        if not reply.file_name:
            return Miss(Text("Please send a photo or a file."))
        return Answer(reply.file_name)
