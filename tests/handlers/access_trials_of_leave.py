"""Trials of what is done about leave: asked for, taken back, decided, and extra leave."""

from collections.abc import Mapping
from datetime import timedelta

from flows.engine.leave_events import ExtraLeaveTold, LeaveAnswered, LeaveWanted
from flows.rules.access import Operation
from flows.rules.leave import Deed, Leave, LeaveStep
from handlers import leave_desk
from handlers.apply import apply
from tests.handlers.access_people import TODAY, Stage, Trial

SOON, LATER = TODAY + timedelta(days=14), TODAY + timedelta(days=21)


def _requested(stage: Stage) -> Leave:
    """The person has asked for leave."""
    step = LeaveStep(deed=Deed.REQUESTED, by=stage.concerned.id, at=stage.now)
    leave = Leave(id=stage.uow.new_id(), person=stage.concerned.id, first=SOON, last=SOON, steps=(step,))
    stage.uow.leaves.add(leave)
    return leave


def _all_or_none(*effects: bool) -> bool:
    assert len(set(effects)) == 1, effects
    return effects[0]


def ask_leave(stage: Stage) -> bool:
    """Ask for leave in a dialogue that was begun before, and take back what the person has asked for."""
    leave = _requested(stage)
    stage.say("Mein Urlaub")
    if stage.me is not None:
        apply(stage.occasion, stage.me, [LeaveWanted(first=LATER, last=LATER)])
    asked = bool(stage.events("LeaveRequested"))
    stage.press("leave_back", f"leave:{leave.id}")
    return _all_or_none(asked, bool(stage.events("LeaveTakenBack")))


def decide_leave(stage: Stage) -> bool:
    """Read how much there is, ask back, and grant it by the button under the request."""
    leave = _requested(stage)
    if stage.me is not None and stage.me.role.is_staff:
        leave_desk.show(stage.occasion, stage.me, stage.concerned)
        apply(stage.occasion, stage.me, [LeaveAnswered(request=leave.id, declined=False, words="?")])
    asked = bool(stage.events("LeaveAskedBack"))
    stage.press("accept", f"leave:{leave.id}")
    granted = bool(stage.events("LeaveDecided"))
    return _all_or_none(asked, granted, stage.was_read(Operation.DECIDE_LEAVE))


def keep_extra_leave(stage: Stage) -> bool:
    """Look at the person's leave while they have extra leave, and take it away in a dialogue begun before."""
    stage.uow.leaves.set_extra(stage.concerned.id, TODAY, stage.caseworker.id, stage.now)
    stage.say("Hallo")
    if stage.me is not None:
        if stage.me.role.is_staff:
            leave_desk.show(stage.occasion, stage.me, stage.concerned)
        apply(stage.occasion, stage.me, [ExtraLeaveTold(who=stage.concerned.id, since=None)])
    read = any("Zusatzurlaub ab" in one.text for one in stage.written())
    taken = stage.uow.leaves.extra_from(stage.concerned.id) is None
    return _all_or_none(read, taken, stage.was_read(Operation.KEEP_EXTRA_LEAVE))


OF_LEAVE: Mapping[Operation, Trial] = {
    Operation.ASK_LEAVE: ask_leave,
    Operation.DECIDE_LEAVE: decide_leave,
    Operation.KEEP_EXTRA_LEAVE: keep_extra_leave,
}
