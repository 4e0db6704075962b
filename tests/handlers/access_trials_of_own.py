"""Trials of what people do about themselves, and guardians about their wards."""

from collections.abc import Mapping
from datetime import timedelta

from flows.dialogues import meetings
from flows.dialogues.consent import ALONE
from flows.dialogues.signing import spelled
from flows.engine.events import Decided, NoticeRead
from flows.engine.messages import Inbound, InboundKind
from flows.rules.access import Operation
from flows.rules.consent import Declined, Form, Notice, Party, Shown, State
from flows.rules.own_reminders import OwnReminder
from flows.rules.purposes import Scope
from handlers import attendance, certificates, consent, notices, pins, receipts
from handlers.apply import apply
from handlers.consent import Means
from handlers.my_consents import BESIDE
from tests.handlers.access_people import Stage, Trial
from tests.handlers.access_trials_of_page import read_own_page
from tests.handlers.access_trials_of_staff import planned
from tests.handlers.world import CHANNEL

ASKED = Scope("C4")


def read_own_data(stage: Stage) -> bool:
    """Press the person's "my data": does anybody get the answer?"""
    stage.press("my_data", under=stage.concerned)
    return any("gespeichert" in message.text for message in stage.written())


def answer_appointment(stage: Stage) -> bool:
    """Press "I come" and "I am here" for the person's part in an appointment."""
    _, part = planned(stage)
    stage.press("here", f"here:{part.id}")
    stage.press("come", f"{meetings.VALUE}{part.id}")
    told = any(message.subject == stage.concerned.id and "bin da" in message.text for message in stage.written())
    come = bool(stage.events("AppointmentConfirmed"))
    assert told == come
    return come


def remind_self(stage: Stage) -> bool:
    """Ask to be reminded, see it, and delete it: does anybody read the person's words?"""
    reminder = OwnReminder(
        id=stage.uow.new_id(), person=stage.concerned.id, due=stage.now + timedelta(days=1), words="Zahnarzt"
    )
    stage.uow.guard.at(stage.now)
    stage.uow.own_reminders.add(reminder, stage.now)
    stage.say("Meine Erinnerungen")
    read = any("Zahnarzt" in one.text for one in stage.written())
    stage.press("forget", str(reminder.id))
    assert read == (not stage.uow.own_reminders.ids(stage.concerned.id)), (stage.actor, stage.relation, read)
    return read


def see_own_month(stage: Stage) -> bool:
    """Press "that is right" under the person's statement of the month."""
    month = stage.now.date().replace(day=1)
    stage.press("month_right", f"{month.isoformat()};{attendance.fingerprint(())}", under=stage.concerned)
    return bool(stage.events("StatementAnswered"))


def send_certificate(stage: Stage) -> bool:
    """Send the picture of a certificate from one's own address: does the person have one now?"""
    upload = Inbound(channel=CHANNEL, external_id="picture", sender=stage.sender, kind=InboundKind.FILE)
    certificates.receive(stage.uow, upload, [b"picture"], stage.now)
    return bool(stage.uow.certificates.of(stage.concerned.id))


def send_for_ward(stage: Stage) -> bool:
    """Send the picture of a certificate of the person from one's own address: do they have one now?"""
    upload = Inbound(channel=CHANNEL, external_id="picture", sender=stage.sender, kind=InboundKind.FILE)
    certificates.receive(stage.uow, upload, [b"picture"], stage.now, stage.concerned.id)
    return bool(stage.uow.certificates.of(stage.concerned.id))


def lock_page(stage: Stage) -> bool:
    """Open the page of the person's PIN."""
    return read_own_page(stage) and pins.may_have(stage.concerned)


def decide_for_ward(stage: Stage) -> bool:
    """Finish a question about what the person has agreed to, which was begun before."""
    consent.give(stage.uow, stage.concerned, ASKED.code, stage.now)
    if stage.me is None:
        return False
    shown = notices.word(stage.uow.profile, ASKED.code, "de").shown
    read = NoticeRead(subject=stage.concerned.id, scope=ASKED, shown=shown, wished=True)
    yes = Decided(subject=stage.concerned.id, scope=ASKED, shown=shown, agrees=True, differently=0, then=ALONE)
    stage.uow.guard.hears(stage.me.id, stage.now)
    apply(stage.occasion, stage.me, [read, yes])
    return any(
        record.scope == ASKED and Party.GUARDIAN in record.parties and record.state is State.EFFECTIVE
        for record in stage.uow.consents.trail(stage.concerned.id)
        if record.proof.actor != stage.concerned.id
    )


def end_for_ward(stage: Stage) -> bool:
    """Take a yes back that stood beside the person's, and end something for them after "stop"."""
    stage.press(BESIDE, f"{stage.concerned.id} {spelled(Scope('C3'))}")
    stage.press("stop_one", f"C1;{stage.concerned.id}")
    left = stage.uow.consents.effective(stage.concerned.id, stage.now)
    assert ("C1" in left) == ("C3" in left)
    return "C1" not in left


def read_beside(stage: Stage) -> bool:
    """List the receipts of what was decided beside the person."""
    shown = notices.word(stage.uow.profile, ASKED.code, "de").shown
    step = Shown(at=stage.now, by=Party.GUARDIAN, notice=Notice(shown.version, shown.digest), form=Form.ELECTRONIC)
    means = Means(actor=stage.caseworker.id, text=shown)
    for one in (step, Declined(at=stage.now, by=Party.GUARDIAN)):
        consent.take(stage.uow, stage.concerned, ASKED, one, means)
    if stage.me is None:
        return False
    found = receipts.receipts_beside(stage.occasion, stage.me)
    return stage.concerned.id in {each.ward.id for each in found}


OF_OWN: Mapping[Operation, Trial] = {
    Operation.READ_OWN_DATA: read_own_data,
    Operation.ANSWER_APPOINTMENT: answer_appointment,
    Operation.REMIND_SELF: remind_self,
    Operation.SEND_CERTIFICATE: send_certificate,
    Operation.SEND_FOR_WARD: send_for_ward,
    Operation.LOCK_PAGE: lock_page,
    Operation.SEE_OWN_MONTH: see_own_month,
    Operation.DECIDE_FOR_WARD: decide_for_ward,
    Operation.END_FOR_WARD: end_for_ward,
    Operation.READ_BESIDE: read_beside,
}
