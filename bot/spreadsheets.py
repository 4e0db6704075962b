"""Tables for spreadsheets, as XLSX and CSV, in which nothing that people wrote is ever a formula (PRIVACY.md, "Input").

A cell is a value: text stays text, whatever it begins with; numbers and dates are typed; None is an empty cell.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO, Final

Cell = str | int | float | date | None
SIGNS: Final = frozenset("=+-@|−")
"""With what a spreadsheet lets a formula begin, also where it is written wide or small, as `＝` is."""
BREAKS: Final = frozenset("\t\r\n")
UNSEEN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that show nothing, though Unicode calls them letters, marks or symbols."""
LINE: Final = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML file can hold."""
IN_NO_TITLE: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_TITLE: Final = 31
LONGEST: Final = 32_767
"""So many characters a cell of a spreadsheet holds."""


def as_text(value: str) -> str:
    """The value as a spreadsheet cannot take it for a formula, on none of its lines: with an apostrophe before it."""
    lines = LINE.sub(lambda found: f"'{found[0]}" if _begins_formula(found[0]) else found[0], value)
    return f"'{lines}" if any(one in BREAKS for one in takewhile(_is_blank, lines)) else lines


def _begins_formula(line: str) -> bool:
    """Whether the first character that shows is one of the signs."""
    first = next((one for one in line if not _is_blank(one)), "")
    return bool(first) and unicodedata.normalize("NFKC", first)[:1] in SIGNS


def _is_blank(character: str) -> bool:
    return character in UNSEEN or unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf", "Mn"}


def write_xlsx(
    target: Path | BinaryIO, sheet_title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """One sheet with a header that stays in view; every text is a text cell. A file of that name is written over."""
    from openpyxl import Workbook  # noqa: PLC0415 - heavy, and most processes never write a book

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_title(sheet_title))
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, one) for one in header])
    for row in rows:
        sheet.append([_cell(sheet, one) for one in row])
    book.save(target)


def _title(wanted: str) -> str:
    """A name that a sheet may have."""
    return IN_NO_TITLE.sub(" ", FORBIDDEN.sub("", wanted)).strip("' ")[:LONGEST_TITLE].rstrip("' ") or "1"


def _cell(sheet: Any, value: Any) -> Any:
    """A cell of this value. Its type is said, not guessed: "#N/A" would be an error, and "=1" a formula."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above
    from openpyxl.cell.cell import TYPE_STRING  # noqa: PLC0415 - as above

    if not isinstance(value, str):
        return value if value is None else WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, as_text(FORBIDDEN.sub("", value))[:LONGEST])
    cell.data_type = TYPE_STRING
    return cell


def write_csv(target: Path | BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """The same as comma-separated text in UTF-8; dates are written 2026-11-23, numbers with a point."""
    written = StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([_word(one) for one in header])
    writer.writerows([_word(one) for one in row] for row in rows)
    content = written.getvalue().encode("utf-8", "replace")
    if isinstance(target, Path):
        target.write_bytes(content)
    else:
        target.write(content)


def _word(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return as_text(value.replace("\0", "")) if isinstance(value, str) else str(value)


def xlsx_of(sheet_title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """As `write_xlsx`, for an answer to a browser."""
    out = BytesIO()
    write_xlsx(out, sheet_title, header, rows)
    return out.getvalue()


def csv_of(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """As `write_csv`, as words."""
    out = BytesIO()
    write_csv(out, header, rows)
    return out.getvalue().decode("utf-8")
