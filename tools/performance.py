"""Writes `docs/reference/performance.md` from `benchmarks/results/`: figures as measured, with machine and versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "performance.md"
HEAD = """# Performance

Made from `benchmarks/results/` by `tools/performance.py`; renew with `make bench` and then `make docs`. Ratios compare with a
peer or a limit that was measured in the same run, so they say more than the absolute figures of one machine. Other work on the
machine lowers both.
"""


def part(result: dict[str, Any]) -> str:
    """One benchmark as a table."""
    rows = "\n".join(f"| {name} | {value:,} |" for name, value in result["figures"].items())
    machine = result["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    system = machine["system"].split("-")[0]
    place = f"{machine['cpu']}, Python {machine['python']}, {system}, commit `{machine['commit']}`; {versions}."
    notes = "".join(f"- {note}\n" for note in result.get("notes", ()))
    between = f"{notes}\n" if notes else ""
    return f"## {result['benchmark']}\n\n| figure | value |\n|---|---|\n{rows}\n\n{between}Measured on {place}\n"


def page() -> str:
    """The whole page."""
    results = sorted((ROOT / "benchmarks" / "results").glob("*.json"))
    return "\n".join([HEAD, *(part(json.loads(file.read_text())) for file in results)])


if __name__ == "__main__":
    PAGE.write_text(page())
