"""A complaint: what happened, in own words, for the protection person alone and past the own caseworker (F47, R59)."""

from collections.abc import Sequence

from flows.dialogues.staff import lacks
from flows.engine.answers import Choice, Words
from flows.engine.events import Relayed, Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Level, Text, Value
from flows.engine.replies import Reply
from flows.engine.wishes import Wish

BEGIN = Button(Text("Complain about something"), "complain")


def _reader(view: View) -> dict[str, Value]:
    return {"person": view.text("reader")}


def _asks(view: View) -> Text:
    return Text("Only {person} reads what you write now, {caseworker} does not. What happened?", _reader(view))


def _asks_more(view: View) -> Text:
    return Text("{person} gets your words, {caseworker} does not. Would you like to write more?", _reader(view))


def _has_told(view: View) -> bool:
    return bool(view.text("told"))


def _words(view: View) -> str:
    return view.text("more") or view.text("words")


def _send(view: View) -> Done:
    done = Said(Text("I have passed it on to {person}. The answer comes here.", _reader(view)), level=Level.L4)
    return Done((Relayed(_words(view), past_caseworker=True), done))


def _answers(_: View) -> Sequence[Button]:
    return (
        Button(Text("Yes, pass it on"), "yes"),
        Button(Text("To {caseworker}"), "caseworker"),
        Button(Text("No"), "no"),
    )


def _yes_or_no(reply: Reply, _: View) -> str | None:
    said = reply.reading.yes
    return None if said is None else ("yes" if said else "no")


def _send_on(view: View) -> Done:
    if view.text("send") == "yes":
        return _send(view)
    if view.text("send") == "caseworker":
        told = Said(Text("I have passed it on to {caseworker}. The answer comes here."))
        return Done((Relayed(view.text("words")), told))
    return Done((Wish.MENU,))


def _asks_whom(view: View) -> Text:
    return Text(
        "I did not understand this. Shall I pass your message on to {person}? Nobody else gets it.", _reader(view)
    )


ANSWER = Flow(
    name="complaint_answer",
    version=1,
    start="send",
    nodes={
        "send": Ask(
            prompt=_asks_whom,
            parse=Choice(_answers, _yes_or_no),
            save="send",
            then=goto("pass_on"),
            level=Level.L4,
        ),
        "pass_on": Do(run=_send_on, then=goto(END)),
    },
)
"""Words that fit nothing, from somebody to whom the protection person wrote last."""

FLOW = Flow(
    name="complaint",
    version=1,
    start="words",
    nodes={
        "words": Ask(
            prompt=_asks,
            parse=Words(),
            save="words",
            then=goto("more"),
            only_if=lacks("told"),
            optional=True,
            skip=Text("Leave this"),
            level=Level.L4,
        ),
        "more": Ask(
            prompt=_asks_more,
            parse=Words(),
            save="more",
            then=goto("pass_on"),
            only_if=_has_told,
            optional=True,
            skip=Text("Nothing more"),
            level=Level.L4,
        ),
        "pass_on": Do(run=_send, then=goto(END), only_if=lambda view: bool(_words(view))),
    },
)
