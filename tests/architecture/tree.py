"""The files of the repository as the architecture tests see them: what git tracks or would track."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "sluis"


@cache
def files() -> tuple[Path, ...]:
    """Every file that is tracked, or new and not ignored; outside a clone everything in the known folders."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode:
        folders = [ROOT / name for name in ("src", "tests", "tools", "docs", "benchmarks")]
        found = [path for folder in folders for path in folder.rglob("*")]
    else:
        found = [ROOT / name for name in answer.stdout.split("\0") if name]
    return tuple(sorted(path for path in set(found) if path.is_file()))


def named(*suffixes: str) -> list[Path]:
    """The files with one of these suffixes, vendored ones left out."""
    return [path for path in files() if path.suffix in suffixes and "vendor" not in path.parts]


def short(path: Path) -> str:
    """A path as seen from the root of the repository."""
    return path.relative_to(ROOT).as_posix()
