"""What is said of certificates, and how staff tell the two dates they have read off one (F32, R5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from flows.dialogues.levels import SEND_PHOTO
from flows.engine.answers import Choice, Day
from flows.engine.certificate_events import DatesRead
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Level, Text, Value
from flows.engine.replies import Reply
from flows.people import PersonId
from flows.rules.certificates import EARLIEST, LATEST, Certificate, DateProblem, State

DATES: Final = "note_dates"
VISIBLE: Final = "note_visible"
PHOTO: Final = Button(SEND_PHOTO, "photo")
"""Leads to the page where a certificate is sent; on that page itself it is a link."""
HOME: Final = Said(Text("You can send the sick note on your own page. Tap on “Send a photo”."), (PHOTO,), Level.L4)
NOT_AGREED: Final = Said(
    Text("I take no sick notes here, because you have not agreed. Please show it to {caseworker}.")
)
TAKEN: Final = Said(
    Text("Thank you, your sick note has arrived. {caseworker} looks at it. After that the picture is deleted."),
    level=Level.L4,
)
ARRIVED: Final = Text(
    "{name} has sent a sick note. It is on your page under “Sick notes”. "
    "Please read off the two dates; then the picture is deleted."
)
VISIBLE_TO_PERSON: Final = Said(
    Text(
        "Your picture also showed the illness. Nobody here needs to know it, so it is deleted at once. "
        "Please send the other sheet: the one for the employer."
    ),
    (PHOTO,),
    Level.L4,
)
LAPSED_TO_PERSON: Final = Said(
    Text("Sorry: nobody looked at your picture in time, and it is deleted. Please send it once more."),
    (PHOTO,),
    Level.L4,
)
DESTROYED: Final = Text("The picture of {name} is deleted. I have asked for the other sheet.")
WITHDRAWN: Final = Text("The picture of the sick note of {name} is deleted: the consent has ended.")
DATES_MISSING: Final = Text(
    "The two dates of the sick note of {name} are still missing. Until they are entered all reported days count."
)
GONE: Final = Text("This picture is deleted already.")
PROBLEMS: Final[Mapping[DateProblem, Text]] = {
    DateProblem.MISSING: Text("Please enter both dates, for example 23.11.2026 and 27.11.2026."),
    DateProblem.REVERSED: Text(
        "The last day cannot be before the first day. Which day do you mean? For example: {today}."
    ),
    DateProblem.FAR: Text("This day is very far away. Please check the date. For example: {today}."),
}

PROBLEMS_WITH_FILES: Final[Mapping[str, Text]] = {
    "nothing": Text("There was no picture. Please take a photo or choose one, then send."),
    "too_many": Text("Those were too many files. Please send up to 4 at once. Nothing was kept."),
    "too_heavy": Text(
        "This file is too big. Photos and PDF work up to 10 MB each. "
        "Take the photo with “Take a photo” on this page; that is small enough. Nothing was kept."
    ),
    "wrong_kind": Text(
        "This kind of file does not work here. Photos (JPEG, PNG, WebP) and PDF do. "
        "From an iPhone: tap “Take a photo” on this page, or send a screenshot of the picture. Nothing was kept."
    ),
    "unreadable": Text("I cannot open this file, it is damaged. Please take a new photo. Nothing was kept."),
    "too_large": Text("This picture has too many points. Please take a photo with “Take a photo”. Nothing was kept."),
    "too_small": Text("This picture is too small to read. Please take a new photo. Nothing was kept."),
    "locked": Text("This PDF is locked with a password. Please take a photo of the sheet. Nothing was kept."),
    "active": Text(
        "There is more than pictures of paper in this PDF. Please take a photo of the sheet. Nothing was kept."
    ),
    "too_many_pages": Text("These are too many pages. Please send only the sheet for the employer. Nothing was kept."),
    "suspicious": Text("Something is wrong with this file. Please take a new photo of the sheet. Nothing was kept."),
    "not_checked": Text("I cannot check files right now. Please try again in an hour, or call. Nothing was kept."),
}
"""What is said about a file that is not taken, by `bot.pictures.inspecting.Problem`."""


def ways_with(certificate: Certificate) -> tuple[Button, ...]:
    """What staff can do with a certificate."""
    number = str(certificate.id)
    dates = Button(Text("Enter the dates"), DATES, number)
    return (dates, Button(Text("Diagnosis visible"), VISIBLE, number)) if certificate.pages else (dates,)


def lapsed(hours: int) -> Text:
    """What staff read when nobody has looked in time."""
    return Text(
        "The sick note of {name} was deleted after {n} hours: nobody has entered its dates.",
        {"n": hours},
    )


def checked(first: date, last: date) -> Text:
    """What staff read once the dates are entered."""
    return Text("Entered for {name}: sick note from {first} until {last}.", {"first": first, "last": last})


def excused(first: date, last: date) -> Said:
    """What the person reads then."""
    values = {"first": first, "last": last}
    return Said(
        Text("Your sick note counts from {first} until {last}. These days are excused.", values), level=Level.L4
    )


def still_open(days: Sequence[date], *, for_staff: bool = False) -> Text:
    """The days without a certificate."""
    listed = tuple(Text("{day}", {"day": day}) for day in days)
    if for_staff:
        return Text("{name}: still without a sick note: {days}.", {"days": listed})
    return Text("Still without a sick note: {days}. Do you have another one? Then send it, too.", {"days": listed})


def already(certificate: Certificate, who: str | None) -> Text:
    """What whoever comes second reads."""
    if who is None or certificate.state not in {State.CHECKED, State.VISIBLE}:
        return GONE
    if certificate.span is None:
        return Text("{person} has already deleted this picture: the diagnosis was visible.", {"person": who})
    values: dict[str, Value] = {"person": who, "first": certificate.span.first, "last": certificate.span.last}
    return Text("{person} has already entered it: from {first} until {last}.", values)


def _known(view: View, name: str) -> Sequence[Button]:
    """The day of the report, to tap."""
    known, other = view.text(name), Button(Text("Another day"), "other")
    if not known:
        return ()
    return (Button(Text("{day}", {"day": date.fromisoformat(known)}), "day", known), other)


def _told(view: View, name: str) -> date:
    """A day that was told; today, where the question is put without it."""
    told = view.text(name)
    return date.fromisoformat(told) if told else view.now.date()


def _first_of(view: View) -> date:
    return _told(view, "first")


def _summary(view: View) -> Text:
    last = _told(view, "last")
    values: dict[str, Value] = {"person": view.text("name"), "first": _first_of(view), "last": last}
    return Text("{person}: sick note from {first} until {last}. Right?", values)


def _confirm(_: View) -> Sequence[Button]:
    return (Button(Text("Enter it"), "confirm", "yes"), Button(Text("Leave it"), "no", "no"))


def _yes_in_words(reply: Reply, _: View) -> str | None:
    said = reply.reading.yes
    return None if said is None else ("yes" if said else "no")


def _enter(view: View) -> Done:
    if view.text("sure") == "no":
        return Done((Said(Text("All right, nothing is entered.")),))
    read = DatesRead(
        who=PersonId(int(view.text("subject"))),
        certificate=int(view.text("certificate")),
        first_day=_first_of(view),
        last_day=_told(view, "last"),
    )
    return Done((read,))


FLOW: Final = Flow(
    name="staff_certificate",
    version=1,
    start="first",
    nodes={
        "first": Ask(
            prompt=lambda view: Text("{person}: from which day is the sick note?", {"person": view.text("name")}),
            parse=Day(
                lambda view: _known(view, "known_first"),
                lambda view: view.now.date() - EARLIEST,
                lambda view: view.now.date() + LATEST,
                PROBLEMS[DateProblem.FAR],
            ),
            save="first",
            then=goto("last"),
        ),
        "last": Ask(
            prompt=lambda _: Text("Until which day, the last one included?"),
            parse=Day(
                lambda view: _known(view, "known_last"),
                _first_of,
                lambda view: view.now.date() + LATEST,
                PROBLEMS[DateProblem.REVERSED],
                ends=True,
            ),
            save="last",
            then=goto("sure"),
        ),
        "sure": Ask(prompt=_summary, parse=Choice(_confirm, _yes_in_words), save="sure", then=goto("enter")),
        "enter": Do(run=_enter, then=goto(END)),
    },
)
