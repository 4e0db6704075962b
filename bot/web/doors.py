"""What each address of the site is for, in the words of the access table; or why everybody may come to it.

The rule itself is asked where the page is made. A test walks the site: an address that stands nowhere here fails it.
"""

from collections.abc import Mapping
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
    f"{_STAFF}/papers": Operation.READ_PAPER,
    f"{_STAFF}/today": Operation.READ_DAY_SHEET,
    f"{_STAFF}/figures": Operation.SEE_FIGURES,
    f"{_STAFF}/figures.csv": Operation.SEE_FIGURES,
    f"{_STAFF}/absences": Operation.SEE_FIGURES,
    f"{_STAFF}/absences.csv": Operation.SEE_FIGURES,
    f"{_STAFF}/absences.xlsx": Operation.SEE_FIGURES,
    f"{_STAFF}/attendance": Operation.KEEP_ATTENDANCE,
    f"{_STAFF}/attendance.csv": Operation.SEE_MONTH,
    f"{_STAFF}/attendance.xlsx": Operation.SEE_MONTH,
    f"{_CHAT}/month": Operation.SEE_OWN_MONTH,
    f"{_STAFF}/papers/{{handle}}": Operation.READ_PAPER,
    "/start/{language}": Operation.ARRIVE,
    "/start/{language}/answer": Operation.ARRIVE,
}
"""Addresses behind which something of somebody lies, and what is done there."""

PUBLIC: Final[Mapping[str, str]] = {
    "/": "languages to choose; whoever is signed in on this browser sees the own signs",
    "/imprint": "the carrier alone",
    "/privacy": "the carrier alone",
    "/robots.txt": "nothing of anybody",
    "/i/{code}": "the same page for every code",
    "/l/{token}": "the same page for every token; the button works once, web.logins_per_minute",
    "/calendar/{token}.ics": "times and signs of one member of staff, at an address that only they know and can end",
    "/hooks/sms/{secret}": "a provider with its secret; others web.logins_per_minute",
    "/hooks/telegram/{bot}": "a platform with its secret; others web.logins_per_minute",
    "/notifications.js": "a script that is shipped",
    "/static": "files that are shipped",
    "/healthz": "alive or not",
    "/readyz": "ready or what is not",
    "/metrics": "figures, for this machine and health.metrics_for alone",
}
"""Addresses that need no name, and what keeps them harmless."""
