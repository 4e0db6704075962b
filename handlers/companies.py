"""The company of somebody hears one sentence by mail, by consent for these very words each time (R20a, F39).

Staff say whom to write to. The person reads the sentence first; a yes to it is a consent C7 for these bytes and this
recipient, and it is looked at again when the mail goes out.
"""

import re
from dataclasses import replace
from typing import Final

from flows.dialogues import consent as dialogue
from flows.dialogues.staff import person_in_words
from flows.engine.events import AlertKind, Said
from flows.engine.flow import Facts
from flows.engine.messages import Level, MessageClass, Text
from flows.engine.report_events import CompanyTold
from flows.people import Address, Person, PersonId, Role
from flows.rules.absence import Absence
from flows.rules.access import Operation
from flows.rules.companies import sentence
from flows.rules.participations import Participation
from flows.rules.purposes import Scope
from handlers import absences, access, alerts, consenting
from handlers.alerts import News
from handlers.company_mail import CODE, NOT_ARRIVED, PREFIX
from handlers.company_offers import CHANNEL, NO_SERVER, company_of
from handlers.consenting import Question
from handlers.documents import Handover
from handlers.inviting import WHO
from handlers.occasion import Occasion, Sending
from locales.catalog import render
from storage.uow import UnitOfWork

SET: Final = re.compile(r"(?:/company|firma|betrieb|company)\s+(?:von\s+|of\s+)?([^:]+?)\s*:\s*(\S.*)", re.IGNORECASE)
CONTACT: Final = re.compile(r"([^@<>]*[^@<>\s,;])[\s,;]+<?([^\s<>@,;]+@[^\s<>@,;]+\.[^\s<>@,;.]+)>?")
NONE: Final = frozenset({"keine", "keiner", "none", "-"})


def hear(occasion: Occasion, by: Person, facts: Facts, text: str) -> bool:
    """Keep whom to write to, as a line like "Firma Oksana: Herr Krause, krause@…" says; False for any other line."""
    found = SET.fullmatch(" ".join(text.split()))
    if found is None:
        return False
    named = person_in_words(found[1], facts)
    if named is None:
        occasion.say(by, Said(WHO))
        return True
    occasion.uow.people.lock(PersonId(int(named)))
    person = occasion.uow.people.get(PersonId(int(named)))
    if access.allows(occasion, by, Operation.SET_COMPANY, person):
        occasion.say(by, Said(_set(occasion, person, found[2])), Sending(subject=person))
    return True


def _set(occasion: Occasion, person: Person, words: str) -> Text:
    if words.casefold().rstrip(".!") in NONE:
        _keep(occasion, person, None)
        return Text("{name}: no company is written to any more.")
    found = CONTACT.fullmatch(words)
    if found is None:
        return Text("Please write it like this: Company {name}: Mr Example, example@company.de")
    contact = _contact(occasion.uow, found[1], found[2].casefold())
    if contact is None:
        return Text("This address belongs to somebody else here. Please check it.")
    _keep(occasion, person, contact.id)
    return Text("Entered: {name}. The company only hears what is agreed to each time.")


def _contact(uow: UnitOfWork, name: str, mail: str) -> Person | None:
    """Whoever reads mail at this address; None: it is the address of somebody who is no such contact."""
    found = uow.people.find(CHANNEL, mail)
    if found is not None:
        known, address = found
        if known.role is not Role.CONTACT:
            return None
        uow.people.reopen_address(address.id)
        renamed = replace(known, name=name)
        uow.people.update(renamed)
        return renamed
    id_ = PersonId(uow.new_id())
    contact = Person(id=id_, handle=f"contact-{id_}", role=Role.CONTACT, name=name, language="de", formal=True)
    uow.people.add(contact)
    uow.people.add_address(Address(id=uow.new_id(), person=id_, channel=CHANNEL, external=mail))
    return contact


def _keep(occasion: Occasion, person: Person, company: PersonId | None) -> None:
    known = occasion.uow.participations.of(person.id)
    if known is None:
        new = Participation(id=occasion.uow.new_id(), person=person.id, company=company)
        occasion.uow.participations.add(new, occasion.now)
    else:
        changed = replace(known, company=company, revision=known.revision + 1)
        occasion.uow.participations.save(changed, occasion.now)


def show(occasion: Occasion, person: Person, value: str) -> bool:
    """The sentence, then the question; False when the report is not theirs."""
    report = next((one for one in absences.of_person(occasion, person) if str(one.id) == value), None)
    company = company_of(occasion.uow, person.id)
    if report is None:
        return False
    if company is not None and not report.taken_back and not occasion.uow.profile.mails:
        occasion.say(person, NO_SERVER)
        return True
    if company is None or report.taken_back:
        occasion.say(person, Said(Text("There is nothing to write to your company.")))
        return True
    handover = _handover(occasion, person, report, company)
    occasion.say(person, Said(Text("This is all your company reads:"), level=Level.L4))
    occasion.say_words(person, handover.content.decode(), Sending())
    question = Question(subject=person, scope=handover.scope, introduction=dialogue.SENTENCE, wished=True)
    if not consenting.begin(occasion, person, question):
        occasion.say(person, Said(Text("You have decided about this sentence already.")))
    return True


def _handover(occasion: Occasion, person: Person, report: Absence, company: Person) -> Handover:
    """Exactly what the company would read."""
    params = {"today": occasion.local(person).date(), "zone": person.zone}
    words = render(sentence(person.name, report), company.language, formal=company.formal, params=params)
    return Handover(code=CODE, content=words.encode(), recipient=company.handle)


def agreed(occasion: Occasion, person: Person, scope: Scope) -> None:
    """Somebody has agreed to something: if it is such a sentence, it goes out, once."""
    company = company_of(occasion.uow, person.id)
    if scope.code != CODE or company is None or company.handle != scope.recipient:
        return
    for report in absences.of_person(occasion, person):
        if not report.taken_back and _handover(occasion, person, report, company).scope == scope:
            _send(occasion, person, (company, report), scope)
            return


def _send(occasion: Occasion, person: Person, whom: tuple[Person, Absence], scope: Scope) -> None:
    company, report = whom
    if not occasion.uow.profile.mails:
        occasion.say(person, NO_SERVER)
        alerts.raise_alert(occasion, person, News(kind=AlertKind.UNDELIVERABLE, text=NOT_ARRIVED))
        return
    mail = Sending(message_class=MessageClass.REPLY, subject=person, dedupe=f"{PREFIX}{report.id}:{scope.document}")
    if not occasion.say(company, Said(sentence(person.name, report), level=Level.L2), mail):
        return
    occasion.record(CompanyTold(who=person.id, to=company.id), person.id)
    occasion.say(person, Said(Text("Your company gets the sentence now.")))
    alerts.note(occasion, person, Text("{name} has let the company know by mail: only the days, no reason."))
