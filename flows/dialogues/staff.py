"""What staff do in the chat: choose somebody by name, and write to them."""

from collections.abc import Sequence

from flows.dialogues.wordings import Wording
from flows.engine.answers import Choice
from flows.engine.events import Relayed, Said
from flows.engine.flow import END, Ask, Do, Done, Facts, Flow, Test, View, goto
from flows.engine.messages import Button, Text
from flows.engine.replies import Reply
from flows.people import PersonId
from flows.rules.names import words_of

ADDRESSING = words_of("an für zu bitte frau herr herrn to for please mr ms mrs")
"""Words that stand beside a name and say nothing."""


def people(view: View) -> Sequence[Button]:
    """Everybody within reach, by name."""
    return tuple(
        Button(Text("{person}", {"person": name}), "person", str(person)) for person, name in view.facts.people
    )


def person_in_words(text: str, facts: Facts) -> str | None:
    """Who is meant, when exactly one of the people is named."""
    words = words_of(text)
    hits = {str(person): len(words & words_of(name)) for person, name in facts.people}
    best = max(hits.values(), default=0)
    named = [person for person, hit in hits.items() if hit == best > 0]
    return named[0] if len(named) == 1 else None


def person_by_name(reply: Reply, view: View) -> str | None:
    """Whom the words name."""
    return person_in_words(reply.text, view.facts)


def person_by_name_alone(reply: Reply, view: View) -> str | None:
    """Whom the words name, if they say nothing else: "Jonas is ill" tells something new, it does not address him."""
    named = person_in_words(reply.text, view.facts)
    name = next((name for person, name in view.facts.people if str(person) == named), "")
    return None if words_of(reply.text) - words_of(name) - ADDRESSING else named


def lacks(name: str) -> Test:
    """Whether an answer is still missing."""
    return lambda view: not view.text(name)


def _subject(view: View) -> PersonId:
    return PersonId(int(view.text("person")))


def name_of(view: View) -> str:
    """The name of the person chosen."""
    known = (name for person, name in view.facts.people if str(person) == view.text("person"))
    return next(known, view.text("name"))


def _send(view: View) -> Done:
    if not view.text("person"):
        return Done((Said(Text("I have passed it on to nobody.")),))
    chosen = view.answers.get("words")
    if isinstance(chosen, dict):
        return Done((Relayed("", _subject(view), wording=str(chosen["wording"])),))
    return Done((Relayed(view.text("words"), _subject(view)),))


WRITE = Flow(
    name="staff_write",
    version=1,
    start="person",
    nodes={
        "person": Ask(
            prompt=lambda _: Text("To whom shall I pass this on?"),
            parse=Choice(people, person_by_name_alone),
            save="person",
            then=goto("words"),
            only_if=lacks("person"),
            optional=True,
            skip=Text("To nobody"),
        ),
        "words": Ask(
            prompt=lambda view: Text("What shall I pass on to {person}?", {"person": name_of(view)}),
            parse=Wording(),
            save="words",
            then=goto("send"),
            only_if=lambda view: bool(view.text("person")) and not view.answers.get("words"),
        ),
        "send": Do(run=_send, then=goto(END)),
    },
)
