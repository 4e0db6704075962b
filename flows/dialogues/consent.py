"""One consent: the whole text, then yes or no, equally big. Only a tap is a yes; a no in words counts (F10, F11, F12).

The text comes along with the first answers, as somebody gets it in their language; it is shown again when the
language changes, because what is agreed to are these very words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.engine.conversation import Json
from flows.engine.events import Decided, NoticeRead, Said
from flows.engine.flow import END, Answer, Ask, Do, Done, Flow, Miss, Partly, View, goto
from flows.engine.messages import Button, Level, Text, Value
from flows.engine.replies import Reply
from flows.people import PersonId
from flows.rules.purposes import Scope
from flows.rules.receipts import NoticeShown

AT_START, AGAIN, ALONE = "at_start", "again", "alone"
"""What comes after the decision: the next purpose of the start, the next that has to be asked again, or nothing."""
FIRST, CHANGED, OF_AGE, WARD, DOCUMENT = "first", "changed", "of_age", "ward", "document"
NEEDED, SENTENCE, NO_INTRODUCTION = "needed", "sentence", ""
"""Why somebody is asked."""

YES, NO, DIFFERENTLY, TAP = "yes", "no", "differently", "tap"
LATER: Mapping[str, Value] = {}
"""The values of a text that are put in when it is said."""
PLEASE_TAP = Text("Please tap an answer. Only a tap counts as a yes, so that nothing happens by mistake.")
INTRODUCTIONS = {
    FIRST: Text("Before we begin, I ask you a few things. You decide each one for yourself. A no has no consequences."),
    CHANGED: Text("A text you know has changed. Please read it again. You decide anew."),
    OF_AGE: Text("You are 18 now and decide alone. So I ask you again."),
    DOCUMENT: Text(
        "It is about one document, for: {recipient}. {caseworker} shows it to you. Read it before you decide.", LATER
    ),
    SENTENCE: Text("It is about this one sentence, for your company. Nothing else goes there, and no reason."),
    NEEDED: Text("{caseworker} would like to ask you something. You decide, and a no has no consequences."),
    WARD: Text(
        "{ward} has agreed to something. You are responsible as well, so you are asked, too. "
        "Questions: {caseworker}, {phone}.",
        LATER,
    ),
}
_BUTTONS = (
    Button(Text("Yes, I agree"), YES),
    Button(Text("No, I do not agree"), NO),
    Button(Text("Explain it differently"), DIFFERENTLY),
    Button(Text("Ask a person"), "ask"),
    Button(Text("Later"), "pause"),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes and no by a tap, no in words as well. A yes in words is answered kindly: please tap."""

    free: bool = False

    def buttons(self, view: View) -> tuple[Button, ...]:
        """Yes and no first, equally big; nothing is preselected."""
        return _BUTTONS

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """What was decided; nothing is, when the words might mean anything else."""
        if reply.action in {NO, DIFFERENTLY}:
            return Answer(reply.action)
        if reply.action == YES:
            return Answer(TAP if reply.text else YES)
        if reply.reading.yes is None:
            return Miss(PLEASE_TAP)
        return Answer(TAP if reply.reading.yes else NO)


def _scope(view: View) -> Scope:
    return Scope(view.text("code"), view.text("document"), view.text("recipient"))


def _subject(view: View) -> PersonId:
    return PersonId(int(view.text("subject")))


def _shown(view: View) -> NoticeShown:
    version = view.answers["version"]
    return NoticeShown(
        notice=view.text("code"),
        version=version if isinstance(version, int) else 0,
        language=view.text("text_language"),
        level=view.text("level"),
        digest=view.text("digest"),
    )


def _show(view: View) -> Done:
    messages = view.answers["messages"]
    words = [str(each) for each in messages] if isinstance(messages, list) else []
    introduction = INTRODUCTIONS.get(view.text("introduction"))
    read = NoticeRead(
        subject=_subject(view), scope=_scope(view), shown=_shown(view), wished=view.answers.get("wished") is True
    )
    before = (
        (Said(Text(introduction.key, {"ward": view.text("ward"), "recipient": view.text("recipient")})),)
        if introduction
        else ()
    )
    return Done((*before, *(_words(each) for each in words), read))


def _words(words: str) -> Said:
    return Said(Text("{words}", {"words": words}), level=Level.L4)


def _explain(view: View) -> Done:
    return Done((_words(view.text("shorter")),), {"explained": _explained(view) + 1})


def _explained(view: View) -> int:
    known = view.answers.get("explained")
    return known if isinstance(known, int) else 0


def _decide(view: View) -> Done:
    decided = Decided(
        subject=_subject(view),
        scope=_scope(view),
        shown=_shown(view),
        agrees=view.text("decision") == YES,
        differently=_explained(view),
        then=view.text("then"),
    )
    return Done((decided,))


def _after(view: View) -> str:
    return {DIFFERENTLY: "explain", TAP: "tap"}.get(view.text("decision"), "decide")


def first_answers(scope: Scope, shown: NoticeShown) -> dict[str, Json]:
    """What the dialogue knows of the consent and its text when it begins."""
    return {
        "code": scope.code,
        "document": scope.document,
        "recipient": scope.recipient,
        "version": shown.version,
        "text_language": shown.language,
        "level": shown.level,
        "digest": shown.digest,
    }


FLOW = Flow(
    name="consent",
    version=1,
    start="show",
    nodes={
        "show": Do(run=_show, then=goto("question")),
        "question": Ask(
            prompt=lambda view: Text(
                "“{title}”: do you agree? Both answers are all right.", {"title": view.text("title")}
            ),
            parse=Decision(),
            save="decision",
            then=_after,
        ),
        "explain": Do(run=_explain, then=goto("question")),
        "tap": Do(run=lambda _: Done((Said(PLEASE_TAP),)), then=goto("question")),
        "decide": Do(run=_decide, then=goto(END)),
    },
    keeps=True,
)
