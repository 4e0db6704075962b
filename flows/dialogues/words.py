"""Sentences and buttons that several dialogues share."""

from flows.engine.events import Reason
from flows.engine.messages import Button, Text

REASONS: dict[Reason, Text] = {
    Reason.ILLNESS: Text("I am ill"),
    Reason.CHILD_ILL: Text("My child is ill"),
    Reason.OFFICIAL_DATE: Text("Official appointment"),
    Reason.OTHER: Text("Something else"),
    Reason.PERSONAL_MATTER: Text("Personal or religious reason"),
    Reason.MOVING: Text("I am moving house"),
    Reason.FAMILY_ILLNESS: Text("Severe illness in the family"),
    Reason.BEREAVEMENT: Text("Somebody has died"),
    Reason.BIRTH: Text("My baby is being born"),
    Reason.OWN_WEDDING: Text("My wedding"),
    Reason.HONORARY_OFFICE: Text("Honorary office"),
    Reason.CIVIL_PROTECTION: Text("Civil protection"),
}
"""The catalogue of reasons as the person reads it, in the order offered (R7 to R16)."""

STAFF_REASONS: dict[Reason, Text] = {
    Reason.ILLNESS: Text("ill"),
    Reason.CHILD_ILL: Text("child ill"),
    Reason.OFFICIAL_DATE: Text("official appointment"),
    Reason.OTHER: Text("other reason"),
    Reason.PERSONAL_MATTER: Text("personal matter or religious feast"),
    Reason.MOVING: Text("moving house"),
    Reason.FAMILY_ILLNESS: Text("severe illness in the family"),
    Reason.BEREAVEMENT: Text("bereavement"),
    Reason.BIRTH: Text("birth of a child"),
    Reason.OWN_WEDDING: Text("own wedding"),
    Reason.HONORARY_OFFICE: Text("honorary office"),
    Reason.CIVIL_PROTECTION: Text("civil protection"),
}
"""The same catalogue as staff read it."""

OFFICES: dict[str, Text] = {
    "agency": Text("the employment agency"),
    "jobcenter": Text("the Jobcenter"),
    "company": Text("your company"),
    "school": Text("your school"),
}
"""Who else must hear of an absence (R20a)."""

MENU = (
    Button(Text("I am ill"), "ill"),
    Button(Text("I cannot come"), "cannot"),
    Button(Text("I am late"), "late"),
    Button(Text("Write to {caseworker}"), "ask"),
    Button(Text("Please call me"), "call"),
)
"""What a participant can do, offered whenever there is no open question."""

MENU_WHEN_ABSENT = (
    Button(Text("I am coming after all"), "come"),
    *(button for button in MENU if button.action != "late"),
)
"""The same for somebody whose report still stands."""
PLACES: dict[str, Text] = {
    "": Text("here with us"),
    "company": Text("in a company"),
    "school": Text("at school"),
}
"""Where people take part in this phase; others are called as the profile calls them."""
