"""Trials of pages: of a person's own, and of those about somebody."""

from collections.abc import Mapping

from bot.web import sessions
from bot.web.sessions import Claim, Kind
from bot.web.settings import WebSettings
from flows.rules.access import Operation
from handlers import case_page, consent_proofs, on_page
from handlers.case_page import CasePage
from tests.handlers.access_people import Stage, Trial


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


def _page_about(stage: Stage) -> CasePage | None:
    if stage.me is None:
        return None
    return case_page.find(on_page.occasion_of(stage.uow, stage.me, stage.now), stage.concerned.handle)


def read_case(stage: Stage) -> bool:
    """Open the page about the person."""
    found = _page_about(stage) is not None
    assert found == stage.was_read(Operation.READ_CASE)
    return found


def read_history(stage: Stage) -> bool:
    """Open the page about the person: does it say what was?"""
    found = _page_about(stage)
    shown = found is not None and found.history is not None
    assert shown == stage.was_read(Operation.READ_HISTORY)
    return shown


def prove_consent(stage: Stage) -> bool:
    """Ask for the proof of the person's consents: are there records, each in the chain, and is it written down?"""
    if stage.me is None:
        return False
    found = consent_proofs.ask_for(stage.occasion, stage.me, stage.concerned.handle)
    assert (found is not None) == stage.was_read(Operation.PROVE_CONSENT)
    return found is not None and len(consent_proofs.prove(stage.uow, found)) > 1


OF_PAGES: Mapping[Operation, Trial] = {
    Operation.READ_CASE: read_case,
    Operation.READ_HISTORY: read_history,
    Operation.PROVE_CONSENT: prove_consent,
}
