"""What becomes of an intake once it is sent: read, asked about, corrected, accepted by staff (F6; R4, R57, R58)."""

from dataclasses import replace
from datetime import date

from flows.dialogues.answer_words import line, line_of_both, pages
from flows.engine.conversation import Json
from flows.engine.events import AlertAcknowledged, AlertKind, Said
from flows.engine.intake_events import (
    AnsweredBack,
    AskedBack,
    ContactGiven,
    Corrected,
    IntakeAccepted,
    IntakeAskedBack,
    IntakeCorrected,
    IntakeHappening,
    IntakeSubmitted,
    RuleAcknowledged,
    Submitted,
)
from flows.engine.messages import Button, Level, MessageClass, Text
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.intake import Correction, Form, Intake, Kept, Query, State
from handlers import access, alert_cards, alerts, asking_back, contact_data
from handlers.alerts import News
from handlers.occasion import Occasion, Sending

ASK = Button(Text("Write to {caseworker}"), "ask")
NO_MESSAGES = Text("{name} does not want messages here. Please call.")


def keep(occasion: Occasion, person: Person, event: IntakeHappening) -> None:
    """Carry out what came of an intake dialogue of `person`, a participant or staff."""
    match event:
        case Submitted():
            _submit(occasion, person, event)
        case AnsweredBack():
            _take_answer(occasion, person, event)
        case AskedBack():
            _ask_back(occasion, person, event)
        case Corrected():
            _correct(occasion, person, event)
        case RuleAcknowledged():
            _note_rule(occasion, person, event)
        case ContactGiven():
            contact_data.take(occasion, person, event)


def _note_rule(occasion: Occasion, person: Person, event: RuleAcknowledged) -> None:
    occasion.record(event, person.id)
    known = occasion.uow.intakes.of(person.id)
    if known is not None:
        occasion.uow.intakes.save(replace(known, rule_read=occasion.now), occasion.now)


def _submit(occasion: Occasion, person: Person, sent: Submitted) -> None:
    known = occasion.uow.intakes.of(person.id)
    if known is None:
        return
    intake = replace(
        known,
        state=State.SUBMITTED,
        version=sent.version,
        answers=sent.answers,
        submitted=occasion.now,
        accepted_by=None,
    )
    occasion.uow.intakes.save(intake, occasion.now)
    occasion.record(IntakeSubmitted(who=person.id), person.id)
    _keep_phone(occasion, person, intake)
    alerts.raise_alert(occasion, person, News(kind=AlertKind.INTAKE))
    reader = occasion.responsible(person)
    if reader is not None:
        show(occasion, reader, person)


def _keep_phone(occasion: Occasion, person: Person, intake: Intake) -> None:
    number = _values(occasion, intake).get(Kept.PHONE)
    if isinstance(number, str):
        known = occasion.uow.people.get(person.id)
        occasion.uow.people.update(replace(known, phone=number))


def _values(occasion: Occasion, intake: Intake) -> dict[Kept, Json]:
    """The answers that are kept elsewhere too; where staff say something else, theirs."""
    form: Form = occasion.uow.profile.intake
    values: dict[Kept, Json] = {}
    for question in form.questions:
        if question.keep and question.id in intake.answers:
            said = intake.corrected(question.id)
            values[question.keep] = said.value if said else intake.answers[question.id]
    return values


def unsent(occasion: Occasion, person: Person) -> Intake | None:
    """The person's intake with what is answered and not sent yet: for their own eyes only."""
    known = occasion.uow.intakes.of(person.id)
    form: Form | None = occasion.uow.profile.intake
    if known is None or form is None or known.state is not State.OPEN or known.conversation is None:
        return known
    answers = occasion.uow.conversations.get(known.conversation).conversation.answers
    return replace(known, answers=form.fitting(answers, occasion.uow.consents.effective(person.id, occasion.now)))


def show(occasion: Occasion, reader: Person, person: Person) -> None:
    """Every answer in the reader's words, in messages of a readable size; that they were read is written down."""
    known = occasion.uow.intakes.of(person.id)
    about = Sending(message_class=MessageClass.ALERT, subject=person)
    texts = pages(told(occasion, person, known)) if known is not None else []
    for text in texts:
        occasion.say(reader, Said(text, level=Level.L4), about)
    if texts:
        access.note_read(occasion, reader, Operation.HANDLE_INTAKE, person)


def told(occasion: Occasion, person: Person, known: Intake) -> list[Text]:
    """The lines of an intake: what the person said, what staff say instead, what was asked back, the rule read.

    An answer that rests on a consent is left out as soon as that is not effective.
    """
    form: Form | None = occasion.uow.profile.intake
    if form is None:
        return []
    answers = form.fitting(known.answers, occasion.uow.consents.effective(person.id, occasion.now))
    found: list[Text] = []
    for question in form.questions:
        if question.id in answers:
            said = known.corrected(question.id)
            value = answers[question.id]
            by = occasion.uow.people.get(said.by).name if said else ""
            found.append(line_of_both(question, value, said, by) if said else line(question, value))
        if question.keep is Kept.BORN and person.born and answers.get(question.id) not in {None, str(person.born)}:
            found.append(Text("Recorded so far: {day}", {"day": person.born}))
    found += [
        Text("Asked: {question} Answered: {answer}", {"question": query.words, "answer": query.answer})
        for query in known.queries
        if query.words and query.answer is not None
    ]
    if known.rule_read is not None:
        day = known.rule_read.astimezone(occasion.local(person).tzinfo).date()
        found.append(Text("The absence rule was read on {day}.", {"day": day}))
    return found


def _acknowledge(occasion: Occasion, subject: Person, by: Person) -> None:
    """Whoever does something with an intake has seen it."""
    for alert in occasion.uow.alerts.about(subject.id):
        if alert.kind is AlertKind.INTAKE and alert.acknowledged_by is None:
            occasion.uow.alerts.acknowledge(alert.id, by.id, occasion.now)
            occasion.record(AlertAcknowledged(who=subject.id, kind=alert.kind, by=by.id), subject.id)


def accept(occasion: Occasion, subject: Person, by: Person) -> None:
    """Staff accept an intake: once, whoever comes first; the person is told who it was, with their direct line."""
    occasion.uow.people.lock(subject.id)
    known, about = occasion.uow.intakes.of(subject.id), Sending(subject=subject)
    if known is None or known.submitted is None:
        occasion.say(by, Said(Text("{name} has not sent any answers yet.")), about)
        return
    accepted = replace(known, state=State.ACCEPTED, accepted_by=by.id)
    if known.accepted_by is not None or not occasion.uow.intakes.accept(accepted, occasion.now):
        occasion.say(by, Said(_by_whom(occasion, subject, by)), about)
        return
    occasion.record(IntakeAccepted(who=subject.id, by=by.id), subject.id)
    _acknowledge(occasion, subject, by)
    _keep_accepted(occasion, subject, accepted)
    occasion.say(by, Said(Text("Accepted. {name} is told that you have read it.")), about)
    _tell(occasion, subject, accepted, _accepted(by))


def _by_whom(occasion: Occasion, subject: Person, by: Person) -> Text:
    known = occasion.uow.intakes.of(subject.id)
    first = known.accepted_by if known is not None else None
    if first is None or first == by.id:
        return Text("You have already accepted this.")
    return Text("{person} has already accepted this.", {"person": occasion.uow.people.get(first).name})


def _accepted(by: Person) -> Said:
    text = Text(
        "{person} has read your answers and accepted them. You reach {person} directly: {direct}.",
        {"person": by.name, "direct": by.phone},
    )
    return Said(text, (ASK,))


def _keep_accepted(occasion: Occasion, subject: Person, intake: Intake) -> None:
    """Name and birthday change with the yes of staff, never by a word in the chat alone."""
    values = _values(occasion, intake)
    person = occasion.uow.people.get(subject.id)
    born, name = values.get(Kept.BORN), values.get(Kept.NAME)
    if isinstance(born, str):
        person = replace(person, born=date.fromisoformat(born))
    if isinstance(name, str) and name.strip():
        person = replace(person, name=name.strip())
    occasion.uow.people.update(person)


def _tell(occasion: Occasion, subject: Person, intake: Intake, *said: Said) -> bool:
    sending = asking_back.way_to(occasion, subject, intake)
    if sending is None or subject.held_since is not None:
        return False
    for each in said:
        occasion.say(subject, each, sending)
    return True


def _ask_back(occasion: Occasion, by: Person, asked: AskedBack) -> None:
    subject, known = _locked(occasion, asked.who)
    if known is None:
        return
    query = Query(question=asked.question, words=asked.words, by=by.id)
    intake = replace(known, state=State.ASKED, queries=(*known.queries, query))
    occasion.uow.intakes.save(intake, occasion.now)
    occasion.record(IntakeAskedBack(who=subject.id, by=by.id), subject.id)
    _acknowledge(occasion, subject, by)
    done = Text("I have asked {name}. The answer comes here.")
    reached = asking_back.reach(occasion, subject, intake)
    occasion.say(by, Said(done if reached else NO_MESSAGES), Sending(subject=subject))


def _take_answer(occasion: Occasion, person: Person, answered: AnsweredBack) -> None:
    known = occasion.uow.intakes.of(person.id)
    query = known.open_query if known is not None else None
    if known is None or query is None:
        return
    words = "" if answered.question else str(answered.value)
    queries = tuple(replace(one, answer=words) if one is query else one for one in known.queries)
    answers = {**known.answers, answered.question: answered.value} if answered.question else known.answers
    intake = replace(known, answers=answers, queries=queries)
    intake = replace(intake, state=State.ASKED if intake.open_query else State.SUBMITTED, accepted_by=None)
    occasion.uow.intakes.save(intake, occasion.now)
    _keep_phone(occasion, person, intake)
    text = Text("{name} has answered your question.")
    alerts.raise_alert(occasion, person, News(kind=AlertKind.INTAKE, text=text, words=words))
    form: Form = occasion.uow.profile.intake
    question, reader = form.question(answered.question), occasion.responsible(person)
    if question is not None and reader is not None:
        said = Said(line(question, answered.value), level=Level.L4)
        occasion.say(reader, said, Sending(message_class=MessageClass.ALERT, subject=person))
        access.note_read(occasion, reader, Operation.HANDLE_INTAKE, person)
    if intake.open_query:
        asking_back.reach(occasion, person, intake)


def _correct(occasion: Occasion, by: Person, corrected: Corrected) -> None:
    subject, known = _locked(occasion, corrected.who)
    form: Form = occasion.uow.profile.intake
    question = form.question(corrected.question)
    if known is None or question is None:
        return
    said = Correction(question=question.id, value=corrected.value, note=corrected.note, by=by.id)
    intake = replace(known, corrections=(*known.corrections, said))
    occasion.uow.intakes.save(intake, occasion.now)
    occasion.record(IntakeCorrected(who=subject.id, question=question.id, by=by.id), subject.id)
    _acknowledge(occasion, subject, by)
    _keep_phone(occasion, subject, intake)
    both = line_of_both(question, known.answers.get(question.id), said, by.name)
    told_so = Text("{person} has noted something else than you did. Is it not right? Write it.", {"person": by.name})
    told_both = _tell(occasion, subject, intake, Said(told_so), Said(both, (ASK,)))
    noted = Text("Noted. {name} reads both.") if told_both else NO_MESSAGES
    occasion.say(by, Said(noted, alert_cards.ways_with_intake(subject.id)), Sending(subject=subject, lasting=True))


def _locked(occasion: Occasion, who: PersonId) -> tuple[Person, Intake | None]:
    """The person and the intake, as nobody else can change them now."""
    occasion.uow.people.lock(who)
    return occasion.uow.people.get(who), occasion.uow.intakes.of(who)
