"""Figures at the command line: a table, a spreadsheet that computes nothing by itself, a chart that reads itself."""

import csv
import subprocess
import sys
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.clock import SystemClock
from bot.figure_lines import COLUMNS
from flows.rules.appointments import Kind
from tests.bot.operator import Operator
from tests.marked import keep_marks, months_ago


@pytest.fixture
def filled(operator: Operator) -> Operator:
    """An installation in which two months were marked; phone calls too few to be shown."""
    now = SystemClock().now()
    with operator.opened() as store:
        for months, missed, attended in ((2, 10, 90), (1, 6, 44)):
            at = months_ago(now, months)
            store.submit(partial(keep_marks, starts=at, missed=missed, attended=attended)).result()
        few = partial(keep_marks, starts=months_ago(now, 1), missed=1, attended=4, kind=Kind.PHONE)
        store.submit(few).result()
    return operator


def test_the_table_shows_counts_shares_and_intervals(filled: Operator) -> None:
    """Ten of a hundred is ten per cent, and the interval is the one from books; nobody is named."""
    said = filled.said("figures")
    assert "10.0%" in said
    assert "5.5% to 17.4%" in said
    assert "under 5" in said
    assert not {"Jonas", "Weber", "Albers", "p1", "c1"} & set(said.replace(",", " ").split())


def test_what_is_small_is_hidden_with_what_would_give_it_away(filled: Operator) -> None:
    """Five phone calls are hidden, and so are the talks beside them: the total would give their difference."""
    cells = filled.read("figures")
    newest = max(cell[0] for cell in cells)
    kinds = {cell[3]: cell[4] for cell in cells if cell[0] == newest and cell[2] == "kind"}
    assert [None, None] == list(kinds.values())


def test_the_file_is_for_a_spreadsheet(filled: Operator) -> None:
    """One line for each cell, with a point in shares; a hidden one has no number."""
    path = filled.folder / "figures.csv"
    filled.said("figures", "--csv", path)
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert list(COLUMNS) == list(rows[0])
    assert ("10", "90", "100", "0.1000") == tuple(rows[0][name] for name in ("missed", "attended", "marked", "rate"))
    hidden = [row for row in rows if row["hidden"]]
    assert {("", "", "", "", "", "")} == {
        tuple(row[name] for name in ("missed", "attended", "marked", "rate", "low", "high")) for row in hidden
    }


def test_the_chart_stands_alone_and_says_what_it_shows(filled: Operator) -> None:
    """An SVG with a title, the months in words, and a mark for each month that is shown."""
    path = filled.folder / "figures.svg"
    filled.said("figures", "--chart", path)
    root = ElementTree.fromstring(path.read_text("utf-8"))
    inside = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert "Anteil versäumter Termine nach Monat" == inside["title"]
    assert "10,0 %" in str(inside["desc"])
    assert "12,7 %" in str(inside["desc"])
    assert "img" == root.attrib["role"]


def test_nothing_to_show_is_said(operator: Operator) -> None:
    """Without a month there is a sentence, and no empty chart."""
    assert "no month can be shown yet\n" == operator.said("figures")
    assert "--chart: no month can be shown yet" in operator.refused("figures", "--chart", operator.folder / "x.svg")


def test_no_file_is_written_over(filled: Operator) -> None:
    """What is there stays, and the message names the way out."""
    kept = filled.folder / "kept.csv"
    kept.write_text("mine", encoding="utf-8")
    assert "name a new file" in filled.refused("figures", "--csv", kept)
    assert "mine" == kept.read_text("utf-8")
    assert "name a new file" in filled.refused("figures", "--csv", Path("no/such/folder/x.csv"))


def test_the_assistant_starts_without_what_draws() -> None:
    """Neither memory nor time at the start grows by a chart or a book that nobody has asked for."""
    asked = "import sys, bot.cli, bot.web.site; print({'altair', 'vl_convert', 'openpyxl'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert "set()" == ran.stdout.strip()
