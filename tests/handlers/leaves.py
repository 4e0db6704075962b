"""Leave as a test needs it: granted without a word about it."""

from datetime import date

from flows.rules.leave import Deed, Leave, LeaveStep
from storage.uow import UnitOfWork
from tests.handlers.world import World


def granted(world: World, who: str, first: date, last: date, by: str = "c1") -> Leave:
    """Somebody has asked for leave and got it."""
    person, staff = world.person(who).id, world.person(by).id

    def work(uow: UnitOfWork) -> Leave:
        asked = LeaveStep(deed=Deed.REQUESTED, by=person, at=world.now)
        leave = Leave(id=uow.new_id(), person=person, first=first, last=last, steps=(asked,))
        uow.leaves.add(leave)
        done = leave.done(LeaveStep(deed=Deed.GRANTED, by=staff, at=world.now))
        uow.leaves.step(done)
        return done

    return world.write(work)
