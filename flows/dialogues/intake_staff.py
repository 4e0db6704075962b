"""What staff do with an intake in the chat: ask back, or note that an answer is another (F6)."""

from collections.abc import Callable, Sequence

from flows.dialogues.questioning import parser_of
from flows.engine.answers import Choice, Words
from flows.engine.flow import END, Ask, Do, Done, Flow, Node, View, goto
from flows.engine.intake_events import AskedBack, Corrected
from flows.engine.messages import Button, Text
from flows.engine.replies import Reply
from flows.people import PersonId
from flows.rules.intake import Form, Question

ASK = "staff_intake_ask"
CORRECT = "staff_intake_correct"


def _name(view: View) -> Text:
    return Text("{person}", {"person": view.text("_name")})


def _subject(view: View) -> PersonId:
    return PersonId(int(view.text("_person") or 0))


def _offer(form: Form) -> Callable[[View], Sequence[Button]]:
    """The questions that were answered; all of them where that is not known."""

    def offer(view: View) -> Sequence[Button]:
        given = view.answers.get("_given")
        shown = given if isinstance(given, list) else [one.id for one in form.questions]
        return tuple(Button(Text(one.label), "choose", one.id) for one in form.questions if one.id in shown)

    return offer


def _own_words(reply: Reply, _: View) -> str | None:
    return f"?{reply.text.strip()}" if reply.text.strip() else None


def _ask(form: Form) -> Callable[[View], Done]:
    def ask(view: View) -> Done:
        which = view.text("which")
        question = which if form.question(which) else ""
        return Done((AskedBack(who=_subject(view), question=question, words="" if question else which[1:]),))

    return ask


def ask_flow(form: Form) -> Flow:
    """Ask about one of the answers, or something in one's own words."""
    return Flow(
        name=ASK,
        version=form.version,
        start="which",
        nodes={
            "which": Ask(
                prompt=lambda view: Text(
                    "What shall I ask {person}? Tap one of the answers, or write your question.",
                    {"person": _name(view)},
                ),
                parse=Choice(_offer(form), _own_words, free=True),
                save="which",
                then=goto("ask"),
            ),
            "ask": Do(run=_ask(form), then=goto(END)),
        },
    )


def _correct(view: View) -> Done:
    which = view.text("which")
    note = view.text("note")
    return Done((Corrected(who=_subject(view), question=which, value=view.answers.get(_place(which)), note=note),))


def _place(question: str) -> str:
    return f"is_{question}"


def _new_value(question: Question) -> Ask:
    return Ask(
        prompt=lambda _: Text("What shall stand there instead? {label}", {"label": Text(question.label)}),
        parse=parser_of(question),
        save=_place(question.id),
        then=goto("note"),
    )


def correct_flow(form: Form) -> Flow:
    """Note another answer, with the reason; the person's own stays beside it."""
    values: dict[str, Node] = {_place(question.id): _new_value(question) for question in form.questions}
    return Flow(
        name=CORRECT,
        version=form.version,
        start="which",
        nodes={
            "which": Ask(
                prompt=lambda _: Text("Which answer is to be another?"),
                parse=Choice(_offer(form)),
                save="which",
                then=lambda view: _place(view.text("which")) if view.text("which") else "note",
            ),
            **values,
            "note": Ask(
                prompt=lambda _: Text("Why? One sentence, the person reads it."),
                parse=Words(longest=300),
                save="note",
                then=goto("correct"),
                optional=True,
                skip=Text("Without a reason"),
            ),
            "correct": Do(run=_correct, then=goto(END)),
        },
    )
