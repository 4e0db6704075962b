"""A message to the caseworker: free text that fits nothing is offered to a person (F43)."""

from flows.engine.answers import Words, yes_no
from flows.engine.events import Relayed, Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Text
from flows.engine.wishes import Wish


def _has_words(view: View) -> bool:
    return bool(view.text("words"))


def _lacks_words(view: View) -> bool:
    return not _has_words(view)


def _wants(view: View) -> bool:
    return view.text("send") != "no"


def _send(view: View) -> Done:
    words = view.text("words")
    return Done((Relayed(words), Said(Text("I have passed it on to {caseworker}. The answer comes here."))))


OFFER = Flow(
    name="offer",
    version=1,
    start="send",
    nodes={
        "send": Ask(
            prompt=lambda _: Text("I did not understand this. Shall I pass your message on to {caseworker}?"),
            parse=yes_no(Text("Yes, pass it on"), Text("No")),
            save="send",
            then=goto("pass_on"),
            only_if=_has_words,
        ),
        "pass_on": Do(run=_send, then=goto("menu"), only_if=_wants),
        "menu": Do(run=lambda _: Done((Wish.MENU,)), then=goto(END), only_if=lambda view: not _wants(view)),
    },
)

TALK = Flow(
    name="talk",
    version=1,
    start="words",
    nodes={
        "words": Ask(
            prompt=lambda _: Text("What is it about? You can write it here in your own words."),
            parse=Words(),
            save="words",
            then=goto("pass_on"),
            only_if=_lacks_words,
            optional=True,
            skip=Text("Nothing more"),
        ),
        "pass_on": Do(run=_send, then=goto(END), only_if=_has_words),
    },
)
