"""Tasks and nudges: what each is about is sealed under the key of the person it concerns."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.tasks import Task, TaskState, Tick
from storage.driver import Row
from storage.instants import instant_or_none, micros_or_none
from storage.nudge_tables import tasks
from storage.repository import Repository
from storage.statements import Statement, insert_into

_TABLE: Final = "tasks"
_ADD = insert_into(tasks)
_GET = Statement(sa.select(tasks).where(tasks.c.id == sa.bindparam("id")))
_OF = Statement(sa.select(tasks).where(tasks.c.person == sa.bindparam("person")).order_by(tasks.c.id))
_OPEN_OF = Statement(
    sa.select(tasks)
    .where(tasks.c.person == sa.bindparam("person"), tasks.c.state == sa.bindparam("state"))
    .order_by(tasks.c.id)
)
_SAVE = Statement(
    sa.update(tasks)
    .where(tasks.c.id == sa.bindparam("id"))
    .values(
        state=sa.bindparam("state"),
        done_by=sa.bindparam("done_by"),
        done_at=sa.bindparam("done_at"),
        sealed=sa.bindparam("sealed"),
    )
)


class Tasks(Repository):
    """Nothing is deleted: what is done says who did it when. Whoever changes one has locked the person before."""

    __slots__ = ()

    def add(self, task: Task) -> None:
        """Keep a new one."""
        self._db.put(_ADD, person=task.person, **self._columns(task))

    def save(self, task: Task) -> None:
        """Keep what changed."""
        self._db.put(_SAVE, **self._columns(task))

    def get(self, id_: int) -> Task | None:
        """The task with this id, if there is one."""
        row = self._db.row(_GET, id=id_)
        return None if row is None else self._task(row)

    def of(self, person: PersonId) -> list[Task]:
        """Everything there ever was about this person, the oldest first."""
        return [self._task(row) for row in self._db.rows(_OF, person=person)]

    def open_of(self, person: PersonId) -> list[Task]:
        """What is still to be done about this person."""
        rows = self._db.rows(_OPEN_OF, person=person, state=TaskState.OPEN.value)
        return [self._task(row) for row in rows]

    def _columns(self, task: Task) -> dict[str, Any]:
        payload = {
            "row": task.row,
            "n": task.n,
            "anchor": task.anchor,
            "due": task.due,
            "told": task.told,
            "said": task.said,
            "alerts": list(task.alerts),
            "ticks": {what: [tick.by, tick.at] for what, tick in task.ticks.items()},
        }
        return {
            "id": task.id,
            "state": task.state.value,
            "done_by": task.done_by,
            "done_at": micros_or_none(task.done_at),
            "sealed": self._seals.seal(task.person, _TABLE, task.id, payload),
        }

    def _task(self, row: Row) -> Task:
        id_, person, state, done_by, done_at, sealed = row
        payload: Mapping[str, Any] = self._seals.open(person, _TABLE, id_, sealed)
        said, ticks = payload["said"], payload["ticks"].items()
        return Task(
            id=id_,
            person=PersonId(person),
            row=payload["row"],
            n=payload["n"],
            anchor=date.fromisoformat(payload["anchor"]),
            due=date.fromisoformat(payload["due"]),
            told=datetime.fromisoformat(payload["told"]),
            state=TaskState(state),
            said=None if said is None else datetime.fromisoformat(said),
            alerts=tuple(payload["alerts"]),
            ticks={what: Tick(PersonId(by), datetime.fromisoformat(at)) for what, (by, at) in ticks},
            done_by=None if done_by is None else PersonId(done_by),
            done_at=instant_or_none(done_at),
        )
