"""What somebody can change about themselves, and whether they are still reached here (F8)."""

from datetime import timedelta

from flows.dialogues.arrival import SIGNS
from flows.engine.answers import Choice, Phone
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.intake_events import ContactGiven
from flows.engine.messages import Button, Text

ASKED = Text("Are you still reached here, and is your phone number the same?")


def _take_phone(view: View) -> Done:
    number = view.text("phone")
    said = Said(Text("Thank you. I have noted the number: {number}.", {"number": number}))
    return Done((ContactGiven(what="phone", value=number), said))


PHONE = Flow(
    name="my_phone",
    version=1,
    start="phone",
    nodes={
        "phone": Ask(
            prompt=lambda _: Text("Which phone number is right now?"),
            parse=Phone(),
            save="phone",
            then=goto("take"),
        ),
        "take": Do(run=_take_phone, then=goto(END)),
    },
)


def _signs(_: View) -> tuple[Button, ...]:
    return tuple(Button(Text("{sign}", {"sign": sign}), "sign", sign) for sign in SIGNS)


def _take_sign(view: View) -> Done:
    sign = view.text("sign")
    said = Said(Text("From now on this is your sign: {sign}", {"sign": sign}))
    return Done((ContactGiven(what="sign", value=sign), said))


SIGN = Flow(
    name="my_sign",
    version=1,
    start="sign",
    nodes={
        "sign": Ask(
            prompt=lambda _: Text("Choose your own sign. Where it stands, you know: this message is from here."),
            parse=Choice(_signs, lambda reply, _: next((sign for sign in SIGNS if sign in reply.text), None)),
            save="sign",
            then=goto("take"),
        ),
        "take": Do(run=_take_sign, then=goto(END)),
    },
)


def _still(view: View) -> str:
    return "phone" if view.text("still") == "changed" else "renew"


REACHED = Flow(
    name="reached",
    version=1,
    start="still",
    lapses_after=timedelta(days=60),
    nodes={
        "still": Ask(
            prompt=lambda _: ASKED,
            parse=Choice(
                lambda _: (Button(Text("Yes, all is the same"), "yes"), Button(Text("I have a new number"), "changed")),
                lambda reply, _: (
                    {True: "yes", False: "changed"}.get(reply.reading.yes) if reply.reading.yes is not None else None
                ),
            ),
            save="still",
            then=_still,
        ),
        "renew": Do(
            run=lambda _: Done((ContactGiven(what="reached"), Said(Text("Thank you. All stays as it is.")))),
            then=goto(END),
        ),
        "phone": Ask(
            prompt=lambda _: Text("Which phone number is right now?"),
            parse=Phone(),
            save="phone",
            then=goto("take"),
        ),
        "take": Do(run=_take_phone, then=goto(END)),
    },
)
"""Asked after a long silence."""
