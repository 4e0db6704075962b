"""Groups of roles and of relations that the table of access names again and again (flows/rules/access.py)."""

from typing import Final

from flows.rules.roles import Actor, Relation

STAFF: Final = (Actor.CASEWORKER, Actor.COORDINATOR, Actor.PROTECTION, Actor.DPO)
WITH_A_PAGE: Final = (Actor.PARTICIPANT, Actor.GUARDIAN, *STAFF)
OUTSIDE_STAFF: Final = (Actor.PARTICIPANT, Actor.GUARDIAN, Actor.CONTACT)
RESPONSIBLE: Final = (
    (Actor.CASEWORKER, Relation.ASSIGNED),
    (Actor.SUBSTITUTE, Relation.SUBSTITUTE_ACTIVE),
    (Actor.COORDINATOR, Relation.SUBSTITUTE_ACTIVE),
)
USUAL_HOLDERS: Final = (
    (Actor.CASEWORKER, Relation.TOLD),
    (Actor.CASEWORKER, Relation.HANDED),
    (Actor.COORDINATOR, Relation.TOLD),
    (Actor.COORDINATOR, Relation.HANDED),
)
HOLDERS: Final = (*USUAL_HOLDERS, (Actor.PROTECTION, Relation.TOLD), (Actor.PROTECTION, Relation.HANDED))
CALLED_IN: Final = tuple(pair for pair in HOLDERS if pair != (Actor.CASEWORKER, Relation.TOLD))
USUAL_CALLED_IN: Final = tuple(pair for pair in USUAL_HOLDERS if pair in CALLED_IN)
LEADS: Final = tuple(
    (Actor.COORDINATOR, relation)
    for relation in (Relation.SAME_PROGRAMME, Relation.SUBSTITUTE_ACTIVE, Relation.TOLD, Relation.HANDED)
)
SERVER: Final = (Actor.OPERATOR,)
SUPERVISION: Final = (Actor.OPERATOR, Actor.AUDITOR, Actor.DPO)
