"""The trial of a person's page: whoever is somebody else has only a secret of their own."""

from bot.web import sessions
from bot.web.sessions import Claim, Kind
from bot.web.settings import WebSettings
from tests.handlers.access_people import Stage


def read_own_page(stage: Stage) -> bool:
    """Open the person's page; whoever is somebody else has only a secret of their own."""
    settings = WebSettings()
    claim = sessions.begin(stage.uow, stage.concerned, settings, stage.now)
    if stage.me is None or stage.me.id != stage.concerned.id:
        own = sessions.begin(stage.uow, stage.me, settings, stage.now) if stage.me else None
        secret = own.secret if own is not None else "guessed"
        claim = Claim(own.kind if own is not None else Kind.PARTICIPANT, claim.slot, secret)
    visit = sessions.find(stage.uow, claim, settings, stage.now)
    return visit is not None and visit.person.id == stage.concerned.id
