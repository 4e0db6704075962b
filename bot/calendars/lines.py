"""Where things stand in a calendar file: the parser forgets it, and whoever has to put the file right needs it."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Place:
    """Where one event begins, and where each of its properties first stands."""

    line: int
    properties: dict[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        """The line of a property; of the event, if it is not there."""
        return self.properties.get(name, self.line)


def unfolded(text: str) -> Iterator[tuple[int, str]]:
    """The content lines with the number of their first line (RFC 5545, 3.1)."""
    number, held = 0, ""
    for count, line in enumerate(text.splitlines(), start=1):
        if line[:1] in {" ", "\t"} and held:
            held += line[1:]
            continue
        if held:
            yield number, held
        number, held = count, line
    if held:
        yield number, held


def events(text: str) -> list[Place]:
    """Every VEVENT in the order of the file; parts inside them, such as alarms, are passed over."""
    found: list[Place] = []
    inside: list[str] = []
    for number, line in unfolded(text):
        name = line.partition(":")[0].partition(";")[0].strip().upper()
        value = line.partition(":")[2].strip().upper()
        if name == "BEGIN":
            inside.append(value)
            if value == "VEVENT":
                found.append(Place(number))
        elif name == "END":
            inside = inside[:-1]
        elif inside and inside[-1] == "VEVENT":
            found[-1].properties.setdefault(name, number)
    return found
