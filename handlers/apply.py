"""From what left the engine to rows, inside one transaction. Changes only for a new kind of event."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import assert_never

from flows.dialogues import broadcast_words
from flows.dialogues.absence import FLOW as ABSENCE_FLOW
from flows.dialogues.intake import NAME as INTAKE
from flows.dialogues.words import MENU, MENU_WHEN_ABSENT
from flows.engine.attendance_events import MonthDoubted
from flows.engine.broadcast_events import BroadcastHappening
from flows.engine.certificate_events import DatesRead
from flows.engine.conversation import Conversation
from flows.engine.events import (
    AbsenceChanged,
    AbsenceReported,
    AbsenceTakenBack,
    AlertKind,
    Arrived,
    ConsentDeclined,
    ConsentGiven,
    Decided,
    LanguageChosen,
    LatenessReported,
    Noted,
    NoticeRead,
    PaperSigned,
    Relayed,
    Said,
)
from flows.engine.flow import Happening
from flows.engine.intake_events import IntakeHappening
from flows.engine.leave_events import ExtraLeaveTold, LeaveAnswered, LeaveHappening, LeaveWanted
from flows.engine.meetings import AnswerWanted, MeetingWanted, MoveWanted, NewTimeSet
from flows.engine.messages import Button, Text
from flows.engine.nudge_events import CheckedIn, DateTold, NudgeHappening, ReminderWished
from flows.engine.report_events import EarlyLeaveReported, ReportTold
from flows.engine.run import Turn, unread_words
from flows.engine.verdict_events import VerdictAnswered, VerdictGiven
from flows.engine.wishes import Wish
from flows.people import Person, Role
from flows.rules.absence import standing
from flows.rules.access import Operation
from handlers import (
    absences,
    access,
    agenda,
    alerts,
    appointments,
    call_wishes,
    certificate_senders,
    company_offers,
    consent,
    inbox,
    moves,
    recording,
    submissions,
    verdicts,
    withdrawal,
)
from handlers.alerts import News
from handlers.occasion import REPLY, Occasion, Sending
from handlers.phone_list import WHOM_TO_CALL
from locales.catalog import LANGUAGES, own_name

ABSENCE = ABSENCE_FLOW.name
WHAT_NOW = Text("What would you like to do? Tap, or write it in your own words.")
STAFF_MENU = (
    Button(Text("Record an absence"), "cannot"),
    Button(Text("Plan an appointment"), "plan"),
    Button(Text("Write to somebody"), "ask"),
    WHOM_TO_CALL,
    Button(Text("Tasks"), "tasks"),
    Button(Text("Help"), "help"),
)
BROADCASTS = (broadcast_words.START, broadcast_words.CLOSED, broadcast_words.MOVED)
"""An emergency is two taps away: one shows what is sent, one sends it (F54)."""
LEAD_MENU = (*STAFF_MENU[:-1], *BROADCASTS, STAFF_MENU[-1])


def apply_turn(occasion: Occasion, person: Person, stored: int | None, turn: Turn) -> int:
    """Keep the conversation, then everything that happened. `stored` is its row, None for a new one; the row."""
    conversation = turn.conversation
    if stored is None:
        stored = occasion.uow.conversations.add(person.id, conversation, occasion.now)
    else:
        occasion.uow.conversations.save(stored, person.id, conversation, occasion.now)
    apply(occasion, person, turn.events, (stored, conversation))
    if conversation.flow == ABSENCE and conversation.answers.get("recorded") and not conversation.status.is_open:
        company_offers.offer(occasion, person, date.fromisoformat(str(conversation.answers["first_day"])))
    return stored


def apply(
    occasion: Occasion,
    person: Person,
    events: Iterable[Happening],
    bound: tuple[int, Conversation] | None = None,
) -> None:
    """Carry out what happened, in order. Answers offered are bound to the open question.

    None of it, if one part is not the person's to do any more: a dialogue may have been begun while it was.
    """
    events = tuple(events)
    if not access.admits(occasion, person, events):
        return
    is_open = bound is not None and bound[1].status.is_open
    sending = REPLY
    if bound is not None and is_open:
        lasting = bound[1].flow == INTAKE  # it is gone on with after days
        sending = Sending(turn=(bound[0], bound[1].turn), lasting=lasting)
    for event in events:
        if isinstance(event, Said):
            occasion.say(person, event, sending)
        elif isinstance(event, Wish):
            grant(occasion, person, event, "\n".join(str(one) for one in unread_words(bound[1])) if bound else "")
        elif isinstance(event, MeetingWanted | MoveWanted | NewTimeSet | AnswerWanted):
            _arrange(occasion, person, event)
        elif isinstance(event, DatesRead):
            from handlers import certificate_checks  # noqa: PLC0415 - its alerts are carried out here

            certificate_checks.enter(occasion, person, event)
        elif isinstance(event, ReminderWished | DateTold | CheckedIn | MonthDoubted | LeaveHappening):
            _nudge(occasion, person, event)
        elif isinstance(event, VerdictGiven | VerdictAnswered | BroadcastHappening):
            _rule(occasion, person, event)
        else:
            _keep(occasion, person, event)


def _keep(
    occasion: Occasion,
    person: Person,
    event: Noted
    | Relayed
    | Arrived
    | AbsenceReported
    | AbsenceChanged
    | AbsenceTakenBack
    | LatenessReported
    | EarlyLeaveReported
    | ReportTold
    | ConsentGiven
    | ConsentDeclined
    | NoticeRead
    | Decided
    | PaperSigned
    | IntakeHappening,
) -> None:
    match event:
        case Noted():
            alerts.note(occasion, person, event.text)
        case Relayed():
            inbox.relay(occasion, person, event)
        case Arrived():
            choose_sign(occasion, person, event.sign)
        case AbsenceReported():
            absences.report(occasion, event, person)
            certificate_senders.offer(occasion, person, event)
        case AbsenceChanged():
            absences.change(occasion, event, person)
        case AbsenceTakenBack():
            absences.take_back(occasion, event, person)
        case LatenessReported() | EarlyLeaveReported():
            _keep_hours(occasion, person, event)
        case ReportTold():
            recording.finish(occasion, event, person)
        case ConsentGiven() | ConsentDeclined() | NoticeRead() | Decided() | PaperSigned():
            _keep_decision(occasion, person, event)
        case _:
            submissions.keep(occasion, person, event)


def _rule(occasion: Occasion, person: Person, event: VerdictGiven | VerdictAnswered | BroadcastHappening) -> None:
    from handlers import broadcast_desk  # noqa: PLC0415 - it begins dialogues, carried out here

    if isinstance(event, VerdictGiven | VerdictAnswered):
        verdicts.keep(occasion, person, event)
    else:
        broadcast_desk.keep(occasion, person, event)


def _keep_hours(occasion: Occasion, person: Person, event: LatenessReported | EarlyLeaveReported) -> None:
    """Somebody comes, but later, or goes earlier."""
    occasion.record(event, person.id)
    if isinstance(event, LatenessReported):
        alerts.raise_alert(occasion, person, News(kind=AlertKind.LATENESS))
        return
    early = Text("{name} comes, but has to go earlier: {day}.", {"day": event.day})
    alerts.raise_alert(occasion, person, News(kind=AlertKind.MESSAGE, text=early))


def _keep_decision(
    occasion: Occasion, person: Person, event: ConsentGiven | ConsentDeclined | NoticeRead | Decided | PaperSigned
) -> None:
    match event:
        case ConsentGiven():
            consent.give(occasion.uow, person, event.purpose, occasion.now)
        case ConsentDeclined():
            consent.decline(occasion.uow, person, event.purpose, occasion.now)
        case _:
            from handlers import deciding  # noqa: PLC0415 - a decision begins the next dialogue, carried out here

            deciding.carry_out(occasion, person, event)


def _arrange(
    occasion: Occasion, person: Person, wanted: MeetingWanted | MoveWanted | NewTimeSet | AnswerWanted
) -> None:
    match wanted:
        case MeetingWanted():
            appointments.enter(occasion, wanted, person)
        case NewTimeSet():
            agenda.shift(occasion, wanted, person)
        case MoveWanted():
            moves.ask_for_move(occasion, person, wanted)
        case AnswerWanted():
            from handlers import unclear  # noqa: PLC0415 - an answer may begin the next dialogue, carried out here

            unclear.take(occasion, person, wanted)


def _nudge(occasion: Occasion, person: Person, event: NudgeHappening | LeaveHappening) -> None:
    from handlers import (  # noqa: PLC0415 - they begin dialogues, carried out here
        check_ins,
        dates,
        own_reminders,
        statements,
    )

    match event:
        case ReminderWished():
            own_reminders.keep(occasion, person, event)
        case DateTold():
            dates.tell(occasion, person, event)
        case CheckedIn():
            check_ins.keep(occasion, person, event)
        case MonthDoubted():
            statements.doubt(occasion, person, event)
        case _:
            _leave(occasion, person, event)


def _leave(occasion: Occasion, person: Person, event: LeaveHappening) -> None:
    from handlers import leave, leave_desk  # noqa: PLC0415 - they begin dialogues, carried out here

    match event:
        case LeaveWanted():
            leave.ask(occasion, person, event)
        case LeaveAnswered():
            leave_desk.answer(occasion, person, event)
        case ExtraLeaveTold():
            leave_desk.tell_extra(occasion, person, event)
        case _:
            assert_never(event)


def grant(occasion: Occasion, person: Person, wish: Wish, words: str = "") -> None:
    """Do what no single dialogue can do."""
    match wish:
        case Wish.STOP:
            _stop(occasion, person)
        case Wish.CANCELLED:
            occasion.say(
                person, Said(Text("All right, I leave this. What would you like to do?"), menu_of(occasion, person))
            )
        case Wish.LANGUAGE:
            offer_languages(occasion, person)
        case Wish.CALL:
            call_wishes.ask(occasion, person)
        case Wish.TALK:
            call_wishes.ask_to_talk(occasion, person)
        case Wish.PERSON:
            inbox.hand_over(occasion, person, words)
        case Wish.ENTER:
            from handlers import entry  # noqa: PLC0415 - it begins dialogues, whose events are carried out here

            entry.go_on(occasion, person)
        case Wish.MENU:
            show_menu(occasion, person)
        case Wish.MY_DATA:
            from handlers import my_data  # noqa: PLC0415 - its buttons begin dialogues, carried out here

            my_data.show(occasion, person)
        case _:
            assert_never(wish)


def _stop(occasion: Occasion, person: Person) -> None:
    if access.may_own(person, Operation.DECIDE_CONSENT):
        withdrawal.stop(occasion, person)
    else:
        show_menu(occasion, person)


def menu_of(occasion: Occasion, person: Person) -> tuple[Button, ...]:
    """What this person can do when there is no open question."""
    if person.role.is_staff:
        return LEAD_MENU if access.may_own(person, Operation.SEND_BROADCAST) else STAFF_MENU
    if person.role is not Role.PARTICIPANT:
        return tuple(button for button in MENU if button.action in {"ask", "call"})
    reports = absences.of_person(occasion, person)
    return MENU_WHEN_ABSENT if standing(reports, occasion.local(person).date()) else MENU


def menu(occasion: Occasion, person: Person) -> Said:
    """The question behind every other: what would you like to do?"""
    return Said(WHAT_NOW, menu_of(occasion, person))


def show_menu(occasion: Occasion, person: Person) -> None:
    """Offer what can be done here."""
    occasion.say(person, menu(occasion, person))


def offer_languages(occasion: Occasion, person: Person) -> None:
    """Every language by its own name (F1)."""
    buttons = tuple(Button(Text("{language}", {"language": own_name(code)}), "language", code) for code in LANGUAGES)
    occasion.say(person, Said(Text("Which language do you want?"), buttons), Sending(lasting=True))


def choose_sign(occasion: Occasion, person: Person, sign: str) -> Person:
    """From now on this stands before short notes, so that the person knows whom they are from."""
    chosen = replace(occasion.uow.people.get(person.id), sign=sign)
    occasion.uow.people.update(chosen)
    return chosen


def choose_language(occasion: Occasion, person: Person, language: str) -> Person:
    """From now on everything is said in this language."""
    chosen = replace(person, language=language)
    occasion.uow.people.update(chosen)
    occasion.record(LanguageChosen(who=person.id, language=language), person.id)
    return chosen
