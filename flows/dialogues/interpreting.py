"""Who interprets at an appointment: asked by tapping; name and contact are kept with it (R56)."""

from collections.abc import Callable, Sequence

from flows.dialogues.staff import name_of
from flows.engine.answers import Choice, Words
from flows.engine.flow import Ask, Node, View, goto
from flows.engine.messages import Button, Text
from flows.engine.replies import Reply
from flows.rules.appointments import SIGNED, Interpreter

NONE = "none"
WANTED = "wanted"
OTHER = "other"
LONGEST_NAME = 80
LONGEST_CONTACT = 120
SIGN_LANGUAGE = Text("Sign language")


def language_of(view: View) -> str:
    """The language that is interpreted, "" if nobody interprets."""
    language = view.text("interpreter")
    return "" if language in {NONE, WANTED} else language


def interpreter_of(view: View) -> Interpreter:
    """Who interprets, as far as that is known."""
    who = view.text("who")
    if not language_of(view) or who == NONE:
        return Interpreter(name="")
    if who == OTHER:
        contact = view.text("who_contact")
        return Interpreter(name=view.text("who_name"), contact="" if contact == NONE else contact)
    return next((one for one in view.facts.interpreters if one.name == who), Interpreter(name=""))


def _languages(view: View) -> Sequence[Button]:
    others = [(code, name) for code, name in view.facts.languages if not code.startswith("de")]
    named = tuple(Button(Text("{language}", {"language": name}), "interpreter", code) for code, name in others)
    return (Button(Text("No interpreter"), "no", NONE), *named, Button(SIGN_LANGUAGE, "interpreter", SIGNED))


def _may_be_needed(view: View) -> bool:
    known = view.text("interpreter")
    return known == WANTED or (not known and view.text("person") in view.facts.speak_other)


def _who(view: View) -> Sequence[Button]:
    language = language_of(view)
    fitting = (one.name for one in view.facts.interpreters if language in one.languages)
    named = tuple(Button(Text("{person}", {"person": name}), "who", name) for name in fitting)
    return (*named, Button(Text("Somebody else"), "who", OTHER), Button(Text("Not known yet"), "no", NONE))


def _who_in_words(reply: Reply, view: View) -> str | None:
    """An interpreter who is named."""
    words = reply.text.casefold()
    named = [one.name for one in view.facts.interpreters if one.name.casefold() in words]
    return named[0] if len(named) == 1 else None


def _is_other(name: str) -> Callable[[View], bool]:
    return lambda view: bool(language_of(view)) and view.text("who") == OTHER and not view.text(name)


def _prompt(view: View) -> Text:
    if view.text("person").isdecimal():
        return Text("Does {person} need an interpreter?", {"person": name_of(view)})
    return Text("Which language is interpreted?")


def short_words(longest: int) -> Callable[[Reply, View], str | None]:
    """What was written, if it is not too long."""
    return lambda reply, _: reply.text.strip() if 0 < len(reply.text.strip()) <= longest else None


def nodes(then: str) -> dict[str, Node]:
    """The questions, in order; `then` is what comes after them."""
    return {
        "interpreter": Ask(
            prompt=_prompt, parse=Choice(_languages), save="interpreter", then=goto("who"), only_if=_may_be_needed
        ),
        "who": Ask(
            prompt=lambda _: Text("Who interprets?"),
            parse=Choice(_who, _who_in_words),
            save="who",
            then=goto("who_name"),
            only_if=lambda view: bool(language_of(view)) and not view.text("who"),
        ),
        "who_name": Ask(
            prompt=lambda _: Text("What is the interpreter’s name?"),
            parse=Words(longest=LONGEST_NAME),
            save="who_name",
            then=goto("who_contact"),
            only_if=_is_other("who_name"),
        ),
        "who_contact": Ask(
            prompt=lambda _: Text("How is the interpreter reached? A phone number or a mail address is enough."),
            parse=Choice(
                lambda _: (Button(Text("Not known yet"), "no", NONE),), short_words(LONGEST_CONTACT), free=True
            ),
            save="who_contact",
            then=goto(then),
            only_if=_is_other("who_contact"),
        ),
    }
