"""One trial for each operation: somebody tries it through the program's own doors, and what came of it is looked at."""

from collections.abc import Mapping
from dataclasses import replace

from flows.dialogues import recording, staff
from flows.engine.conversation import Conversation, Status
from flows.engine.events import AlertKind, Reason
from flows.engine.messages import InboundKind, Question
from flows.people import Address
from flows.rules.absence import Absence, Proof, Source
from flows.rules.access import Actor, Operation, Relation
from flows.rules.invitations import check_letter
from handlers import alerts, deliveries, devices, escalating, invitations, strangers, timers
from handlers.alerts import News
from storage.audit_roots import Signer, sign_heads
from tests.handlers.access_people import TODAY, Stage, Trial
from tests.handlers.access_trials_of_alerts import OF_ALERTS
from tests.handlers.access_trials_of_broadcasts import OF_BROADCASTS
from tests.handlers.access_trials_of_leave import OF_LEAVE
from tests.handlers.access_trials_of_own import OF_OWN
from tests.handlers.access_trials_of_page import OF_PAGES, read_own_page
from tests.handlers.access_trials_of_staff import OF_STAFF
from tests.handlers.access_trials_of_threads import OF_THREADS
from tests.handlers.access_trials_of_verdicts import OF_VERDICTS
from tests.handlers.world import LEASE

CODE = "7K3M9QXT2Q" + check_letter("7K3M9QXT2Q")
WORDS = "Zahnrad eins"


def _answered(stage: Stage) -> bool:
    """Whether a message went to whom it concerns."""
    return any(message.to == stage.concerned.id for message in stage.written())


def chat(stage: Stage) -> bool:
    """Press the help button of the person: is anything said in their chat?"""
    stage.press("help", under=stage.concerned)
    return _answered(stage)


def ask_staff(stage: Stage) -> bool:
    """Press "please call me", or write, in the person's name."""
    stage.press("call", under=stage.concerned)
    return bool(stage.events("AlertRaised"))


def report_own(stage: Stage) -> bool:
    """Report the person late in their own name."""
    stage.press("late", under=stage.concerned)
    if stage.relation is Relation.SELF:
        stage.say("20")
    return bool(stage.events("LatenessReported"))


def decide_consent(stage: Stage) -> bool:
    """Press the person's "no more messages"."""
    stage.press("stop_all", under=stage.concerned)
    return bool(stage.events("ConsentWithdrawn"))


def link_phone(stage: Stage) -> bool:
    """Connect a device to the person, or cut one of theirs off."""
    theirs = Address(id=stage.uow.new_id(), person=stage.concerned.id, channel="push", external="theirs")
    if stage.me is None:
        stage.say("ABCDEFGHJKLMNPQR")
        return len(stage.uow.people.addresses(stage.concerned.id)) != 1
    if stage.me.id == stage.concerned.id:
        return devices.connect(stage.uow, stage.me, "mine", stage.now) is not None
    stage.uow.people.add_address(theirs)
    taken = devices.connect(stage.uow, stage.me, "theirs", stage.now) is not None
    return taken or devices.disconnect(stage.uow, stage.me, "theirs", stage.now)


def see_readers(stage: Stage) -> bool:
    """Press the person's "who has seen my data": does anybody get the answer?"""
    stage.press("readers", under=stage.concerned)
    return any("angesehen" in message.text for message in stage.written())


def report_for_ward(stage: Stage) -> bool:
    """Say that the child is ill."""
    stage.say("Mein Kind ist krank und kommt heute nicht")
    return any(one.fields["source"] == Source.OTHERS for one in stage.events("AbsenceReported"))


def record_report(stage: Stage) -> bool:
    """Finish a report that says it came by phone; the dialogue was begun before."""
    if stage.me is None:
        stage.say("Ns1 ist krank")
        return bool(stage.events("AbsenceReported"))
    answers = {
        "person": str(stage.concerned.id),
        "name": stage.concerned.name,
        "reason": Reason.ILLNESS.value,
        "first_day": TODAY.isoformat(),
    }
    begun = Conversation(
        flow=recording.FLOW.name, version=recording.FLOW.version, node="source", answers=answers, turn=1
    )
    stage.uow.guard.hears(stage.me.id, stage.now)
    row = stage.uow.conversations.add(stage.me.id, begun, stage.now)
    stage.press("phone", "phone", question=Question(row, 1, None))
    return any(one.fields["source"] == Source.PHONE for one in stage.events("AbsenceReported"))


def write_to(stage: Stage) -> bool:
    """Press "answer" under a card about the person and write; then the same in a dialogue begun before."""
    stage.press("answer", str(stage.concerned.id))
    stage.say(WORDS)
    if stage.me is not None:
        answers = {"person": str(stage.concerned.id), "name": stage.concerned.name}
        begun = Conversation(flow=staff.WRITE.name, version=staff.WRITE.version, node="words", answers=answers, turn=1)
        stage.uow.guard.hears(stage.me.id, stage.now)
        current = stage.uow.conversations.current(stage.me.id)
        if current is not None:
            closed = Conversation(flow="", version=0, node="", answers={}, status=Status.CANCELLED)
            stage.uow.conversations.save(current.id, stage.me.id, closed, stage.now)
        stage.uow.conversations.add(stage.me.id, begun, stage.now)
        stage.say(WORDS)
    return any(
        one.fields["to"] == stage.concerned.id for one in stage.uow.events.after(0) if one.name == "MessageRelayed"
    )


def read_alert(stage: Stage) -> bool:
    """Something happens to the person that staff must know: is its content put before the actor?"""
    if stage.me is None:
        return False
    if stage.relation is Relation.HANDED:
        escalating.hand_on(stage.occasion, stage.alert, stage.me)
    else:
        if stage.relation is Relation.TOLD and stage.actor is not Actor.PROTECTION:
            stage.uow.people.assign(stage.concerned.id, stage.me.id)
        told = stage.relation is Relation.TOLD and stage.actor is Actor.PROTECTION
        kind = AlertKind.VIOLENCE if told else AlertKind.MESSAGE
        alerts.raise_alert(stage.occasion, stage.concerned, News(kind=kind, words=WORDS))
    subjects = {message.subject for message in stage.written() if message.to == stage.me.id}
    read = bool(stage.uow.access_log.reads_of(stage.concerned.id, 10))
    shown = stage.concerned.id in subjects
    assert not shown or read or stage.relation is Relation.SELF
    return shown and stage.relation is not Relation.SELF


def acknowledge_alert(stage: Stage) -> bool:
    """Press "seen" under the alert about the person."""
    stage.press("seen", str(stage.alert.id))
    return bool(stage.events("AlertAcknowledged"))


def receive_proof(stage: Stage) -> bool:
    """Press "sick note is here" for the person's absence."""
    absence = Absence(
        id=stage.uow.new_id(), person=stage.concerned.id, reason=Reason.ILLNESS, first_day=TODAY, proof=Proof.OPEN
    )
    stage.uow.absences.add(absence, stage.now)
    stage.press("proof", str(absence.id))
    return bool(stage.events("CertificateReceived"))


def release_messages(stage: Stage) -> bool:
    """Press "messages again" for a person whose messages are held."""
    stage.uow.people.update(replace(stage.concerned, held_since=stage.now))
    stage.press("release", str(stage.concerned.id))
    return stage.uow.people.get(stage.concerned.id).held_since is None


def see_phone_list(stage: Stage) -> bool:
    """Ask for the phone list while the person stands in it."""
    stage.uow.phone_list.add(stage.concerned.id, "unreachable", stage.now)
    stage.say("/calls")
    shown = f"N{stage.concerned.handle}: {stage.concerned.phone}"
    mine = [message.text for message in stage.written() if stage.me is not None and message.to == stage.me.id]
    return any(shown in text for text in mine)


def note_call(stage: Stage) -> bool:
    """Press "called" for the person."""
    stage.uow.phone_list.add(stage.concerned.id, "unreachable", stage.now)
    stage.press("called", str(stage.concerned.id))
    return stage.uow.phone_list.entry(stage.concerned.id) is None


def invite(stage: Stage) -> bool:
    """Ask for an invitation for the person."""
    stage.say(f"Einladung für {stage.concerned.handle}")
    return bool(stage.uow.invitations.open_of(stage.concerned.id))


def cut_off_phone(stage: Stage) -> bool:
    """Say that the person's phone is lost."""
    stage.say(f"Telefon verloren: {stage.concerned.handle}")
    return bool(stage.events("AddressUnlinked"))


def arrive(stage: Stage) -> bool:
    """Send the code of an invitation as somebody without a name; nobody else comes in with one."""
    code = CODE if stage.me is not None or stage.actor is Actor.ANONYMOUS else CODE[::-1]
    invitations.add(stage.uow, CODE, stage.concerned.id, None, stage.now)
    stage.say(code)
    found = stage.uow.invitations.find(CODE)
    return found is not None and found.used_at is not None


def get_crisis_help(stage: Stage) -> bool:
    """Write without any code: does the answer for everybody come, with numbers to call?"""
    answer = stage.say("Hilfe")
    return stage.actor is Actor.ANONYMOUS and answer == strangers.answer() and "112" in answer


def fire_timers(stage: Stage) -> bool:
    """The clock comes to an alert nobody has seen."""
    stage.uow.timers.add(escalating.TIMER, stage.now, stage.concerned.id, stage.alert.id, "0")
    stage.uow.people.set_substitute(stage.caseworker.id, stage.uow.people.all()[0].id)
    return any(timers.fire(stage.uow, timer, stage.now) for timer in stage.uow.timers.due(stage.now, 10))


def deliver(stage: Stage) -> bool:
    """What waits is taken to be sent."""
    stage.press("help", under=stage.concerned)
    stage.receive(InboundKind.TEXT, stage.concerned.handle, text="Hilfe")
    return bool(deliveries.claim(stage.uow, stage.now, LEASE, 100))


def sign_audit(stage: Stage) -> bool:
    """The end of the chain is signed."""
    stage.uow.audit.close_group(0, [bytes(41)])
    return bool(sign_heads(stage.uow.audit, Signer(bytes(range(32))), stage.now))


IN_THE_CHAT: Mapping[Operation, Trial] = {
    **OF_OWN,
    **OF_STAFF,
    **OF_VERDICTS,
    **OF_THREADS,
    **OF_ALERTS,
    **OF_LEAVE,
    **OF_PAGES,
    **OF_BROADCASTS,
    Operation.CHAT: chat,
    Operation.ASK_STAFF: ask_staff,
    Operation.REPORT_OWN: report_own,
    Operation.DECIDE_CONSENT: decide_consent,
    Operation.READ_OWN_PAGE: read_own_page,
    Operation.LINK_PHONE: link_phone,
    Operation.SEE_READERS: see_readers,
    Operation.REPORT_FOR_WARD: report_for_ward,
    Operation.RECORD_REPORT: record_report,
    Operation.WRITE_TO: write_to,
    Operation.READ_ALERT: read_alert,
    Operation.ACKNOWLEDGE_ALERT: acknowledge_alert,
    Operation.RECEIVE_PROOF: receive_proof,
    Operation.RELEASE_MESSAGES: release_messages,
    Operation.SEE_PHONE_LIST: see_phone_list,
    Operation.NOTE_CALL: note_call,
    Operation.INVITE: invite,
    Operation.CUT_OFF_PHONE: cut_off_phone,
    Operation.ARRIVE: arrive,
    Operation.GET_CRISIS_HELP: get_crisis_help,
}
BY_THE_PROGRAM: Mapping[Operation, Trial] = {
    Operation.FIRE_TIMERS: fire_timers,
    Operation.DELIVER: deliver,
    Operation.SIGN_AUDIT: sign_audit,
}
