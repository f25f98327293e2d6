"""The files of the repository as the architecture tests see them: what git tracks or would track."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "sluis"
FOLDERS = ("src", "tests", "tools", "docs", "benchmarks")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is tracked, or new in the known folders; outside a clone everything in those folders."""
    tracked, new = listed("--cached"), listed("--others", "--exclude-standard", "--", *FOLDERS)
    names = tracked + new or [path.as_posix() for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    return tuple(sorted(path for path in {ROOT / name for name in names} if path.is_file()))


def listed(*options: str) -> list[str]:
    """What git lists; nothing outside a clone."""
    command = ["git", "ls-files", "-z", *options]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return [name for name in answer.stdout.split("\0") if name]


def named(*suffixes: str) -> list[Path]:
    """The files with one of these suffixes, vendored ones left out."""
    return [path for path in files() if path.suffix in suffixes and "vendor" not in path.parts]


def short(path: Path) -> str:
    """A path as seen from the root of the repository."""
    return path.relative_to(ROOT).as_posix()
