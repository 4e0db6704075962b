"""From a question of a profile to a question of a dialogue: how its answer is offered and read (F5)."""

from dataclasses import dataclass
from datetime import date

from flows.engine.answers import DATE_HINTS, MORE, PAGE_KEY, PICK, Choice, Day, Number, Phone, Several, Words
from flows.engine.flow import Answer, Miss, Parser, Partly, View
from flows.engine.messages import Button, Text
from flows.engine.replies import DateProblem, Reply
from flows.rules.intake import Kind, Question

LONGEST = 500
OLDEST = date(1920, 1, 1)
SEND = Button(Text("Send it"), "confirm")
PER_PAGE = 3
SENT = "send"
"""The answer to the summary that sends it; every other one is the id of a question."""


def parser_of(question: Question) -> Parser:
    """How this kind of question is answered; choices come before free text."""
    offered = tuple(Button(Text(label), "choose", value) for value, label in question.choices)
    match question.kind:
        case Kind.CHOICE:
            return Choice(lambda _: offered)
        case Kind.SEVERAL:
            return Several(question.id, lambda _: offered)
        case Kind.DATE:
            return PastDay() if question.past else Day()
        case Kind.PHONE:
            return Phone()
        case Kind.NUMBER:
            return Number(question.lowest, question.highest)
        case Kind.TEXT:
            return Words(longest=LONGEST)


@dataclass(frozen=True, slots=True)
class PastDay:
    """A day before today with its year, such as a birthday; what the calendar does not have is never made to fit."""

    free: bool = False

    def buttons(self, _: View) -> tuple[Button, ...]:
        """None: it is typed."""
        return ()

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """The day as an ISO string."""
        reading, today = reply.reading, view.now.date()
        if reading.date_problem not in {None, DateProblem.PAST}:
            return Miss(DATE_HINTS[DateProblem.IMPOSSIBLE])
        day = reading.past or reading.first_day or reading.day
        if reply.action or day is None or day < OLDEST:
            return Miss(Text("Please write the day, the month and the year, for example 24.8.2003."))
        if day >= today:
            return Miss(Text("This day is still to come. Please write the date with the year."))
        return Answer(day.isoformat())


@dataclass(frozen=True, slots=True)
class Review:
    """The end of an intake: send it, or change one of these answers (id and label); in pages where they are many."""

    changes: tuple[tuple[str, str], ...]
    free: bool = False

    def buttons(self, view: View) -> tuple[Button, ...]:
        """Sending is on every page."""
        offered = [_change(id_, label) for id_, label in self.changes]
        if len(offered) <= PER_PAGE + 1:
            return (SEND, *offered)
        pages = -(-len(offered) // PER_PAGE)
        page = int(view.text(PAGE_KEY) or 0) % pages
        return (SEND, *offered[page * PER_PAGE : (page + 1) * PER_PAGE], MORE)

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """The id of the question to be asked again, or `SENT`."""
        if reply.action == MORE.action:
            return Partly({PAGE_KEY: str(int(view.text(PAGE_KEY) or 0) + 1)})
        shown, number = self.buttons(view), reply.reading.number
        if number is not None and 1 <= number <= len(shown) and not reply.action:
            return self.read(Reply(action=shown[number - 1].action, value=shown[number - 1].value), view)
        if reply.action == SEND.action or (not reply.action and reply.reading.yes):
            return Answer(SENT)
        if reply.action == "change" and reply.value in {id_ for id_, _ in self.changes}:
            return Answer(reply.value)
        return Miss(PICK)


def _change(id_: str, label: str) -> Button:
    return Button(Text("Change: {label}", {"label": Text(label)}), "change", id_)


@dataclass(frozen=True, slots=True)
class OwnReview:
    """As `Review`, for the answers that this person has given."""

    all: tuple[Question, ...]
    free: bool = False

    def _review(self, view: View) -> Review:
        given = view.answers.get("_shown")
        shown = given if isinstance(given, list) else []
        return Review(tuple((one.id, one.label) for one in self.all if one.id in shown))

    def buttons(self, view: View) -> tuple[Button, ...]:
        """Sending, and a change for each answer."""
        return self._review(view).buttons(view)

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """As `Review`."""
        return self._review(view).read(reply, view)
