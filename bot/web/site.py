"""The site: all pages of the web chat behind one gate."""

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from storage.errors import StorageError

from bot.app import App
from bot.bot_api.attempts import Attempts
from bot.channels.web import WebChannel
from bot.operating.auditing import Auditor
from bot.pictures.checking import Checking
from bot.web import (
    absence_pages,
    arrival,
    attendance_pages,
    broadcast_approval,
    broadcast_pages,
    calendars,
    certificate_desk,
    certificates,
    chat,
    connecting,
    consents,
    desk,
    errors,
    health,
    login,
    month_pages,
    pages,
    pins,
    push,
    readers,
    sms_reports,
    staff_pages,
    stream,
    telegram_webhook,
)
from bot.web.connection import Doorkeeper
from bot.web.console import audit, away, entry, people, proofs, setting_up, staying, team, today
from bot.web.desk import Desk, Program
from bot.web.gate import Gate
from bot.web.limits import Limit
from bot.web.reaching import OFF, Reaching
from bot.web.settings import WebSettings

_LONG = "public, max-age=31536000, immutable"


class _Files(StaticFiles):
    """Shipped files. Their addresses change with them, so a browser may keep them."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """The file, with leave to keep it."""
        answer = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        answer.headers["Cache-Control"] = _LONG
        return answer


def build_site(app: App) -> Starlette:
    """The site of the running assistant."""
    channel = app.channels["web"]
    if not isinstance(channel, WebChannel):
        raise TypeError("the web chat needs its own channel under the name web")
    site = assemble(app, channel, app.settings.web, app.profile.carrier, Reaching(scanning=app.settings.scan))
    site.state.auditor = Auditor(app.settings, app.store, app.clock)
    return site


def assemble(
    program: Program,
    channel: WebChannel,
    settings: WebSettings,
    carrier: Mapping[str, str],
    reaching: Reaching = OFF,
) -> Starlette:
    """The site for a program. `carrier` is who answers for it; `channel` is the one the program delivers to."""
    program.store.on_commit(channel.after_commit)
    site = Starlette(
        routes=[
            *pages.routes(),
            *login.routes(),
            *entry.routes(),
            *setting_up.routes(),
            *today.routes(),
            *people.routes(),
            *away.routes(),
            *audit.routes(),
            *proofs.routes(),
            *team.routes(),
            *staying.routes(),
            *arrival.routes(),
            *chat.routes(),
            *stream.routes(),
            *pins.routes(),
            *push.routes(),
            *connecting.routes(),
            *readers.routes(),
            *consents.routes(),
            *staff_pages.routes(),
            *absence_pages.routes(),
            *attendance_pages.routes(),
            *month_pages.routes(),
            *broadcast_pages.routes(),
            *broadcast_approval.routes(),
            *calendars.routes(),
            *certificates.routes(),
            *certificate_desk.routes(),
            *sms_reports.routes(),
            *telegram_webhook.routes(),
            *health.routes(),
            Mount("/static", _Files(directory=desk.HERE / "static"), name="static"),
        ],
        middleware=[Middleware(Gate, doorkeeper=Doorkeeper(settings.trusted_proxies))],
        exception_handlers={HTTPException: errors.show_refusal, StorageError: errors.show_outage},
    )
    site.state.watch = site.state.auditor = None
    callers = settings.known_callers
    site.state.desk = Desk(
        program=program,
        channel=channel,
        settings=settings,
        carrier=carrier,
        reaching=reaching,
        checking=Checking(reaching.scanning),
        pages=Limit(settings.pages_per_minute, callers=callers, fails_open=True),
        files=Limit(settings.files_per_minute, callers=callers, fails_open=True),
        passwords=Limit(settings.passwords_per_minute, callers=callers, fails_open=False),
        logins=Limit(settings.logins_per_minute, callers=callers, fails_open=False),
        messages=Limit(settings.messages_per_minute, callers=callers, fails_open=True),
        codes=Attempts(settings.codes_per_day, strangers=callers),
        codes_in_all=Attempts(settings.codes_in_all_per_day),
    )
    return site
