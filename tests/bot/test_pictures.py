"""What comes of crafted files: pictures of our own making or nothing, from a process that can do nothing else (F32)."""

import io
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from bot.pictures import child
from bot.pictures.inspecting import CHILD, Inspected, Problem, inspect
from tests.crafted import CANARY, Crafted, crafted, pdf, photo

TOGETHER = 6
"""So many files share a process here; one that is ended takes none of the others along: they are asked again alone."""
LEAST = 500
KEYS = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
"""What the encoder itself writes beside the pixels."""


def looked_at(files: list[Crafted]) -> Iterator[tuple[Crafted, Inspected]]:
    """Each file with what came of it."""
    for begin in range(0, len(files), TOGETHER):
        group = files[begin : begin + TOGETHER]
        found = inspect([one.content for one in group])
        if any(one.problem is Problem.UNREADABLE and not one.peak for one in found):
            found = [inspect([one.content])[0] for one in group]
        yield from zip(group, found, strict=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_of_crafted_files_nothing_is_kept_but_our_own_pixels() -> None:
    """At least 500, each kind counted: of the hopeless none is taken; what is taken has no byte that came along."""
    files = [*crafted()]
    assert len(files) >= LEAST
    taken, refused, peak, wrong = Counter[str](), Counter[str](), 0, []
    for one, found in looked_at(files):
        (refused if found.problem else taken)[one.kind] += 1
        peak = max(peak, found.peak)
        if one.hopeless and not found.problem:
            wrong.append(f"taken: {one.kind}")
        wrong += [f"{one.kind}: {why}" for page in found.pages for why in what_came_along(page)]
    print(f"{len(files)} crafted files, peak memory of the process {peak // 2**20} MB")  # noqa: T201 - the figures
    for kind in sorted({*taken, *refused}):
        print(f"{kind}: {refused[kind]} refused, {taken[kind]} only as pixels")  # noqa: T201 - as above
    assert taken["something beside the pixels"]
    assert [] == wrong
    assert peak < child.MEMORY


def what_came_along(page: bytes) -> Iterator[str]:
    """Whatever is in a picture beside its pixels."""
    with Image.open(io.BytesIO(page)) as picture:
        if picture.format != "JPEG" or max(picture.size) > child.LONGEST_SIDE:
            yield f"{picture.format}, {picture.size}"
        if set(picture.info) - KEYS or picture.getexif():
            yield f"beside the pixels: {sorted(picture.info)}"
    if CANARY in page or b"Exif" in page or b"http" in page:
        yield "something of the file came along"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"just text, renamed to .jpg", Problem.WRONG_KIND),
        (b"\0\0\0\x18ftypheic" + bytes(100), Problem.WRONG_KIND),
        (photo()[:2000], Problem.UNREADABLE),
        (photo("PNG", (40, 40)), Problem.TOO_SMALL),
        (pdf(5), Problem.TOO_MANY_PAGES),
    ],
)
def test_each_refusal_says_why(content: bytes, problem: Problem) -> None:
    """So that the person can be told what works."""
    assert [problem] == [one.problem for one in inspect([content])]


def test_a_photo_and_a_pdf_come_out_as_jpegs() -> None:
    """One file gives one picture, a PDF one for each page; their order stays."""
    found = inspect([photo("PNG"), pdf(2), b"text"])
    assert [1, 2, 0] == [len(one.pages) for one in found]
    assert [] == [why for one in found for page in one.pages for why in what_came_along(page)]


def test_a_photo_taken_sideways_is_turned_before_its_data_are_dropped() -> None:
    """The phone says in the data how it was held; without them the sheet would lie on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    (found,) = inspect([photo("JPEG", (400, 300), exif=exif.tobytes())])
    with Image.open(io.BytesIO(found.pages[0])) as picture:
        assert (300, 400) == picture.size


def test_a_process_that_takes_too_long_is_ended() -> None:
    """Nobody waits for a decoder that does not come to an end."""
    assert [Problem.UNREADABLE] == [one.problem for one in inspect([photo()], seconds=0.0)]


TRIES = {
    "a file": "open('/etc/hostname')",
    "a socket": "__import__('socket').socket()",
    "a process": "__import__('os').pipe()",
    "memory": "bytearray(child.MEMORY)",
}


@pytest.mark.parametrize("what", TRIES)
def test_the_process_can_open_nothing_any_more(what: str, tmp_path: Path) -> None:
    """Before the first byte of a stranger is decoded files, sockets, pipes and memory are out of reach."""
    script = tmp_path / "try.py"
    script.write_text(
        f"import sys, socket; sys.path.insert(0, {str(CHILD.parent)!r}); import child\n"
        f"child._lock_in()\ntry:\n    {TRIES[what]}\nexcept (OSError, MemoryError):\n    print('refused')\n"
    )
    ran = subprocess.run([sys.executable, "-I", script], capture_output=True, text=True, check=True)
    assert "refused\n" == ran.stdout


def test_an_odd_answer_is_no_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Should somebody take the process over: what it says is looked at, too."""
    liar = tmp_path / "liar.py"
    told = b'{"problem": "", "sizes": [4], "peak": 1}\\nGIF8'
    liar.write_text(f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({told!r}.replace(b'\\\\n', b'\\n'))")
    monkeypatch.setattr("bot.pictures.inspecting.CHILD", liar)
    look = partial(inspect, [photo()])
    assert [Problem.UNREADABLE] == [one.problem for one in look()]
