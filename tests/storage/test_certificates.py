"""Certificates in the database, on both kinds: what is kept, what is gone, and what does not lie there in clear."""

from datetime import date

from flows.rules.certificates import Certificate, State
from flows.rules.excuses import Span
from storage.resealing import BY_NAME
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World

PICTURE = b"\xff\xd8\xffKanarienvogel" * 1000


def test_dates_stay_and_pictures_go(store: Store, world: World) -> None:
    """What was read off is there afterwards; the pictures of this one are gone, those of another stay."""
    who, clara = world.anna.id, world.clara.id

    def add(uow: UnitOfWork) -> tuple[int, int]:
        uow.guard.hears(who, NOW)
        ids = (uow.new_id(), uow.new_id())
        for id_ in ids:
            uow.certificates.add(Certificate(id=id_, person=who, received=NOW, pages=2), [PICTURE, PICTURE[::-1]])
        return ids

    first, second = store.submit(add).result()

    def settle(uow: UnitOfWork) -> None:
        span = Span(date(2026, 11, 23), date(2026, 11, 27))
        checked = Certificate(
            id=first, person=who, received=NOW, pages=2, state=State.CHECKED, span=span, settled=NOW, by=clara
        )
        uow.certificates.save(checked)
        uow.certificates.destroy_pages(first)

    store.submit(settle).result()
    with store.read() as uow:
        uow.guard.hears(who, NOW)
        known = uow.certificates.of(who)
        assert [State.CHECKED, State.WAITING] == [one.state for one in known]
        assert (Span(date(2026, 11, 23), date(2026, 11, 27)), clara) == (known[0].span, known[0].by)
        assert [second] == [one.id for one in uow.certificates.open_of(who)]
        assert [None, None] == [uow.certificates.page(first, place) for place in (1, 2)]
        assert [PICTURE, PICTURE[::-1], None] == [uow.certificates.page(second, place) for place in (1, 2, 3)]
        assert uow.certificates.get(uow.new_id()) is None
        assert [] == uow.certificates.of(world.bilal.id)


def test_a_picture_lies_sealed(store: Store, world: World) -> None:
    """The bytes in the row are not those of the picture."""
    who, table = world.anna.id, BY_NAME["certificate_pages"]

    def add(uow: UnitOfWork) -> None:
        uow.guard.hears(who, NOW)
        uow.certificates.add(Certificate(id=uow.new_id(), person=who, received=NOW, pages=1), [PICTURE])

    store.submit(add).result()
    with store.read() as uow:
        page = uow.sealed_rows(table, who, after=0, limit=9)
        row = uow._db.row(table.one, id=page.last)
        assert row is not None
        assert b"Kanarienvogel" not in bytes(row[1])
        assert len(PICTURE) < len(row[1])
