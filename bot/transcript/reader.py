"""Reads transcripts: a text becomes steps, or the first line that cannot be read is named (TRANSCRIPTS.md)."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flows.rules.purposes import PURPOSES

from bot.demo import CODES, HANDLES
from bot.transcript import facts, lines
from bot.transcript.lines import Line, Script, Step, Unreadable
from bot.transcript.matching import read_pattern
from bot.transcript.moments import DEFAULT_START, read_day, read_move, write_moment
from bot.transcript.ways import WAYS

PROFILES = Path(__file__).resolve().parent.parent / "profiles"
LATER_PROFILES = frozenset({"dia-am", "inbeq", "hsi", "durchstarten", "inprocedere", "arbeitsbuendnis"})
LATER_WAYS = frozenset({"matrix"})
MAIL_ONLY = frozenset({"b1"})
BLANKS = " \t\r"

CODE = re.compile(r"\{code\(([^)]*)\)\}")
PERSON = r"([^\s:]+)"
HAPPENINGS = lines.Writes | lines.Taps | lines.Sends | lines.Repeats | lines.Restarts | lines.Sleeps


class Reader:
    """Reads line after line and keeps what later lines depend on: the clock and who has sent something.

    `start` is where the clock stands before the world is loaded: the first `at` sets it, as long as nothing happened.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.title = ""
        self.profile = "demo"
        self.start: datetime = DEFAULT_START
        self.now: datetime = DEFAULT_START
        self._folder = folder
        self._clock_is_set = False
        self._has_lines = False
        self._has_sent: set[str] = set()

    def begin(self) -> None:
        """The world is loaded: from now on `at` only moves forward."""
        self._clock_is_set = True

    def read(self, number: int, words: str) -> Step | None:
        """The step on this line; None for comments, blank lines and `profile`. Raises `Unreadable`."""
        words = words.strip(BLANKS)
        if words.startswith("#"):
            self.title = self.title or words.lstrip("#").strip()
            return None
        if not words:
            return None
        try:
            line = self._read(words)
        except ValueError as problem:
            raise Unreadable(number, str(problem)) from problem
        self._has_lines = True
        if isinstance(line, HAPPENINGS):
            self.begin()
        return Step(number, words, line) if line is not None else None

    def _read(self, words: str) -> Line | None:
        for form, read in FORMS:
            if found := form.fullmatch(words):
                return read(self, *found.groups(default=""))
        raise ValueError(f"unknown line {_short(words)!r}")

    def _profile(self, name: str) -> None:
        if self._has_lines:
            raise ValueError("the profile comes before anything else")
        if name in LATER_PROFILES and not (PROFILES / f"{name}.toml").is_file():
            raise ValueError(f"not yet available: the profile {name}")
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name) or not (PROFILES / f"{name}.toml").is_file():
            raise ValueError(f"unknown profile {name!r}")
        self.profile = name

    def _at(self, move: str) -> Line:
        if self._clock_is_set:
            return lines.Moves(self._move(move))
        self.start = self.now = read_move(move, self.now)
        self._clock_is_set = True
        return lines.Moves(self.now)

    def _down(self, move: str) -> Line:
        return lines.Sleeps(self._move(move))

    def _move(self, move: str) -> datetime:
        target = read_move(move, self.now)
        if target < self.now:
            raise ValueError(f"the clock stands at {write_moment(self.now)} and does not go backwards")
        self.now = target
        return target

    def _writes(self, who: str, text: str) -> Line:
        text = text.strip(BLANKS)
        for handle in CODE.findall(text):
            if handle not in CODES:
                raise ValueError(f"{handle!r} has no invitation code")
        return lines.Writes(self._sender(who), CODE.sub(lambda found: CODES[found[1]], text))

    def _taps(self, who: str, choice: str) -> Line:
        return lines.Taps(self._sender(who), _choice(choice))

    def _sends(self, who: str, name: str) -> Line:
        who, name = self._sender(who), name.strip(BLANKS)
        for path in (Path(name), (self._folder or Path()) / name):
            if name and path.is_file():
                return lines.Sends(who, path)
        raise ValueError(f"there is no file {name!r}")

    def _again(self, who: str) -> Line:
        if who not in self._has_sent:
            raise ValueError(f"{_person(who)} has sent nothing yet")
        return lines.Repeats(who)

    def _sender(self, who: str) -> str:
        if _person(who) in MAIL_ONLY:
            raise ValueError(f"not yet available: mail from {who}")
        self._has_sent.add(who)
        return who

    def _message(self, who: str, wanted: str) -> Line:
        return lines.ExpectsMessage(_person(who), read_pattern(wanted.strip(BLANKS)))

    def _button(self, who: str, choice: str) -> Line:
        return lines.ExpectsButton(_person(who), _choice(choice))

    def _nothing(self, who: str) -> Line:
        return lines.ExpectsNothing(_person(who))

    def _event(self, name: str, fields: str) -> Line:
        return lines.ExpectsEvent(name, _fields(name, fields))

    def _no_event(self, name: str, fields: str) -> Line:
        return lines.ExpectsNoEvent(name, _fields(name, fields))

    def _restart(self) -> Line:
        return lines.Restarts()

    def _consent(self, verb: str, who: str, purpose: str) -> Line:
        if not _person(who).startswith("p"):
            raise ValueError(f"{who} is not a participant")
        if purpose not in PURPOSES:
            raise ValueError(f"unknown purpose {purpose!r}")
        if PURPOSES[purpose].per_document:
            raise ValueError(f"not yet available: {purpose} is given for one document, which no line can name")
        return lines.Consents(who, purpose, verb == "consent")

    def _away(self, who: str, first: str, last: str) -> Line:
        if not _person(who).startswith(("c", "k", "d", "v")):
            raise ValueError(f"{who} is not one of the staff")
        first_day, last_day = read_day(first), read_day(last)
        if last_day < first_day:
            raise ValueError("the leave ends before it begins")
        return lines.Leaves(who, first_day, last_day)

    def _unreachable(self, who: str) -> Line:
        return lines.Refuses(_person(who))

    def _via(self, channel: str) -> Line:
        if channel in LATER_WAYS:
            raise ValueError(f"not yet available: the channel {channel}")
        if channel not in WAYS:
            raise ValueError(f"unknown channel {channel!r}")
        return lines.Becomes(channel)

    def _appointment(self, handle: str, who: str, moment: str) -> Line:
        if not _person(who).startswith("p"):
            raise ValueError(f"{who} is not a participant")
        return lines.Plans(handle, who, read_move(moment, self.now))


FORMS: tuple[tuple[re.Pattern[str], Callable[..., Line | None]], ...] = tuple(
    (re.compile(form, re.DOTALL), read)
    for form, read in (
        (r"profile +(\S+)", Reader._profile),
        (r"at +(\S.*)", Reader._at),
        (r"down +(\S.*)", Reader._down),
        (r"restart", Reader._restart),
        (rf"bot to {PERSON} has button:(.*)", Reader._button),
        (rf"bot to {PERSON}:(.*)", Reader._message),
        (rf"nothing to {PERSON}", Reader._nothing),
        (r"event +(\S+)(.*)", Reader._event),
        (r"no event +(\S+)(.*)", Reader._no_event),
        (rf"appointment +(\S+) +{PERSON} +(\S+ +\S+)", Reader._appointment),
        (rf"(consent|withdraw) +{PERSON} +(\S+)", Reader._consent),
        (rf"away +{PERSON} +(\S+) +(\S+)", Reader._away),
        (rf"unreachable +{PERSON}", Reader._unreachable),
        (r"via +(\S+)", Reader._via),
        (rf"{PERSON} taps:(.*)", Reader._taps),
        (rf"{PERSON} sends:(.*)", Reader._sends),
        (rf"{PERSON} again", Reader._again),
        (rf"{PERSON}:(.*)", Reader._writes),
    )
)


def _person(who: str) -> str:
    if who not in HANDLES:
        raise ValueError(f"unknown person {who!r}")
    return who


def _choice(spoken: str) -> lines.Choice:
    spoken = spoken.strip(BLANKS)
    if position := re.fullmatch(r"#([0-9]{1,3})", spoken):
        if position[1].strip("0") == "":
            raise ValueError("buttons are counted from #1")
        return lines.Choice(spoken, position=int(position[1]))
    if action := re.fullmatch(r"@([a-z_]+)", spoken):
        return lines.Choice(spoken, action=action[1])
    return lines.Choice(spoken, label=read_pattern(spoken))


def _fields(name: str, words: str) -> dict[str, str]:
    if name not in facts.FIELDS:
        raise ValueError(f"unknown event {name!r}")
    fields: dict[str, str] = {}
    for word in words.split():
        key, is_pair, value = word.partition("=")
        if not is_pair or key not in facts.FIELDS[name]:
            raise ValueError(f"{name} has no field {key!r}" if is_pair else f"{word!r} is no key=value")
        if key in fields:
            raise ValueError(f"the field {key!r} stands twice")
        fields[key] = _person(value) if key in facts.PERSON_FIELDS else value
    if name not in facts.recorded_names():
        raise ValueError(f"not yet available: the event {name}")
    return fields


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"


def read_script(path: Path) -> Script:
    """The transcript in this file. Raises `Unreadable`; with line 0 where the file itself cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise Unreadable(0, f"{path}: {problem.strerror}") from problem
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Unreadable(content.count(b"\n", 0, problem.start) + 1, "this is not UTF-8") from problem
    return read_text(text, folder=path.parent)


def read_text(text: str, *, folder: Path | None = None) -> Script:
    """The transcript with this text; `folder` is where files it sends are looked for second. Raises `Unreadable`."""
    reader = Reader(folder)
    numbered = enumerate(text.split("\n"), start=1)
    steps = tuple(step for number, words in numbered if (step := reader.read(number, words)) is not None)
    return Script(title=reader.title, profile=reader.profile, start=reader.start, steps=steps)
