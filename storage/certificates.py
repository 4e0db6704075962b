"""Certificates and their pictures: everything sealed; a picture that is destroyed is a row that is gone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.certificates import Certificate, State
from flows.rules.excuses import Span
from storage.certificate_tables import certificate_pages, certificates
from storage.driver import Row
from storage.instants import from_micros, instant_or_none, iso_or_none, micros_or_none, to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into

_TABLE: Final = "certificates"
_PAGES: Final = "certificate_pages"
_ADD = insert_into(certificates)
_ADD_PAGE = insert_into(certificate_pages)
_GET = Statement(sa.select(certificates).where(certificates.c.id == sa.bindparam("id")))
_OF = Statement(
    sa.select(certificates).where(certificates.c.person == sa.bindparam("person")).order_by(certificates.c.id)
)
_OPEN_OF = Statement(
    sa.select(certificates)
    .where(certificates.c.person == sa.bindparam("person"), certificates.c.settled.is_(None))
    .order_by(certificates.c.id)
)
_SAVE = Statement(
    sa.update(certificates)
    .where(certificates.c.id == sa.bindparam("id"))
    .values(settled=sa.bindparam("settled"), by=sa.bindparam("by"), sealed=sa.bindparam("sealed"))
)
_PAGE = Statement(
    sa.select(certificate_pages.c.id, certificate_pages.c.person, certificate_pages.c.sealed).where(
        certificate_pages.c.certificate == sa.bindparam("certificate"),
        certificate_pages.c.place == sa.bindparam("place"),
    )
)
_DESTROY = Statement(sa.delete(certificate_pages).where(certificate_pages.c.certificate == sa.bindparam("certificate")))


class Certificates(Repository):
    """Rows of certificates stay, with two dates; rows of pictures go. Whoever changes one has locked the person."""

    __slots__ = ()

    def add(self, certificate: Certificate, pages: Sequence[bytes] = ()) -> None:
        """Keep a new one, with its pictures."""
        columns = self._columns(certificate)
        self._db.put(_ADD, person=certificate.person, received=to_micros(certificate.received), **columns)
        for place, page in enumerate(pages, 1):
            id_ = self._new_id()
            sealed = self._seals.seal_file(certificate.person, _PAGES, id_, page)
            person, number = certificate.person, certificate.id
            self._db.put(_ADD_PAGE, id=id_, person=person, certificate=number, place=place, sealed=sealed)

    def save(self, certificate: Certificate) -> None:
        """Keep what became known of it."""
        self._db.put(_SAVE, **self._columns(certificate))

    def get(self, id_: int) -> Certificate | None:
        """The certificate with this id, if there is one."""
        row = self._db.row(_GET, id=id_)
        return None if row is None else self._certificate(row)

    def of(self, person: PersonId) -> list[Certificate]:
        """Everything there ever was of this person, the oldest first."""
        return [self._certificate(row) for row in self._db.rows(_OF, person=person)]

    def open_of(self, person: PersonId) -> list[Certificate]:
        """What of this person still waits for its dates."""
        return [self._certificate(row) for row in self._db.rows(_OPEN_OF, person=person)]

    def page(self, id_: int, place: int) -> bytes | None:
        """A picture by its place, from 1; None if it is destroyed or never was. `NoGround` without the consent."""
        row = self._db.row(_PAGE, certificate=id_, place=place)
        return None if row is None else self._seals.open_file(PersonId(row[1]), _PAGES, row[0], row[2])

    def destroy_pages(self, id_: int) -> None:
        """The pictures of a certificate are gone."""
        self._db.send(_DESTROY, certificate=id_)

    def _columns(self, certificate: Certificate) -> dict[str, Any]:
        span = certificate.span
        payload = {
            "absence": certificate.absence,
            "sender": certificate.sender,
            "pages": certificate.pages,
            "state": certificate.state,
            "first": iso_or_none(None if span is None else span.first),
            "last": iso_or_none(None if span is None else span.last),
        }
        return {
            "id": certificate.id,
            "settled": micros_or_none(certificate.settled),
            "by": certificate.by,
            "sealed": self._seals.seal(certificate.person, _TABLE, certificate.id, payload),
        }

    def _certificate(self, row: Row) -> Certificate:
        id_, person, received, settled, by, sealed = row
        payload: Mapping[str, Any] = self._seals.open(PersonId(person), _TABLE, id_, sealed)
        first, last, sender = payload["first"], payload["last"], payload.get("sender")
        return Certificate(
            id=id_,
            person=PersonId(person),
            received=from_micros(received),
            absence=payload["absence"],
            sender=None if sender is None else PersonId(sender),
            pages=payload["pages"],
            state=State(payload["state"]),
            span=None if first is None else Span(date.fromisoformat(first), date.fromisoformat(last)),
            settled=instant_or_none(settled),
            by=None if by is None else PersonId(by),
        )
