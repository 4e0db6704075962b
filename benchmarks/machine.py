"""Which machine a table was made on, and what processes take of it: a rate without it says nothing."""

import os
import platform
import sqlite3
from pathlib import Path

MOUNTS = Path("/proc/mounts")
PROCESSORS = Path("/proc/cpuinfo")


def describe(folder: Path) -> str:
    """Processor, cores, Python, SQLite, and the file system `folder` is on."""
    cores = len(os.sched_getaffinity(0))
    return (
        f"{_processor()}, {cores} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{file_system(folder)}"
    )


def memory(process: int) -> int:
    """What a process has in memory, in bytes."""
    return _status(process, "VmRSS")


def peak_memory() -> int:
    """The most this process has had in memory, in bytes."""
    return _status(os.getpid(), "VmHWM")


def _status(process: int, field: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    line = next(line for line in lines if line.startswith(f"{field}:"))
    return int(line.split()[1]) * 1024


def _processor() -> str:
    for line in PROCESSORS.read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def file_system(folder: Path) -> str:
    """The kind of the file system that holds `folder`, such as ext4."""
    place = str(folder.resolve())
    found = ("", "unknown file system")
    for line in MOUNTS.read_text("utf-8").splitlines():
        _, mount, kind, *_ = line.split()
        if (place == mount or place.startswith(mount.rstrip("/") + "/")) and len(mount) >= len(found[0]):
            found = (mount, kind)
    return found[1]
