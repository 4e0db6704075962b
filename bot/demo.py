"""The demo world: invented people who are the same in `make demo`, in the terminal and in tests (TRANSCRIPTS.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.people import Address, Person, PersonId, Role
from flows.rules.invitations import check_letter
from handlers import contact_data, day_sheets, invitations
from storage.uow import UnitOfWork

PURPOSES = ("C1", "C3")
IN_COMPANY = "company"
FIFTEEN_YEARS = 15
MAIL_CHANNELS = frozenset({"memory", "mail"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One person of the demo world. `age` in years; `of` is the caseworker's handle, `consents` whether C1 and C3 hold.

    Phone numbers come from the ranges the Bundesnetzagentur keeps for films and plays: nobody has them.
    """

    role: Role
    name: str
    language: str = "de"
    formal: bool = False
    sign: str = ""
    phone: str = ""
    age: int | None = None
    of: str = ""
    group: str = ""
    phase: str = ""
    consents: bool = False
    linked: bool = True


PARTICIPANT = Role.PARTICIPANT
FIGURES: dict[str, Figure] = {
    "c1": Figure(role=Role.CASEWORKER, name="Frau Albers", formal=True, phone="0221 4710 101"),
    "c2": Figure(role=Role.CASEWORKER, name="Herr Demir", formal=True, phone="0221 4710 102"),
    "k1": Figure(role=Role.COORDINATOR, name="Frau Lindner", formal=True, phone="0221 4710 110"),
    "d1": Figure(role=Role.DPO, name="Herr Voss", formal=True, phone="0221 4710 120"),
    "v1": Figure(role=Role.PROTECTION, name="Frau Sommer", formal=True, phone="0221 4710 130"),
    "b1": Figure(role=Role.CONTACT, name="Herr Krause", formal=True, phone="0221 4710 200"),
    "g1": Figure(role=Role.GUARDIAN, name="Sabine Fischer", formal=True, sign="🪁"),
    "p1": Figure(
        role=PARTICIPANT, name="Jonas Weber", age=19, of="c1", group="A", sign="🧭", consents=True
    ),
    "p2": Figure(
        role=PARTICIPANT, name="Amal Haddad", language="ar", age=21, of="c1", group="A", sign="🌴", consents=True
    ),
    "p3": Figure(
        role=PARTICIPANT, name="Oksana Melnyk", language="uk", age=20, of="c1", group="A", sign="🌳",
        phase=IN_COMPANY, consents=True,
    ),
    "p4": Figure(
        role=PARTICIPANT, name="Mia Brandt", language="de-simple", age=18, of="c1", group="A", sign="🌻",
        consents=True,
    ),
    "p5": Figure(
        role=PARTICIPANT, name="Daniel Okafor", language="en", age=22, of="c2", group="B", sign="⚓",
        consents=True,
    ),
    "p6": Figure(role=PARTICIPANT, name="Leon Fischer", age=FIFTEEN_YEARS, of="c2", group="B", sign="🌊"),
    "p0": Figure(role=PARTICIPANT, name="Robin Neumann", language="", age=20, of="c1", linked=False),
}  # fmt: skip
"""In the order in which they are made: whoever is needed by others comes first."""

SUBSTITUTES = {"c1": "c2"}
GUARDIANS = {"p6": "g1"}
CODES = {"p0": "7K3M9QXT2P" + check_letter("7K3M9QXT2P")}
"""The codes of invitations that nobody has used yet."""
STRANGERS = ("x1",)
HANDLES = frozenset(FIGURES) | frozenset(STRANGERS)


def load_world(uow: UnitOfWork, now: datetime, *, channels: Sequence[str]) -> None:
    """Write the demo world into an empty database; on each of `channels` an address is the person's handle.

    The mentor b1 is reached by mail only, p0 nowhere yet: there is a code for them. Consents are recorded as given long
    ago: no event says so.
    """
    ids = {handle: _add(uow, handle, figure, now, channels) for handle, figure in FIGURES.items()}
    for handle, figure in FIGURES.items():
        if figure.of:
            uow.people.assign(ids[handle], ids[figure.of])
            if figure.linked:
                contact_data.begin(uow, ids[handle], now)
        for purpose in PURPOSES if figure.consents else ():
            uow.consents.record(
                ids[handle], purpose, "effective", actor=ids[handle], now=now, evidence={"source": "demo"}
            )
    for handle, code in CODES.items():
        invitations.add(uow, code, ids[handle], ids[FIGURES[handle].of], now)
    for absent, substitute in SUBSTITUTES.items():
        uow.people.set_substitute(ids[absent], ids[substitute])
    for ward, guardian in GUARDIANS.items():
        uow.people.set_guardian(ids[ward], ids[guardian])
    day_sheets.begin(uow, now)


def _add(uow: UnitOfWork, handle: str, figure: Figure, now: datetime, channels: Sequence[str]) -> PersonId:
    person = Person(
        id=PersonId(uow.new_id()),
        handle=handle,
        role=figure.role,
        name=figure.name,
        language=figure.language,
        formal=figure.formal,
        sign=figure.sign,
        phone=figure.phone,
        born=None if figure.age is None else birthday(figure.age, now),
        group=figure.group,
        phase=figure.phase,
    )
    uow.people.add(person)
    for channel in channels if figure.linked else ():
        if figure.role is not Role.CONTACT or channel in MAIL_CHANNELS:
            uow.people.add_address(Address(id=uow.new_id(), person=person.id, channel=channel, external=handle))
    return person.id


def birthday(age: int, now: datetime) -> date:
    """A date of birth of somebody who is `age` at `now` and stays so for about half a year."""
    halfway = now.date() - timedelta(days=182)
    return date(halfway.year - age, halfway.month, min(halfway.day, 28))
