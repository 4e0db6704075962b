"""What the style sheet and the pictograms promise."""

import re

import pytest

from bot.web import pictograms
from bot.web.desk import HERE

STYLE = (HERE / "static" / "style.css").read_text("utf-8")
CONSOLE = (HERE / "static" / "console.css").read_text("utf-8")
TEMPLATES = "".join(path.read_text("utf-8") for path in (HERE / "templates").rglob("*.html"))
GROUNDS, INKS = ("ground", "paper", "own", "warn"), ("ink",)
PAIRS = [
    *((ink, ground) for ink in INKS for ground in GROUNDS),
    *(("quiet", ground) for ground in ("ground", "paper")),
    *(("accent", ground) for ground in ("ground", "paper", "own")),
    ("on-accent", "accent"),
]
LINES = [("line", "ground"), ("line", "paper")]


def colours(dark: bool) -> dict[str, str]:
    """The named colours of one scheme."""
    light_part, _, dark_part = STYLE.partition("prefers-color-scheme: dark")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark_part if dark else light_part))


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG counts it."""

    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_has_contrast(ink: str, ground: str, dark: bool) -> None:
    """Every text is at least 7:1 on what it stands on, in light and dark."""
    named = colours(dark)
    assert contrast(named[ink], named[ground]) >= 7


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("line", "ground"), LINES)
def test_edges_can_be_seen(line: str, ground: str, dark: bool) -> None:
    """The edge of a field is at least 3:1."""
    named = colours(dark)
    assert contrast(named[line], named[ground]) >= 3


def test_directions_are_logical() -> None:
    """Nothing is on the left or on the right: it is at the start or at the end."""
    words = re.findall(r"[\w-]+", re.sub(r"/\*.*?\*/", "", STYLE + CONSOLE))
    physical = re.compile(r"(.*-)?(left|right|top|bottom|width|height)|float")
    queried = set(re.findall(r"@media \(([\w-]+):", STYLE + CONSOLE))
    assert [] == [word for word in words if physical.fullmatch(word) and word not in {"line-height", *queried}]


def test_nothing_is_fetched_from_elsewhere() -> None:
    """Style and scripts name no other address."""
    for path in (HERE / "static").glob("*.*"):
        assert not re.search(r"https?://(?!www\.w3\.org/)|@import|url\(", path.read_text("utf-8"))


def test_every_pictogram_is_there_and_none_too_many() -> None:
    """The pictures that pages and answers name are shipped, and only those, with their licence."""
    used = set(re.findall(r'icon\("([\w-]+)"', TEMPLATES)) | {pictograms.PLAIN, "calendar-days"}
    used |= {*pictograms._BY_ACTION.values(), *pictograms._BY_VALUE.values()}
    assert used == {path.stem for path in pictograms.FOLDER.glob("*.svg")}
    assert "ISC License" in (pictograms.FOLDER / "LICENSE").read_text("utf-8")


def test_a_picture_beside_a_word_is_silent_and_one_alone_has_a_name() -> None:
    """Screen readers hear each thing once."""
    assert 'aria-hidden="true"' in pictograms.icon("check")
    assert 'role="img" aria-label="Ja &lt;"' in pictograms.icon("check", "Ja <")


@pytest.mark.parametrize(
    ("action", "value", "picture"),
    [
        ("ill", "illness", "thermometer"),
        ("@call", "", "phone"),
        ("day", "2026-11-24", "calendar-days"),
        ("other", "moving", "package"),
        ("new_one", "whatever", pictograms.PLAIN),
    ],
)
def test_an_answer_has_a_picture(action: str, value: str, picture: str) -> None:
    """Known answers have their own picture, days a calendar, the rest a plain mark."""
    assert picture == pictograms.pictogram_of(action, value)
