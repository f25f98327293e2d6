"""The privacykader: one assessment, the nearest alternatives, the whole matrix, and one decision of the gate.

Each figure stands beside the limit that was set for it, and the assessment beside a plain pass over the raw rules in the same
run: a loop that compares sets without preparation, as a reader of the semantics would write it first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

import measure
import yaml

from sluis.core import packaged
from sluis.core.law import alternatives, assessing, decision, matrix, rules
from sluis.core.law.facts import Facts

ASKED: Final = Facts(
    *("bank", "webshop", frozenset({"account_identifier"}), "suspicion", "suspect", "prevent_fraud", "hit_no_hit"),
)
RAW: Final = yaml.safe_load(packaged.read("sluis.core.law", f"rules-{rules.VERSIONS[-1]}.yaml"))


def plain() -> list[str]:
    """The rules that speak, straight from the file."""
    told = ASKED.as_data()
    return [one["id"] for one in RAW["rules"] if all(_holds(key, codes, told) for key, codes in one["when"].items())]


def _holds(key: str, codes: list[str], told: dict[str, Any]) -> bool:
    wanted = {one for code in codes for one in (RAW["groups"][code[1:]] if code[0] == "@" else [code])}
    field, _, how = key.partition("_")
    held = set(told[field]) if isinstance(told[field], list) else {told[field]}
    if how == "all":
        return wanted <= held
    if how == "only":
        return held <= wanted
    return bool(held & wanted) != (how == "none")


def seconds(call: Callable[[], object], *, times: int) -> float:
    """The mean of so many calls."""
    call()
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def gate() -> decision.Passage:
    """A passage that may pass, so that every ground is weighed."""
    term = {"from_": 0, "until": 100}
    assessment = SimpleNamespace(**term, grants=("watch",), opens=True, articles=())
    circle = SimpleNamespace(**term, types=("iban",), purposes=("fraude",), assessment=assessment)
    member = SimpleNamespace(**term, types=("iban",), uses=("check",))
    return decision.Passage(circle, member, 10, type="iban", use="check", purpose="fraude", disclosure="automatic")


def main() -> None:
    """Measures and writes the result."""
    known, passage = rules.packaged_version(), gate()
    assert decision.decide(passage) is None
    assess = seconds(lambda: assessing.assess(ASKED, known), times=5_000)
    bare = seconds(plain, times=2_000)
    near = seconds(lambda: alternatives.nearest(ASKED, known), times=20)
    whole = seconds(lambda: matrix.whole(ASKED, known), times=3)
    decide = seconds(lambda: decision.decide(passage), times=50_000)
    load = seconds(lambda: rules.parse(packaged.read("sluis.core.law", f"rules-{rules.VERSIONS[-1]}.yaml")), times=20)
    measure.report(
        "law",
        {
            "one assessment (microseconds)": round(assess * 1e6, 1),
            "one assessment, part of the limit of 5 ms": round(assess / 5e-3, 4),
            "a plain pass over the raw rules (microseconds)": round(bare * 1e6, 1),
            "plain pass / assessment": round(bare / assess, 1),
            "three nearest alternatives (ms)": round(near * 1e3, 1),
            "the whole matrix, 26 x 28 x 25 cells (s)": round(whole, 2),
            "the whole matrix, part of the limit of 2 s": round(whole / 2, 2),
            "one decision of the gate (microseconds)": round(decide * 1e6, 2),
            "one decision, part of the limit of 50 microseconds": round(decide / 50e-6, 3),
            "reading a rule set (ms)": round(load * 1e3, 1),
        },
    )


if __name__ == "__main__":
    main()
