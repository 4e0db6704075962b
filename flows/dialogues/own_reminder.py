"""How somebody sets a reminder for themselves: what, on which day, at what time, right? Nothing is guessed (F62a)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flows.dialogues.clock import Clock, problem_of
from flows.dialogues.staff import lacks
from flows.engine.answers import OVER, Choice, Day, Words
from flows.engine.events import Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Level, Text
from flows.engine.nudge_events import ReminderWished
from flows.engine.replies import Reply
from flows.rules.own_reminders import FARTHEST, LONGEST

OFFERED_HOURS = (8, 12, 16, 18)
DAYS_OFFERED = 3
NEW = Button(Text("Remind me of something"), "remind_me")
MINE = Button(Text("My reminders"), "my_reminders")
ONLY_YOU = Text("Only you see your reminders, nobody of us.")


def _days(view: View) -> Sequence[Button]:
    today = view.now.date()
    days = (today + timedelta(days=number) for number in range(DAYS_OFFERED))
    named = [Button(Text("{day}", {"day": day}), "day", day.isoformat()) for day in days]
    return (*named, Button(Text("Another day"), "other"))


def _day(view: View) -> date:
    return date.fromisoformat(view.text("day"))


def _clocks(view: View) -> Sequence[Button]:
    ahead = [
        time(hour) for hour in OFFERED_HOURS if datetime.combine(_day(view), time(hour), view.now.tzinfo) > view.now
    ]
    return tuple(Button(Text("{at}", {"at": clock}), "time", clock.isoformat("minutes")) for clock in ahead)


def at(view: View) -> datetime:
    """The moment that was chosen, on the person's clock; in the doubled hour the first."""
    return datetime.combine(_day(view), time.fromisoformat(view.text("time")), view.now.tzinfo)


def _is_over(view: View) -> bool:
    """Whether the chosen moment has passed while the question was open, or the clock leaps over it."""
    return problem_of(at(view), view.now) is not None


def _yes_in_words(reply: Reply, _: View) -> str | None:
    said = reply.reading.yes
    return None if said is None else ("yes" if said else "no")


def _set(view: View) -> Done:
    if view.text("sure") != "yes":
        return Done((Said(Text("All right, I do not remind you.")),))
    if _is_over(view):
        again = Text("This time is over already. Tell me once more when, please.")
        return Done((Said(again, (NEW,)),))
    return Done((ReminderWished(view.text("words"), at(view)),))


FLOW = Flow(
    name="own_reminder",
    version=1,
    start="words",
    nodes={
        "words": Ask(
            prompt=lambda _: Text("What shall I remind you of? Only you read it."),
            parse=Words(longest=LONGEST),
            save="words",
            then=goto("day"),
            only_if=lacks("words"),
        ),
        "day": Ask(
            prompt=lambda _: Text("On which day shall I remind you?"),
            parse=Day(_days, lambda view: view.now.date(), lambda view: view.now.date() + FARTHEST, OVER),
            save="day",
            then=goto("time"),
            only_if=lacks("day"),
        ),
        "time": Ask(
            prompt=lambda view: Text("At what time on {day}? You can also write it: 10:30.", {"day": _day(view)}),
            parse=Clock(_clocks, _day),
            save="time",
            then=goto("sure"),
            only_if=lacks("time"),
        ),
        "sure": Ask(
            prompt=lambda view: Text(
                "{at}: I remind you of “{words}”. Right?", {"at": at(view), "words": view.text("words")}
            ),
            parse=Choice(
                lambda _: (Button(Text("Yes, remind me"), "confirm", "yes"), Button(Text("No, leave it"), "no", "no")),
                _yes_in_words,
            ),
            save="sure",
            then=goto("set"),
        ),
        "set": Do(run=_set, then=goto(END)),
    },
)


def reminder(words: str, meant: datetime | None) -> Said:
    """What is said when the time has come; `meant`: it comes late, and was meant for then."""
    if meant is None:
        text = Text("Your reminder: “{words}”", {"words": words})
    else:
        text = Text("Your reminder for {at}: “{words}”", {"at": meant, "words": words})
    return Said(text, (MINE,), Level.L4)


def entry(words: str, moment: datetime, number: int) -> Said:
    """One line of the list, with the button that deletes it."""
    text = Text("{at}: “{words}”", {"at": moment, "words": words})
    return Said(text, (Button(Text("Delete"), "forget", str(number)),), Level.L4)
