"""What each address of the site is for, in the words of the access table; or why everybody may come, and how often.

The rule itself is asked where the page is made. A test walks the site: an address that stands nowhere here fails it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flows.rules.access import Operation

from bot.web.sessions import Kind

_CHAT: Final = f"{Kind.PARTICIPANT.path}/{{slot}}"
_STAFF: Final = f"{Kind.STAFF.path}/{{slot}}"
_OF_BOTH: Final = {
    "": Operation.READ_OWN_PAGE,
    "/answers": Operation.READ_OWN_PAGE,
    "/stream": Operation.READ_OWN_PAGE,
    "/delete": Operation.READ_OWN_PAGE,
    "/send": Operation.CHAT,
    "/telegram": Operation.LINK_PHONE,
}

PERSONAL: Final[Mapping[str, Operation]] = {
    **{f"{home}{path}": operation for home in (_CHAT, _STAFF) for path, operation in _OF_BOTH.items()},
    f"{_CHAT}/pin": Operation.LOCK_PAGE,
    f"{_CHAT}/push": Operation.LINK_PHONE,
    f"{_CHAT}/push/subscribe": Operation.LINK_PHONE,
    f"{_CHAT}/push/unsubscribe": Operation.LINK_PHONE,
    f"{_CHAT}/push/try": Operation.LINK_PHONE,
    f"{_CHAT}/push/decline": Operation.LINK_PHONE,
    f"{_CHAT}/seen": Operation.SEE_READERS,
    f"{_CHAT}/consents": Operation.READ_OWN_DATA,
    f"{_CHAT}/consents/{{record}}.json": Operation.READ_OWN_DATA,
    f"{_CHAT}/consents/{{record}}": Operation.READ_OWN_DATA,
    f"{_CHAT}/calendar": Operation.READ_OWN_DATA,
    f"{_CHAT}/calendar.ics": Operation.READ_OWN_DATA,
    f"{_CHAT}/certificate": Operation.SEND_CERTIFICATE,
    f"{_CHAT}/certificate/ward": Operation.SEND_FOR_WARD,
    f"{_STAFF}/certificates": Operation.READ_CERTIFICATE,
    f"{_STAFF}/certificates/{{number}}": Operation.READ_CERTIFICATE,
    f"{_STAFF}/certificates/{{number}}/{{place}}.jpg": Operation.READ_CERTIFICATE,
    f"{_STAFF}/calendar": Operation.FETCH_CALENDAR,
    f"{_STAFF}/calendar/{{number}}.ics": Operation.FETCH_CALENDAR,
    f"{_STAFF}/left": Operation.READ_OWN_PAGE,
    f"{_STAFF}/stay": Operation.READ_OWN_PAGE,
    f"{_STAFF}/out": Operation.READ_OWN_PAGE,
    f"{_STAFF}/papers": Operation.READ_PAPER,
    f"{_STAFF}/today": Operation.READ_DAY_SHEET,
    f"{_STAFF}/alerts": Operation.READ_ALERT,
    f"{_STAFF}/news": Operation.READ_ALERT,
    f"{_STAFF}/calls": Operation.SEE_PHONE_LIST,
    f"{_STAFF}/broadcasts": Operation.SEND_BROADCAST,
    f"{_STAFF}/broadcasts/new": Operation.SEND_BROADCAST,
    f"{_STAFF}/broadcasts/{{number}}": Operation.SEND_BROADCAST,
    f"{_STAFF}/broadcasts/{{number}}/texts": Operation.SEND_BROADCAST,
    f"{_STAFF}/broadcasts/{{number}}/approval": Operation.APPROVE_BROADCAST,
    f"{_STAFF}/broadcasts/{{number}}/progress": Operation.SEND_BROADCAST,
    f"{_STAFF}/people": Operation.READ_CASE,
    f"{_STAFF}/people/{{handle}}": Operation.READ_CASE,
    f"{_STAFF}/away": Operation.KEEP_OWN_LEAVE,
    f"{_STAFF}/team": Operation.SEE_STAFF,
    f"{_STAFF}/team/{{member}}": Operation.SEE_STAFF,
    f"{_STAFF}/audit": Operation.READ_ACCESS_LOG,
    f"{_STAFF}/audit/consents": Operation.PROVE_CONSENT,
    f"{_STAFF}/audit/consents/{{record}}.json": Operation.PROVE_CONSENT,
    f"{_STAFF}/figures": Operation.SEE_FIGURES,
    f"{_STAFF}/figures.csv": Operation.SEE_FIGURES,
    f"{_STAFF}/absences": Operation.SEE_FIGURES,
    f"{_STAFF}/absences.csv": Operation.SEE_FIGURES,
    f"{_STAFF}/absences.xlsx": Operation.SEE_FIGURES,
    f"{_STAFF}/attendance": Operation.KEEP_ATTENDANCE,
    f"{_STAFF}/attendance.csv": Operation.SEE_MONTH,
    f"{_STAFF}/attendance.xlsx": Operation.SEE_MONTH,
    f"{_STAFF}/month": Operation.KEEP_ATTENDANCE,
    f"{_CHAT}/month": Operation.SEE_OWN_MONTH,
    f"{_STAFF}/papers/{{handle}}": Operation.READ_PAPER,
    "/start/{language}": Operation.ARRIVE,
    "/start/{language}/answer": Operation.ARRIVE,
}
"""Addresses behind which something of somebody lies, and what is done there."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit on an entry that needs no session: the setting that names it, and what happens when its table is full."""

    setting: str
    fails: str


PAGES: Final = Limit("web.pages_per_minute", "open")
FILES: Final = Limit("web.files_per_minute", "open")
LINKS: Final = Limit("web.logins_per_minute", "closed")
PASSWORDS: Final = Limit("web.passwords_per_minute", "closed")
CODES: Final = Limit("web.codes_per_day", "closed")


@dataclass(frozen=True, slots=True)
class Open:
    """Why an address that needs no name is harmless, and the limits on it: the last is the one that bites first."""

    why: str
    limits: tuple[Limit, ...] = (PAGES,)


PUBLIC: Final[Mapping[str, Open]] = {
    "/": Open("languages to choose; whoever is signed in on this browser sees the own signs"),
    "/imprint": Open("the carrier alone"),
    "/privacy": Open("the carrier alone"),
    "/robots.txt": Open("nothing of anybody"),
    "/i/{code}": Open("the same page for every code"),
    "/l/{token}": Open("the same page for every token; the button works once", (PAGES, LINKS)),
    "/login": Open("a form; whatever is wrong is answered alike, and waits grow", (PAGES, PASSWORDS)),
    "/login/second": Open("a form for whoever has given the password", (PAGES, PASSWORDS)),
    "/account/{token}": Open("the same page for every token; the button works once", (PAGES, PASSWORDS)),
    "/account": Open("a form for whoever has used a link of the operators", (PAGES, PASSWORDS)),
    "/calendar/{token}.ics": Open(
        "times and signs of one member of staff, at an address that only they know and can end"
    ),
    "/hooks/sms/{secret}": Open("a provider with its secret", (LINKS,)),
    "/hooks/telegram/{bot}": Open("a platform with its secret", (LINKS,)),
    "/notifications.js": Open("a script that is shipped"),
    "/static": Open("files that are shipped", (FILES,)),
    "/healthz": Open("alive or not"),
    "/readyz": Open("ready or what is not"),
    "/metrics": Open("figures, for this machine and health.metrics_for alone"),
}
"""Addresses that need no name, what keeps them harmless, and how often somebody may come."""

ARRIVING: Final[Mapping[str, Open]] = {
    "/start/{language}": Open("somebody with a code from a letter", (PAGES, CODES)),
    "/start/{language}/answer": Open("somebody with a code from a letter", (PAGES, CODES)),
}
"""Addresses of people who have no session yet: what they do there stands in `PERSONAL`, too."""
WITHOUT_SESSION: Final = PAGES
"""Whoever comes to an address of a session without one, or with an old one, is counted there, and is told nothing."""
