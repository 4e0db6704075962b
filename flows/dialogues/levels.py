"""How much every text reveals (PRIVACY.md, "Content levels"). What is not named here is personal: L3.

L0 says that there is something · L1 when · L2 what has to be organised, in neutral words · L4 health, crisis, the
person's own words. A lint reads what is L2 and below in every language.
"""

from dataclasses import replace
from datetime import date, datetime

from flows.dialogues import awaiting
from flows.dialogues.meetings import at_home_neutrally, where
from flows.engine.events import Said
from flows.engine.messages import Button, Level, Text
from flows.rules.appointments import Kind

NOTICE = Text("Notice")
SEEN = Text("Seen")
SEND_PHOTO = Text("Send a photo")
SHEET_READY = Text("Your day sheet is ready.")
TAKEN_AWAY = Text(
    "I took your message out of this chat, because others could read it here. Please write such things on your page."
)
CONNECTED = Text("This chat is connected. I say here when there is something new. You read it on your page.")
UNREADABLE = Text("I cannot read this here. Please write it in words, or tap a button.")
CANNOT_TODAY = Text("I cannot come today")
NOT_POSSIBLE = Text("This is not possible here.")
WHO_HAS_SEEN = Text("Who has seen my data?")

_L0 = ("{sign} New message", *(text.key for text in (NOTICE, SEEN, SHEET_READY, TAKEN_AWAY, CONNECTED)))
_L1 = ("{sign} Today", "{sign} Today {at}", "{sign} {at}")
_WORDED_NEUTRALLY = {
    "You can tell me that you are ill, late or cannot come. I pass it on to {caseworker} at once.": Text(
        "You can tell me that you cannot come or come later. I pass it on to {caseworker} at once."
    ),
    "I stop. You get no more messages from me. If you are ill, call {caseworker}: {phone}.": Text(
        "I stop. You get no more messages from me. If you cannot come, call {caseworker}: {phone}."
    ),
    "You can still write here that you are ill. I always pass that on.": Text(
        "You can still say here that you cannot come. I always pass that on."
    ),
    "That is fine. I do not write to you on my own. You can still report here that you are ill.": Text(
        "That is fine. I do not write to you on my own. You can still say here that you cannot come."
    ),
    "I have passed it on to {caseworker}. The answer comes here.": Text(
        "I have passed it on to {caseworker}. You read the answer on your page."
    ),
    "I cannot come": CANNOT_TODAY,
    where(Kind.HOME, {}).key: at_home_neutrally({}),
    "No more reminders from now on. Nothing else changes: you can still report here that you are ill.": Text(
        "No more reminders from now on. Nothing else changes: you can still say here that you cannot come."
    ),
}
_ILL, _CANNOT = "ill", "cannot"
_OTHER_THAN_ILL = "Another reason"
_CANNOT_THEN = Text("I cannot come to this")

_TO_COMPANY = (
    "{person} does not come on {first}.",
    "{person} does not come from {first} on.",
    "{person} does not come from {first} until {last}.",
)
_L2 = (
    # what can be done
    "What would you like to do? Tap, or write it in your own words.",
    "All right, I leave this. What would you like to do?",
    "Send a photo",
    "I cannot come",
    "I am late",
    "I am coming after all",
    "Write to {caseworker}",
    "Please call me",
    "My appointments",
    "My data",
    "Remind me of something",
    "My reminders",
    "Ask for leave",
    "Messages again",
    "No more messages",
    "Another language",
    "Help",
    "Leave this",
    "Which language do you want?",
    "{language}",
    # arriving
    "Choose your own sign. Where it stands, you know: this message is from here.",
    "{sign}",
    "Are you {initials}?",
    "Yes, that is me",
    "No, that is not me",
    "First these questions, please. Or call the number in your letter.",
    "I write in English from now on.",
    "You can also write to {caseworker}, ask for a call, or write “stop”. By phone: {phone}.",
    "There are no appointments here yet. {caseworker} knows your dates: {phone}.",
    "I am not sure what you mean. What fits?",
    "You are welcome.",
    "Hello {name}!",
    # appointments
    "A new date: {details}",
    "To remind you: {details}",
    "A date has moved: {details}",
    "The new time is settled: {details}",
    "The old time stays: {details}",
    *(where(kind, {}).key for kind in Kind if kind is not Kind.HOME),
    "{at}",
    "{at} is called off. You need not come.",
    "A date has changed: {details}",
    "On your page you can put these dates into your own calendar: {link}",
    "{sign} Appointment",
    "Appointment",
    "There is more that is new or different: {n} date. Write “my appointments” to see everything.",
    "From {at} on, all dates of this series are called off. You need not come.",
    "Good. See you {at}.",
    "Your date began at {at}, and you are not here. Is everything all right?",
    "You were not there: {at}. Is everything all right?",
    "All is well",
    "It is every week, {n} times, until {last}.",
    "This date is over or has changed. Write “my appointments” to see what is next.",
    "This time is taken by now, I am sorry. Which other one?",
    "I am not sure what you mean. {details}",
    "Do you mean today, or {at}?",
    "I come later",
    "Pass it on to {caseworker}",
    "You have several dates. Which one do you come to?",
    "I come on {at}",
    "Which of these times is better for you?",
    "None of these",
    "There is no free time here at the moment. Shall {caseworker} look for one with you?",
    "I have asked {caseworker}: {at}. You hear from me when it is settled.",
    # to a company, by consent
    *_TO_COMPANY,
    "{caseworker} gets the message and looks for another time with you.",
    "All right. What fits?",
    "Thank you. {caseworker} gets the message.",
    "I come",
    "I cannot come to this",
    "Another time",
    "I am here",
    # the way through a dialogue
    "Back",
    "Go on",
    "You can answer with a button or in your own words. “Back” goes one step back, “Pause” waits, “Cancel” ends this.",
    "We take a break. Tap “Go on” or write “go on” when you are ready.",
    "This is the first question.",
    "Something changed here. Please tell me again.",
    "I do not get further here. {caseworker} will help you personally.",
    "I do not know",
    "More choices",
    "Done",
    "✓ {choice}",
    "Please choose one of the answers.",
    "Please tap all that fit, then tap “Done”.",
    "Please write it in your own words.",
    "This is too long. Please write it shorter.",
    "Please write a time, for example 8:30.",
    "Please write a number from {lowest} to {highest}.",
    "Please write a phone number, for example 0151 23456789.",
    "Please send a photo or a file.",
    # days
    "Today, {day}",
    "Tomorrow, {day}",
    "Another day",
    "From {day}",
    "Only today",
    "Until tomorrow, {day}",
    "Until {day}",
    "Which day? Please write the date, for example {example}.",
    "From which day on can you not come?",
    "Until which day can you not come? Tap a day or write a date.",
    "Please write a date, for example {example}.",
    "This day is already over.",
    "This day is very far away. Please check the date. For example: {today}.",
    "This day is not in the calendar. Which day do you mean? For example: {today}.",
    "This date is too long ago. Which day do you mean? For example: {today}.",
    "I am not sure which day you mean. Please write the date with day and month. For example: {today}.",
    "The last day cannot be before the first day. Which day do you mean? For example: {today}.",
    "That is fine. Tell me when you know it.",
    # coming, and coming later
    "I have noted it. {caseworker} gets the message now.",
    "Which report do you mean?",
    "There is no report of yours that I could take back. See you soon!",
    "Good! I have taken back the report for {day}. {caseworker} gets the message now.",
    "Good that you come back on {day}! {caseworker} gets the message now.",
    "Thank you. {caseworker} gets the message that you come later today.",
    "About how many minutes later?",
    "{n} minute",
    "Thank you. See you later.",
    # people
    "I did not understand this. Shall I pass your message on to {caseworker}?",
    "Yes, pass it on",
    "No",
    "Nothing more",
    "I have asked {caseworker} to call you. You can also call: {phone}.",
    "I have told {caseworker} that you want to talk. You can also call: {phone}.",
    "I have asked {person} to call you. That can be from {opens} on.",
    "I have told {person} that you want to talk. {person} reads it from {opens} on.",
    "{person} knows that you want a call: you asked before, {since}. I have added that you asked again.",
    "You can also call: {phone}.",
    "The call can come from {opens} on.",
    "{person} has seen your report and knows about it.",
    "{person} has seen your message.",
    "From now on {person} is here for you. Phone: {phone}.",
    "From now on {person} is here for you.",
    # to many, and what they answer
    "The house is closed today. Please do not come. Questions: {person}, {phone}.",
    "Today it takes place here: {place}. Questions: {person}, {phone}.",
    "Today it takes place here: {place}, at {clock}. Questions: {person}, {phone}.",
    "Answer",
    "What would you like to answer? {person} reads it.",
    "Thank you. {person} reads your answer.",
    "That is fine. Nothing is sent.",
    # consent
    "May I write to you here again: about your reports, reminders and answers? It is your free choice. "
    "You can say stop at any time.",
    "Yes, you may",
    "No, thank you",
    "Thank you. I write to you here again. Write “stop” if you do not want this any more.",
    # what ends, and breaks
    "Do you want only a break? Then nothing comes by itself for two weeks, and then I ask. "
    "Shall only one thing end? You choose it. Or everything that you have agreed to?",
    "Only a break",
    "Only one thing",
    "Everything",
    "What shall end? It ends when you tap it, and nothing else changes.",
    "Or one of these?",
    "Messages from me",
    "Messages on Telegram",
    "Reminders",
    "Details in reminders",
    "Reminders again",
    "This has already ended. It counts once.",
    "There is nothing left that could end. I do not write to you on my own.",
    "Messages from me may come again, because you have chosen this.",
    "Good. I remind you again.",
    "I do remind you. Nothing has changed.",
    "1 week",
    "2 weeks",
    "4 weeks",
    "Until I say so",
    "Good. Messages come again as before.",
    "How long shall the break be? You can also write a date. Then nothing comes by itself.",
    "I cannot make a break until this day. How long shall it be?",
    "Your break is over. How are you? Messages come again as before, or do you want a longer break?",
    "Yes, as before",
    "A longer break",
    "Break. Nothing comes by itself until you write “messages again”. Your own messages still arrive.",
    "Break until {until}. Nothing comes by itself until then. Your own messages and reports still arrive.",
    # what does not work
    "This button is no longer valid.",
    "This button is too old. What would you like to do now?",
    "You have already tapped this. It counts once. Is there anything else?",
    "This question is already answered. What would you like to do now?",
    "This is too long for one message. Please send it in parts.",
    "Sorry, something went wrong here. Your message is kept and a person looks at it.",
    "I cannot take files here. I have not kept it. Please show it to {caseworker}.",
    "I cannot take files here. I have not kept it.",
)

_AWAITING = (awaiting.open_page(""), awaiting.not_here(""), awaiting.IN_DANGER)
_L4 = (
    "{words}",
    "Sick notes in this chat",
    "I am ill",
    "My child is ill",
    "Severe illness in the family",
    "Somebody has died",
)

_LEVELS: dict[str, Level] = {
    **dict.fromkeys(_L4, Level.L4),
    **dict.fromkeys(_L2, Level.L2),
    **{
        text.key: Level.L2 for text in (*_WORDED_NEUTRALLY.values(), UNREADABLE, NOT_POSSIBLE, WHO_HAS_SEEN, *_AWAITING)
    },
    **dict.fromkeys(_L1, Level.L1),
    **dict.fromkeys(_L0, Level.L0),
}


def templates() -> dict[str, Level]:
    """Every text (message id, the singular of one with a plural) that is not L3, with its level."""
    return dict(_LEVELS)


def new_message(sign: str) -> Text:
    """What a ping says that may not even say when."""
    return Text("{sign} New message", {"sign": sign})


def new_message_about(sign: str, at: date | datetime, now: datetime) -> Text:
    """What a ping says about a day or an instant (aware); `now` is on the person's own clock."""
    if isinstance(at, datetime):
        at = at.astimezone(now.tzinfo)
        if at.date() == now.date():
            return Text("{sign} Today {at}", {"sign": sign, "at": at.timetz().replace(tzinfo=None)})
        return Text("{sign} {at}", {"sign": sign, "at": at})
    return Text("{sign} Today", {"sign": sign}) if at == now.date() else Text("{sign} {at}", {"sign": sign, "at": at})


def level_of(said: Said) -> Level:
    """How much a message reveals: the most of its text, the texts inside it, and its buttons' labels."""
    if said.level is Level.L4:
        return said.level
    level = _level(said.text, said.level)
    for button in said.buttons:
        found = _level(button.label, Level.L3)
        level = max(level, found)
    return level


def neutral(said: Said) -> Said:
    """The same in neutral words, where there are some, for a channel that may not carry everything.

    Of the menu it leaves out the button that names illness: "I cannot come today" leads to the same question.
    """
    has_cannot = any(button.action == _CANNOT for button in said.buttons)
    reminds = any(button.label.key == _OTHER_THAN_ILL for button in said.buttons)
    buttons = (
        button
        for button in said.buttons
        if not (has_cannot and button.action == _ILL and (reminds or not button.value))
    )
    return replace(
        said,
        text=_neutral_text(said.text),
        buttons=tuple(_worded_neutrally(button) for button in buttons),
    )


def _neutral_text(text: Text) -> Text:
    """The words for others' eyes, of a text and of the texts inside it."""
    inside = {name: _neutral_text(one) if isinstance(one, Text) else one for name, one in text.params.items()}
    return replace(text, key=_WORDED_NEUTRALLY.get(text.key, text).key, params=inside)


def _worded_neutrally(button: Button) -> Button:
    if button.label.key == _OTHER_THAN_ILL:
        return replace(button, label=_CANNOT_THEN)
    label = None if button.value else _WORDED_NEUTRALLY.get(button.label.key)
    return button if label is None else replace(button, label=label)


def _level(text: Text, unnamed: Level) -> Level:
    level = _LEVELS.get(text.key, unnamed)
    for value in text.params.values():
        if isinstance(value, Text):
            level = max(level, _level(value, Level.L3))
        elif isinstance(value, tuple):
            level = max(level, *(_level(each, Level.L3) for each in value))
    return level
