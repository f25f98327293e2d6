"""How figures are taken: interleaved rounds of the thing and its limit in one run, and the median of their ratios."""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
ROUNDS = 7


def rate(work: Callable[[], int], *, seconds: float = 0.6) -> float:
    """Units of work a second; `work` returns how many units one call did."""
    done, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds:
        done += work()
    return done / passed


def interleaved(works: dict[str, Callable[[], int]], *, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Rates per round for each work, taken in turn so that a busy moment hits all alike."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(rate(work))
    return found


def ratio(part: list[float], whole: list[float]) -> float:
    """The median over rounds of part / whole."""
    return statistics.median(a / b for a, b in zip(part, whole, strict=True))


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    packages = ("cryptography", "rbcl", "msgspec", "psycopg", "Django", "granian", "uvicorn", "starlette")
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?"
    )
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    return {
        "cpu": model,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "commit": commit,
        "versions": {name: metadata.version(name) for name in packages},
    }


def report(name: str, figures: dict[str, Any], *, notes: Sequence[str] = ()) -> None:
    """Prints the figures and keeps them with machine and versions in `results/<name>.json`.

    `notes` say what the figures include and what not; they stand below the figures wherever those are shown.
    """
    whole = {"benchmark": name, "figures": figures, "notes": list(notes), "machine": machine()}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(whole, indent=1) + "\n")
    json.dump(figures, sys.stdout, indent=1)
    sys.stdout.write("\n")
