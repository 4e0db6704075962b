"""Messages again after a stop: the consent C1 is asked anew, declining is as easy (F10)."""

from flows.engine.answers import yes_no
from flows.engine.events import ConsentDeclined, ConsentGiven, Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Text

PURPOSE = "C1"


def _ask(_: View) -> Text:
    return Text(
        "May I write to you here again: about your reports, reminders and answers? It is your free choice. "
        "You can say stop at any time."
    )


def _decide(view: View) -> Done:
    who = view.facts.person.id
    if view.text("again") == "yes":
        said = Said(Text("Thank you. I write to you here again. Write “stop” if you do not want this any more."))
        return Done((ConsentGiven(who=who, purpose=PURPOSE), said))
    said = Said(Text("That is fine. I do not write to you on my own. You can still report here that you are ill."))
    return Done((ConsentDeclined(who=who, purpose=PURPOSE), said))


FLOW = Flow(
    name="again",
    version=1,
    start="again",
    nodes={
        "again": Ask(
            prompt=_ask, parse=yes_no(Text("Yes, you may"), Text("No, thank you")), save="again", then=goto("decide")
        ),
        "decide": Do(run=_decide, then=goto(END)),
    },
)
