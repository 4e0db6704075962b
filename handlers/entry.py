"""What comes next for somebody who has arrived: open consents, then the questions of the intake, then the menu."""

from flows.dialogues import consent as dialogue
from flows.dialogues.consent import LATER
from flows.engine.events import Said
from flows.engine.messages import Button, Text
from flows.engine.run import RESUME
from flows.people import Person, Role
from flows.rules.consent import Party, State
from flows.rules.purposes import Scope
from handlers import consenting, intake
from handlers.apply import show_menu
from handlers.occasion import Occasion, Sending

ALL_DECLINED = Text(
    "You said no to everything, and that is all right. {caseworker} is there for you by phone: {phone}, "
    "Monday to Friday {opens} to {closes}.",
    LATER,
)
WITHOUT_MESSAGES = Text(
    "I write nothing of my own accord. {caseworker} can ask you the first questions in person: {phone}. "
    "Or do you want to answer them here?",
    LATER,
)
STILL_HERE = Text("You can still write here when you cannot come. I always pass that on.")
_NO = frozenset({State.DECLINED, State.WITHDRAWN})


def go_on(occasion: Occasion, person: Person) -> None:
    """Ask what is open; when nothing is, show what can be done here."""
    if person.role is not Role.PARTICIPANT:
        if not consenting.ask_in_passing(occasion, person):
            show_menu(occasion, person)
        return
    if consenting.ask_at_start(occasion, person):
        return
    if _has_declined_everything(occasion, person):
        _name_the_human_way(occasion, person)
    elif intake.is_due(occasion, person):
        _begin_intake(occasion, person)
        return
    show_menu(occasion, person)


def begin_late(occasion: Occasion, person: Person, code: str) -> None:
    """Who agrees to messages for the first time, after a no at the start, is asked the first questions then."""
    if code != consenting.MESSAGES or not intake.is_due(occasion, person) or intake.is_offered(occasion, person):
        return
    of_messages = [each.state for each in occasion.uow.consents.trail(person.id) if each.purpose == code]
    if _NO.isdisjoint(of_messages) or sum(state in consenting.SAID_YES for state in of_messages) != 1:
        return
    if not intake.begin(occasion, person):
        show_menu(occasion, person)


def remind(occasion: Occasion, person: Person) -> bool:
    """Somebody looks in whose consents or first questions lie here: offer to go on; False when there are none."""
    waiting = occasion.uow.conversations.paused(person.id)
    if any(one.conversation.flow == dialogue.FLOW.name for one in waiting):
        occasion.say(person, Said(intake.WAITING, (RESUME,)), Sending(lasting=True))
        return True
    return intake.remind(occasion, person)


def _begin_intake(occasion: Occasion, person: Person) -> None:
    """The first questions begin by themselves; who does not want to be written to here is only offered them."""
    messages = consenting.side_of(occasion.uow, person, Scope(consenting.MESSAGES), Party.PERSON, occasion.now).state
    if messages in _NO:
        intake.offer(occasion, person)
        ways_on = (RESUME, Button(Text("Please call me"), "call"), Button(Text("What else can I do here?"), "menu"))
        occasion.say(person, Said(WITHOUT_MESSAGES, ways_on), Sending(lasting=True))
    elif not intake.begin(occasion, person):
        show_menu(occasion, person)


def _has_declined_everything(occasion: Occasion, person: Person) -> bool:
    codes = consenting.asked_at_start(occasion.uow)
    states = [consenting.side_of(occasion.uow, person, Scope(code), Party.PERSON, occasion.now).state for code in codes]
    return bool(states) and _NO.issuperset(states)


def _name_the_human_way(occasion: Occasion, person: Person) -> None:
    """Whoever wants none of this is looked after all the same (F10)."""
    profile = occasion.uow.profile
    hours = {"opens": profile.office_opens, "closes": profile.office_closes}
    occasion.say(person, Said(Text(ALL_DECLINED.key, hours)))
    occasion.say(person, Said(STILL_HERE))
