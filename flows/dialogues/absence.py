"""The absence report: "I am ill today" (F30, F31, F39; R1, R3, R6, R20a).

Recorded as soon as the reason and the first day are known; everything after that is a change. Illness told without a
day means today. No detail is asked of somebody who has not agreed to be asked (PRIVACY.md).
"""

from datetime import date, timedelta

from flows.dialogues import going_on, reason_names
from flows.dialogues.words import OFFICES
from flows.engine.answers import DATE_HINTS, FAR, LENGTH_KEY, Choice, Day, until
from flows.engine.events import AbsenceChanged, AbsenceReported, Event, Reason, Said
from flows.engine.flow import END, Ask, Do, Done, Flow, View, goto
from flows.engine.messages import Button, Level, Text, Value
from flows.engine.replies import DateProblem, Reply
from flows.rules.absence import AHEAD_DAYS, BACKDATED_DAYS, Absence, Told, settle
from flows.rules.calendar import ONE_DAY
from flows.rules.going_on import prolonged, running
from flows.rules.own_reasons import Evidence, own_of

MEANS_TODAY = frozenset({Reason.ILLNESS, Reason.CHILD_ILL})
FRIDAY = 4
NEEDS_PROOF = Said(Text("You need a sick note from the doctor, from the first day on. Please show it to {caseworker}."))
WORD_IS_ENOUGH = Text("Your word is enough. You need no sick note.")


def _reasons(view: View) -> tuple[Button, ...]:
    return reason_names.to_person(view.facts)


def reason_in_words(reply: Reply, view: View) -> str | None:
    """The reason somebody wrote in their own words, if the profile knows it."""
    reason = reply.reading.reason
    return reason.value if reason is not None and reason in view.facts.reasons else None


def _needs_reason(view: View) -> bool:
    return not view.text("reason")


def _reason_prompt(_: View) -> Text:
    return Text("Thank you for telling me. What is the reason? One tap is enough, no details.")


def needs_day(view: View) -> bool:
    """Whether the first day is not known, or so far away that it has to be asked again."""
    return not view.text("first_day") or not earliest_report(view) <= first_day(view) <= latest_report(view)


def _day_prompt(view: View) -> Text:
    example = view.now.date() + timedelta(days=3)
    if view.answers.get("_other_day"):
        return Text("Which day? Please write the date, for example {example}.", {"example": example})
    if view.text("first_day"):
        return FAR if first_day(view) > view.now.date() else DATE_HINTS[DateProblem.PAST]
    problem = view.text("date_problem")
    if problem:
        return DATE_HINTS[DateProblem(problem)]
    if view.answers.get("mourning"):
        return Text("I am very sorry. From which day on can you not come?")
    return Text("From which day on can you not come?")


def days(view: View) -> tuple[Button, ...]:
    """Today, tomorrow, or another day to be written."""
    today = view.now.date()
    return (
        Button(Text("Today, {day}", {"day": today}), "today", today.isoformat()),
        Button(Text("Tomorrow, {day}", {"day": today + ONE_DAY}), "tomorrow", (today + ONE_DAY).isoformat()),
        Button(Text("Another day"), "other"),
    )


def _told(view: View) -> Told:
    return Told(view.facts.person.id, Reason(view.text("reason")), first_day(view), last_day(view))


def last_day(view: View) -> date | None:
    """The last day as far as it was said and can be true."""
    last = view.text("last_day")
    can_be = last and first_day(view) <= date.fromisoformat(last) <= latest_report(view)
    return date.fromisoformat(last) if can_be else None


def _take_illness_as_today(view: View) -> Done:
    return Done(answers={"first_day": view.now.date().isoformat()})


def _means_today(view: View) -> bool:
    unsaid = not view.text("first_day") and not view.text("date_problem")
    own = own_of(view.text("reason"), view.facts.own_reasons)
    return unsaid and (view.text("reason") in MEANS_TODAY or (own is not None and own.means_today))


def _record(view: View) -> Done:
    told = _told(view)
    known = running(told, view.facts.absences) if view.answers.get("goes_on") else None
    if known is not None:
        return _go_on(view, told, known)
    events = settle(told, view.facts.absences, view.now.date())
    if not events:
        return Done((Said(_known(told)),), {"recorded": "known"})
    new = any(isinstance(event, AbsenceReported) for event in events)
    said = _answer(told, view) if new else (Said(_change_text(events[-1])),)
    first = events[-1].first_day
    return Done((*events, *said), {"recorded": "new" if new else "changed", "first_day": first.isoformat()})


def _go_on(view: View, told: Told, known: Absence) -> Done:
    """What runs is prolonged; the first of the further days is where the question until when begins (R5)."""
    events = prolonged(known, told, view.facts.absences)
    if not events:
        return Done((Said(_known(told)),), {"recorded": "known"})
    longer = events[-1]
    further = (longer.goes_on_from if isinstance(longer, AbsenceChanged) else None) or known.first_day
    said = going_on.answer(longer, further, view.facts)
    return Done((*events, *said), {"recorded": "changed", "first_day": further.isoformat()})


def _known(told: Told) -> Text:
    return Text("I already have this: you are reported absent for {day}. Thank you.", {"day": told.first_day})


def _answer(told: Told, view: View) -> tuple[Said, ...]:
    mourning = told.reason is Reason.BEREAVEMENT or bool(view.answers.get("mourning"))
    sentences = [Said(_condolence(told) if mourning else _kind_words(told), level=Level.L4)]
    offices = tuple(OFFICES[office] for office in view.facts.must_tell)
    if offices and mourning:
        sentences.append(Said(Text("When you can: please also tell {offices} yourself.", {"offices": offices})))
    elif offices:
        sentences.append(Said(Text("Please also tell {offices} yourself today.", {"offices": offices})))
    own = own_of(told.reason, view.facts.own_reasons)
    if told.reason is Reason.ILLNESS:
        sentences += _about_proof(told, view)
    elif own is not None and own.evidence is Evidence.OWN_WORD:
        sentences.append(Said(Text("Your word is enough. You need no proof.")))
    return tuple(sentences)


def _about_proof(told: Told, view: View) -> tuple[Said, ...]:
    """What has to be shown, and from when on, mentioned once (R2, R3); nothing where nothing is asked for."""
    nth = view.facts.proof_from
    if not nth:
        return (Said(WORD_IS_ENOUGH),) if view.facts.word_counts else ()
    if nth == 1:
        return (NEEDS_PROOF,)
    needed = told.first_day + timedelta(days=nth - 1)
    if told.last_day is not None and told.last_day < needed:
        return (Said(WORD_IS_ENOUGH),)
    later = Text(
        "From {day} on you need a sick note, if you are still ill then. Please show it to {caseworker}.",
        {"day": needed},
    )
    return (Said(later),)


def _condolence(told: Told) -> Text:
    """No paper is asked for, and no question that can wait (R12)."""
    return Text(
        "I am very sorry for your loss. You are reported absent from {day}. {caseworker} gets the message now.",
        {"day": told.first_day},
    )


def _kind_words(told: Told) -> Text:
    day: dict[str, Value] = {"day": told.first_day}
    match told.reason:
        case Reason.ILLNESS:
            if told.last_day in {None, told.first_day}:
                return Text("Get well soon! You are reported ill from {day}. {caseworker} gets the message now.", day)
            return Text(
                "Get well soon! You are reported ill from {day} until {last}. {caseworker} gets the message now.",
                {**day, "last": told.last_day},
            )
        case Reason.CHILD_ILL | Reason.FAMILY_ILLNESS:
            return Text(
                "All the best for your family! You are reported absent from {day}. {caseworker} gets the message now.",
                day,
            )
        case _ if told.last_day not in {None, told.first_day}:
            return Text(
                "Thank you for telling us. You are reported absent from {day} until {last}. "
                "{caseworker} gets the message now.",
                {**day, "last": told.last_day},
            )
        case _:
            return Text(
                "Thank you for telling us. You are reported absent from {day}. {caseworker} gets the message now.", day
            )


def _change_text(event: Event) -> Text:
    if isinstance(event, AbsenceChanged) and event.last_day == event.first_day:
        return Text(
            "I have noted it: absent on {first}. {caseworker} gets the message now.", {"first": event.first_day}
        )
    if isinstance(event, AbsenceChanged) and event.last_day:
        until = {"first": event.first_day, "last": event.last_day}
        return Text("I have noted it: absent from {first} until {last}. {caseworker} gets the message now.", until)
    return Text("I have noted it. {caseworker} gets the message now.")


def _may_ask_more(view: View) -> bool:
    return {"C1", "C3"} <= view.facts.consents


def _needs_end(view: View) -> bool:
    settled = (
        last_day(view)
        or view.text("recorded") == "known"
        or view.text("reason") == Reason.BEREAVEMENT
        or view.answers.get("mourning")
    )
    return not settled and _may_ask_more(view)


def first_day(view: View) -> date:
    """The first day that was told."""
    return date.fromisoformat(view.text("first_day"))


def _end_prompt(view: View) -> Text:
    problem, last = view.text("end_problem"), view.text("last_day")
    if problem:
        return DATE_HINTS[DateProblem(problem)]
    if last:
        return FAR if last > view.text("first_day") else DATE_HINTS[DateProblem.REVERSED]
    length = length_of(view)
    if length is not None and length > AHEAD_DAYS:
        return FAR
    if length is not None:
        return Text("Which day is the last one on which you cannot come? Tap a day or write a date.")
    return Text("Until which day can you not come? Tap a day or write a date.")


def length_of(view: View) -> int | None:
    """For how many days the absence was said to last."""
    length = view.answers.get(LENGTH_KEY)
    return length if isinstance(length, int) else None


def ends(view: View) -> tuple[Button, ...]:
    """The last days that are likely, to tap."""
    first, today, calendar = first_day(view), view.now.date(), view.facts.calendar
    next_ = calendar.nth_working_day(first + ONE_DAY, 1)
    following = calendar.nth_working_day(next_ + ONE_DAY, 1)
    friday = next_ + timedelta(days=FRIDAY - next_.weekday())
    return tuple([_end(day, today) for day in sorted({first, next_, following, friday})])


def _end(day: date, today: date) -> Button:
    if day == today:
        return Button(Text("Only today"), "today", day.isoformat())
    if day == today + ONE_DAY:
        return Button(Text("Until tomorrow, {day}", {"day": day}), "tomorrow", day.isoformat())
    return until(day)


def _extend(view: View) -> Done:
    last, first = view.text("until"), first_day(view)
    if not last:
        return Done((Said(Text("That is fine. Tell me when you know it.")),))
    told = Told(view.facts.person.id, Reason(view.text("reason")), first, date.fromisoformat(last))
    events = settle(told, view.facts.absences, view.now.date())
    return Done((*events, Said(_change_text(events[-1]) if events else _known(told))))


def earliest_report(view: View) -> date:
    """How far back a report may reach."""
    return view.now.date() - timedelta(days=BACKDATED_DAYS)


def latest_report(view: View) -> date:
    """How far ahead a report may reach."""
    return view.now.date() + timedelta(days=AHEAD_DAYS)


FLOW = Flow(
    name="absence",
    version=1,
    start="reason",
    nodes={
        "reason": Ask(
            prompt=_reason_prompt,
            parse=Choice(_reasons, reason_in_words),
            save="reason",
            then=goto("illness_today"),
            only_if=_needs_reason,
        ),
        "illness_today": Do(run=_take_illness_as_today, then=goto("day"), only_if=_means_today),
        "day": Ask(
            prompt=_day_prompt,
            parse=Day(days, earliest_report, latest_report, DATE_HINTS[DateProblem.PAST]),
            save="first_day",
            then=goto("record"),
            only_if=needs_day,
        ),
        "record": Do(run=_record, then=goto("until")),
        "until": Ask(
            prompt=_end_prompt,
            parse=Day(ends, first_day, latest_report, DATE_HINTS[DateProblem.REVERSED], ends=True),
            save="until",
            then=goto("extend"),
            only_if=_needs_end,
            optional=True,
        ),
        "extend": Do(
            run=_extend,
            then=goto(END),
            only_if=lambda view: "until" in view.answers,
        ),
    },
)
