"""How somebody new arrives: language, sign, whether the invitation is theirs, all before anything personal (F1, F2).

Who has a language and a sign already, and comes with one more phone, is only asked whether it is them.
"""

from collections.abc import Sequence

from flows.engine.answers import Choice, yes_no
from flows.engine.events import Arrived, Said
from flows.engine.flow import END, Ask, Do, Done, Flow, Test, View, goto
from flows.engine.messages import Button, Text
from flows.engine.replies import Reply
from flows.engine.wishes import Wish
from flows.rules.invitations import initials

SIGNS = ("🌻", "🌊", "🐢", "⭐", "🌳", "🐝", "⚓", "🍎", "🐘", "🎈", "🧭", "🚲")
"""Pictures without a meaning that would tell anybody something; old phones know all of them."""

LANGUAGE = Text("Which language do you want?")
NOT_MINE = Text("Thank you for saying so. I keep nothing about you here. Please give the letter back to us.")
NOT_YET = Text("First these questions, please. Or call the number in your letter.")


def _lacks(name: str) -> Test:
    return lambda view: not view.text(name)


def _languages(view: View) -> Sequence[Button]:
    return [Button(Text("{language}", {"language": name}), "choose", code) for code, name in view.facts.languages]


def _language_in_words(reply: Reply, _: View) -> str | None:
    return reply.reading.language


def _signs(_: View) -> Sequence[Button]:
    return [Button(Text("{sign}", {"sign": sign}), "sign", sign) for sign in SIGNS]


def _sign_in_words(reply: Reply, _: View) -> str | None:
    return next((sign for sign in SIGNS if sign in reply.text), None)


def _answer(view: View) -> Done:
    mine = view.text("mine") == "yes"
    arrived = Arrived(mine=mine, language=view.text("language"), sign=view.text("sign"))
    if not mine:
        return Done((Said(NOT_MINE), arrived))
    welcome = Said(
        Text("This is your place now. Here you can say when you cannot come, ask something, and get answers.")
    )
    return Done((arrived, Said(Text("Hello {name}!")), welcome, Wish.ENTER))


FLOW = Flow(
    name="arrival",
    version=1,
    start="language",
    nodes={
        "language": Ask(
            prompt=lambda _: LANGUAGE,
            parse=Choice(_languages, _language_in_words),
            save="language",
            then=goto("sign"),
            only_if=_lacks("language"),
        ),
        "sign": Ask(
            prompt=lambda _: Text("Choose your own sign. Where it stands, you know: this message is from here."),
            parse=Choice(_signs, _sign_in_words),
            save="sign",
            then=goto("mine"),
            only_if=_lacks("sign"),
        ),
        "mine": Ask(
            prompt=lambda view: Text("Are you {initials}?", {"initials": initials(view.facts.person.name)}),
            parse=yes_no(Text("Yes, that is me"), Text("No, that is not me")),
            save="mine",
            then=goto("answer"),
            only_if=_lacks("mine"),
        ),
        "answer": Do(run=_answer, then=goto(END)),
    },
    keeps=True,
)
