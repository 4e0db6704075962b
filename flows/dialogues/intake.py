"""The intake: the questions of the profile, a summary in which everything can be changed, and what staff ask back (F4).

The same flow serves three ways: from the start; back to the summary after it was sent; and one question that staff
have asked back. Answers that are known already, from an earlier version of the questions, are not asked for again.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from flows.dialogues.answer_words import line, lines
from flows.dialogues.intake_staff import ask_flow, correct_flow
from flows.dialogues.questioning import SENT, OwnReview, parser_of
from flows.engine.answers import Choice, Words
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, Node, Test, View, goto
from flows.engine.intake_events import AnsweredBack, RuleAcknowledged, Submitted
from flows.engine.messages import Button, Text
from flows.engine.replies import Reply
from flows.engine.wishes import Wish
from flows.rules.intake import RULE, Form, Question
from flows.rules.profile import EvidenceRule

NAME = "intake"
ABSENCE = "absence"
"""What the rule that is read is called where it is recorded (R4)."""
FREE = "free"
RULES: Mapping[EvidenceRule, Text] = {
    EvidenceRule.CERTIFICATE_DAY_1: Text(
        "A rule first: you cannot come? Say it on the same day, here or by phone. Are you ill? "
        "Then you need a sick note from the doctor from the first day on."
    ),
    EvidenceRule.CERTIFICATE_DAY_3: Text(
        "A rule first: you cannot come? Say it on the same day, here or by phone. Are you ill? "
        "Then you need a sick note from the doctor from the third day on."
    ),
    EvidenceRule.CERTIFICATE_DAY_4: Text(
        "A rule first: you cannot come? Say it on the same day, here or by phone. Are you ill? "
        "Then you need a sick note from the doctor from the fourth day on."
    ),
}
ON_YOUR_WORD = Text("A rule first: you cannot come? Say it on the same day, here or by phone. Your word is enough.")
WELCOME = Text(
    "Now a few questions, so that {caseworker} can help you well. You can leave out, go back, write “pause”, and go on "
    "another day."
)
MOVED = Text("The questions have changed a little. Your answers are kept.")


def _greet(view: View) -> Done:
    match view.text("_way"):
        case "back":
            return Done((Said(Text("{person} has a question about your answers.", {"person": view.text("_by")})),))
        case "moved":
            return Done((Said(MOVED),))
        case "":
            return Done((Said(WELCOME),))
        case _:
            return Done()


def _understood(reply: Reply, _: View) -> str | None:
    return "read" if reply.reading.yes else None


def _rule(rule: EvidenceRule, then: Callable[[View], str]) -> Ask:
    return Ask(
        prompt=lambda _: RULES.get(rule, ON_YOUR_WORD),
        parse=Choice(lambda _: (Button(Text("I have understood this"), "confirm", "read"),), _understood),
        save=RULE,
        then=then,
        only_if=lambda view: RULE not in view.answers,
    )


def _is_asked(form: Form, question: Question) -> Test:
    def asked(view: View) -> bool:
        if view.text("_review") == question.id or view.text("_only") == question.id:
            return True
        return question.id not in view.answers and form.applies(question, view.answers, view.facts.consents)

    return asked


def _prompt(question: Question) -> Callable[[View], Text]:
    return lambda _: Text(question.text)


def _summary(form: Form) -> Callable[[View], Text]:
    def summary(view: View) -> Text:
        given = form.fitting(view.answers, view.facts.consents)
        shown = [line(one, given[one.id]) for one in form.questions if one.id in given]
        ask = Text("Is all of this right? Then send it. {caseworker} reads it. You can still change or leave out.")
        return lines([*shown, ask])

    return summary


def _note_shown(form: Form) -> Callable[[View], Done]:
    def note(view: View) -> Done:
        return Done(answers={"_shown": list[Json](form.fitting(view.answers, view.facts.consents)), "_review": ""})

    return note


def _send(form: Form) -> Callable[[View], Done]:
    def send(view: View) -> Done:
        told = Said(Text("Thank you! {caseworker} gets your answers now and says here when they are read."))
        sent = Submitted(version=form.version, answers=form.fitting(view.answers, view.facts.consents))
        return Done((sent, told, Wish.MENU))

    return send


def _answer_back(view: View) -> Done:
    name = view.text("_only") or FREE
    answered = AnsweredBack(question="" if name == FREE else name, value=view.answers.get(name))
    return Done((answered, Said(Text("Thank you. {caseworker} gets your answer now."))))


def _after(following: str) -> Callable[[View], str]:
    return lambda view: "answered" if view.text("_only") else following


def _begin(first: str) -> Callable[[View], str]:
    def begin(view: View) -> str:
        if view.text("_way") == "summary":
            return "shown"
        return view.text("_only") or (FREE if view.text("_way") == "back" else first)

    return begin


def _acknowledge(view: View) -> Done:
    return Done((RuleAcknowledged(who=view.facts.person.id, rule=ABSENCE),), {"_rule_noted": True})


@lru_cache(maxsize=16)
def flows(form: Form, rule: EvidenceRule) -> Mapping[str, Flow]:
    """The flows of these questions by name: the person's own, and those of staff about it."""
    names = [question.id for question in form.questions]
    following = dict(zip(names, [*names[1:], "shown"], strict=True))
    first = RULE if form.shows_rule else names[0]
    nodes: dict[str, Node] = {"begin": Do(run=_greet, then=_begin(first))}
    if form.shows_rule:
        nodes[RULE] = _rule(rule, goto("rule_read"))
        nodes["rule_read"] = Do(run=_acknowledge, then=goto(names[0]), only_if=lambda v: "_rule_noted" not in v.answers)
    for question in form.questions:
        nodes[question.id] = Ask(
            prompt=_prompt(question),
            parse=parser_of(question),
            save=question.id,
            then=_after(following[question.id]),
            only_if=_is_asked(form, question),
            optional=question.skippable,
            skip=Text("Leave out"),
            level=question.level,
        )
    nodes |= {
        "shown": Do(run=_note_shown(form), then=goto("review")),
        "review": Ask(
            prompt=_summary(form),
            parse=OwnReview(form.questions),
            save="_review",
            then=lambda view: SENT if view.text("_review") == SENT else view.text("_review"),
        ),
        SENT: Do(run=_send(form), then=goto(END)),
        FREE: Ask(
            prompt=lambda view: Text("{words}", {"words": view.text("_words")}),
            parse=Words(),
            save=FREE,
            then=goto("answered"),
        ),
        "answered": Do(run=_answer_back, then=goto(END)),
    }
    own = Flow(name=NAME, version=form.version, start="begin", nodes=nodes, keeps=True)
    return {flow.name: flow for flow in (own, ask_flow(form), correct_flow(form))}
