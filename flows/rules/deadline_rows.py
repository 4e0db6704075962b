"""The table of deadlines and nudges: every row names its rule and the line of its source (RULES.md, R17 to R60).

S0 to S4 are the source documents. What is missing here on purpose: R18 (the program excludes nobody), R25 (never
computed from marks), R51 and R53 (appointments), R55 and R58 (with the person, not about them).
"""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Final

from flows.engine.messages import Text, Value
from flows.rules.deadlines import After, Offset, On, Row, Way, Whose

DIA: Final = frozenset({"dia-am"})
INBEQ: Final = frozenset({"inbeq"})
S1: Final = DIA | INBEQ
DAY: Final = Offset(days=1)
WORKING: Final = Offset(working=1)
NOON, THREE, MORNING = time(12), time(15), time(9)
ALL_DAY: Final = (MORNING, NOON, THREE)
UNHEARD_DAYS: Final = 7
WHEN_SAID: Final[Mapping[str, Value]] = {}
"""Its day or month is known when it is said (`tasks.says`, `check_ins.say`)."""
CASEWORKER, COORDINATOR, PARTICIPANT = Whose.CASEWORKER, Whose.COORDINATOR, Whose.PARTICIPANT

_SHOWN = Text(
    "{name}: show the performance report for the agency and talk about it, before it goes out ({anchor}).", WHEN_SAID
)
_NEXT = Text("{name}: this part ends on {anchor}. What comes next? Talk about it.", WHEN_SAID)
_YOUR_NEXT = Text(
    "This part ends on {anchor}. What comes next? {caseworker} would like to talk about it: {phone}.", WHEN_SAID
)
_LUV = Text("{name}: performance report to the agency, for approval.")

ENTRY: Final = (
    Row(
        key="possible", rule="R21", source="S1:736", programmes=S1, on=On.ASSIGNED, whose=CASEWORKER,
        offset=WORKING, number="possible",
        text=Text("{name}: tell the agency whether taking part is possible."),
    ),
    Row(
        key="preparatory_talk", rule="R50", source="S1:591", programmes=DIA, on=On.ENTRY, whose=CASEWORKER,
        offset=Offset(working=-1), before=(5, 2), still=False,
        text=Text("{name}: preparatory talk (2 hours) before the first day, with guardians where recorded."),
    ),
    Row(
        key="first_day", rule="R22", source="S1:737, 613", programmes=INBEQ, on=On.ENTRY, whose=CASEWORKER,
        clocks=(After.START, After.TOLD, After.ALARM, NOON, THREE), still=False, way=Way.APPEAR,
        text=Text(
            "{name}: first day {anchor}. Who is there, or is not, the agency hears that day and at once.", WHEN_SAID
        ),
    ),
    Row(
        key="first_day_dia", rule="R22", source="S1:737", programmes=DIA, on=On.ENTRY, whose=CASEWORKER,
        clocks=(After.START, After.TOLD, NOON, THREE), still=False, way=Way.APPEAR,
        text=Text(
            "{name}: first day {anchor}. Tell the agency that day who is there and who is not.", WHEN_SAID
        ),
    ),
    Row(
        key="first_day_ask", rule="R22", source="S1:613", programmes=S1, on=On.ENTRY, whose=PARTICIPANT,
        clocks=(After.ASKED,), still=False, way=Way.FIRST_DAY, useful=timedelta(hours=2),
        text=Text("Today is your first day. Are you on your way? If something is in between, tap it."),
    ),
)  # fmt: skip

HAPPENED: Final = (
    Row(
        key="unexcused", rule="R17", source="S1:673", programmes=S1, on=On.HAPPENED, whose=CASEWORKER,
        clocks=ALL_DAY, text=Text("{name}: absent without an important reason. Tell the agency."),
    ),
    Row(
        key="not_started", rule="R19", source="S1:601, 647", programmes=S1, on=On.HAPPENED, whose=CASEWORKER,
        clocks=ALL_DAY, text=Text("{name}: not started. Tell the agency."),
    ),
    Row(
        key="cooperation", rule="R19", source="S1:601, 647", programmes=S1, on=On.HAPPENED, whose=CASEWORKER,
        clocks=ALL_DAY, text=Text("{name}: cooperation is not sufficient. Tell the agency."),
    ),
    Row(
        key="dropped_out", rule="R19", source="S1:601, 647", programmes=S1, on=On.EARLY_END, whose=CASEWORKER,
        clocks=ALL_DAY, text=Text("{name}: ended early. Tell the agency."),
    ),
    Row(
        key="disturbance", rule="R19", source="S1:647", programmes=INBEQ, on=On.HAPPENED, whose=CASEWORKER,
        clocks=ALL_DAY, text=Text("{name}: absences or disturbances that endanger success. Tell the agency."),
    ),
)  # fmt: skip

MONTH: Final = (
    Row(
        key="month", rule="R23", source="S1:742-743, 749-750", programmes=S1, on=On.MONTH, whose=COORDINATOR,
        offset=Offset(days=8), before=(3,), clocks=ALL_DAY,
        text=Text(
            "Transmit the attendance of {month} to the agency. From the 10th on it cannot be changed there.", WHEN_SAID
        ),
    ),
    Row(
        key="contingent", rule="R24", source="S1:681", programmes=DIA, on=On.MONTH, whose=COORDINATOR,
        offset=Offset(days=9), before=(3,), text=Text("Contingent list of {month} to the agency.", WHEN_SAID),
    ),
)  # fmt: skip

REPORTS: Final = (
    Row(
        key="luv_start", rule="R26", source="S1:752, 1313-1317", programmes=INBEQ, on=On.PHASE_END, phase="entry",
        whose=CASEWORKER, before=(5, 1), text=_LUV,
    ),
    Row(
        key="luv_year", rule="R26", source="S1:752, 1313-1317", programmes=INBEQ, on=On.ENTRY,
        offset=Offset(months=12), whose=CASEWORKER, before=(5, 1), text=_LUV,
    ),
    Row(
        key="luv_qualification", rule="R26", source="S1:752, 1313-1317", programmes=INBEQ, on=On.PHASE_END,
        phase="qualification", whose=CASEWORKER, before=(5, 1), text=_LUV,
    ),
    Row(
        key="luv_final", rule="R26", source="S1:752, 1313-1317", programmes=INBEQ, on=On.FINAL, whose=CASEWORKER,
        before=(5, 1), text=_LUV,
    ),
    Row(
        key="show_start", rule="R27", source="S1:643, 764", programmes=INBEQ, on=On.PHASE_END, phase="entry",
        whose=CASEWORKER, offset=Offset(working=-1), number="show", text=_SHOWN,
    ),
    Row(
        key="show_year", rule="R27", source="S1:643, 764", programmes=INBEQ, on=On.ENTRY, whose=CASEWORKER,
        offset=Offset(months=12), grace=-7, text=_SHOWN,
    ),
    Row(
        key="show_qualification", rule="R27", source="S1:643, 764", programmes=INBEQ, on=On.PHASE_END,
        phase="qualification", whose=CASEWORKER, offset=Offset(working=-1), number="show", text=_SHOWN,
    ),
    Row(
        key="show_final", rule="R27", source="S1:643, 764", programmes=INBEQ, on=On.FINAL, whose=CASEWORKER,
        offset=Offset(working=-1), number="show", text=_SHOWN,
    ),
    Row(
        key="final_report", rule="R35", source="S1:935, 1065-1081", programmes=DIA, on=On.END, whose=CASEWORKER,
        offset=Offset(days=14), before=(5, 1),
        text=Text(
            "{name}: final report. First the team talk, then the talk about it. It goes out only with written consent."
        ),
    ),
    Row(
        key="phase_report", rule="R35", source="S1:1065-1081", programmes=DIA, on=On.PHASE_END, phase="first",
        whose=CASEWORKER, offset=Offset(days=14), before=(5, 1),
        text=Text("{name}: report on the first phase. Talk about it together first."),
    ),
)  # fmt: skip

COURSE: Final = (
    Row(
        key="hours_decided", rule="R32", source="S1:99, 127, 131", programmes=INBEQ, on=On.REDUCED,
        whose=CASEWORKER, offset=Offset(days=7), before=(1,),
        text=Text("{name}: fewer hours were asked for. Has the counsellor decided within a week?"),
    ),
    Row(
        key="twelve_weeks", rule="R33", source="S1:91-93", programmes=DIA, on=On.ENTRY, whose=CASEWORKER,
        offset=Offset(weeks=12, days=-1), before=(10, 5),
        text=Text("{name}: 12 weeks are over. Up to 4 more after an interruption; the counsellor decides."),
    ),
    Row(
        key="no_place", rule="R34", source="S1:113, 117", programmes=INBEQ, on=On.ENTRY, whose=CASEWORKER,
        offset=Offset(weeks=5), unless=("place",),
        text=Text("{name}: week 6 and no place yet. Without one, participation ends with the longer entry phase."),
    ),
    Row(
        key="two_years", rule="R34", source="S1:113", programmes=INBEQ, on=On.ENTRY, whose=CASEWORKER,
        offset=Offset(months=24, days=-1), before=(20, 5),
        text=Text("{name}: 24 months are over. Up to 12 more where there is a reason."),
    ),
    Row(
        key="planning_talk", rule="R36", source="S1:45, 1333-1341", programmes=INBEQ, on=On.PHASE_END,
        phase="qualification", whose=CASEWORKER, offset=DAY, before=(5,),
        text=Text("{name}: planning talk at the start of stabilisation. Consent comes before any hand-over."),
    ),
    Row(
        key="integration_office", rule="R36", source="S1:45, 1333-1341", programmes=INBEQ, on=On.JOB,
        whose=CASEWORKER, offset=Offset(months=-6),
        text=Text(
            "{name}: tell the Integrationsamt, unless it commissioned us or no support is needed. Consent first."
        ),
    ),
    Row(
        key="contacts", rule="R40", source="S1:637-639", programmes=INBEQ, on=On.WEEK, whose=CASEWORKER,
        offset=Offset(days=3), way=Way.CONTACT,
        text=Text("{name}: contacts of this week, one of them on site. A chat does not count. What took place?"),
    ),
    Row(
        key="exit_early", rule="R28", source="S1:757-758", programmes=S1, on=On.EARLY_END, whose=CASEWORKER,
        clocks=ALL_DAY, text=Text("{name}: exit report to the agency, with the reason and what comes afterwards."),
    ),
    Row(
        key="exit_regular", rule="R28", source="S1:757-758", programmes=S1, on=On.REGULAR_END, whose=CASEWORKER,
        clocks=ALL_DAY, before=(3,), text=Text("{name}: exit report to the agency, with what comes afterwards."),
    ),
)  # fmt: skip

NUDGES: Final = (
    Row(
        key="what_next", rule="R60", source="S2:1051, 1858", on=On.PHASE_END, whose=CASEWORKER, offset=Offset(days=-1),
        number="next", still=False, text=_NEXT,
    ),
    Row(
        key="what_next_end", rule="R60", source="S2:1051, 1858", on=On.END, whose=CASEWORKER, offset=Offset(days=-1),
        number="next", still=False, text=_NEXT,
    ),
    Row(
        key="your_next", rule="R60", source="S2:1051, 1858", on=On.PHASE_END, whose=PARTICIPANT,
        offset=Offset(days=-1), number="next", still=False, clocks=(time(16),),
        text=_YOUR_NEXT,
    ),
    Row(
        key="your_next_end", rule="R60", source="S2:1051, 1858", on=On.END, whose=PARTICIPANT,
        offset=Offset(days=-1), number="next", still=False, clocks=(time(16),),
        text=_YOUR_NEXT,
    ),
    Row(
        key="check_in", rule="R54", source="S0:192-195", on=On.PLACED, whose=PARTICIPANT, offset=Offset(weeks=1),
        weeks="check_in", still=False, clocks=(time(16),), way=Way.CHECK_IN, useful=timedelta(days=7),
        text=Text("How is it going at work? Only {caseworker} reads it, not the company."),
    ),
    Row(
        key="check_in_silent", rule="R54", source="S0:192-195", on=On.PLACED, whose=CASEWORKER,
        offset=Offset(weeks=1), weeks="check_in", grace=UNHEARD_DAYS, unheard=True, still=False,
        text=Text("{name} has not been heard of since the last question about work. Please get in touch."),
    ),
    Row(
        key="silence", rule="F40", source="S2:363", on=On.SIGN, whose=PARTICIPANT, offset=DAY, number="silence",
        still=False, clocks=(time(16),),
        text=Text("We have not heard from each other for a while. Is everything all right? {caseworker} is there."),
    ),
    Row(
        key="silence_tell", rule="F40", source="S2:363", on=On.SIGN, whose=CASEWORKER, offset=DAY,
        number="silence_tell", still=False, text=Text("{name} has not been heard of for a while. Please get in touch."),
    ),
)  # fmt: skip

TABLE: Final = (*ENTRY, *HAPPENED, *MONTH, *REPORTS, *COURSE, *NUDGES)
"""Every rule there is; which of them hold is said by the profile."""
