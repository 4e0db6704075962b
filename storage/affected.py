"""Whose data was touched in a span of time: counted from what is stored, nothing of it opened (Art. 33, 34 GDPR)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from storage.instants import to_micros
from storage.repository import Repository
from storage.statements import Statement
from storage.tables import events, inbox, outbox, people, web_sessions

_FROM: Final[sa.BindParameter[int]] = sa.bindparam("from_")
_TO: Final[sa.BindParameter[int]] = sa.bindparam("to")


def _counted(person: sa.Column[int], *within: sa.ColumnElement[bool]) -> Statement:
    return Statement(
        sa.select(people.c.handle, sa.func.count())
        .join_from(people, person.table, person == people.c.id)
        .where(*within)
        .group_by(people.c.handle)
        .order_by(people.c.handle)
    )


def _between(instant: sa.Column[int]) -> sa.ColumnElement[bool]:
    return sa.and_(instant >= _FROM, instant <= _TO)


_TOUCHED: Final = {
    "events": _counted(events.c.subject, _between(events.c.at)),
    "received": _counted(inbox.c.person, _between(inbox.c.received)),
    "sent": _counted(outbox.c.recipient, sa.or_(_between(outbox.c.created), _between(outbox.c.settled))),
    "about": _counted(
        outbox.c.subject,
        sa.or_(_between(outbox.c.created), _between(outbox.c.settled)),
        outbox.c.subject != outbox.c.recipient,
    ),
    "sessions": _counted(web_sessions.c.person, web_sessions.c.created <= _TO, web_sessions.c.seen >= _FROM),
}
"""What is counted, by its name: facts, messages from them, to them, to others about them, open pages."""

SOURCES: Final = tuple(_TOUCHED)


class Affected(Repository):
    """Who may be concerned by what happened between two instants."""

    __slots__ = ()

    def between(self, begin: datetime, end: datetime) -> Mapping[str, Mapping[str, int]]:
        """By handle: how much there was of each of `SOURCES`; who had nothing is left out."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for source, statement in _TOUCHED.items():
            for handle, count in self._db.rows(statement, from_=to_micros(begin), to=to_micros(end)):
                found[handle][source] = count
        return dict(sorted(found.items()))
