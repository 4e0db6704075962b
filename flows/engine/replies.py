"""What a person answered, with everything `locales` could read from it: values in, no strings interpreted here."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from flows.engine.events import CrisisKind, Reason
from flows.quick import quick


class Intent(StrEnum):
    """What somebody may want to say or do, as the phrase lists name it (F87)."""

    ILL = "ill"
    CHILD_ILL = "child_ill"
    OFFICIAL_DATE = "official_date"
    CANNOT_COME = "cannot_come"
    ABSENT = "absent"
    LATE = "late"
    LEAVE_EARLY = "leave_early"
    TAKE_BACK = "take_back"
    COMING = "coming"
    MOVE = "move"
    HELP = "help"
    STOP = "stop"
    CANCEL = "cancel"
    BACK = "back"
    PAUSE = "pause"
    RESUME = "resume"
    TALK = "talk"
    COMPLAINT = "complaint"
    CALL_ME = "call_me"
    LANGUAGE = "language"
    APPOINTMENTS = "appointments"
    READERS = "readers"
    GREETING = "greeting"
    THANKS = "thanks"
    MENU = "menu"
    START = "start"
    MY_DATA = "my_data"
    REMIND_ME = "remind_me"
    MY_REMINDERS = "my_reminders"
    LEAVE = "leave"
    MY_LEAVE = "my_leave"


COMMANDS = frozenset(
    {
        Intent.HELP,
        Intent.STOP,
        Intent.CANCEL,
        Intent.BACK,
        Intent.PAUSE,
        Intent.RESUME,
        Intent.TALK,
        Intent.CALL_ME,
        Intent.LANGUAGE,
        Intent.MY_DATA,
    }
)
"""Understood at every node of every flow."""


class Ending(StrEnum):
    """What exactly somebody wants to end (F15), where a message says more than "stop"."""

    REMINDERS = "reminders"
    FOREIGN = "foreign"
    CERTIFICATES = "certificates"
    ERASURE = "erasure"
    REST = "rest"
    REMIND_AGAIN = "remind_again"
    ASKED = "asked"
    """Nothing ends: it was asked how something ends."""


class DateProblem(StrEnum):
    """Why a date somebody wrote is not taken; a date is never guessed."""

    IMPOSSIBLE = "impossible"
    PAST = "past"
    AMBIGUOUS = "ambiguous"
    REVERSED = "reversed"


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the phrase lists found in free text. Several `intents`: ask which one; none: it fits nothing.

    `problem_ends`: the date problem is about a last day. `unknown`: "I do not know". `mourning`: somebody has died.
    `endings` say what "stop" or "pause" is about; a break lasts until `rest_until`. `past`: a day long ago,
    such as a birthday. `length`: for how many days something lasts. `coming`: nothing but that they come.
    `far_first`, `far_last`: the next such days, where those named are too far away for a report. `goes_on`: an illness
    lasts longer than was said.
    """

    intents: tuple[Intent, ...] = ()
    reason: Reason | None = None
    first_day: date | None = None
    last_day: date | None = None
    day: date | None = None
    past: date | None = None
    date_problem: DateProblem | None = None
    problem_ends: bool = False
    minutes: int | None = None
    clock: time | None = None
    language: str | None = None
    crisis: CrisisKind | None = None
    for_other: bool = False
    yes: bool | None = None
    number: int | None = None
    phone: str | None = None
    unknown: bool = False
    mourning: bool = False
    coming: bool = False
    endings: tuple[Ending, ...] = ()
    rest_until: date | None = None
    length: int | None = None
    far_first: date | None = None
    far_last: date | None = None
    goes_on: bool = False


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply: words with their reading, a pressed button (`action`, `value`), or the name of a file.

    `standing`: the button stood outside any question, so it is no answer to the open one.
    """

    text: str = ""
    action: str = ""
    value: str = ""
    standing: bool = False
    file_name: str = ""
    reading: Reading = Reading()

    @property
    def command(self) -> Intent | None:
        """The command pressed or written, if it is one and nothing else."""
        if self.action:
            return ACTION_COMMANDS.get(self.action)
        intents = self.reading.intents
        return intents[0] if len(intents) == 1 and intents[0] in COMMANDS else None


ACTION_COMMANDS = {
    "help": Intent.HELP,
    "stop_all": Intent.STOP,
    "stop_one": Intent.STOP,
    "withdraw": Intent.STOP,
    "cancel": Intent.CANCEL,
    "back": Intent.BACK,
    "pause": Intent.PAUSE,
    "resume": Intent.RESUME,
    "ask": Intent.TALK,
    "call": Intent.CALL_ME,
    "language": Intent.LANGUAGE,
    "my_data": Intent.MY_DATA,
}
"""Buttons that mean a command wherever they stand."""
