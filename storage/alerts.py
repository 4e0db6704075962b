"""What staff must know; kind and cause are sealed under the key of the person it is about."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.engine.events import AlertKind
from flows.people import PersonId
from flows.rules.alerts import Alert
from storage.driver import Row
from storage.errors import UnknownRow
from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into
from storage.tables import alert_holders, alerts

_ADD = insert_into(alerts)
_ACKNOWLEDGE = Statement(
    sa.update(alerts)
    .where(alerts.c.id == sa.bindparam("id"))
    .where(alerts.c.acknowledged_by.is_(None))
    .values(acknowledged_by=sa.bindparam("by"), acknowledged_at=sa.bindparam("at"))
)
_STEP = Statement(sa.update(alerts).where(alerts.c.id == sa.bindparam("id")).values(step=sa.bindparam("step")))
_GET = Statement(sa.select(alerts).where(alerts.c.id == sa.bindparam("id")))
_OPEN_TO = Statement(
    sa.select(alerts)
    .where(alerts.c.acknowledged_by.is_(None))
    .where(
        sa.exists().where(
            alert_holders.c.alert == alerts.c.id,
            alert_holders.c.person == sa.bindparam("person"),
        )
    )
    .order_by(alerts.c.id)
)
_ABOUT = Statement(sa.select(alerts).where(alerts.c.subject == sa.bindparam("subject")).order_by(alerts.c.id.desc()))
_HELD = Statement(
    sa.select(alerts)
    .join(alert_holders, alert_holders.c.alert == alerts.c.id)
    .where(alerts.c.subject == sa.bindparam("subject"), alert_holders.c.person == sa.bindparam("person"))
    .order_by(alerts.c.id.desc())
)
_HOLD = insert_into(alert_holders, unless=("alert", "person"))
_HOLDERS = Statement(
    sa.select(alert_holders.c.person)
    .where(alert_holders.c.alert == sa.bindparam("alert"))
    .order_by(alert_holders.c.since, alert_holders.c.person)
)

_TABLE: Final = "alerts"


class Alerts(Repository):
    """Alerts and the people who hold them."""

    __slots__ = ()

    def add(self, alert: Alert) -> None:
        """Store an alert; the person it is for holds it from now on."""
        self._db.put(
            _ADD,
            id=alert.id,
            subject=alert.subject,
            recipient=alert.to,
            raised_at=to_micros(alert.raised_at),
            step=alert.step,
            acknowledged_by=alert.acknowledged_by,
            acknowledged_at=None,
            sealed=self._seals.seal(
                alert.subject, _TABLE, alert.id, {"kind": alert.kind, "absence": alert.absence, "words": alert.words}
            ),
        )
        self.add_holder(alert.id, alert.to)

    def acknowledge(self, alert_id: int, by: PersonId, now: datetime) -> bool:
        """Somebody has seen it; False if somebody had before, and then nothing changes."""
        return self._db.change(_ACKNOWLEDGE, id=alert_id, by=by, at=to_micros(now)) == 1

    def step(self, alert_id: int, step: int) -> None:
        """How often the alert has been passed on."""
        self._db.put(_STEP, id=alert_id, step=step)

    def get(self, alert_id: int) -> Alert:
        """The alert; `UnknownRow` if there is none with this id."""
        row = self._db.row(_GET, id=alert_id)
        if row is None:
            raise UnknownRow("no alert has this id")
        return self._alert(row)

    def open_to(self, person_id: PersonId) -> list[Alert]:
        """The alerts this person holds and nobody has seen, oldest first."""
        return [self._alert(row) for row in self._db.rows(_OPEN_TO, person=person_id)]

    def about(self, subject: PersonId) -> list[Alert]:
        """Every alert about this person, newest first."""
        return [self._alert(row) for row in self._db.rows(_ABOUT, subject=subject)]

    def held(self, subject: PersonId, person_id: PersonId) -> list[Alert]:
        """Every alert about `subject` that this person has, newest first."""
        return [self._alert(row) for row in self._db.rows(_HELD, subject=subject, person=person_id)]

    def add_holder(self, alert_id: int, person_id: PersonId) -> None:
        """This person has the alert too; naming somebody twice changes nothing."""
        self._db.send(_HOLD, alert=alert_id, person=person_id, since=self._new_id())

    def holders(self, alert_id: int) -> list[PersonId]:
        """Who has the alert, in the order they got it."""
        return [PersonId(person) for (person,) in self._db.rows(_HOLDERS, alert=alert_id)]

    def _alert(self, row: Row) -> Alert:
        id_, subject, to, raised_at, step, acknowledged_by, _, sealed = row
        payload = self._seals.open(subject, _TABLE, id_, sealed)
        return Alert(
            id=id_,
            subject=subject,
            kind=AlertKind(payload["kind"]),
            to=to,
            raised_at=from_micros(raised_at),
            step=step,
            acknowledged_by=acknowledged_by,
            absence=payload["absence"],
            words=payload["words"],
        )
