"""Coming after all: a report is taken back, or a longer absence ends today (TRANSCRIPTS.md, "An absence")."""

from datetime import date, timedelta

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


def _take_back(view: View) -> Done:
    standing = _standing(view)
    chosen = [absence for absence in standing if str(absence.id) == view.text("which")] or list(standing)
    if not chosen:
        return Done((Said(Text("There is no report of yours that I could take back. See you soon!")),))
    event = withdrawn(chosen[0], view.now.date())
    if isinstance(event, AbsenceTakenBack):
        said = Text(
            "Good! I have taken back the report for {day}. {caseworker} gets the message now.", {"day": event.first_day}
        )
    else:
        last: date = view.now.date() - timedelta(days=1)
        said = Text(
            "Good that you are back! The absence ended on {day}. {caseworker} gets the message now.", {"day": last}
        )
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
