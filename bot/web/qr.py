"""A link as a picture that a phone's camera reads."""

import segno
from markupsafe import Markup


def picture_of(link: str) -> Markup:
    """The QR code as SVG, always dark on light: a phone reads nothing else, also where the page is dark."""
    drawn = segno.make(link, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff")
    return Markup(drawn)  # nosec B704 - squares that we have drawn ourselves; the link's own characters are not in it
