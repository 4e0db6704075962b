"""What staff say when a signed consent lies before them: which purpose, and whether somebody interpreted (F11)."""

from collections.abc import Sequence

from flows.engine.answers import Choice
from flows.engine.events import PaperSigned
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Text
from flows.people import PersonId
from flows.rules.purposes import Scope

ALL = "all"
BETWEEN = "/"
NOBODY = "none"
ANOTHER = "other"


def _waiting(view: View) -> list[tuple[str, str]]:
    """What waits for a signature, each with its title."""
    known = view.answers.get("waiting")
    return [(str(each[0]), str(each[1])) for each in known if isinstance(each, list)] if isinstance(known, list) else []


def spelled(scope: Scope) -> str:
    """One consent as the value of a button."""
    return BETWEEN.join((scope.code, scope.document, scope.recipient))


def read(spelled: str) -> Scope:
    """The counterpart of `spelled`."""
    return Scope(*spelled.split(BETWEEN, 2))


def _purposes(view: View) -> Sequence[Button]:
    waiting = _waiting(view)
    each = [Button(Text("{title}", {"title": title}), "paper", scope) for scope, title in waiting]
    return [*each, Button(Text("All of them"), "paper", ALL)] if len(waiting) > 1 else each


def _interpreters(view: View) -> Sequence[Button]:
    languages = [Button(Text("{language}", {"language": name}), "choose", code) for code, name in view.facts.languages]
    return [
        Button(Text("Nobody interpreted"), NOBODY, NOBODY),
        *languages,
        Button(Text("Another language"), ANOTHER, ANOTHER),
    ]


def _sign(view: View) -> Done:
    chosen, interpreter = view.text("purpose"), view.text("interpreter")
    signed = [scope for scope, _ in _waiting(view)] if chosen == ALL else [chosen]
    event = PaperSigned(
        subject=PersonId(int(view.text("signer"))),
        scopes=tuple(read(each) for each in signed),
        interpreter="" if interpreter == NOBODY else interpreter,
    )
    return Done((event,))


FLOW = Flow(
    name="staff_signing",
    version=1,
    start="purpose",
    nodes={
        "purpose": Ask(
            prompt=lambda view: Text("Which signed paper of {person} do you have?", {"person": view.text("name")}),
            parse=Choice(_purposes),
            save="purpose",
            then=goto("interpreter"),
            only_if=lambda view: not view.text("purpose"),
        ),
        "interpreter": Ask(
            prompt=lambda _: Text("Did somebody interpret when it was explained? Into which language?"),
            parse=Choice(_interpreters),
            save="interpreter",
            then=goto("sign"),
        ),
        "sign": Do(run=_sign, then=goto(END)),
    },
)
