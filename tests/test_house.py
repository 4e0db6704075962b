"""The house rules that no other tool looks after: sizes, names, docstrings, reasons, decision records."""

import ast
import io
import re
import statistics
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("bot", "handlers", "storage", "flows", "locales")
RECORDS = sorted((ROOT / "docs/adr").glob("*.md"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore\[[\w, -]+\]\s*#\s*\w.{4,}")
NOQA = re.compile(r"#\s*noqa:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*(\s+|\s*[#–(-]\s*)\w.{4,}")
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _modules(*folders: str) -> list[Path]:
    """Return all Python files below `folders`, in order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


CODE = _modules(*LAYERS)
EVERYTHING = [*CODE, *_modules("tests", "benchmarks")]
MIGRATIONS = ROOT / "storage/migrations"


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), path.name)


def _public(body: list[ast.stmt], name: str = "") -> Iterator[tuple[str, Definition]]:
    """Yield the public classes and functions in `body`, and the public methods of public classes, with their names."""
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{name}{node.name}.")
            elif _is_variant(node):
                continue
            yield f"{name}{node.name}", node


def _is_variant(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Say whether the function is an overload, an override or a setter, whose words stand elsewhere."""
    return any(re.search(r"overload|override|\.setter$", ast.unparse(decorator)) for decorator in node.decorator_list)


def _function_lengths() -> list[int]:
    """Return how many lines each function of the layers has, its docstring not counted."""
    lengths = []
    for path in CODE:
        if MIGRATIONS in path.parents:
            continue
        for node in ast.walk(_parse(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                lengths.append((node.end_lineno or 0) - first.lineno + 2)
    return lengths


def test_no_file_passes_400_lines() -> None:
    """A file that grows past 400 lines is split by subject; migrations are lists and may be longer."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in EVERYTHING
        if MIGRATIONS not in path.parents and (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert {} == long


def test_functions_are_short() -> None:
    """Nineteen of twenty functions have at most 31 lines, and half of them at most eight."""
    lengths = _function_lengths()
    if len(lengths) > 20:
        assert statistics.quantiles(lengths, n=20)[-1] <= 31
        assert statistics.median(lengths) <= 8


def test_modules_are_named_after_the_domain() -> None:
    """No file or folder has a name that says nothing about what is in it."""
    empty = re.compile(r"(^|_)(utils?|helpers?|common|managers?|services?|base|misc)(_|$)")
    names = {part for path in EVERYTHING for part in path.relative_to(ROOT).with_suffix("").parts}
    assert set() == {name for name in names if empty.search(name)}


@pytest.mark.parametrize("layer", LAYERS)
def test_what_is_public_is_explained(layer: str) -> None:
    """Every public module, class, function and method of the layers has a docstring."""
    silent = []
    for path in _modules(layer):
        module = _parse(path)
        where = path.relative_to(ROOT)
        silent += [] if ast.get_docstring(module) else [f"{where}"]
        silent += [f"{where}: {name}" for name, node in _public(module.body) if not ast.get_docstring(node)]
    assert [] == silent


def test_every_test_says_what_is_true() -> None:
    """Each test has a docstring that is a sentence: it begins with a capital or a quote and ends with a full stop."""
    silent = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in _modules("tests")
        for node in ast.walk(_parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not re.fullmatch(r"[^a-z\s].*\.", (ast.get_docstring(node) or "").strip(), re.DOTALL)
    ]
    assert [] == silent


def test_every_exception_to_a_check_has_its_reason_beside_it() -> None:
    """Each `noqa`, `nosec` and `type: ignore` names its rule and says why."""
    bare = [
        f"{path.relative_to(ROOT)}:{line}: {comment}"
        for path in EVERYTHING
        for line, comment in _comments(path)
        if not _has_reason(comment)
    ]
    assert [] == bare


def _comments(path: Path) -> list[tuple[int, str]]:
    """Return every comment in the file at `path`, with its line."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


def _has_reason(comment: str) -> bool:
    """Say whether `comment` is no exception to a check, or one that names its rule and its reason."""
    if re.match(r"#\s*type:\s*ignore", comment):
        return bool(TYPE_IGNORE.match(comment))
    if re.match(r"#\s*noqa", comment, re.IGNORECASE):
        return bool(NOQA.match(comment))
    if re.match(r"#\s*nosec", comment):
        return bool(re.match(r"#\s*nosec B\d+(,\s*B\d+)*\s*(#|-|–|\()\s*\w.{4,}", comment))
    return not re.search(r"#\s*(noqa|nosec|pragma: no cover|ruff: noqa|mypy: )", comment)


@pytest.mark.parametrize(
    ("comment", "fine"),
    [
        ("# type: ignore", False),
        ("# type: ignore[arg-type]", False),
        ("# type: ignore[arg-type]  # the library's stub says int, it takes both", True),
        ("# noqa", False),
        ("# noqa: S608", False),
        ("# noqa: S608 - the table's name is a constant", True),
        ("# noqa: S608, E501  # the table's name is a constant", True),
        ("# nosec B608 - the table's name is a constant", True),
        ("# nosec", False),
        ("# pragma: no cover", False),
        ("# an ordinary remark", True),
    ],
)
def test_reasons_are_recognised(comment: str, fine: bool) -> None:
    """An exception with a rule and a reason passes, one without either does not."""
    assert fine == _has_reason(comment)


def test_decision_records_are_numbered_without_gaps() -> None:
    """Records are called 0001-some-title.md, 0002-…, and their first line repeats the number."""
    assert RECORDS
    for number, path in enumerate(RECORDS, start=1):
        assert re.fullmatch(rf"{number:04}-[a-z0-9]+(-[a-z0-9]+)*\.md", path.name), path.name
        assert path.read_text("utf-8").startswith(f"# {number:04} · "), path.name


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_decision_record_is_short_and_complete(path: Path) -> None:
    """A record has 15 to 60 lines and says context, decision, consequences and alternatives, in this order."""
    text = path.read_text("utf-8")
    assert 15 <= len(text.splitlines()) <= 60
    assert ["Context", "Decision", "Consequences", "Alternatives"] == re.findall(r"^## (.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    """Every relative link in a page of ours leads to a file that exists."""
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)\s#]+)[^)]*\)", path.read_text("utf-8"))
    assert [] == [link for link in links if not (path.parent / link).exists()]


def test_every_decision_record_can_be_found_from_the_architecture() -> None:
    """The architecture page links to every decision record."""
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    assert [] == [path.name for path in RECORDS if f"(adr/{path.name})" not in page]


def test_the_rules_are_held_and_tested_where_the_table_says() -> None:
    """Every file that docs/rules.md names is there."""
    named = re.findall(r"[\w/]+\.(?:py|chat)\b", (ROOT / "docs" / "rules.md").read_text("utf-8"))
    places = [ROOT / ("tests/transcripts" if name.endswith(".chat") else "") / name for name in named]
    assert len(named) > 50
    assert [] == [str(place.relative_to(ROOT)) for place in places if not place.is_file()]
