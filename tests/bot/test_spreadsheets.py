"""Spreadsheets: whatever people wrote is text in them, read back by readers that did not write them."""

import csv
import zipfile
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.spreadsheets import FORBIDDEN, as_text, csv_of, write_csv, write_xlsx, xlsx_of

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BLANKS = ["", " ", "\u00a0", "\u200b", "\u3000", "\u200f", "\ufeff", "\u3164", "\u2060", " \u00a0\u200b", "\u034f"]
SIGNS = ["=", "+", "-", "@", "|", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\ufe62", "\ufe63", "\ufe66", "\ufe6b", "−"]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
DANGEROUS = st.builds("".join, st.tuples(st.sampled_from(BLANKS), st.sampled_from(SIGNS), TEXTS))
LINES = st.lists(st.one_of(TEXTS, DANGEROUS), min_size=1, max_size=3).map("\n".join)


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_behind_whatever_blanks_gets_an_apostrophe(blank: str, sign: str) -> None:
    """Seen or unseen blanks before it, written wide or small: no spreadsheet calculates it."""
    hidden = f"{blank}{sign}HYPERLINK(1)"
    assert f"'{hidden}" == as_text(hidden)


@pytest.mark.parametrize("harmless", ["", "Oksana", "1-2", "a=b", "مرحبا", "'quoted", "Nov 2026", "3,5 %"])
def test_what_is_no_formula_stays_as_it_is(harmless: str) -> None:
    """A sign in the middle makes no formula."""
    assert harmless == as_text(harmless)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_every_line_is_looked_at(line_end: str) -> None:
    """A spreadsheet that splits a cell into lines finds no formula on the second, either."""
    assert f"fine{line_end}'=1+1" == as_text(f"fine{line_end}=1+1")


@settings(max_examples=200, deadline=None)
@given(LINES)
def test_what_was_written_can_still_be_read(text: str) -> None:
    """Nothing but apostrophes comes in, and nothing is lost."""
    kept, at = as_text(text), 0
    for character in kept:
        if at < len(text) and character == text[at]:
            at += 1
        else:
            assert "'" == character
    assert len(text) == at


def cells_of(book: bytes) -> list[ElementTree.Element]:
    """The cells of the only sheet, as the file itself says them."""
    with zipfile.ZipFile(BytesIO(book)) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return list(root.iter(f"{NAMESPACE}c"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(LINES, DANGEROUS), min_size=1, max_size=4), max_size=4), LINES)
def test_no_book_holds_a_formula(rows: list[list[str]], title: str) -> None:
    """Read as XML there is no formula element, and every text cell is typed as text, whatever it is."""
    book = xlsx_of(title, ["=header", "#N/A"], rows)
    cells = cells_of(book)
    assert [] == [cell for cell in cells if cell.find(f"{NAMESPACE}f") is not None]
    assert {"s", "inlineStr"} >= {cell.get("t") for cell in cells}
    sheet = openpyxl.load_workbook(BytesIO(book)).active
    assert sheet is not None
    read = [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    expected = [["'=header", "#N/A"], *([as_text(FORBIDDEN.sub("", one)) for one in row] for row in rows)]
    assert [[plain(one) for one in row if one] for row in expected] == [[plain(one) for one in row] for row in read]


def plain(text: str) -> str:
    """Line ends as XML reads them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(LINES, DANGEROUS), min_size=2, max_size=4), max_size=4))
def test_no_cell_of_a_csv_begins_a_formula(rows: list[list[str]]) -> None:
    """Read back by the standard library, each line of each cell begins harmlessly."""
    read = list(csv.reader(StringIO(csv_of(["=a", "b"], rows), newline="")))
    assert ["'=a", "b"] == read[0]
    assert [[as_text(one.replace("\0", "")) for one in row] for row in rows] == read[1:]
    lines = [line for row in read for cell in row for line in cell.splitlines()]
    assert [] == [line for line in lines if line.lstrip("".join(BLANKS)).startswith(tuple("=+-@|＝＋－＠"))]


def test_numbers_and_days_are_typed(tmp_path: Path) -> None:
    """A spreadsheet can calculate with what is a number, and sort what is a day; nothing is an empty cell."""
    book = tmp_path / "book.xlsx"
    write_xlsx(book, "Absences: 11/2026", ["day", "n", "share", "none"], [[date(2026, 11, 23), -3, 0.25, None]])
    loaded = openpyxl.load_workbook(book)
    assert ["Absences  11 2026"] == loaded.sheetnames
    header, row = loaded.worksheets[0].iter_rows()
    assert ["day", "n", "share", "none"] == [cell.value for cell in header]
    assert [True, False, False] == [isinstance(cell.value, date) for cell in row[:3]]
    assert [-3, 0.25, None] == [cell.value for cell in row[1:]]
    table = tmp_path / "table.csv"
    write_csv(table, ["day", "n", "share", "none"], [[date(2026, 11, 23), -3, 0.25, None]])
    assert b"day,n,share,none\r\n2026-11-23,-3,0.25,\r\n" == table.read_bytes()


@pytest.mark.parametrize("title", ["", "'", "a" * 40, "[]:*?/\\", "=1+1", "\x00"])
def test_any_title_makes_a_sheet(title: str) -> None:
    """What a sheet may not be called is left out of its name."""
    assert 1 == len(openpyxl.load_workbook(BytesIO(xlsx_of(title, ["a"], []))).sheetnames)
