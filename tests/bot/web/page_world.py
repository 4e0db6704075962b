"""A world in which every page has something to show about one person, restored from a file for each visitor.

Everything is about p6: fifteen, looked after by c2, with a guardian; c1 looks after others in another programme.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from starlette.applications import Starlette

from bot.bot_api.channel import TelegramChannel
from bot.bot_api.intake import Intake
from bot.channel_settings import PushSettings, SmsSettings
from bot.channels.web import WebChannel
from bot.clock import SetClock
from bot.lines import Line
from bot.profile import load_profile
from bot.push_key import PushKey
from bot.web.reaching import Notifying, Reaching, Reports
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.engine.events import AbsenceReported, AlertKind, Reason
from flows.engine.meetings import MeetingWanted
from flows.engine.messages import Level
from flows.people import Person
from flows.rules.alerts import Alert
from flows.rules.appointments import Kind
from flows.rules.broadcasts import Audience, Broadcast, State
from flows.rules.certificates import Certificate
from flows.rules.consent import Accepted, Form, Shown
from flows.rules.profile import Profile
from flows.rules.purposes import Scope
from handlers import absences, accounts, appointments, broadcast_page, consent, dates, invitations, notices, on_page
from handlers.consent import Means
from handlers.occasion import Occasion
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault
from tests.bot.web.conftest import CARRIER
from tests.bot.web.program import MORNING, HandClock, SmallProgram
from tests.bot.web.staff_login import make_accounts
from tests.channels.push_server import Device, PushServer
from tests.crafted import photo

SUBJECT = "p6"
OTHER = "p1"
URL, AT = "https://chat.example", "203.0.113.7"
KEY = PushKey(bytes(32))
MANY = 100_000
SETTINGS = WebSettings(
    answer_wait_seconds=0, pages_per_minute=MANY, files_per_minute=MANY, logins_per_minute=MANY,
    passwords_per_minute=MANY, messages_per_minute=MANY, codes_per_day=MANY, codes_in_all_per_day=MANY,
)  # fmt: skip
"""No limit is what refuses somebody here."""


def profile() -> Profile:
    """The demo's, with every channel permitted that has pages of its own."""
    return replace(load_profile("demo"), levels={"push": Level.L1, "telegram": Level.L2, "sms": Level.L0})


class Restored(SmallProgram):
    """The world again, from a file that was filled before."""

    def __init__(self, file: Path) -> None:
        """Nothing is migrated or loaded: it is as it was when the file was copied."""
        vault = Vault(bytes(32), "demo")
        self.file = file
        self.store = Store.open(StoreSettings(url=f"sqlite:///{file}"), vault=vault, profile=profile())
        self.clock = HandClock()
        self.channel = WebChannel()
        self.heard = []
        self.broken = None


@dataclass(frozen=True, slots=True)
class Template:
    """The filled file, and what the addresses of its pages are made of."""

    file: Path
    values: Mapping[str, str]

    def restore(self, folder: Path) -> Restored:
        """A copy in this folder, opened."""
        folder.mkdir(parents=True, exist_ok=True)
        return Restored(Path(shutil.copy(self.file, folder / "lotse.db")))


def make(folder: Path) -> Template:
    """Fill a world once."""
    program = SmallProgram(folder, profile=profile())
    make_accounts(program)
    values = program.write(_fill)
    values["link"] = program.link(SUBJECT).removeprefix("/l/")
    values["device"] = _device().external
    program.store.close()
    return Template(folder / "db" / "lotse.db", values)


def site_of(program: SmallProgram, settings: WebSettings = SETTINGS) -> Starlette:
    """The site with every channel switched on."""
    lines = {"participants": _line(program, "telegram"), "staff": _line(program, "telegram_staff")}
    push = Notifying(PushSettings(enabled=True, subject="mailto:it@example.org", loopback=True), KEY.public)
    sms = Reports(SmsSettings(url="https://gateway.example/", body="to={to}&text={text}&id={id}"), "s" * 32)
    reaching = Reaching(push=push, sms=sms, telegram=lines)
    return assemble(program, program.channel, settings, CARRIER, reaching)


def _device() -> Device:
    """A browser that has agreed to be notified."""
    server = PushServer(SetClock(MORNING))
    server.origin = "http://127.0.0.1:9"
    return server.subscribe(KEY.public)


def _line(program: SmallProgram, name: str) -> Line:
    channel = TelegramChannel(name, cast(Any, None), program.clock)
    channel.username = "beispiel_bot"
    return Line(Intake(program, channel))


def _person(uow: UnitOfWork, handle: str) -> Person:
    found = uow.people.by_handle(handle)
    assert found is not None
    return found


def _fill(uow: UnitOfWork) -> dict[str, str]:
    """Something of every kind about p6, as the program itself writes it; what pages about it are called."""
    p6, c2, k1 = (_person(uow, handle) for handle in (SUBJECT, "c2", "k1"))
    occasion = Occasion(uow=uow, now=MORNING, cause="page world")
    uow.people.lock(p6.id)
    uow.people.assign(_person(uow, "p5").id, c2.id)
    for purpose in ("C1", "C3"):
        uow.consents.record(p6.id, purpose, "effective", actor=p6.id, now=MORNING, evidence={"source": "page world"})
    uow.guard.hears(p6.id, MORNING)
    dates.keep(uow, p6, ("entry", MORNING.date() - timedelta(days=3)), None, MORNING)
    record = _agree(uow, p6, "C4", Form.ELECTRONIC)
    _agree(uow, p6, "C14", Form.WRITTEN)
    today = MORNING.date()
    told = AbsenceReported(who=p6.id, reason=Reason.ILLNESS, first_day=today, last_day=None, source="self")
    absences.report(occasion, told, p6)
    report = uow.absences.of(p6.id, since=today)[0]
    certificate = Certificate(id=uow.new_id(), person=p6.id, received=MORNING, absence=report.id, pages=1)
    uow.certificates.add(certificate, [photo()])
    wanted = MeetingWanted(
        people=(p6.id,), kind=Kind.PHONE, starts=MORNING + timedelta(hours=3), minutes=30, interpreter="ar",
        interpreter_name="Frau Nasser",
    )  # fmt: skip
    meeting = appointments.plan(occasion, wanted, c2)
    uow.phone_list.add(p6.id, "web", MORNING)
    alert = Alert(id=uow.new_id(), subject=p6.id, kind=AlertKind.MESSAGE, to=c2.id, raised_at=MORNING, words="Hallo")
    uow.alerts.add(alert)
    draft = broadcast_page.begin(on_page.occasion_of(uow, k1, MORNING), Audience(groups=("B",)))
    checked = Broadcast(
        id=uow.new_id(), by=k1.id, created=MORNING, state=State.AWAITING, asked=(c2.id,), texts={"de": "Hallo"}
    )
    uow.broadcasts.add(checked)
    return {
        "handle": SUBJECT, "record": record, "certificate": str(certificate.id), "meeting": str(meeting.id),
        "broadcast": str(draft), "checked": str(checked.id), "alert": str(alert.id),
        "p6": str(p6.id), "absence": str(report.id),
        "code": invitations.invite(uow, _person(uow, "p4"), None, MORNING),
        "account": accounts.offer(uow, _person(uow, "c1"), "albers", MORNING, again=True),
    }  # fmt: skip


def _agree(uow: UnitOfWork, person: Person, code: str, form: Form) -> str:
    """The person says yes to a text; the record of it."""
    wording = notices.word(uow.profile, code, person.language)
    means = Means(actor=person.id, channel="web", text=wording.shown, evidence={"form": "button"})
    shown = Shown(at=MORNING, notice=wording.notice, form=form)
    assert consent.take(uow, person, Scope(code), shown, means) is None
    assert consent.take(uow, person, Scope(code), Accepted(at=MORNING, notice=wording.notice), means) is None
    return str(uow.consents.trail(person.id)[-1].id)
