"""Coming later: recorded at once; how much later is asked and may stay open."""

from datetime import time

from flows.engine.answers import Number
from flows.engine.events import LatenessReported, Noted, Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Text, counted

LONGEST = 480
OFFERED = (15, 30, 60)


def record(view: View) -> Done:
    """Somebody comes later today; how much later if it is known."""
    event = LatenessReported(who=view.facts.person.id, day=view.now.date())
    said = Said(Text("Thank you. {caseworker} gets the message that you come later today."))
    if view.text("clock"):
        at = Noted(Text("{name} wants to be there at {clock}.", {"clock": time.fromisoformat(view.text("clock"))}))
        return Done((event, at, said))
    if view.answers.get("minutes"):
        return Done((event, _delay(view), said))
    return Done((event, said))


def _delay(view: View) -> Noted:
    minutes = int(str(view.answers["minutes"]))
    return Noted(counted("{name} comes about {n} minute later.", "{name} comes about {n} minutes later.", minutes))


def _minutes(_: View) -> tuple[Button, ...]:
    return tuple(Button(counted("{n} minute", "{n} minutes", n), "minutes", str(n)) for n in OFFERED)


def _prompt(_: View) -> Text:
    return Text("About how many minutes later?")


def _is_open(view: View) -> bool:
    return not (view.answers.get("minutes") or view.text("clock")) and "C1" in view.facts.consents


def _pass_on(view: View) -> Done:
    view_of_answer = View({"minutes": view.answers.get("later")}, view.now, view.facts)
    notes = (_delay(view_of_answer),) if view.answers.get("later") else ()
    return Done((*notes, Said(Text("Thank you. See you later."))))


FLOW = Flow(
    name="lateness",
    version=1,
    start="record",
    nodes={
        "record": Do(run=record, then=goto("later")),
        "later": Ask(
            prompt=_prompt,
            parse=Number(1, LONGEST, _minutes),
            save="later",
            then=goto("pass_on"),
            only_if=_is_open,
            optional=True,
        ),
        "pass_on": Do(run=_pass_on, then=goto(END), only_if=lambda view: "later" in view.answers),
    },
)
