"""Invitations at the command line."""

import re

from flows.rules.invitations import code_in
from handlers import invitations
from tests.bot.operator import Operator


def test_an_invitation_is_printed_once_and_works(operator: Operator) -> None:
    """Code and link are the same invitation, and no name is printed."""
    made = operator.read("invite", "p0")
    assert made["link"].endswith(f"/i/{code_in(made['code'])}")
    with operator.opened() as store, store.read() as uow:
        person = uow.people.by_handle("p0")
        assert person is not None
        (open_one,) = uow.invitations.open_of(person.id)
        assert invitations.good(uow, code_in(made["code"]), open_one.expires) is None
        assert uow.invitations.find(code_in(made["code"])) == open_one
    said = operator.said("invite", "p0")
    assert "code for p0: " in said
    assert "Robin" not in said


def test_who_cannot_be_invited_is_said_with_the_reason(operator: Operator) -> None:
    """Unknown handles, staff, and people nobody looks after are refused."""
    assert "nobody with the handle" in operator.refused("invite", "p99")
    assert "way of their own" in operator.refused("invite", "c1")
    assert "assign a caseworker" in operator.refused("invite", "g1")


def test_the_letter_is_for_one_person_and_names_nobody(operator: Operator) -> None:
    """Code, link and picture, in the person's language and in German; the file is not overwritten."""
    file = operator.folder / "letter.html"
    made = operator.read("invite", "p2", "--letter", str(file))
    page = file.read_text("utf-8")
    assert made["code"] in page
    assert made["link"] in page
    assert "<svg" in page
    assert ['lang="ar" dir="rtl"', 'lang="de" dir="ltr"'] == re.findall(r'<section (lang="\w+" dir="\w+")', page)
    assert "Haddad" not in page
    assert "exists already" in operator.refused("invite", "p2", "--letter", str(file))
