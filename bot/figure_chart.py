"""The chart of no-show rates: each month a point with its interval, as SVG without a browser (F28).

Altair and the renderer are loaded when a chart is drawn, so that the assistant starts without them. Colours are names
that a style sheet gives a meaning: the page's own, or the one inside a file that stands alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

INK, HAIR, GROUND = "#0a0b0c", "#0a0b0d", "#0a0b0e"
WIDTH, HEIGHT, LABEL_ANGLE = 560, 260, -45
ALONE: Final = (
    f'<style>svg {{ background: #ffffff }} [fill="{INK}"] {{ fill: #0b3d66 }} [stroke="{INK}"] {{ stroke: #0b3d66 }} '
    f'text {{ fill: #1a1c1e }} [stroke="{HAIR}"] {{ stroke: #d5d7d6 }}</style>'
)
"""What colours mean in a file that no page surrounds: dark on white, as it is printed."""


@dataclass(frozen=True, slots=True)
class Point:
    """A month by its label, with the rate and the interval in which it lies (0 to 1); None: nothing is shown."""

    label: str
    rate: float | None = None
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What stands on the chart, in the reader's language; `described` is what it shows, for whoever does not see it."""

    title: str
    described: str
    month: str
    share: str


def draw(points: Sequence[Point], words: Words, *, alone: bool = False) -> str:
    """The chart as an SVG element. `alone`: with colours of its own, for a file."""
    svg = _without_ground(_render(points, words))
    start = svg.index(">") + 1
    named = f"<title>{escape(words.title)}</title><desc>{escape(words.described)}</desc>"
    opening = svg[: start - 1].replace('class="marks"', 'role="img" class="chart"', 1)
    return f"{opening}>{named}{ALONE if alone else ''}{svg[start:]}"


def _render(points: Sequence[Point], words: Words) -> str:
    import altair as alt  # noqa: PLC0415 - heavy, and most processes never draw
    import vl_convert  # noqa: PLC0415 - as above

    # A value is a share; hidden months keep their place on the axis, without a mark.
    values = [{"month": one.label, "rate": one.rate, "low": one.low, "high": one.high} for one in points]
    labels = alt.Scale(domain=[one.label for one in points])
    month = alt.X("month:N", sort=None, title=words.month, scale=labels, axis=alt.Axis(labelAngle=LABEL_ANGLE))
    base = alt.Chart({"values": values}, width=WIDTH, height=HEIGHT).transform_filter("isValid(datum.rate)")
    share = alt.Y("low:Q", title=words.share, axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(zero=True))
    spans = base.mark_rule(strokeWidth=3, color=INK).encode(x=month, y=share, y2="high:Q")
    marks = base.mark_point(filled=True, size=110, color=INK, opacity=1).encode(x=month, y="rate:Q")
    chart = (spans + marks).configure(background=GROUND, font="system-ui, sans-serif")
    return str(vl_convert.vegalite_to_svg(_toned(chart).to_dict()))


def _toned(chart: Any) -> Any:
    """Every line and letter in a colour that the style sheet knows."""
    axes = {"gridColor": HAIR, "domainColor": HAIR, "tickColor": HAIR, "labelColor": INK, "titleColor": INK}
    return chart.configure_axis(**axes, labelFontSize=13, titleFontSize=13).configure_view(stroke=None)


def _without_ground(svg: str) -> str:
    """Without the sheet behind it: the page's own shows through."""
    start = svg.find(f'fill="{GROUND}"')
    if start < 0:
        return svg
    begin, end = svg.rindex("<", 0, start), svg.index("/>", start) + 2
    return svg[:begin] + svg[end:]
