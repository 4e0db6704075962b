"""The one sentence that a company reads of an absence, by consent: who does not come, and when (R20a). Never why."""

from flows.engine.messages import Text, Value
from flows.rules.absence import Absence


def sentence(name: str, report: Absence) -> Text:
    """No reason, no word about health, no programme."""
    values: dict[str, Value] = {"person": name, "first": report.first_day}
    if report.last_day is None:
        return Text("{person} does not come from {first} on.", values)
    if report.last_day == report.first_day:
        return Text("{person} does not come on {first}.", values)
    return Text("{person} does not come from {first} until {last}.", {**values, "last": report.last_day})
