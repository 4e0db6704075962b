"""What staff do by a button under a task, or by one line: done, who was there, which contacts there were (R22, R40)."""

import re
from dataclasses import replace
from typing import Final

from flows.dialogues.staff import person_in_words
from flows.engine.events import Said
from flows.engine.flow import Facts
from flows.engine.messages import Text
from flows.engine.nudge_events import AppearanceNoted
from flows.people import Person, PersonId
from flows.rules.access import Operation
from flows.rules.participations import ends
from flows.rules.tasks import Contact, Task, TaskState, week_is_complete
from handlers import access, months, tasks
from handlers.inviting import WHO
from handlers.occasion import Occasion, Sending
from storage.buttons import StoredButton

ACTIONS: Final = frozenset({"task_done", "task_there", "task_absent", "task_met", months.SENT})
ENTRY_PHASE: Final = "entry"
TASKS: Final = re.compile(
    r"(?:/tasks|(?:meine |offene )*(?:aufgaben|wiedervorlagen?)|(?:my |open )*tasks)", re.IGNORECASE
)
MET: Final = re.compile(r"(?:/met|kontakt(?:e)?|contact)\s+(?:mit\s+|with\s+)?(\S.*)", re.IGNORECASE)
HAPPENED: Final = re.compile(
    r"(?:aufgabe|task)\s+(\S.*?)\s*:\s*(mitwirkung|cooperation|störung|stoerung|disturbance)", re.IGNORECASE
)
KINDS: Final = {
    "mitwirkung": "cooperation",
    "cooperation": "cooperation",
    "störung": "disturbance",
    "stoerung": "disturbance",
    "disturbance": "disturbance",
}
ENOUGH: Final = Text("{name}: contacts of this week are complete.")
LACKING: Final = Text("{name}: noted. For this week something is still missing. What took place?")
NO_WEEK: Final = Text("{name}: no contacts are counted in this week.")


def knows(action: str) -> bool:
    """Whether a button under a task says this."""
    return action in ACTIONS


def subjects_of(occasion: Occasion, button: StoredButton) -> list[Person]:
    """Whom the task is about."""
    task = _task(occasion, button)
    return [] if task is None else [occasion.uow.people.get(task.person)]


def _task(occasion: Occasion, button: StoredButton) -> Task | None:
    return occasion.uow.tasks.get(int(button.value.partition(":")[0]))


def press(occasion: Occasion, by: Person, button: StoredButton) -> None:
    """Do what the button says; whoever presses it has been asked about already."""
    task = _task(occasion, button)
    if task is None:
        occasion.say(by, Said(tasks.GONE))
        return
    occasion.uow.people.lock(task.person)
    task = _task(occasion, button) or task
    if task.state is not TaskState.OPEN or button.action in {"task_done", months.SENT}:
        if months.may_tick(occasion, by, task, all_the_same=button.action == months.SENT):
            tasks.finish(occasion, task, by)
    elif button.action == "task_met":
        _meet(occasion, task, button.value.partition(":")[2], by)
    else:
        _appear(occasion, task, by, there=button.action == "task_there")


def _appear(occasion: Occasion, task: Task, by: Person, *, there: bool) -> None:
    """Whether somebody was there on the first day is said by a person; the agency has to hear it all the same."""
    uow, person = occasion.uow, occasion.uow.people.get(task.person)
    known = uow.participations.of(person.id)
    if known is not None:
        uow.participations.save(replace(known, appeared={**known.appeared, task.anchor: there}), occasion.now)
    ticked = tasks.tick(task, "there" if there else "absent", by, occasion.now)
    uow.tasks.save(ticked)
    occasion.record(AppearanceNoted(who=person.id, there=there, by=by.id), person.id)
    tasks.see(occasion, ticked, by)
    row = tasks.row_of(occasion, ticked)
    ways = () if row is None else tasks.ways(row, ticked)
    said = Text("Noted: {name} is there. Tap “Done” once the agency knows.")
    if not there:
        said = Text("Noted: {name} is not there. Tap “Done” once the agency knows.")
        tasks.happened(occasion, person, "not_started", task.anchor.isoformat())
    else:
        tasks.undone(occasion, person, "not_started", task.anchor.isoformat(), by)
    occasion.say(by, Said(said, ways), Sending(subject=person, lasting=True))


def _meet(occasion: Occasion, task: Task, what: str, by: Person) -> None:
    """One contact more in this week; with the last one that is needed the task is done (R40)."""
    person = occasion.uow.people.get(task.person)
    ticked = tasks.tick(task, what, by, occasion.now)
    if is_complete(occasion, person, ticked):
        occasion.say(by, Said(ENOUGH), Sending(subject=person))
        tasks.finish(occasion, ticked, by)
        return
    occasion.uow.tasks.save(ticked)
    row = tasks.row_of(occasion, ticked)
    ways = () if row is None else tasks.ways(row, ticked)
    occasion.say(by, Said(LACKING, ways), Sending(subject=person, lasting=True))


def is_complete(occasion: Occasion, person: Person, task: Task) -> bool:
    """Whether the week has all the contacts it needs; in the entry phase more than later."""
    known = occasion.uow.participations.of(person.id)
    phases = occasion.uow.profile.deadlines.phases
    end = ends(known, phases).get(ENTRY_PHASE) if known is not None else None
    in_entry_phase = end is not None and task.anchor <= end.day
    ticked = frozenset(Contact(what) for what in task.ticks)
    return week_is_complete(ticked, in_entry_phase=in_entry_phase)


def hear(occasion: Occasion, by: Person, facts: Facts, text: str) -> bool:
    """Show tasks, tick a contact or note what has happened, as one line asks for; False for any other line."""
    words = " ".join(text.split()).rstrip(".!?")
    if TASKS.fullmatch(words):
        tasks.show(occasion, by)
        return True
    happened, met = HAPPENED.fullmatch(words), MET.fullmatch(words)
    found = happened or met
    named = None if found is None else person_in_words(found[1], facts)
    if found is None or (named is None and happened is None):
        return False
    if named is None:
        occasion.say(by, Said(WHO))
        return True
    person = occasion.uow.people.get(PersonId(int(named)))
    if access.allows(occasion, by, Operation.TICK_TASK, person):
        occasion.uow.people.lock(person.id)
        _do(occasion, by, person, "" if happened is None else KINDS[happened[2].casefold()])
    return True


def _do(occasion: Occasion, by: Person, person: Person, kind: str) -> None:
    """Note what has happened, or offer the contacts of this week."""
    if not kind:
        _offer_contacts(occasion, by, person)
        return
    occasion.say(by, Said(Text("Noted. The task follows.")), Sending(subject=person))
    tasks.happened(occasion, person, kind, occasion.local(person).date().isoformat())


def _offer_contacts(occasion: Occasion, by: Person, person: Person) -> None:
    task = tasks.week_of(occasion, person, occasion.local(person).date())
    row = None if task is None else tasks.row_of(occasion, task)
    if task is None or row is None:
        occasion.say(by, Said(NO_WEEK), Sending(subject=person))
    elif task.state is not TaskState.OPEN:
        occasion.say(by, Said(ENOUGH), Sending(subject=person))
    else:
        asked = tasks.says(row, task, occasion, person)
        occasion.say(by, Said(asked, tasks.ways(row, task)), Sending(subject=person, lasting=True))
