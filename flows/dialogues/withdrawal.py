"""Withdrawing (F15): what is said after "stop", what can end one by one, and what each ending brings with it."""

from collections.abc import Iterable, Iterator

from flows.engine.events import Said
from flows.engine.messages import Button, Text
from flows.people import PersonId

PAUSE, ONE, ALL = "pause", "stop_one", "stop_all"
REMIND = "remind"
REMINDERS = "reminders"
"""In the place of a purpose: not to be reminded, while every consent stays as it is."""
EVERYTHING = "everything"
CHOOSE = "choose"
OPEN = "open"
SHOWN_AT_ONCE = 5
AGAIN = Button(Text("Messages again"), "start")
REMIND_AGAIN = Button(Text("Reminders again"), REMIND)

NAMES: dict[str, Text] = {
    "C1": Text("Messages from me"),
    "C2": Text("Messages on Telegram"),
    "C3": Text("Sick notes in this chat"),
    REMINDERS: Text("Reminders"),
    "C4": Text("Details in reminders"),
    "C5": Text("Contact with a trusted person"),
    "C6": Text("My final report"),
    "C7": Text("Information for an employer"),
    "C8": Text("Hand-over to another service"),
    "C9": Text("Sensitive facts by post"),
    "C10": Text("Proof of talks"),
    "C11": Text("Sensitive topics in talks"),
    "C13": Text("Applications for me"),
    "C14": Text("A new assessment"),
    "C15": Text("Support at the workplace"),
}
"""Every purpose by its plain name, in the order shown."""

NO_REMINDERS = Text("No more reminders from now on. Nothing else changes: you can still report here that you are ill.")
STOPPED = Text("I stop. You get no more messages from me. If you are ill, call {caseworker}: {phone}.")
STILL = Text("You can still write here that you are ill. I always pass that on.")
WHAT = Text(
    "Do you want only a break? Then nothing comes by itself for two weeks, and then I ask. "
    "Shall only one thing end? You choose it. Or everything that you have agreed to?"
)
WHICH = Text("What shall end? It ends when you tap it, and nothing else changes.")
MORE = Text("Or one of these?")
NOTHING = Text("There is nothing left that could end. I do not write to you on my own.")
ENDED_ALREADY = Text("This has already ended. It counts once.")
ALL_ENDED = Text(
    "Everything that you agreed to ends now. You get no more messages from me. If something comes up, "
    "call {caseworker}: {phone}. What you report here is still passed on."
)
ERASURE = Text(
    "You have the right to have your data deleted. {caseworker} knows now that you want this, and gets in touch with "
    "you. What the law requires stays until its time is over."
)
STANDS_AGAIN = Text("Messages from me may come again, because you have chosen this.")
REMINDED_AGAIN = Text("Good. I remind you again.")
REMINDED_ALREADY = Text("I do remind you. Nothing has changed.")

NOT_YOURS = Text("You cannot end this. Please call {caseworker}: {phone}.")

ONLY_BREAK = Text("Only a break")
ONE_THING = Text("Only one thing")
ALL_OF_IT = Text("Everything")


def ask_what() -> Said:
    """After the word "stop": what was meant, three ways of the same size."""
    return Said(
        WHAT,
        (Button(ONLY_BREAK, PAUSE, CHOOSE), Button(ONE_THING, ONE, CHOOSE), Button(ALL_OF_IT, ALL, EVERYTHING)),
    )


def ask_which(effective: Iterable[str], ward: PersonId | None = None) -> Iterator[Said]:
    """What is in effect, by plain names, one tap each; in several messages if it is much. `ward`: whose it is."""
    known = [code for code in NAMES if code in set(effective)]
    buttons = [Button(NAMES[code], ONE, code if ward is None else f"{code};{ward}") for code in known]
    for start in range(0, len(buttons), SHOWN_AT_ONCE):
        yield Said(WHICH if not start else MORE, tuple(buttons[start : start + SHOWN_AT_ONCE]))


def has_ended(code: str) -> Said:
    """The confirmation of one ending, with what it brings."""
    match code:
        case "C1":
            return Said(STOPPED, (AGAIN,))
        case "reminders":
            return Said(NO_REMINDERS, (REMIND_AGAIN,))
        case "C2":
            text = Text(
                "This ends now: {thing}. Nothing goes to Telegram any more. You read everything on your page.",
                {"thing": NAMES[code]},
            )
        case "C3":
            text = Text(
                "This ends now: {thing}. Please give sick notes to {caseworker}. I do not ask for them here any more.",
                {"thing": NAMES[code]},
            )
        case _:
            text = Text(
                "This ends now: {thing}. Nothing else changes. {caseworker} gets the message.", {"thing": NAMES[code]}
            )
    return Said(text)


def about_ward(ward: str) -> Text:
    """What a guardian is asked, with what is in effect for the ward as buttons."""
    return Text("This is about {ward}, too. What shall end for {ward}?", {"ward": ward})


def ended_for_you(guardian: str, codes: Iterable[str]) -> Said:
    """What the ward reads."""
    return Said(
        Text(
            "{person} has ended this for you: {things}. Questions? {caseworker}: {phone}.",
            {"person": guardian, "things": named(codes)},
        )
    )


def ended_for_ward(ward: str, codes: Iterable[str]) -> Said:
    """What the guardian reads."""
    return Said(
        Text(
            "This ends now for {ward}: {things}. {caseworker} gets the message.", {"ward": ward, "things": named(codes)}
        )
    )


def for_staff(codes: Iterable[str]) -> Text:
    """What the caseworker reads: what has ended, in words, and never why."""
    return Text("For {name} has ended: {things}. Please use another way for it.", {"things": named(codes)})


def named(codes: Iterable[str]) -> tuple[Text, ...]:
    """The plain names, in the order shown."""
    wanted = set(codes)
    return tuple(text for code, text in NAMES.items() if code in wanted)
