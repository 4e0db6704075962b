"""What staff must know; kind and cause are sealed under the key of the person it is about."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.engine.events import AlertKind
from flows.people import PersonId
from flows.rules.alerts import Alert, Hold
from storage.alert_payload import pack, unpack
from storage.driver import Row
from storage.errors import UnknownRow
from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into, take
from storage.tables import alert_holders, alerts

_ADD = insert_into(alerts)
_ACKNOWLEDGE = Statement(
    sa.update(alerts)
    .where(alerts.c.id == sa.bindparam("id"))
    .where(alerts.c.acknowledged_by.is_(None))
    .values(acknowledged_by=sa.bindparam("by"), acknowledged_at=sa.bindparam("at"))
)
_CHANGE = Statement(
    sa.update(alerts)
    .where(alerts.c.id == sa.bindparam("id"))
    .values(recipient=sa.bindparam("recipient"), sealed=sa.bindparam("sealed"))
)
_UNSEEN = alerts.c.acknowledged_by.is_(None)
_LATELY = Statement(
    sa.select(alerts)
    .where(alerts.c.subject == sa.bindparam("subject"), alerts.c.raised_at > sa.bindparam("since"), _UNSEEN)
    .order_by(alerts.c.id.desc())
)
_OPEN = Statement(take(sa.select(alerts.c.id, alerts.c.raised_at, alerts.c.step).where(_UNSEEN).order_by(alerts.c.id)))
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
_LET_GO = Statement(
    sa.delete(alert_holders).where(
        alert_holders.c.alert == sa.bindparam("alert"), alert_holders.c.person == sa.bindparam("person")
    )
)
_ASKED = Statement(
    sa.update(alert_holders)
    .where(alert_holders.c.alert == sa.bindparam("alert"), alert_holders.c.person == sa.bindparam("person"))
    .values(handed_by=sa.bindparam("handed_by"))
)
_HOLDERS = Statement(
    sa.select(alert_holders.c.person, alert_holders.c.since, alert_holders.c.handed_by)
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
            sealed=self._sealed(alert),
        )
        self.add_holder(alert.id, alert.to)

    def change(self, alert: Alert) -> None:
        """Store what is new about an alert: whom it is for, and what it says."""
        self._db.put(_CHANGE, id=alert.id, recipient=alert.to, sealed=self._sealed(alert))

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

    def unseen_since(self, subject: PersonId, since: datetime) -> list[Alert]:
        """The alerts about this person that were raised after this instant and nobody has seen, newest first."""
        return [self._alert(row) for row in self._db.rows(_LATELY, subject=subject, since=to_micros(since))]

    def unseen(self, limit: int) -> list[tuple[int, datetime, int]]:
        """Id, instant and steps of the alerts nobody has seen, oldest first; nothing is opened."""
        return [(id_, from_micros(raised), step) for id_, raised, step in self._db.rows(_OPEN, limit=limit)]

    def add_holder(self, alert_id: int, person_id: PersonId, handed_by: PersonId | None = None) -> None:
        """This person has the alert too; naming somebody twice changes nothing but who asked them last."""
        self._db.send(_HOLD, alert=alert_id, person=person_id, since=self._new_id(), handed_by=handed_by)
        if handed_by is not None:
            self._db.send(_ASKED, alert=alert_id, person=person_id, handed_by=handed_by)

    def let_go(self, alert_id: int, person_id: PersonId) -> None:
        """This person has the alert no more."""
        self._db.send(_LET_GO, alert=alert_id, person=person_id)

    def holders(self, alert_id: int) -> list[PersonId]:
        """Who has the alert, in the order they got it."""
        return [hold.person for hold in self.holds(alert_id)]

    def holds(self, alert_id: int) -> list[Hold]:
        """Who has the alert and since when, in the order they got it."""
        rows = self._db.rows(_HOLDERS, alert=alert_id)
        return [Hold(id=since, alert=alert_id, person=person, handed_by=by) for person, since, by in rows]

    def _sealed(self, alert: Alert) -> bytes:
        return self._seals.seal(alert.subject, _TABLE, alert.id, pack(alert))

    def _alert(self, row: Row) -> Alert:
        id_, subject, to, raised_at, step, acknowledged_by, _, sealed = row
        alert = Alert(
            id=id_,
            subject=subject,
            kind=AlertKind.MESSAGE,
            to=to,
            raised_at=from_micros(raised_at),
            step=step,
            acknowledged_by=acknowledged_by,
        )
        return unpack(alert, self._seals.open(subject, _TABLE, id_, sealed))
