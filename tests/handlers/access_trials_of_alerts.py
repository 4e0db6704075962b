"""Trials of what staff do about alerts beside "seen", and of handing somebody over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from flows.engine.events import AlertKind
from flows.people import Person, Role
from flows.rules.access import Actor, Operation, Relation
from handlers import escalating, outside_reads, passing_on, snoozing
from storage.access_log import Access
from tests.handlers.access_people import Stage, Trial, make_person


def _of_the_world(stage: Stage, handle: str) -> Person:
    """Somebody who has been there all along."""
    found = stage.uow.people.by_handle(handle)
    assert found is not None
    return found


def _all_or_none(*effects: bool) -> bool:
    """Several ways to do the same: whoever may, may by each of them."""
    assert len(set(effects)) == 1, effects
    return effects[0]


def read_alarm(stage: Stage) -> bool:
    """Somebody has reached for many outside their own list: is it put before the actor, whoever it is about?"""
    if stage.me is None:
        return False
    if stage.relation is Relation.HANDED:
        alarm = replace(stage.alert, id=stage.uow.new_id(), kind=AlertKind.OUTSIDE_READS, words="")
        stage.uow.alerts.add(alarm)
        escalating.hand_on(stage.occasion, alarm, stage.me)
    elif stage.actor is not Actor.DPO or stage.relation in {Relation.TOLD, Relation.SELF}:
        _reach_for_many(stage)
    return any(one.to == stage.me.id and "Zugriffs-Alarm" in one.text for one in stage.written())


def _reach_for_many(stage: Stage) -> None:
    for subject in range(stage.uow.profile.outside_reads):
        other = make_person(stage.uow, f"o{subject}", Role.PARTICIPANT)
        seen = Access(
            subject=other.id, reader=stage.concerned.id, operation=Operation.READ_CASE, at=stage.now, outside=True
        )
        stage.uow.access_log.add(seen)
    outside_reads.look(stage.occasion, stage.concerned, 0, "")


def snooze_alert(stage: Stage) -> bool:
    """Press a time at which the alert is to come again."""
    until = int((stage.now + timedelta(hours=1)).timestamp())
    stage.press(snoozing.ACTION, f"{stage.alert.id}:{until}")
    return stage.me is not None and snoozing.comes_back(stage.occasion, stage.alert, stage.me) is not None


def hand_over_alert(stage: Stage) -> bool:
    """Press the name of a colleague who may take the alert over."""
    stage.press(passing_on.ACTION, f"{stage.alert.id}:{_of_the_world(stage, 'k1').id}")
    return bool(stage.events("HandedOver"))


def take_on_alert(stage: Stage) -> bool:
    """A colleague asks for it: is an alert they do not have yet put before the actor?"""
    if stage.me is None:
        return False
    fresh = replace(stage.alert, id=stage.uow.new_id(), to=_of_the_world(stage, "c1").id)
    stage.uow.alerts.add(fresh)
    passing_on.ask(stage.occasion, _of_the_world(stage, "c1"), fresh, stage.me)
    return _all_or_none(bool(stage.events("HandedOver")), stage.me.id in stage.uow.alerts.holders(fresh.id))


def hand_over_case(stage: Stage) -> bool:
    """Write the line about the person, then press the tap it asks for."""
    stage.say(f"Übergabe {stage.concerned.handle} an Herrn Demir")
    offered = any("begleiten" in message.text for message in stage.written())
    stage.press("hand_case", f"{stage.concerned.id}:{_of_the_world(stage, 'c2').id}")
    read = stage.was_read(Operation.HAND_OVER_CASE)
    return _all_or_none(offered, bool(stage.events("HandedOver")), read)


OF_ALERTS: Mapping[Operation, Trial] = {
    Operation.READ_ALARM: read_alarm,
    Operation.SNOOZE_ALERT: snooze_alert,
    Operation.HAND_OVER_ALERT: hand_over_alert,
    Operation.TAKE_ON_ALERT: take_on_alert,
    Operation.HAND_OVER_CASE: hand_over_case,
}
