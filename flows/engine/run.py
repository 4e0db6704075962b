"""One pass through a flow: from an input to the next wait. Pure and total.

`start` and `resume` are the surface. Every reply in every state gives a Turn. Back, pause, language, help, stop, "talk
to a person" and "call me" work at every node without the flow saying so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows.engine.answers import PAGE_KEY
from flows.engine.conversation import Conversation, Json, Status
from flows.engine.events import Said
from flows.engine.flow import END, Answer, Ask, Do, Facts, Flow, Happening, Miss, Partly, View
from flows.engine.messages import Button, Text
from flows.engine.replies import Intent, Reply
from flows.engine.wishes import Wish

MISSES = 3
STEPS = 50
MOST_BUTTONS = 5
SHORT_COMMAND = 3
LONGER_STOP = 10
SKIP = "skip"
UNREAD = "_unread"
BACK = Button(Text("Back"), "back")
RESUME = Button(Text("Go on"), "resume")
HELP = Text(
    "You can answer with a button or in your own words. “Back” goes one step back, “Pause” waits, “Cancel” ends this."
)


WISHES = {
    Intent.CANCEL: Wish.CANCELLED,
    Intent.STOP: Wish.STOP,
    Intent.LANGUAGE: Wish.LANGUAGE,
    Intent.CALL_ME: Wish.CALL,
    Intent.TALK: Wish.TALK,
    Intent.MY_DATA: Wish.MY_DATA,
}


class FlowLoop(Exception):
    """A flow runs in circles without a question."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the conversation stands now, and what happened on the way, in order.

    `understood` is False when the reply fitted nothing here: the caller may look for another meaning.
    """

    conversation: Conversation
    events: tuple[Happening, ...] = field(default=())
    understood: bool = True

    def without(self, wish: Wish) -> "Turn":
        """The same where something else comes instead of what is wished."""
        return replace(self, events=tuple(event for event in self.events if event is not wish))


def start(flow: Flow, *, now: datetime, facts: Facts, answers: Mapping[str, Json] | None = None) -> Turn:
    """Begin a flow with what is already known, and go to its first wait."""
    fresh = Conversation(flow=flow.name, version=flow.version, node=flow.start, answers=dict(answers or {}))
    return _walk(flow, fresh, flow.start, now=now, facts=facts)


def resume(flow: Flow, conversation: Conversation, reply: Reply, *, now: datetime, facts: Facts) -> Turn:
    """Take one reply in an open conversation."""
    node = flow.nodes.get(conversation.node)
    if conversation.version != flow.version or not isinstance(node, Ask):
        return _ended(conversation, Status.FAILED, Said(Text("Something changed here. Please tell me again.")))
    view = View(conversation.answers, now, facts)
    command = reply.command
    if conversation.status is Status.PAUSED:
        return _wake(flow, conversation, view, command)
    if command and (reply.action or _is_short(reply, node)):
        return _obey(command, flow, conversation, view)
    skipped = node.optional and (reply.action == SKIP or reply.reading.unknown)
    result = Answer(None) if skipped else node.parse.read(reply, view)
    if not isinstance(result, Miss):
        return _take(flow, conversation, node, result, view)
    if command:
        return _obey(command, flow, conversation, view)
    return _missed(_keep_unread(conversation, reply), node, result.hint, view)


def ask_again(flow: Flow, conversation: Conversation, *, now: datetime, facts: Facts) -> Said | None:
    """The open question once more, for instance in another language."""
    node = flow.nodes.get(conversation.node)
    return _question(node, conversation, View(conversation.answers, now, facts)) if isinstance(node, Ask) else None


def _is_short(reply: Reply, node: Ask) -> bool:
    """Where any words are an answer, only short ones are a command; "no more messages" may be said at more length."""
    longest = LONGER_STOP if reply.command is Intent.STOP else SHORT_COMMAND
    return node.parse.free and len(reply.text.split()) <= longest


def _take(flow: Flow, conversation: Conversation, node: Ask, result: Answer | Partly, view: View) -> Turn:
    match result:
        case Answer(value):
            answers = {key: kept for key, kept in conversation.answers.items() if key not in {PAGE_KEY, UNREAD}}
            answered = replace(conversation, answers={**answers, node.save: value}, misses=0)
            after = node.then(View(answered.answers, view.now, view.facts))
            return _walk(flow, answered, after, now=view.now, facts=view.facts)
        case Partly(more):
            moved = _next_turn(replace(conversation, answers={**conversation.answers, **more}))
            return Turn(moved, (_question(node, moved, View(moved.answers, view.now, view.facts)),))


def _keep_unread(conversation: Conversation, reply: Reply) -> Conversation:
    kept = unread_words(conversation)
    return replace(conversation, answers={**conversation.answers, UNREAD: [*kept, reply.text] if reply.text else kept})


def unread_words(conversation: Conversation) -> list[Json]:
    """What was written to the open question and not understood: whoever takes over reads it."""
    kept = conversation.answers.get(UNREAD)
    return kept if isinstance(kept, list) else []


def _missed(conversation: Conversation, node: Ask, hint: Text, view: View) -> Turn:
    missed = _next_turn(replace(conversation, misses=conversation.misses + 1))
    if missed.misses >= MISSES:
        over = Said(Text("I do not get further here. {caseworker} will help you personally."))
        return replace(_ended(missed, Status.HANDED_OVER, Wish.PERSON, over), understood=False)
    return Turn(missed, (Said(hint), _question(node, missed, view)), understood=False)


def _walk(flow: Flow, conversation: Conversation, name: str, *, now: datetime, facts: Facts) -> Turn:
    happened: list[Happening] = []
    view = View(conversation.answers, now, facts)
    for _ in range(STEPS):
        if name == END:
            return Turn(_moved(conversation, END, view.answers, Status.DONE), tuple(happened))
        node = flow.nodes[name]
        if not node.only_if(view):
            name = node.then(view)
        elif isinstance(node, Do):
            done = node.run(view)
            happened += done.events
            view = View({**view.answers, **done.answers}, now, facts) if done.answers else view
            name = node.then(view)
        else:
            waiting = _moved(conversation, name, view.answers, Status.WAITING)
            return Turn(waiting, (*happened, _question(node, waiting, view)))
    raise FlowLoop(flow.name)


def _moved(before: Conversation, node: str, answers: Mapping[str, Json], status: Status) -> Conversation:
    """The conversation one turn on."""
    return Conversation(
        flow=before.flow,
        version=before.version,
        node=node,
        answers=answers,
        status=status,
        turn=before.turn + 1,
        misses=before.misses,
        asked=_walked(before.asked, node) if node != END else before.asked,
    )


def _walked(asked: tuple[str, ...], name: str) -> tuple[str, ...]:
    return asked[: asked.index(name) + 1] if name in asked else (*asked, name)


def _next_turn(conversation: Conversation) -> Conversation:
    return replace(conversation, turn=conversation.turn + 1, status=Status.WAITING)


def _question(node: Ask, conversation: Conversation, view: View) -> Said:
    ways_on = [Button(node.skip, SKIP)] if node.optional else []
    answers = [*node.parse.buttons(view), *ways_on]
    if len(conversation.asked) > 1 and len(answers) < MOST_BUTTONS:
        answers.append(BACK)
    return Said(node.prompt(view), tuple(answers), node.level)


def _ended(conversation: Conversation, status: Status, *events: Happening) -> Turn:
    return Turn(replace(conversation, status=status, turn=conversation.turn + 1), events)


def _wake(flow: Flow, conversation: Conversation, view: View, command: Intent | None) -> Turn:
    if command in {None, Intent.RESUME, Intent.BACK, Intent.PAUSE}:
        return _repeat(flow, conversation, view)
    return _obey(command, flow, conversation, view)


def _repeat(flow: Flow, conversation: Conversation, view: View, *before: Happening) -> Turn:
    node = flow.nodes[conversation.node]
    woken = _next_turn(conversation)
    questions = (_question(node, woken, view),) if isinstance(node, Ask) else ()
    return Turn(woken, (*before, *questions))


def _obey(command: Intent, flow: Flow, conversation: Conversation, view: View) -> Turn:
    match command:
        case Intent.BACK:
            return _step_back(flow, conversation, view)
        case Intent.PAUSE:
            rest = Said(Text("We take a break. Tap “Go on” or write “go on” when you are ready."), (RESUME,))
            return _ended(conversation, Status.PAUSED, rest)
        case Intent.CANCEL | Intent.STOP:
            return _ended(conversation, Status.CANCELLED, WISHES[command])
        case Intent.HELP:
            node = flow.nodes[conversation.node]
            text = node.help if isinstance(node, Ask) and node.help else HELP
            return _repeat(flow, conversation, view, Said(text))
        case _:
            wish = WISHES.get(command)
            return _repeat(flow, conversation, view, *((wish,) if wish else ()))


def _step_back(flow: Flow, conversation: Conversation, view: View) -> Turn:
    asked = conversation.asked[:-1]
    if not asked or asked[-1] not in flow.nodes:
        return _repeat(flow, conversation, view, Said(Text("This is the first question.")))
    return _repeat(flow, replace(conversation, node=asked[-1], asked=asked, misses=0), view)
