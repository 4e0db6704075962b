"""Words that belong to a decision about an absence: what staff ask or give as the reason, what the person answers."""

from flows.engine.answers import Words
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Text
from flows.engine.verdict_events import VerdictAnswered, VerdictGiven
from flows.people import PersonId
from flows.rules.excuses import Verdict

LONGEST = 300


def _prompt(view: View) -> Text:
    who = {"person": view.text("name")}
    if view.text("verdict") == Verdict.ASKED:
        return Text("What do you want to know from {person}? Please ask for no diagnosis and no details.", who)
    return Text("Why? One or two kind sentences, {person} reads them.", who)


def _number(view: View, name: str) -> int:
    return int(view.text(name) or 0)


def _give(view: View) -> Done:
    given = VerdictGiven(
        who=PersonId(_number(view, "person")),
        absence=_number(view, "absence"),
        seen=_number(view, "seen"),
        verdict=view.text("verdict"),
        words=view.text("words"),
    )
    return Done((given,))


GIVE = Flow(
    name="staff_verdict",
    version=1,
    start="words",
    nodes={
        "words": Ask(prompt=_prompt, parse=Words(longest=LONGEST), save="words", then=goto("give")),
        "give": Do(run=_give, then=goto(END)),
    },
)


def _answer(view: View) -> Done:
    answered = VerdictAnswered(absence=_number(view, "absence"), words=view.text("words"))
    return Done((answered, Said(Text("I have passed it on to {caseworker}. The answer comes here."))))


ANSWER = Flow(
    name="verdict_answer",
    version=1,
    start="words",
    nodes={
        "words": Ask(
            prompt=lambda _: Text("What do you want to say to {caseworker} about it? A few words are enough."),
            parse=Words(),
            save="words",
            then=goto("answer"),
            optional=True,
            skip=Text("Nothing more"),
        ),
        "answer": Do(run=_answer, then=goto(END), only_if=lambda view: bool(view.text("words"))),
    },
)
