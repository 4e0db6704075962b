"""The two tables of what Lotse can talk about: every flow, and which wish opens which."""

from flows.dialogues import (
    absence,
    again,
    answering,
    arrival,
    attendance,
    broadcast,
    certificate,
    check_in,
    coming,
    complaint,
    consent,
    dates,
    intake,
    lateness,
    leave,
    leave_staff,
    leaving,
    message,
    moving,
    my_data,
    own_reminder,
    planning,
    recording,
    replanning,
    signing,
    staff,
    verdict,
)
from flows.engine.flow import Flow
from flows.engine.replies import Intent
from flows.rules.profile import Profile

FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        absence.FLOW,
        lateness.FLOW,
        leaving.FLOW,
        coming.FLOW,
        message.OFFER,
        message.TALK,
        complaint.FLOW,
        complaint.ANSWER,
        again.FLOW,
        arrival.FLOW,
        consent.FLOW,
        signing.FLOW,
        my_data.PHONE,
        my_data.SIGN,
        my_data.REACHED,
        staff.WRITE,
        recording.FLOW,
        moving.FLOW,
        answering.FLOW,
        planning.FLOW,
        replanning.FLOW,
        own_reminder.FLOW,
        check_in.FLOW,
        dates.FLOW,
        attendance.DOUBT,
        leave.FLOW,
        leave_staff.ANSWER,
        leave_staff.EXTRA,
        certificate.FLOW,
        verdict.GIVE,
        verdict.ANSWER,
        broadcast.AUDIENCE,
        broadcast.TEXT,
        broadcast.TIME,
        broadcast.MOVED,
        broadcast.REPLY,
    )
}
"""Every flow by name. A conversation of a flow that is not here fails politely."""

OPENS: dict[Intent, Flow] = {
    Intent.ILL: absence.FLOW,
    Intent.CHILD_ILL: absence.FLOW,
    Intent.OFFICIAL_DATE: absence.FLOW,
    Intent.ABSENT: absence.FLOW,
    Intent.CANNOT_COME: absence.FLOW,
    Intent.LATE: lateness.FLOW,
    Intent.LEAVE_EARLY: leaving.FLOW,
    Intent.TAKE_BACK: coming.FLOW,
    Intent.START: again.FLOW,
}
"""Which wish of a participant opens which flow; all others are answered at once."""

STAFF_OPENS: dict[Intent, Flow] = {
    Intent.ILL: recording.FLOW,
    Intent.CHILD_ILL: recording.FLOW,
    Intent.OFFICIAL_DATE: recording.FLOW,
    Intent.ABSENT: recording.FLOW,
    Intent.CANNOT_COME: recording.FLOW,
    Intent.TALK: staff.WRITE,
}
"""The same for staff."""


def find(name: str, profile: Profile) -> Flow | None:
    """The flow of this name: one of the register, or one made of the questions of the profile."""
    flow = FLOWS.get(name)
    if flow is None and profile.intake is not None:
        flow = intake.flows(profile.intake, profile.evidence_rule).get(name)
    return flow
