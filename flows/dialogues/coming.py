"""Coming after all: a report is taken back, or a longer absence ends today (TRANSCRIPTS.md, "An absence")."""

from datetime import date

from flows.engine.answers import Choice
from flows.engine.events import AbsenceTakenBack, Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Text
from flows.engine.replies import Reply
from flows.rules.absence import Absence, standing, withdrawn


def _standing(view: View) -> tuple[Absence, ...]:
    return standing(view.facts.absences, view.now.date())


def _several(view: View) -> bool:
    return len(_standing(view)) > 1 and not view.text("which")


def _which(view: View) -> tuple[Button, ...]:
    return tuple(
        Button(Text("From {day}", {"day": absence.first_day}), "absence", str(absence.id))
        for absence in _standing(view)
    )


def _by_day(reply: Reply, view: View) -> str | None:
    day = reply.reading.day or reply.reading.first_day
    return next((str(absence.id) for absence in _standing(view) if absence.first_day == day), None)


def _back(view: View) -> date:
    """The day the person comes: today, unless a later one was named."""
    named = view.text("first_day")
    return max(view.now.date(), date.fromisoformat(named)) if named else view.now.date()


def _take_back(view: View) -> Done:
    reports = _standing(view)
    chosen = [absence for absence in reports if str(absence.id) == view.text("which")] or list(reports)
    if not chosen:
        return Done((Said(Text("There is no report of yours that I could take back. See you soon!")),))
    event = withdrawn(chosen[0], _back(view))
    if isinstance(event, AbsenceTakenBack):
        values = {"day": event.first_day}
        said = Text("Good! I have taken back the report for {day}. {caseworker} gets the message now.", values)
    else:
        values = {"day": _back(view)}
        said = Text("Good that you come back on {day}! {caseworker} gets the message now.", values)
    return Done((event, Said(said)))


FLOW = Flow(
    name="coming",
    version=1,
    start="which",
    nodes={
        "which": Ask(
            prompt=lambda _: Text("Which report do you mean?"),
            parse=Choice(_which, _by_day),
            save="which",
            then=goto("take_back"),
            only_if=_several,
        ),
        "take_back": Do(run=_take_back, then=goto(END)),
    },
)
